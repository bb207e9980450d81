"""What waits for a decision, and deciding.

Belongs here: the things held of the latest release made, with what was decided since; the sense of a
decision. Does not belong here: how it is asked (``review_command``, ``review_page``) nor kept
(``decisions``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from indicators.plausibility.findings import RULES
from pipelines import journal
from pipelines.decisions import MEANINGS, Choice, Decision, decided, decisions, now, record_decision
from pipelines.home import Home
from pipelines.publication import PublicationError, Published, releases
from sources.problems import quoted
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

EVERYTHING = "tout"
"""What an agent writes for all that is listed."""

_DECISION = ("decision", "decided_by", "decided_at", "reason")


def reviewed(home: Home) -> Published:
    """Return the release whose review is open: the latest one made, candidate or published.

    Raises:
        PublicationError: nothing was made yet.
    """
    held = releases(home)
    if not held:
        raise PublicationError("Aucune publication\u00a0: fabriquez-en une d’abord (bcs actualiser).")
    return held[0]


def held_things(home: Home) -> pl.DataFrame:
    """Return the table ``plausibility`` of the release under review, with the decisions made since.

    Args:
        home: where the releases are.

    Returns:
        One row per finding; ``decision`` and who, when and why, null while nobody decided.

    Raises:
        PublicationError: nothing was made yet, or the decisions cannot be read.
    """
    from pipelines.release import read_table

    table = read_table(home.releases / reviewed(home).file, "plausibility")
    return decided(table.drop(_DECISION, strict=False), decisions(home))


@dataclass(frozen=True)
class Group:
    """What one rule holds of one file."""

    file: str
    rule: str
    """In the words of an agent."""
    why: str | None
    """When it is the same for all."""
    rows: tuple[dict[str, Any], ...]


def grouped(things: pl.DataFrame) -> list[Group]:
    """Put together what one rule holds of one file: a reader looks at ten groups, not at sixty cells.

    Args:
        things: what is held.

    Returns:
        Groups in the order of files and rules, their rows in that of lines and columns.
    """
    groups = []
    ordered = things.sort("file", "rule", "line", "column", "id")
    for (file, rule), found in ordered.group_by("file", "rule", maintain_order=True):
        whys = found["why"].unique()
        why = str(whys[0]) if len(whys) == 1 else None
        label = _label(str(rule))
        groups.append(Group(str(file), label, why, tuple(found.to_dicts())))
    return groups


def chosen(
    things: pl.DataFrame, ids: Sequence[str], file: str | None = None, rule: str | None = None
) -> pl.DataFrame:
    """Return the things an agent names.

    Args:
        things: what is held.
        ids: identifiers, or their first characters; « tout » for all that is not decided yet.
        file: only those of this file.
        rule: only those of this rule, in the words of an agent or as it is declared.

    Returns:
        Rows of ``things``, each at least once.

    Raises:
        PublicationError: an identifier names nothing, or several things; no rule has this name.
    """
    import polars as pl

    every = things
    if file is not None:
        things = things.filter(pl.col("file") == file)
    if rule is not None:
        things = things.filter(pl.col("rule") == _rule(rule))
    if EVERYTHING in ids or (not ids and (file or rule)):
        return things.filter(pl.col("decision").is_null())
    found = []
    for one in ids:
        matching = things.filter(pl.col("id").str.starts_with(one))
        if matching.height != 1:
            what = "désigne plusieurs choses retenues" if matching.height else "ne désigne rien de retenu"
            others = every.filter(pl.col("id").str.starts_with(one))["rule"].to_list()
            if rule is not None and others and matching.is_empty():
                what = f"est retenu comme {quoted(_label(others[0]))}, non {quoted(_label(_rule(rule)))}"
            raise PublicationError(f"{quoted(one)} {what}\u00a0; la liste\u00a0: bcs revue")
        found.append(matching)
    return pl.concat(found) if found else things.clear()


def _label(rule: str) -> str:
    """Return a rule in the words of an agent."""
    return next((words for name, words in RULES.items() if name == rule), rule)


def _rule(name: str) -> str:
    """Return the rule an agent names."""
    found = next((rule for rule, label in RULES.items() if name.strip().casefold() in (rule, label)), None)
    if found is None:
        listed = ", ".join(RULES.values())
        raise PublicationError(f"Aucune règle ne s’appelle {quoted(name)}. Il y a\u00a0: {listed}.")
    return found


def decide(
    home: Home, things: pl.DataFrame, choice: Choice, by: str, reason: str, meaning: str | None = None
) -> int:
    """Keep one decision on several things; return how many.

    Args:
        home: where decisions are kept.
        things: what it is about.
        choice: accepted (the figures enter the next candidate), set_aside (they stay out), declared (a mark
            means something).
        by: who decides.
        reason: why.
        meaning: for a mark, one of :data:`MEANINGS`.

    Raises:
        PublicationError: a name or a reason is missing, or the choice is not one for these things.
    """
    import polars as pl

    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        raise PublicationError("Une décision demande qui la prend (--par) et pourquoi (--motif).")
    if things.is_empty():
        raise PublicationError("Rien n’est retenu sous ces identifiants\u00a0; la liste\u00a0: bcs revue")
    marks = things.filter(pl.col("mark").is_not_null()).height
    if choice == "accepted" and marks:
        advice = "dites ce qu’elle veut dire (bcs revue declarer), ou écartez-la"
        raise PublicationError(f"Une marque n’est pas un chiffre\u00a0: {advice}.")
    if choice == "accepted" and (impossible := things.filter(pl.col("severity") == "refuse").height):
        said = (
            "Un chiffre impossible ne s’accepte pas"
            if impossible == 1
            else f"{impossible} chiffres impossibles ne s’acceptent pas"
        )
        advice = "corrigez le fichier à sa source, ou écartez (bcs revue ecarter)"
        raise PublicationError(f"{said}\u00a0: {advice}.")
    status = None
    if choice == "declared":
        if marks != things.height:
            raise PublicationError("Seule une marque se déclare\u00a0; un chiffre s’accepte ou s’écarte.")
        if meaning is None or meaning not in MEANINGS:
            raise PublicationError(f"Sens inconnu\u00a0; attendu\u00a0: {', '.join(MEANINGS)}.")
        status = MEANINGS[meaning].value
    moment = now()
    made = [
        Decision(
            id=row["id"],
            decision=choice,
            by=by,
            at=moment,
            reason=reason,
            dataset=row["dataset"],
            file=row["file"],
            mark=row["mark"] if choice == "declared" else None,
            meaning=status,
        )
        for row in things.iter_rows(named=True)
    ]
    record_decision(home, made)
    entry = journal.new(journal.DECISION, reviewed(home).release_id, by, reason)
    journal.append(home, replace(entry, decisions=tuple(asdict(one) for one in made)))
    return things.height


def place_of(row: dict[str, object]) -> str:
    """Say where a thing is in its file: line, column, territory, year."""
    parts = []
    if row["line"] is not None:
        # A column or a file is held from its first line to its last one.
        one = row["code"] or row["mark"] or row["rule"] == "cut"
        parts.append(f"{'ligne' if one else 'à partir de la ligne'} {row['line']}")
    if row["column"] is not None:
        parts.append(f"colonne {quoted(row['column'])}")
    if row["level"] is not None:
        parts.append(f"{Level(str(row['level'])).label} {row['code'] or ''}".strip())
    if row["millesime"] is not None:
        parts.append(str(row["millesime"]))
    return ", ".join(parts) or "tout le fichier"
