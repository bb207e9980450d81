"""What an agent decided about the figures held for review, kept in the home and applied at each refresh.

Belongs here: the file of decisions, and putting them beside the findings. Does not belong here: what is held
(``indicators.plausibility``) nor how it is asked (``review_command``, ``review_page``).

One line of JSON per decision, appended and never rewritten: the last one on an identifier holds. An
identifier is that of the bytes, the place and the rule, so that the same file read again keeps its decisions.
Standard library only.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from pipelines.home import Home
from pipelines.publication import PublicationError
from sources import files
from sources.problems import quoted
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

Choice = Literal["accepted", "set_aside", "declared"]

CHOICES: Mapping[Choice, str] = {
    "accepted": "accepté",
    "set_aside": "écarté",
    "declared": "marque déclarée",
}

MEANINGS: Mapping[str, Status] = {
    "secret": Status.SUPPRESSED,
    "non diffusé": Status.NOT_PUBLISHED,
    "non disponible": Status.MISSING,
    "sans objet": Status.NOT_APPLICABLE,
}
"""What an agent may say a mark means, in words."""


@dataclass(frozen=True)
class Decision:
    """One decision on one thing held."""

    id: str
    decision: Choice
    by: str
    at: str
    """UTC, ISO 8601."""
    reason: str
    dataset: str
    file: str
    mark: str | None = None
    """Text of the cells, for a mark that was declared."""
    meaning: str | None = None
    """Its status."""


def _path(home: Home) -> Path:
    return home.review / "decisions.jsonl"


def _lent(home: Home) -> Path:
    return home.review / "pretes.json"


def vouch(home: Home, lender: Home, extracts: Iterable[str]) -> None:
    """Say of files lent to a home that a release was published with them, and what was decided of them then.

    Args:
        home: where they are read again, for another authority.
        lender: whose release it is.
        extracts: heads of their sha256, as table ``extract`` has them.
    """
    made = [asdict(one) for _, one in sorted(decisions(lender).items())]
    text = json.dumps({"extracts": sorted(extracts), "decisions": made}, ensure_ascii=False)
    if files.text_of(_lent(home)) != text:
        files.write_text(_lent(home), text)


def vouched(home: Home) -> frozenset[str]:
    """Return the extracts that a release of another home was published with."""
    return frozenset(_told(home).get("extracts", ()))


def _told(home: Home) -> dict[str, list[Any]]:
    """Return what the home that lends its files says of them; nothing where it lends none."""
    # Written anew each time they are lent: a damaged one is as good as none until then.
    with contextlib.suppress(ValueError):
        told: dict[str, list[Any]] = json.loads(files.text_of(_lent(home)) or "{}")
        return told
    return {}


def decisions(home: Home) -> dict[str, Decision]:
    """Return the decision that holds on each identifier: its own, else that of the home it has files of.

    Raises:
        PublicationError: a line is not a decision; nothing is guessed from a damaged file.
    """
    path = _path(home)
    held = {one["id"]: Decision(**one) for one in _told(home).get("decisions", ())}
    if not path.is_file():
        return held
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            one = Decision(**json.loads(line))
            if one.decision not in get_args(Choice):
                raise ValueError(one.decision)
        except (ValueError, TypeError) as error:
            raise PublicationError(
                f"{path.name}, ligne {number}\u00a0: une décision illisible ({quoted(line[:60])}). "
                "Effacez cette ligne, puis décidez de nouveau\u00a0: bcs revue"
            ) from error
        held[one.id] = one
    return held


def record_decision(home: Home, made: Iterable[Decision]) -> None:
    """Append decisions, each on one line, written to the disk before it returns."""
    lines = [json.dumps(asdict(one), ensure_ascii=False).encode() for one in made]
    if lines:
        files.append_line(_path(home), b"\n".join(lines))


def now() -> str:
    """Return the present moment as decisions keep it."""
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def declared_marks(home: Home) -> dict[str, dict[str, Status]]:
    """Return the marks an agent declared: dataset → text of the cell → what it means."""
    marks: dict[str, dict[str, Status]] = {}
    for one in decisions(home).values():
        if one.decision == "declared" and one.mark is not None and one.meaning is not None:
            marks.setdefault(one.dataset, {})[one.mark] = Status(one.meaning)
    return marks


def decided(findings: pl.DataFrame, made: Mapping[str, Decision]) -> pl.DataFrame:
    """Add to findings ``decision, decided_by, decided_at, reason``, null where nobody decided.

    Args:
        findings: rows with ``id``.
        made: the latest decision of each identifier.

    Returns:
        The same rows in the same order, and those four columns of text.
    """
    import polars as pl

    rows = [(one.id, one.decision, one.by, one.at, one.reason) for one in made.values()]
    schema = dict.fromkeys(("id", "decision", "decided_by", "decided_at", "reason"), pl.String)
    return findings.join(
        pl.DataFrame(rows, schema=schema, orient="row"), on="id", how="left", maintain_order="left"
    )


def undecided(plausibility: pl.DataFrame) -> pl.DataFrame:
    """Return the findings that wait for a decision.

    Args:
        plausibility: table ``plausibility``.

    Returns:
        Its rows without a ``decision``.
    """
    import polars as pl

    return plausibility.filter(pl.col("decision").is_null())
