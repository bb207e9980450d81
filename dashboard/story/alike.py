"""The communes like one, in words: who they are, why, and how many of them do better."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.data.peers import Alike, Peer, Standing, Trait
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator
from dashboard.story import words
from indicators.judgement import NO_DIFFERENCE, UNJUDGED
from indicators.peers import FRANCE, INSIDE, NEAREST
from sources.authority import Noun
from sources.french import capital, enumeration, plural

METHOD = (
    "Ressembler : être proche par la taille, la densité, les âges et le logement, à poids égal ; jamais par "
    f"ce qui est comparé ensuite. Au plus {NEAREST} communes, et aucune qui s’en écarte trop en moyenne."
)
COUNTED = (
    "Le premier nombre compte les communes dont le chiffre est meilleur ; « entre … et … », ce que les "
    "écarts établis et assez grands pour compter permettent d’en dire. Sans marge d’erreur connue, rien "
    "n’est jugé."
)


def where(scope: str, authority: Noun) -> str:
    """Return where communes were looked for, in words."""
    return authority.at if scope == INSIDE else "en France"


def scopes(found: Alike) -> list[str]:
    """Return where communes were looked for: the agglomeration, then France where it is known."""
    return [
        scope for scope in (INSIDE, FRANCE) if scope == INSIDE or any(p.scope == scope for p in found.peers)
    ]


def label(found: Alike, commune: str, authority: Noun) -> str:
    """Say who is alike in one line, the title of what unfolds."""
    names = [peer.name for peer in found.peers if peer.scope == INSIDE]
    if not names:
        return f"Quelles communes ressemblent à {commune} ? Aucune {authority.at}"
    told = f"{enumeration(names[:3])}…" if len(names) > 3 else enumeration(names)
    return f"Quelles communes ressemblent à {commune} ? {told}"


def opening(found: Alike, scope: str, commune: str, authority: Noun) -> str:
    """Say how many communes are alike, and that they are few when they are."""
    kept = [peer for peer in found.peers if peer.scope == scope]
    place = capital(where(scope, authority))
    if not kept:
        return f"{place}, aucune commune ne ressemble à {commune} : rien n’est compté."
    many = "commune ressemble", "communes ressemblent"
    said = f"{place}, {plural(len(kept), *many)} à {commune}"
    few = len(kept) < NEAREST
    return f"{said}, les autres s’en écartent trop : ce compte est court." if few else f"{said}."


def why(peer: Peer) -> str:
    """Say what brings two communes together, and what sets them apart."""
    told = [f"proche par : {peer.alike}"] if peer.alike else ["aucun côté très proche, aucun lointain"]
    if peer.unlike:
        told = [*([] if not peer.alike else told), f"s’en écarte par : {peer.unlike}"]
    return " ; ".join(told)


def counted(standing: Standing) -> str:
    """Return « de 4 à 8 des 10 font mieux »: no more than what is established is said to be better."""
    alone, low, high = standing.known == 1, standing.at_least, standing.at_most
    if standing.plain:
        favourable = f"{standing.ahead} des {standing.known}"
        return UNJUDGED if alone else f"{UNJUDGED} ; chiffre plus favorable pour {favourable}"
    if (low, high) == (0, standing.known):
        return NO_DIFFERENCE
    if alone:
        return f"elle {'fait' if low else 'ne fait pas'} mieux, écart établi"
    if low < high:
        return f"de {low} à {high} des {standing.known} font mieux"
    return f"{low} des {standing.known} {'font' if low > 1 else 'fait'} mieux, écarts établis"


def described(traits: Sequence[Trait], code: str) -> str:
    """Return the structure of a commune in one line, in the order its traits are declared."""
    from indicators.structure import TRAITS

    own = {trait.trait: trait for trait in traits if trait.code == code}
    told = [own[t.id] for t in TRAITS if t.id in own]
    return " · ".join(f"{t.title} : {t.shown} ({words.year(t.millesime)})" for t in told)


def standings(barometer: Barometer, found: Alike, scope: str) -> list[tuple[Indicator, Standing]]:
    """Return how the commune stands, the facts shown first before the others, then by theme."""
    known = {standing.indicator: standing for standing in found.standings if standing.scope == scope}
    kept = [(i, known[i.indicator]) for i in barometer.indicators if i.indicator in known]
    return sorted(kept, key=lambda pair: pair[0].headline or len(kept) + 99)
