"""How to start the dashboard: for the command line, which must not import Streamlit to do so."""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP = Path(__file__).resolve().parent / "app.py"


def command(port: int = 8501, address: str = "localhost") -> list[str]:
    """Return the command that serves the dashboard until it is stopped.

    Args:
        port: TCP port to listen to.
        address: Interface to listen to; ``localhost`` keeps the dashboard on this machine.
    """
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(APP),
        "--server.port",
        str(port),
        "--server.address",
        address,
    ]


def environment(home: Path) -> dict[str, str]:
    """Return the environment of that command: this one, with the folder of the releases named.

    Args:
        home: The ``BCS_HOME`` whose published release is shown.
    """
    paths = [str(APP.parents[1]), os.environ.get("PYTHONPATH", "")]
    return {
        # glibc keeps what each thread frees apart: in two arenas, memory does not grow as readers come.
        "MALLOC_ARENA_MAX": "2",
        **os.environ,
        "BCS_HOME": str(home.resolve()),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONUTF8": "1",
    }
