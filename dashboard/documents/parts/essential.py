"""What a mayor reads first, on two pages: the map, six figures, three needs, three questions to decide."""

from __future__ import annotations

from dashboard.documents import standouts, wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import (
    Block,
    Bullets,
    Cell,
    Column,
    Heading,
    PageBreak,
    Paragraph,
    table_or_reason,
)
from dashboard.documents.parts import base, place
from dashboard.documents.standouts import Change, Item
from dashboard.story import places, words
from dashboard.story.headlines import first_facts, standing
from dashboard.story.progress import Move, move
from dashboard.story.readings import against, when
from indicators.judgement import UNJUDGED
from sources.french import capital, enumeration, lowered, typographic

TITLE = "L’essentiel"
_ASKED = ("", "Une question à décider", "Deux questions à décider", "Trois questions à décider")
_COUNTED = ("Les besoins", "Un besoin", "Deux besoins", "Trois besoins")


def blocks(dossier: Dossier) -> list[Block]:
    """Return the two pages."""
    found = standouts.standouts(dossier)
    questions = _questions(dossier, found)
    return [
        *place.plan_blocks(dossier),
        _figures(dossier),
        PageBreak(),
        Heading(f"{_COUNTED[len(found.fragilities)]} d’abord"),
        *_needs(dossier, found),
        Heading(_ASKED[len(questions)]),
        Bullets(tuple(map(typographic, questions))),
    ]


def _figures(dossier: Dossier) -> Block:
    rows: list[tuple[Cell, ...]] = []
    for fact in first_facts(dossier.barometer, dossier.commune, dossier.readings):
        reading, told = fact.reading, fact.against
        shown = reading.shown
        known = shown is not None and shown.usable
        judged = (told.comparison.judgement if told else "") or UNJUDGED
        rows.append(
            (
                Cell(
                    typographic(reading.indicator.short_title),
                    dossier.sources.refer(shown) if shown is not None and known else "",
                ),
                wording.brief(wording.shown_cell(reading, dossier.barometer)),
                wording.brief(wording.reference_cell(reading, dossier.barometer)),
                Cell(capital(judged) if known else wording.NONE, typographic(fact.standing)),
                wording.evolution_cell(reading),
            )
        )
    columns = (
        Column("Indicateur", 3.7),
        Column(typographic(dossier.commune.name)[:40], 3.3, right=True),
        Column(dossier.authority.label, 3.1, right=True),
        Column("Face à la référence", 4.2),
        Column("Évolution", 2.7, right=True),
    )
    reason = "Aucun des chiffres à dire d’abord n’est connu pour cette commune."
    return table_or_reason(typographic("Les chiffres à retenir"), columns, rows, reason)


def _needs(dossier: Dossier, found: standouts.Standouts) -> list[Block]:
    name = places.of(dossier.commune.name, dossier.commune.level)
    out: list[Block] = [standouts.callout(dossier, "fragility", item) for item in found.fragilities]
    if not out:
        out.append(
            Paragraph(typographic(f"Aucun chiffre {name} ne signale de besoin plus fort qu’ailleurs."))
        )
    if found.strengths:
        told = [_better(dossier, item) for item in found.strengths]
        opens = "À l’inverse, ce" if found.fragilities else "Ce"
        out.append(Paragraph(typographic(f"{opens} qui est mieux ou en progrès : {' ; '.join(told)}.")))
    return out


def _better(dossier: Dossier, item: Item) -> str:
    """Name what is or goes better; of what moves, say too which way, and where it leaves the commune."""
    title = lowered(item.reading.indicator.short_title)
    moves = isinstance(item, Change) or move(item.reading) is Move.WORSE
    return f"{title} ({standing(dossier.barometer, item.reading)})" if moves else title


def _questions(dossier: Dossier, found: standouts.Standouts) -> list[str]:
    """Return where to act, what to aim at and with whom, each about one of the needs.

    A commune without any is asked what to keep, and what these figures do not show.
    """
    needs = found.fragilities
    if not needs:
        better = [one for one in found.strengths if not isinstance(one, Change)][:1]
        kept = [
            f"Qu’est-ce qui est mieux ici, et comment le garder ? {_compared(dossier, one)}."
            for one in better
        ]
        return [*kept, "Quel besoin, que ces chiffres ne montrent pas, faut-il suivre dans la commune ?"]
    where, aim, whom = (needs[min(rank, len(needs) - 1)] for rank in range(3))
    return [_where(dossier, where), _aim(dossier, aim), _whom(dossier, whom)]


def _where(dossier: Dossier, item: Item) -> str:
    indicator = item.reading.indicator
    told = dossier.findings("reponse", indicator.indicator)[:1]
    quarters = [quarter.name for quarter in dossier.current_quarters]
    some = f"d’abord dans les quartiers prioritaires ({enumeration(quarters)})" if quarters else ""
    asked = f"Faut-il agir dans toute la commune, ou {some or 'd’abord pour les ménages les plus exposés'} ?"
    return " ".join(("Où agir ?", *told, asked))


def _compared(dossier: Dossier, item: Item) -> str:
    """Return the last figure of a need and its reference, both of one year where there are two."""
    reading, indicator = item.reading, item.reading.indicator
    told = against(dossier.barometer, reading)
    # The two figures of a comparison are of one year, which may not be the last.
    value = told.value if told is not None else reading.shown
    assert value is not None
    assert value.value is not None
    said = f"{indicator.short_title} : {wording.number(value.value, indicator)} ({when(value)})"
    if value is not reading.shown and reading.shown is not None and reading.shown.value is not None:
        latest = f"{wording.number(reading.shown.value, indicator)} ({when(reading.shown)}), sans référence"
        said = (
            f"{indicator.short_title} : {latest} ; {wording.number(value.value, indicator)} ({when(value)})"
        )
    if told is not None:
        found = dossier.barometer.territory(told.comparison.reference_level, told.comparison.reference_code)
        name = places.the_short(found) if found is not None else "la référence"
        said += f", contre {wording.number(told.comparison.reference_value, indicator)} pour {name}"
    newer = reading.newer
    if newer is not None and newer.usable and newer.value is not None:
        said += f" ; {wording.number(newer.value, indicator)} en {when(newer)}"
    return said


def _aim(dossier: Dossier, item: Item) -> str:
    reading, indicator = item.reading, item.reading.indicator
    smallest = base.start(dossier, dossier.commune, reading).smallest
    least = ""
    if smallest is not None:
        change = words.gap(base.visible(smallest, indicator), indicator.unit, indicator.decimals)
        least = f" Un changement de moins de {change.removeprefix('+')} ne se verrait pas dans les chiffres."
    return f"Que viser en {base.END} ? {_compared(dossier, item)}.{least} Quel niveau veut-on atteindre ?"


def _whom(dossier: Dossier, item: Item) -> str:
    indicator = item.reading.indicator
    engaged = [
        entry
        for entry in dossier.local.of_commune("engagements", dossier.commune.code)
        if entry["indicateur"] == indicator.indicator
    ]
    partners = enumeration(list(dict.fromkeys(entry["partenaire"] for entry in engaged)))
    known = f"Déjà engagés : {partners}." if partners else "Aucun engagement n’est encore inscrit."
    title = lowered(indicator.short_title)
    return f"Avec qui ? {known} Quel partenaire agit sur « {title} », avec quels moyens, et pour quand ?"
