"""From a producer's file to tidy observations, driven by the catalogue alone.

Belongs here: reading bytes as text, matching headers, parsing cells, accounting for every row. Does not
belong here: which datasets exist (``sources/catalogue``), or anything computed from observations.
"""

from sources.readers.account import Account, Mark, ReadResult, Scope
from sources.readers.ending import unfinished
from sources.readers.extract import read_extract

__all__ = ["Account", "Mark", "ReadResult", "Scope", "read_extract", "unfinished"]
