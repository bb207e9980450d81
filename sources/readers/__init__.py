"""From a producer's file to tidy observations, driven by the catalogue alone.

Belongs here: reading bytes as text, matching headers, parsing cells, accounting for every row. Does not
belong here: which datasets exist (``sources/catalogue``), or anything computed from observations.
"""

from sources.readers.extract import Account, ReadResult, read_extract

__all__ = ["Account", "ReadResult", "read_extract"]
