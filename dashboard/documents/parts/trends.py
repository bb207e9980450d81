"""How the facts shown first for a commune have moved: one small picture each, beside the authority."""

from __future__ import annotations

from dashboard.charts.palette import LIGHT
from dashboard.charts.trend import small_trend
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Paragraph, Picture
from dashboard.story import places
from dashboard.story.everywhere import producers
from dashboard.story.evolution import Small, around, small_of, small_words
from dashboard.story.headlines import first_facts
from sources.french import typographic

TITLE = "L’évolution"
WIDE, HIGH = 330.0, 200.0
_WIDTH_CM = 8.0


def blocks(dossier: Dossier) -> list[Block]:
    """Return the pictures of the facts that have figures of several years."""
    beside = around(dossier.barometer, dossier.commune)
    facts = first_facts(dossier.barometer, dossier.commune, dossier.readings)
    found = [small for fact in facts if (small := small_of(dossier.barometer, fact.reading, beside))]
    drawn = [small for small in found if len(small.points) > 1]
    if not drawn:
        told = "Aucun des chiffres à dire d’abord n’est connu pour plusieurs années."
        return [Paragraph(typographic(told), "note")]
    name = places.the_short(dossier.commune)
    how = (
        f"Trait plein : {name} ; tirets : {dossier.authority.the}. Chaque graphique a sa propre échelle. Un "
        "trait vertical pointillé est une rupture de méthode ; deux points qui ne se comparent pas ne sont "
        "pas reliés."
    )
    return [Paragraph(typographic(how), "note"), *(_picture(dossier, small) for small in drawn)]


def _picture(dossier: Dossier, small: Small) -> Picture:
    told = small_words(dossier.commune, small)
    source = producers(dossier.barometer, [small.value])
    return Picture(
        small_trend(dossier.commune, small, LIGHT),
        typographic(f"{small.indicator.short_title}. {told} Source : {source}."),
        typographic(f"{small.indicator.short_title}, évolution. {told}"),
        _WIDTH_CM,
        (WIDE, HIGH),
    )
