"""What the agglomeration and its communes write themselves: priorities, programmes, targets, texts.

Belongs here: the files an agent fills (their columns, templates, reading and checking), the contract's own
lists they start from, and the free fields of the exported document. Does not belong here: producers' files
(``sources.readers``), nor the document itself (``dashboard.documents``).
"""

from sources.local.fields import FIELDS, Field
from sources.local.model import SECTIONS
from sources.local.reading import LocalLayer, load_local
from sources.local.table import COLUMNS, local_rows
from sources.local.templates import Codes, write_templates
from sources.local.texts import Difference, compare, read_texts, write_texts

__all__ = [
    "COLUMNS",
    "FIELDS",
    "SECTIONS",
    "Codes",
    "Difference",
    "Field",
    "LocalLayer",
    "compare",
    "load_local",
    "local_rows",
    "read_texts",
    "write_templates",
    "write_texts",
]
