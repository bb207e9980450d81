"""General or concentrated: from measures to answers and sentences, of each need, theme and the whole.

Belongs here: reading the measures back from the table ``analysis`` and writing answers beside them, under any
constants. Does not belong here: the rules themselves (``indicators.analysis.answers``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indicators.analysis.answers import (
    CONSTANTS,
    Answer,
    Certainty,
    Constants,
    Gap,
    Niveau,
    Spread,
    Word,
    answer,
)
from indicators.analysis.choice import scored, themes
from indicators.analysis.measures import ANALYSIS, measures
from indicators.analysis.sentences import Case, level_sentence, place, spread_sentence, theme_sentence
from indicators.analysis.spread import CANTONS
from indicators.registry import by_id
from indicators.resolve import TerritoryView
from indicators.scales import Estimate
from sources.authority import ANY_NOUN, Noun
from sources.french import NBSP, enumeration, lowered
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

Names = Mapping[tuple[str, str], str]
"""Name of a territory by level and code."""

Row = dict[str, Any]

ANSWERS = (
    *("niveau", "niveau_certitude", "repartition", "repartition_certitude"),
    *("mot", "mot_certitude", "phrase_niveau", "phrase_repartition"),
)
"""Measures written here; every other one of the analysis is measured."""

UNSURE = " (à la limite)"
"""Added to a need whose word is on the edge."""

_JUDGED = (Level.EPCI.value, Level.GROUPE.value, Level.COMMUNE.value)


def rows(
    values: pl.DataFrame,
    comparisons: pl.DataFrame,
    territories: TerritoryView,
    constants: Constants = CONSTANTS,
    authority: Noun = ANY_NOUN,
) -> pl.DataFrame:
    """Give the whole analysis: measures, answers of every need, lists of every theme and of the whole.

    Args:
        values: Table ``value``.
        comparisons: Table ``comparison``: how high a need is follows from what it says of the gap.
        territories: Territories, with their names and memberships.
        constants: Thresholds of the answers.
        authority: What the authority is called in a sentence.

    Returns:
        Rows of the table ``analysis``.
    """
    import polars as pl

    measured = measures(values, comparisons, territories)
    named = territories.territory.select("level", "code", "name").iter_rows()
    names = {(level, code): name for level, code, name in named}
    return pl.concat([measured, judge(measured, names, constants, authority)])


def judge(
    measured: pl.DataFrame, names: Names, constants: Constants = CONSTANTS, authority: Noun = ANY_NOUN
) -> pl.DataFrame:
    """Write the answers that some measures give under some constants.

    A page that lets a reader move a threshold calls this on the published rows: nothing else is computed.

    Args:
        measured: Rows of the analysis, answers already there being ignored.
        names: Names of the territories.
        constants: Thresholds.
        authority: What the authority is called in a sentence.

    Returns:
        Rows of the table ``analysis``: the :data:`ANSWERS` of each need; then per theme (no indicator) and
        overall (no theme either) ``phrase`` and, for each word, ``mot_<n>`` whose value counts its needs.
    """
    import polars as pl

    from indicators.analysis import analysis_rows, analysis_schema

    kept = measured.filter(
        (pl.col("analysis") == ANALYSIS)
        & pl.col("indicator").is_not_null()
        & pl.col("level").is_in(_JUDGED)
        & pl.col("measure").is_in(ANSWERS).not_()
    )
    found: list[Row] = []
    given: dict[tuple[str, str], dict[str, Answer]] = {}
    needs: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in kept.iter_rows(named=True):
        needs.setdefault((row["level"], row["code"], row["indicator"]), {})[row["measure"]] = row
    for (level, code, indicator), facts in needs.items():
        if "sans_reponse" in facts:
            continue
        at = level, code
        said = answer(*_evidence(facts), constants)
        given.setdefault(at, {})[indicator] = said
        found += _need_rows(
            replace(_case(indicator, Level(level), names, facts, at), authority=authority), said, facts
        )
    for at, answers in given.items():
        where = place(Level(at[0]), names[at], authority)
        found += _whole_rows(at, where, answers)
    schema = {name: dtype for name, dtype in analysis_schema().items() if name != "analysis"}
    return analysis_rows(pl.DataFrame(found, schema=schema).with_columns(analysis=pl.lit(ANALYSIS)))


def _estimate(facts: Mapping[str, Row], measure: str) -> Estimate | None:
    row = facts.get(measure)
    return Estimate(row["value"], row["lower"], row["upper"]) if row else None


def _gap(facts: Mapping[str, Row]) -> Gap | None:
    at = _estimate(facts, "ecart")
    if at is None:
        return None
    printed = _estimate(facts, "ecart_imprime")
    low, high = (printed.lower, printed.upper) if printed is not None else (None, None)
    return Gap(at, low, high, facts["bande"]["value"])


def _evidence(facts: Mapping[str, Row]) -> tuple[Gap | None, Spread]:
    """Read what the answers rest on."""
    zones, quarters = _estimate(facts, "dissimilarite_relative"), _estimate(facts, "inegalite_quartiers")
    share = facts["part_besoin"]["value"] if "part_besoin" in facts else None
    spread = Spread(
        zones=zones,
        half=_estimate(facts, "moitie_manque"),
        quarters=quarters,
        share=share,
        approximate="approche" in facts or (zones is None and share is None),
    )
    return _gap(facts), spread


def _case(
    indicator: str, level: Level, names: Names, facts: Mapping[str, Row], place: tuple[str, str]
) -> Case:
    def text(measure: str) -> str:
        return (facts[measure]["text"] or "") if measure in facts else ""

    inner = _inner(facts)
    reference = facts["ecart"]["reference_level"] if "ecart" in facts else None
    held = text("moitie_communes").split(", ") if text("moitie_communes") else []
    return Case(
        indicator=by_id(indicator),
        level=level,
        name=names[place],
        reference=Level(reference) if reference else None,
        figures=text("ecart"),
        period=text("bande"),
        inner_period=text("periode") or (str(inner) if inner is not None else ""),
        cantons=text("approche") == CANTONS,
        quarters=(facts["quartiers"]["perimeter"] or "")[-4:] if "quartiers" in facts else "",
        numbers={measure: row["value"] for measure, row in facts.items() if row["value"] is not None},
        communes=[names[Level.COMMUNE.value, code] for code in held],
        middle=(text("quartier_du_milieu"), text("ensemble")) if "ensemble" in facts else None,
        unreferenced=text("sans_reference") or text("sans_marge"),
        unseen=text("sans_repartition"),
    )


def _inner(facts: Mapping[str, Row]) -> int | None:
    """Year of the inside."""
    found = next((facts[m] for m in ("dissimilarite_relative", "quartiers") if m in facts), None)
    return found["millesime"] if found else None


def _need_rows(case: Case, said: Answer, facts: Mapping[str, Row]) -> Iterator[Row]:
    first = next(iter(facts.values()))
    at = {name: first[name] for name in ("indicator", "theme", "level", "code")}
    outer = facts.get("ecart") or facts.get("sans_reference") or first
    compared = {**at, **{n: outer[n] for n in ("millesime", "reference_level", "reference_code")}}
    inside = {**at, "millesime": _inner(facts)}
    sentences = level_sentence(case, said), spread_sentence(case, said)
    yield {**compared, "measure": "niveau", "text": said.niveau.value}
    yield {**compared, "measure": "niveau_certitude", "text": said.niveau_certainty.value}
    yield {**inside, "measure": "repartition", "text": said.repartition.value}
    yield {**inside, "measure": "repartition_certitude", "text": said.repartition_certainty.value}
    yield {**at, "measure": "mot", "text": said.word.value}
    yield {**at, "measure": "mot_certitude", "text": said.certainty.value}
    yield {**compared, "measure": "phrase_niveau", "text": sentences[0]}
    yield {**inside, "measure": "phrase_repartition", "text": sentences[1]}


def _whole_rows(territory: tuple[str, str], where: str, answers: Mapping[str, Answer]) -> Iterator[Row]:
    """List the needs of each theme, then of all, under each word."""
    at = {"level": territory[0], "code": territory[1]}
    for theme in (*themes(), None):
        needs = [i.id for t in themes() if theme in (t, None) for i in scored(t) if i.id in answers]
        if not needs:
            continue
        # In a theme one measure of each need is listed, lest two of them seem to disagree.
        stands = {one: one for one in needs} if theme is None else _one_each(needs, answers)
        told = _told([one for one in needs if one in stands.values()], answers)
        key = {**at, "theme": theme.value if theme else None}
        for rank, word in enumerate(Word):
            if word in told:
                named = ", ".join(told[word])
                yield {**key, "measure": f"mot_{rank:02d}", "value": float(len(told[word])), "text": named}
        yield {
            **key,
            "measure": "phrase",
            "text": theme_sentence(theme, where, told, _others(stands, answers)),
        }


def _told(needs: Sequence[str], answers: Mapping[str, Answer]) -> dict[Word, list[str]]:
    """Needs under each word, in the order of the words."""
    listed = {word: [_named(one, answers) for one in needs if answers[one].word is word] for word in Word}
    return {word: named for word, named in listed.items() if named}


def _one_each(needs: Sequence[str], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Give what stands for each measure: the one known best, compared, then surest, then declared first."""
    order = list(Certainty)

    def rank(one: str) -> tuple[bool, int, int]:
        said = answers[one]
        return said.niveau is Niveau.UNKNOWN, order.index(said.certainty), needs.index(one)

    best: dict[str, str] = {}
    for one in needs:
        need = by_id(one).same_need or one
        best[need] = min(one, best.get(need, one), key=rank)
    return {one: best[by_id(one).same_need or one] for one in needs}


