"""The numbers the answers of a release must reach, counted on the release itself.

Belongs here: counting, each number apart so that another check is one function more. Does not belong here:
what is counted, nor printing it (``pipelines.answers_command``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from indicators.analysis.answers import NIVEAUX, Niveau, Repartition
from indicators.analysis.choice import REFERENCES, scored, themes
from indicators.analysis.measures import ANALYSIS
from indicators.frames import is_usable
from indicators.judgement import NO_DIFFERENCE
from indicators.multiple import ONE_INDICATOR, SHOWN_TOGETHER, chance, kept
from sources.french import MINUS, NARROW, percent
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

FEW_TO_COMPARE = 0.15
"""Share of the answers about communes that may stay without a level."""


@dataclass(frozen=True)
class Number:
    """One number, what it is out of, and whether it is what it must be."""

    label: str
    count: int
    whole: int | None
    wanted: str
    reached: bool


@dataclass(frozen=True)
class Counted:
    """What the numbers are counted on."""

    analysis: pl.DataFrame
    values: pl.DataFrame
    comparisons: pl.DataFrame

    def said(self, level: Level) -> pl.DataFrame:
        """One row per need and territory of a level: ``indicator``, ``theme``, ``code`` and the answers.

        Returns:
            Those columns, and one column of French words per part of an answer (``niveau``, ``repartition``,
            ``mot`` and the certainty of each), null where a part has no answer.
        """
        import polars as pl

        said = ("niveau", "niveau_certitude", "repartition", "repartition_certitude", "mot", "mot_certitude")
        rows = self.analysis.filter(
            (pl.col("analysis") == ANALYSIS)
            & (pl.col("level") == level.value)
            & pl.col("indicator").is_not_null()
            & pl.col("measure").is_in(said)
        )
        return rows.pivot("measure", on_columns=said, index=["indicator", "theme", "code"], values="text")


def words(counted: Counted, level: Level) -> pl.DataFrame:
    """Count the needs of a level under each word, by certainty: ``mot``, ``mot_certitude``, ``len``.

    Returns:
        One row per word and certainty, sorted; ``len`` counts needs of territories.
    """
    return counted.said(level).group_by("mot", "mot_certitude").len().sort("mot", "mot_certitude")


def numbers(counted: Counted) -> Iterator[Number]:
    """Count everything that has a number to reach."""
    for check in CHECKS:
        yield check(counted)


def _every(label: str, kept: set[str], expected: set[str]) -> Number:
    return Number(label, len(kept & expected), len(expected), "tous", expected <= kept)


def _spread(counted: Counted) -> Number:
    """The authority's répartition, of every need whose communes have counts."""
    import polars as pl

    judged = [i.id for theme in themes() for i in scored(theme)]
    expected = counted.values.filter(
        (pl.col("level") == Level.COMMUNE.value)
        & pl.col("numerator").is_not_null()
        & pl.col("indicator").is_in(judged)
        & is_usable(pl.col("status"))
    )
    known = counted.said(Level.EPCI).filter(pl.col("repartition") != Repartition.UNKNOWN.value)
    label = "Répartition dans l’intercommunalité, indicateurs qui ont des effectifs par commune"
    return _every(label, set(known["indicator"]), set(expected["indicator"]))


def _level(counted: Counted) -> Number:
    """The authority's niveau, of every need that has a reference of the year and an error that is known."""
    import polars as pl

    wider = [level.value for level in REFERENCES[Level.EPCI]]
    # A neighbour concept is shown apart, never compared.
    judged = [(i.id, s.id) for theme in themes() for i in scored(theme) for s in i.series if s.scored]
    series = pl.DataFrame(judged, schema=["indicator", "series"], orient="row")
    compared = counted.comparisons.join(series, on=["indicator", "series"], how="semi").filter(
        (pl.col("level") == Level.EPCI.value)
        & pl.col("judgement").is_not_null()
        & pl.col("reference_level").is_in(wider)
        & pl.col("millesime").is_not_null()
        & (pl.col("millesime") == pl.col("reference_millesime"))
    )
    known = counted.said(Level.EPCI).filter(pl.col("niveau") != Niveau.UNKNOWN.value)
    label = "Niveau de l’intercommunalité, indicateurs à référence de l’année et à marge connue"
    return _every(label, set(known["indicator"]), set(compared["indicator"]))


def _themes(counted: Counted) -> Number:
    silent = {theme.value for theme in themes()} - set(counted.said(Level.EPCI)["theme"])
    return Number("Thèmes de l’intercommunalité sans réponse", len(silent), len(themes()), "0", not silent)


