"""What changed between two releases, in French: one text for the command line, the pages and the feed.

Belongs here: titles, paragraphs and tables as plain text. Does not belong here: what changed
(``indicators.changes``), nor how a text is shown (``pipelines.news`` and the pages do it).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from indicators import causes
from indicators.changes import GONE, NEW, RESTATED, REVISED, Changes
from indicators.model import Unit
from sources.french import NARROW, NBSP, enumeration, number, ordinal, percent, plural
from sources.vocabulary import Level, Perimeter, Status

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]

NOTHING = "Rien ne change pour les territoires suivis."
MORE_DIGITS = 3
"""Digits a revised figure may be written with beyond its own."""
UNSEEN = "écart inférieur à l’arrondi"
"""Stands for a revised figure that would be written as it was."""
WRITTEN = "contenu du volet local changé", "contenus du volet local changés"
"""What people typed and is not what it was: one, and several."""
MOST_TOLD = 4
"""Figures a paragraph about one commune spells out."""

_SIGNS = {
    Unit.PERCENT.value: f"{NBSP}%",
    Unit.EURO_PER_CU.value: f"{NBSP}€",
    Unit.POINTS.value: f"{NBSP}points",
    Unit.PER_100.value: f"{NBSP}pour{NBSP}100",
    Unit.PER_1000.value: f"{NBSP}pour{NBSP}1{NARROW}000",
}
_REASONS = {
    causes.CONCEPT: "autre définition",
    causes.FORMULA: "autre formule",
    causes.DERIVED: "suit les chiffres dont il est la somme",
}
_TERMS = {
    causes.NUMERATOR: "le numérateur",
    causes.DENOMINATOR: "le dénominateur",
    causes.BOTH: "le numérateur et le dénominateur",
    causes.SOME: "un de ses termes",
    causes.WHOLE: "le chiffre",
}


@dataclass(frozen=True)
class Part:
    """One titled part: a table, or lines where there are few things to say."""

    title: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    numeric: tuple[int, ...] = ()
    """Ranks of the columns of figures."""
    left_out: int = 0
    """Rows there was no room for."""


@dataclass(frozen=True)
class Names:
    """How a release calls what it holds; what it no longer holds is called by the release before."""

    indicators: Mapping[str, Row] = field(default_factory=dict)
    territories: Mapping[tuple[str, str, str | None], str] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)
    whole: int = 0
    """Communes followed."""

    @classmethod
    def read(cls, before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> Names:
        """Read the names from tables ``indicator``, ``territory`` and ``dataset`` of both releases."""

        def rows(name: str) -> Iterator[Row]:
            for tables in (before, after):
                if name in tables:
                    yield from tables[name].iter_rows(named=True)

        communes = after["territory"]["level"] == Level.COMMUNE.value if "territory" in after else None
        return cls(
            {row["indicator"]: row for row in rows("indicator")},
            {(row["level"], row["code"], row["perimeter"]): row["name"] for row in rows("territory")},
            {row["dataset"]: row["title"] for row in rows("dataset")},
            int(communes.sum()) if communes is not None else 0,
        )

    def indicator(self, key: str) -> str:
        """Return the title of an indicator."""
        return str(self.indicators.get(key, {}).get("title") or key)

    def place(self, row: Row) -> str:
        """Return the name of a territory, its level where it is no commune."""
        name = self.territories.get((row["level"], row["code"], row["perimeter"]), row["code"])
        if row["level"] == Level.COMMUNE.value:
            return name
        level = row["level"]
        label = Level(level).label if level in set(Level) else level
        generation = row["perimeter"]
        if generation in set(Perimeter):
            label = f"{label}, {Perimeter(generation).label}"
        return f"{name} ({label})"

    def quantity(
        self, indicator: str, value: float | None, status: str | None = None, *, more: int = 0
    ) -> str:
        """Write a figure, ``more`` digits than it is shown with, or what stands for it."""
        if value is None or not math.isfinite(value):
            known = status in set(Status)
            return Status(status).label if known and status is not None else (status or "–")
        row = self.indicators.get(indicator, {})
        decimals = row.get("decimals")
        written = number(value, (decimals if decimals is not None else 2) + more)
        return f"{written}{_SIGNS.get(str(row.get('unit')), '')}"

    def revision(self, row: Row) -> tuple[str, str]:
        """Write a figure before and after it was revised, with the digits it takes to tell them apart."""
        both, key = (row["old"], row["new"]), row["indicator"]
        old, new = (self.quantity(key, value) for value in both)
        for more in range(1, MORE_DIGITS + 1):
            if old != new:
                return old, new
            old, new = (self.quantity(key, value, more=more) for value in both)
        return (old, new) if old != new else (self.quantity(key, both[0]), UNSEEN)


def summary(changes: Changes) -> str:
    """Return one sentence that counts what changed."""
    if changes.nothing:
        return NOTHING
    derived = int((changes.figures["reason"] == causes.DERIVED).fill_null(False).sum())
    revised = changes.count(REVISED) - derived
    following = f" (et {plural(derived, 'somme qui suit', 'sommes qui suivent')})" if derived else ""
    said = [
        plural(changes.count(NEW), "chiffre nouveau", "chiffres nouveaux"),
        plural(revised, "révisé", "révisés") + following,
        plural(changes.count(GONE), "disparu", "disparus"),
    ]
    more = (
        (changes.count(RESTATED), "statut changé", "statuts changés"),
        (changes.answers.height, "réponse changée", "réponses changées"),
        (changes.judgements.height, "jugement changé", "jugements changés"),
        (changes.ranks.height, "rang changé", "rangs changés"),
        (changes.territories.height, "territoire entré ou sorti", "territoires entrés ou sortis"),
        (int(changes.local["changed"].sum()), *WRITTEN),
    )
    said += [plural(count, one, many) for count, one, many in more if count]
    return f"{', '.join(said)}."


def parts(changes: Changes, names: Names, most: int | None = None) -> list[Part]:
    """Return what changed, part by part; those with nothing to say are left out.

    Args:
        changes: what changed.
        names: how things are called.
        most: rows of a table at most, the largest first; all of them by default.
    """
    found = (
        _years(changes, names),
        _per_indicator(changes, names),
        _revised(changes, names),
        _gone(changes, names),
        _answers(changes, names),
        _judgements(changes, names),
        _ranks(changes, names),
        _territories(changes, names),
        _local(changes, names),
    )
    return [_cut(part, most) for part in found if part.rows or part.lines]


def _cut(part: Part, most: int | None) -> Part:
    if most is None or len(part.rows) <= most:
        return part
    return Part(part.title, part.header, part.rows[:most], part.lines, part.numeric, len(part.rows) - most)


def _years(changes: Changes, names: Names) -> Part:
    lines = []
    for (dataset, kind), rows in changes.years.group_by("dataset", "kind", maintain_order=True):
        years = ", ".join(str(year) for year in rows["millesime"].unique().sort().to_list())
        edition = max(rows["edition"].drop_nulls().to_list(), default=None)
        what = "millésime nouveau" if kind == NEW else "millésime qui n’est plus là"
        of = f" (édition {edition})" if edition is not None else ""
        lines.append(f"{names.datasets.get(str(dataset), dataset)} : {what} : {years}{of}")
    return Part("Millésimes", lines=tuple(lines))


def _per_indicator(changes: Changes, names: Names) -> Part:
    import polars as pl

    kinds = (NEW, REVISED, GONE, RESTATED)
    counted = changes.figures.group_by("indicator").agg(
        *((pl.col("kind") == kind).sum().alias(kind) for kind in kinds),
        years=pl.col("period").filter(pl.col("kind") == NEW).unique().sort(),
    )
    rows = [
        (
            names.indicator(row["indicator"]),
            *(number(row[kind]) for kind in kinds),
            ", ".join(map(str, row["years"])),
        )
        for row in counted.iter_rows(named=True)
    ]
    header = ("Indicateur", "Nouveaux", "Révisés", "Disparus", "Statut changé", "Années nouvelles")
    return Part("Chiffres changés, par indicateur", header, tuple(sorted(rows)), numeric=(1, 2, 3, 4))


def _revised(changes: Changes, names: Names) -> Part:
    import polars as pl

    rows = changes.figures.filter(pl.col("kind") == REVISED).sort("size", descending=True, nulls_last=True)
    cells = tuple(
        (
            names.indicator(row["indicator"]),
            names.place(row),
            _period(row),
            *names.revision(row),
            _size(row["size"]),
            _reason(row),
        )
        for row in rows.iter_rows(named=True)
    )
    header = ("Indicateur", "Territoire", "Année", "Avant", "Maintenant", "Écart relatif", "Raison")
    return Part("Chiffres révisés, le plus fort d’abord", header, cells, numeric=(3, 4, 5))


def _gone(changes: Changes, names: Names) -> Part:
    import polars as pl

    rows = changes.figures.filter(pl.col("kind") == GONE)
    cells = tuple(
        (
            names.indicator(row["indicator"]),
            names.place(row),
            _period(row),
            names.quantity(row["indicator"], row["old"], row["old_status"]),
            names.quantity(row["indicator"], None, row["new_status"]),
        )
        for row in rows.iter_rows(named=True)
    )
    return Part(
        "Chiffres disparus", ("Indicateur", "Territoire", "Année", "Avant", "Maintenant"), cells, numeric=(3,)
    )


def _answers(changes: Changes, names: Names) -> Part:
    rows = tuple(
        (names.indicator(row["indicator"]), names.place(row), row["old"], row["new"])
        for row in changes.answers.iter_rows(named=True)
    )
    return Part("Réponses changées", ("Besoin", "Territoire", "Avant", "Maintenant"), rows)


def _judgements(changes: Changes, names: Names) -> Part:
    rows = tuple(
        (
            names.indicator(row["indicator"]),
            names.place(row),
            names.place({"level": row["reference_level"], "code": row["reference_code"], "perimeter": None}),
            row["old"],
            row["new"],
        )
        for row in changes.judgements.iter_rows(named=True)
    )
    header = ("Indicateur", "Territoire", "Face à", "Avant", "Maintenant")
    return Part("Jugements changés", header, rows)


def _ranks(changes: Changes, names: Names) -> Part:
    rows = sorted(changes.ranks.iter_rows(named=True), key=lambda r: -abs(r["new"] - r["old"]))
    cells = tuple((names.place(r), ordinal(r["old"]), ordinal(r["new"])) for r in rows)
    return Part("Rangs de l’ordre de priorité", ("Territoire", "Avant", "Maintenant"), cells, numeric=(1, 2))


def _territories(changes: Changes, names: Names) -> Part:
    lines = tuple(
        f"{names.place(row)} : {'entre dans' if row['kind'] == NEW else 'sort de'} ce qui est suivi"
        for row in changes.territories.iter_rows(named=True)
    )
    return Part("Territoires", lines=lines)


def _local(changes: Changes, names: Names) -> Part:
    def where(code: str | None) -> str:
        place = {"level": Level.COMMUNE.value, "code": code, "perimeter": None}
        return names.place(place) if code else "toutes les communes"

    lines = tuple(
        f"{where(row['commune'])}, {row['section']}\u00a0: {plural(row['changed'], *WRITTEN)}"
        for row in changes.local.iter_rows(named=True)
    )
    return Part("Volet local", lines=lines)


def paragraph(changes: Changes, names: Names, code: str) -> str:
    """Return one paragraph for whoever leads the project of a commune; empty when nothing changed there.

    Args:
        changes: what changed.
        names: how things are called.
        code: INSEE code of the commune.
    """
    import polars as pl

    own = (pl.col("level") == Level.COMMUNE.value) & (pl.col("code") == code)
    figures, answers = changes.figures.filter(own), changes.answers.filter(own)
    said = [
        _told(figures.filter(kind=NEW), ("chiffre nouveau", "chiffres nouveaux"), names, _new_figure),
        _told(figures.filter(kind=REVISED), ("chiffre révisé", "chiffres révisés"), names, _revised_figure),
        _told(figures.filter(kind=GONE), ("chiffre disparu", "chiffres disparus"), names, _gone_figure),
        _told(answers, ("réponse changée", "réponses changées"), names, _answer),
    ]
    ranks = changes.ranks.filter(own).iter_rows(named=True)
    said += [f"place dans l’ordre de priorité : {ordinal(r['old'])}, puis {ordinal(r['new'])}" for r in ranks]
    kept = [sentence for sentence in said if sentence]
    name = names.territories.get((Level.COMMUNE.value, code, None), code)
    return f"{name} : {'. '.join(kept)}." if kept else ""


def paragraphs(changes: Changes, names: Names) -> dict[str, str]:
    """Return the paragraph of each commune that changed, by code, in the order of their names."""
    codes = [
        (name, code) for (level, code, _), name in names.territories.items() if level == Level.COMMUNE.value
    ]
    found = {code: paragraph(changes, names, code) for _, code in sorted(set(codes))}
    return {code: text for code, text in found.items() if text}


def _told(rows: pl.DataFrame, nouns: tuple[str, str], names: Names, tell: Callable[[Row, Names], str]) -> str:
    """Count rows and spell out the first of them."""
    if rows.is_empty():
        return ""
    spelled = [tell(row, names) for row in rows.head(MOST_TOLD).iter_rows(named=True)]
    others = rows.height - len(spelled)
    if others:
        spelled.append(plural(others, "autre", "autres"))
    return f"{plural(rows.height, *nouns)} : {' ; '.join(spelled)}"


def _new_figure(row: Row, names: Names) -> str:
    shown = names.quantity(row["indicator"], row["new"], row["new_status"])
    return f"{names.indicator(row['indicator'])}, {_period(row)}, {shown}"


def _revised_figure(row: Row, names: Names) -> str:
    old, new = names.revision(row)
    said = f"{old}, {new}" if new == UNSEEN else f"{new} au lieu de {old}"
    return f"{names.indicator(row['indicator'])}, {_period(row)}, {said} ({_reason(row)})"


def _gone_figure(row: Row, names: Names) -> str:
    shown = names.quantity(row["indicator"], row["old"], row["old_status"])
    return f"{names.indicator(row['indicator'])}, {_period(row)} (c’était {shown})"


def _answer(row: Row, names: Names) -> str:
    return f"{names.indicator(row['indicator'])}, « {row['new']} » au lieu de « {row['old']} »"


def _period(row: Row) -> str:
    if row["period"] is None:
        return "année non précisée"
    return str(row["period"]) if row["stated"] else f"édition {row['period']}"


def _reason(row: Row) -> str:
    """Say why a figure was revised: which term changed, and where that term now comes from."""
    if row["reason"] is None or row["reason"] in _REASONS:
        return _REASONS.get(row["reason"] or "", "")
    several = row["term"] == causes.BOTH
    said = f"{_TERMS[row['term']]} {_source(row, several)}"
    if row["years_new"]:
        new, old = (enumeration([str(year) for year in row[name]]) for name in ("years_new", "years_old"))
        said += f" ({new} au lieu de {old})"
    return said


def _source(row: Row, several: bool) -> str:
    came, went = (", ".join(row[name] or ()) for name in ("came", "went"))
    comes = "viennent" if several else "vient"
    if row["reason"] == causes.COMPUTATION:
        changes = "changent" if several else "change"
        return f"{changes}, des mêmes fichiers : autre calcul ou autre référence"
    if row["reason"] == causes.EDITION:
        return f"{comes} de l’édition {row['edition_new']} ({came}) au lieu de {row['edition_old']}"
    if not row["came"]:
        return f"ne {comes} plus de {went}"
    if came == went:
        return f"{comes} d’une autre version de {came}"
    others = "d’un autre fichier" if len(row["came"]) == 1 else "d’autres fichiers"
    return f"{comes} {others} : {came}"


def _size(size: float | None) -> str:
    if size is None:
        return "–"
    return percent(size, 1) if size >= 0.001 else f"moins de 0,1{NBSP}%"
