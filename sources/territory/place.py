"""Which territory: a folder of ``sources/territories`` by its SIREN, or a folder anywhere.

Only the standard library: the command line and the fingerprint read this before anything heavy.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "BCS_TERRITOIRE"
FOLDER = Path(__file__).parent.parent / "territories"
DEFAULT = "200042190"


def territory_folder(asked: str | None = None) -> Path:
    """Return the folder of the territory asked for, else of ``$BCS_TERRITOIRE``, else of the default one.

    Args:
        asked: SIREN of a folder of ``sources/territories``, or a path. Nothing says that it exists.
    """
    chosen = asked or os.environ.get(VARIABLE) or DEFAULT
    known = FOLDER / chosen
    return known if chosen.isdigit() and known.is_dir() else Path(chosen).expanduser().resolve()