def _communes(counted: Counted) -> Number:
    import polars as pl

    said = counted.said(Level.COMMUNE)
    unknown = said.filter(pl.col("niveau") == Niveau.UNKNOWN.value).height
    label = "Réponses des communes dont le niveau reste à comparer"
    wanted = f"au plus {percent(FEW_TO_COMPARE)}"
    return Number(label, unknown, said.height, wanted, unknown <= FEW_TO_COMPARE * said.height)


def _judgements(counted: Counted) -> Number:
    """Judgements that the interval printed beside them contradicts."""
    import polars as pl

    judged = counted.comparisons.filter(pl.col("judgement").is_not_null() & pl.col("gap_lower").is_not_null())
    holds = (pl.col("gap_lower") <= 0) & (pl.col("gap_upper") >= 0)
    wrong = judged.filter(holds != (pl.col("judgement") == NO_DIFFERENCE)).height
    return Number("Jugements contraires à leur propre intervalle", wrong, judged.height, "0", not wrong)


def _one_strength(counted: Counted) -> Number:
    """Needs whose level is not the one their comparison says."""
    import polars as pl

    place = ["indicator", "level", "code", "millesime", "reference_level", "reference_code"]
    scored_series = [(i.id, s.id) for theme in themes() for i in scored(theme) for s in i.series if s.scored]
    series = pl.DataFrame(scored_series, schema=["indicator", "series"], orient="row")
    compared = counted.comparisons.join(series, on=["indicator", "series"], how="semi").select(
        *place, "judgement"
    )
    told = counted.analysis.filter((pl.col("analysis") == ANALYSIS) & (pl.col("measure") == "niveau"))
    rows = told.filter(pl.col("reference_code").is_not_null()).join(compared, on=place).unique(place)
    wrong = sum(NIVEAUX[said] != niveau for said, niveau in rows.select("judgement", "text").iter_rows())
    label = "Besoins dont la réponse et la comparaison ne disent pas la même chose"
    return Number(label, wrong, rows.height, "0", not wrong)


def _together(counted: Counted) -> Number:
    """Gaps reported as established that Benjamini–Hochberg does not keep among those of one page."""
    import polars as pl

    together = pl.col("gap_confidence").is_not_null() & pl.col("level").is_in(SHOWN_TOGETHER)
    judged = counted.comparisons.filter(together).with_columns(_p=chance(1 - pl.col("gap_confidence")))
    wrong = 0
    for _, family in judged.group_by(ONE_INDICATOR):
        said = (family["judgement"] != NO_DIFFERENCE).to_numpy()
        wrong += int((said & ~kept(family["_p"].to_numpy())).sum())
    label = "Écarts dits établis que le nombre d’écarts de la page défait (Benjamini-Hochberg)"
    return Number(label, wrong, judged.height, "0", not wrong)


def _told(counted: Counted) -> pl.DataFrame:
    """Sentences that give a change its direction, with the interval it is read with."""
    import polars as pl

    return counted.analysis.filter(
        (pl.col("analysis") == "trend") & pl.col("text").str.contains(r"^(?:Hausse|Baisse) de ")
    )


def _directions(counted: Counted) -> Number:
    """Directions given to a change that sampling, counting or rounding may explain."""
    import polars as pl

    told = _told(counted)
    beyond = (pl.col("lower") > 0) | (pl.col("upper") < 0)
    wrong = told.filter(~beyond.fill_null(False)).height
    return Number("Sens d’évolution que le hasard ou l’arrondi explique", wrong, told.height, "0", not wrong)


_WRITTEN = re.compile(r"(Hausse|Baisse) de (.+?), de (.+?) en \d{4} à (.+?) en \d{4}")


def adds_up(sentence: str) -> bool:
    """Whether the change a sentence writes is the difference of the two figures it writes."""
    found = _WRITTEN.match(sentence)
    if found is None:
        return True
    moved, start, end = (_first_number(part) for part in found.groups()[1:])
    return end - start == (moved if found[1] == "Hausse" else -moved)


def _first_number(written: str) -> Decimal:
    found = re.match(rf"{MINUS}?[\d{NARROW}]+(?:,\d+)?", written)
    if found is None:
        raise ValueError(f"« {written} » ne commence par aucun nombre")
    return Decimal(found[0].replace(NARROW, "").replace(MINUS, "-").replace(",", "."))


def _sums(counted: Counted) -> Number:
    told = _told(counted)["text"].to_list()
    wrong = sum(not adds_up(text) for text in told)
    return Number("Évolutions écrites qui ne tombent pas juste", wrong, len(told), "0", not wrong)


CHECKS: tuple[Callable[[Counted], Number], ...] = (
    _spread,
    _level,
    _themes,
    _communes,
    _judgements,
    _one_strength,
    _together,
    _directions,
    _sums,
)
"""Every number to reach, in the order it is printed."""
