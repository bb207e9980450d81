"""What the assets of one run share: where they write, which inboxes they read, the lock, the fingerprint.

Belongs here: the folders of a run, taken while it lasts. Does not belong here: what an asset does.
"""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import deposits, publishing
from pipelines.elsewhere import WorkParts
from pipelines.faults import Fault
from pipelines.home import Home
from pipelines.inputs import inputs, kept_files
from pipelines.kept import KeptFrame
from pipelines.parsed import Parsed
from pipelines.publication import PublicationError, locked
from pipelines.taken import RawPart
from sources import files

if TYPE_CHECKING:
    import polars as pl


RECORD = "extraits_deposes.json"

FORMER = ("france_brut",)
"""Folders of the work folder that only earlier versions wrote."""


@dataclass
class Workspace:
    """The home of a run, held alone while it lasts."""

    root: str | None = None
    """Folder of generated data; ``$BCS_HOME``, else ``./.bcs``, when absent."""
    inbox: str | None = None
    """One more folder of dropped extracts, besides the inbox of the home."""
    ignore_unknown: bool = False
    """A dropped file that no dataset recognises is no fault: nobody has to agree that it is set aside."""
    afresh: bool = False
    """Parse every file again, even those whose reading is kept."""
    without: Sequence[str] = ()
    """Accepted extracts to do without from now on: their names, or the heads of their sha256."""

    _fingerprint: str = field(default="", init=False)
    _started: float = field(default=0.0, init=False)

    @property
    def home(self) -> Home:
        """Where everything is written."""
        return Home.locate(self.root)

    @property
    def inboxes(self) -> tuple[Path, ...]:
        """Folders of extracts: those accepted with the release in place, then those dropped since."""
        return (self.home.lent, self.home.inbox, *([Path(self.inbox)] if self.inbox else []))

    def lend(self) -> None:
        """Show the accepted extracts in their folder.

        Raises:
            ExtractRefused: the store lost one.
            PublicationError: nothing says any more which they are.
        """
        kept, dropped = kept_files(self.home, self.without), Path(self.inbox) if self.inbox else None
        deposits.lend(self.home, kept, self.home.lent, dropped, alone=True)

    @property
    def elsewhere(self) -> WorkParts:
        """The rest of France, as dropped national files give it."""
        return WorkParts(self.home.work / "france", self.parsed)

    @functools.cached_property
    def parsed(self) -> Parsed:
        """What reading each file gave."""
        return Parsed(self.home.parsed, afresh=self.afresh)

    def raw(self) -> list[RawPart]:
        """Return what each file says of the rest of France, in the order of their datasets and editions."""
        return [
            RawPart(KeptFrame(Path(path), sha256), name, extract)
            for name, extract, path, sha256 in self.record()["raw"]
        ]

    def record(self) -> dict[str, Any]:
        """Return what the reading of the dropped files keeps for the next steps (:meth:`keep_record`)."""
        found: dict[str, Any] = json.loads((self.home.work / RECORD).read_text(encoding="utf-8"))
        return found

    def keep_record(self, record: Mapping[str, object]) -> None:
        """Keep which files were dropped, taken and set aside, as JSON holds it."""
        (self.home.work / RECORD).write_text(json.dumps(record), encoding="utf-8")

    def forget(self) -> None:
        """Remove the readings this run did not ask for, and what earlier versions left."""
        self.parsed.forget(self._started)
        for name in FORMER:
            shutil.rmtree(self.home.work / name, ignore_errors=True)

    @property
    def inputs(self) -> str:
        """Fingerprint of the inputs, taken when the run started."""
        return self._fingerprint

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Take the lock of the home, put right what a stopped run left, take the fingerprint of the inputs.

        Raises:
            Fault: another refresh holds it.
        """
        self.home.prepare()
        self._started = time.time()
        try:
            with locked(self.home):
                publishing.settle(self.home)
                inbox = Path(self.inbox) if self.inbox else None
                if inbox is not None:
                    publishing.make_way(self.home, inbox)
                self._fingerprint = inputs(self.home, inbox, self.without)
                yield
        except PublicationError as error:
            raise Fault(str(error)) from None

    def write(self, name: str, frame: pl.DataFrame) -> None:
        """Keep a frame for the assets downstream."""
        path = self.home.work / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path)

    def put(self, name: str, frame: KeptFrame) -> None:
        """Keep for the assets downstream a frame that is in a file already."""
        path = self.home.work / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(frame.path, path)

    def file(self, name: str) -> KeptFrame:
        """Return the file of a frame an asset upstream kept."""
        path = self.home.work / f"{name}.parquet"
        return KeptFrame(path, files.digest(path))

    def read(self, name: str) -> pl.DataFrame:
        """Return a frame an asset upstream kept.

        Args:
            name: name of the asset.

        Returns:
            Its columns and types as the asset wrote them, read from ``<name>.parquet``.

        Raises:
            FileNotFoundError: the asset has not run in this work folder.
        """
        import polars as pl

        # Without a memory map: Windows refuses to replace a mapped file at the next refresh.
        return pl.read_parquet(self.home.work / f"{name}.parquet", memory_map=False)
