"""``python -m dashboard.opendata RELEASE``: the files of a release, built in a process of their own."""

from __future__ import annotations

import sys
from pathlib import Path

from dashboard.data.release_file import ExportError
from dashboard.opendata.bundle import REFUSED, UNWRITABLE, build


def main(release: Path) -> int:
    """Build the files, and return the exit code; what is refused is said on the error output."""
    try:
        build(release)
    except (ExportError, OSError) as error:
        print(error if isinstance(error, ExportError) else UNWRITABLE, file=sys.stderr)  # noqa: T201
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
