"""What the memory of the server keeps for good."""

from __future__ import annotations

import gc
from functools import cache


@cache
def settle(page: str) -> None:
    """Leave what a page has loaded out of later collections, which stop its readers now and then.

    Modules and tables stay for as long as the server: going through them again took some 50 ms, at one view
    in fourteen. Once for each page, since each loads modules of its own.

    Args:
        page: Address of the page.
    """
    gc.collect()
    gc.freeze()
