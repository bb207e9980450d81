"""Whether the figures of a new file can be believed: one engine, derived from the declarations.

Belongs here: comparing new observations with what their variable may be, with the past of the same
territories and with the other columns of the file; pure functions over frames of observations. Does not
belong here: what is impossible whatever the past (``sources.readers.validate``, which refuses the file), who
decides (``pipelines``).

Every rule holds what it finds for review: nothing it names is published before a person says so, and what a
hard one (``HARD``) names is never published: it is corrected at its source or set aside.
"""

from indicators.plausibility.findings import HARD, RULES, SHOWN, Finding, frame_of
from indicators.plausibility.marks import cut_finding, mark_findings
from indicators.plausibility.review import NewFile, Recall, Reviewer
from indicators.plausibility.values import value_findings, without_values
from indicators.plausibility.withhold import ACCOUNT, held_rows, kept_out, put_together, withheld

__all__ = [
    "ACCOUNT",
    "HARD",
    "RULES",
    "SHOWN",
    "Finding",
    "NewFile",
    "Recall",
    "Reviewer",
    "cut_finding",
    "frame_of",
    "held_rows",
    "kept_out",
    "mark_findings",
    "put_together",
    "value_findings",
    "withheld",
    "without_values",
]