def _others(stands: Mapping[str, str], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Say, by each need that is listed, what its other measures say: the table beside has their gaps."""
    found: dict[str, str] = {}
    for kept in dict.fromkeys(stands.values()):
        same: dict[str, list[str]] = {}
        other: dict[str, list[str]] = {}
        for one in (one for one, listed in stands.items() if listed == kept != one):
            said = answers[one]
            edge = f", {Certainty.EDGE.value}," if said.certainty is Certainty.EDGE else ""
            if said.word is answers[kept].word:
                same.setdefault(f"de même{edge}", []).append(lowered(by_id(one).need))
            else:
                told = f"«{NBSP}{said.word.value}{NBSP}»{edge} pour"
                other.setdefault(told, []).append(lowered(by_id(one).need))
        likewise, apart = (
            f"{NBSP}; ".join(f"{told} {enumeration(needs)}" for told, needs in words.items())
            for words in (same, other)
        )
        if likewise or apart:
            found[_named(kept, answers)] = f"{NBSP}; ".join(
                filter(None, (likewise, apart and f"mais {apart}"))
            )
    return found


def _named(one: str, answers: Mapping[str, Answer]) -> str:
    return lowered(by_id(one).need) + (UNSURE if answers[one].certainty is Certainty.EDGE else "")
