"""What the tests of ``bcs telecharger`` share: a file, a clock that never waits, a dataset with addresses."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from pathlib import Path

from sources.fetching import Fetched, Manners, fetch
from sources.model import Dataset
from sources.store import verified_addresses

CSV = b"CODGEO;P22_POP\r\n" + b"".join(f"59{n:03d};{n * 7}\r\n".encode() for n in range(1, 900))
OTHER = CSV.replace(b"59001;7", b"59001;8")
HTML = b"<!DOCTYPE html>\n<html><body>Service indisponible</body></html>"
NBSP = "\u00a0"


class Clock:
    """A clock that only moves when somebody sleeps: waits are measured, never endured."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


def manners(clock: Clock, **changed: object) -> Manners:
    return Manners(**{"sleep": clock.sleep, "clock": clock, "read_timeout": 5, **changed})  # type: ignore[arg-type]


def dataset(
    name: str, *urls: str | None, layout: str = "csv", sha256: str | None = None, first: int = 2022
) -> Dataset:
    """A dataset with one edition by address."""
    return Dataset.model_validate(
        {
            "id": name,
            "title": name,
            "producer": "INSEE",
            "group": "insee",
            "licence": "Licence Ouverte",
            "citation": "INSEE",
            "page": "https://www.insee.fr/fr/statistiques/1",
            "description": name,
            "files": f"{name}.csv",
            "layout": {
                "format": layout,
                "territory": {"column": "CODGEO", "rules": [{"match": r"\d{5}", "level": "commune"}]},
                "year": {"source": "edition"},
                "columns": {"pop": {"column": "P{yy}_POP", "label": "Population", "unit": "personnes"}},
            },
            "millesimes": [
                {"edition": first + n, "url": url, "sha256": sha256} for n, url in enumerate(urls)
            ],
        }
    )


def one(
    home: Path, url: str, clock: Clock, *, layout: str = "csv", sha256: str | None = None, **changed: object
) -> Fetched:
    """Fetch one address and check what holds of every result."""
    (result,) = fetch(
        [dataset("rp", url, layout=layout, sha256=sha256)], home, manners=manners(clock, **changed)
    )
    if result.held:
        assert result.path is not None
        assert result.record is not None
        assert hashlib.sha256(result.path.read_bytes()).hexdigest() == result.record.sha256
        assert result.path.stat().st_size == result.record.size
        assert unfinished(home) == []
    else:
        assert result.problem is not None
        assert result.record is None
        assert url not in verified_addresses(home)
    return result


def said(result: Fetched) -> str:
    assert result.problem is not None
    message = result.problem.message()
    assert "Traceback" not in message
    assert "\n" not in message
    return message


def unfinished(home: Path) -> list[str]:
    return sorted(p.name for p in (home / "store" / "partial").glob("*"))


def stored(home: Path) -> set[str]:
    return {p.name for p in (home / "store").glob("??/*")}


def zipped(content: bytes = CSV) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("RP_data.csv", content)
    return buffer.getvalue()
