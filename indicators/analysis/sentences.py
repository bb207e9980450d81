"""Both answers in French sentences that an elected member can read aloud.

Belongs here: the sentences. Does not belong here: the words of each need (``Indicator.need``), answering
(``indicators.analysis.answers``) nor computing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from indicators.analysis.answers import Answer, Certainty, Niveau, Repartition, Word
from indicators.analysis.choice import WHOLE
from indicators.analysis.zones import SHARE_BAND
from indicators.model import Indicator, Theme
from indicators.scales import HALF
from sources.authority import ANY_NOUN, Noun
from sources.french import NBSP, at_town, capital, enumeration, lowered, of, percent, plural
from sources.vocabulary import Level

_LEVEL_VERBS = {
    Niveau.HIGHER: "dépasse le niveau",
    Niveau.SIMILAR: "atteint à peu près le niveau",
    Niveau.LOWER: "reste sous le niveau",
}
_NOT_APART = "ne se distingue pas nettement du niveau"
"""Said of a gap that chance may explain: neither above, nor below, nor surely alike."""
_SPREAD_VERBS = {
    Repartition.EVERYWHERE: ("se retrouve partout", "se retrouver partout"),
    Repartition.UNEVEN: ("s’accentue par endroits", "s’accentuer par endroits"),
    Repartition.CONCENTRATED: ("se concentre en peu d’endroits", "se concentrer en peu d’endroits"),
}


@dataclass(frozen=True)
class Case:
    """A need in a territory, with what the sentences quote."""

    indicator: Indicator
    level: Level
    name: str
    authority: Noun = ANY_NOUN
    reference: Level | None = None
    figures: str = ""
    """« 17,1 % contre 15,2 % »."""
    period: str = ""
    inner_period: str = ""
    """Year or period of the figures of the inside."""
    quarters: str = ""
    """Year of the perimeters of the priority quarters."""
    cantons: bool = False
    """Whether the communes have the figure of their canton."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Measures of the inside, by name."""
    communes: Sequence[str] = ()
    """Names of the fewest communes that hold half of the need."""
    middle: tuple[str, str] | None = None
    """Figures of the quarter in the middle and of the territory."""
    unreferenced: str = ""
    unseen: str = ""


def place(level: Level, name: str, authority: Noun) -> str:
    """Return « dans l’agglomération », « à Denain »."""
    if level is Level.GROUPE:
        return f"dans l’ensemble «{NBSP}{name}{NBSP}»"
    if level is Level.EPCI:
        return authority.at
    return at_town(name)


def level_sentence(case: Case, answer: Answer) -> str:
    """Write how high the need is, with both figures."""
    where = capital(place(case.level, case.name, case.authority))
    need = lowered(case.indicator.need)
    if answer.niveau is Niveau.UNKNOWN or case.reference is None:
        return f"{where}, {need} reste à comparer{NBSP}: {case.unreferenced}."
    edge = answer.niveau_certainty is Certainty.EDGE
    verb = _NOT_APART if edge else _LEVEL_VERBS[answer.niveau]
    against = case.authority.the if case.reference is Level.EPCI else WHOLE[case.reference]
    return f"{where}, {need} {verb} {of(against)} ({_label(case)}, {case.period}{NBSP}: {case.figures})."


def spread_sentence(case: Case, answer: Answer) -> str:
    """Write how the need is spread, with who carries it."""
    need = case.indicator.need
    where = place(case.level, case.name, case.authority)
    if answer.repartition is Repartition.UNKNOWN:
        about = f"{capital(where)}, rien ne dit où se trouve {lowered(need)}"
        return f"{about}{NBSP}: {case.unseen}." if case.unseen else f"{about}."
    verb = _sure(_SPREAD_VERBS[answer.repartition], answer.repartition_certainty)
    aside, among = _among_communes(case, answer.repartition)
    quarters = _quarters(case)
    clauses = [clause for clause in (among, quarters or _priority(case)) if clause]
    told = f"{NBSP}: {f'{NBSP}; '.join(clauses)}" if clauses else ""
    # A bare rate is named; shares of people name themselves.
    named = _label(case) if quarters and quarters == _middle(case) else ""
    generation = f"quartiers de {case.quarters}" if quarters and case.quarters else ""
    dated = ", ".join(filter(None, (named, case.inner_period, generation)))
    return f"{capital(where)}, {lowered(need)} {verb}{aside}{told}{f' ({dated})' if dated else ''}."


def _label(case: Case) -> str:
    return lowered(case.indicator.short_title).replace(" (", ", ").replace(")", "")


def theme_sentence(
    theme: Theme | None,
    where: str,
    words: Mapping[Word, Sequence[str]],
    others: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """List the needs of a theme, or of all of them, under each word.

    Args:
        theme: The theme; null for all of them.
        where: « à Denain », as :func:`place` says it.
        words: Needs in noun phrases under each word, in the order of the sentence.
        others: What the other measures of some needs say, by the need as it is listed.
    """

    def told(need: str) -> str:
        more = others.get(need)
        return f"{need} ({more})".replace(f") ({more}", f"{NBSP}; {more}") if more else need

    listed = f"{NBSP}; ".join(
        f"{word.value}{NBSP}: {enumeration(list(map(told, needs)))}" for word, needs in words.items()
    )
    if theme is None:
        counts = ", ".join(
            f"{plural(len(needs), 'besoin')} «{NBSP}{word.value}{NBSP}»" for word, needs in words.items()
        )
        return f"Tous thèmes réunis, {where}{NBSP}: {counts}."
    return f"{theme.label}, {where} – {listed}."


def _among_communes(case: Case, said: Repartition) -> tuple[str, str]:
    """What the communes show: an aside that tempers the answer, and the clause that bears it out."""
    if case.level is Level.COMMUNE:
        return "", ""
    numbers, concerned = case.numbers, case.indicator.people[0]
    counted = bool(concerned) and "moitie_communes" in numbers
    worse = _worse(case, case.indicator.people[1] if counted else "des habitants")
    if said is Repartition.EVERYWHERE:
        none = "aucun canton" if case.cantons else "aucune commune"
        among = f"{none} ne s’écarte nettement de l’ensemble" if worse == "" else ""
        return f", même si {worse}" if worse else "", _fewest(case) if counted else among
    if counted and numbers["moitie_communes_besoin"] > SHARE_BAND * numbers["moitie_communes_base"]:
        return "", _half(case)
    if worse == "":
        none = ", sans qu’aucune commune s’écarte nettement de l’ensemble"
        return none, _fewest(case) if counted else ""
    return "", worse or ""


def _half(case: Case) -> str:
    """Few hold half of the need; where they are half of the base too, what they hold says more."""
    concerned, among = case.indicator.people
    count, base = int(case.numbers["moitie_communes"]), case.numbers["moitie_communes_base"]
    if SHARE_BAND * base > HALF:
        return _fewest(case)
    where = f"{count} communes, qui ont" if count > 1 else f"une commune, {case.communes[0]}, qui a"
    return f"la moitié {concerned} se trouve dans {where} {percent(base)} {among}"


def _fewest(case: Case) -> str:
    """The fewest communes that hold half of the need, with what they hold and their share of the base."""
    count = int(case.numbers["moitie_communes"])
    who = f"{count} communes" if count > 1 else f"une commune, {case.communes[0]},"
    shares = (case.numbers[f"moitie_communes_{side}"] for side in ("besoin", "base"))
    return _held(case, who, *shares, one=count == 1)


def _held(case: Case, who: str, need: float, base: float, *, one: bool = False) -> str:
    """What a part holds of the need and of the base; in words where the two are worth the same."""
    concerned, among = case.indicator.people
    told = (
        f"{who} {'réunit' if one else 'réunissent'} {percent(need)} {concerned} pour {percent(base)} {among}"
    )
    # Of the shares as they are read: 26 % for 24 % has one tale.
    low, high = sorted((round(need, 2), round(base, 2)))
    alike = high <= SHARE_BAND * low
    return f"{told}, soit à peu près {'sa' if one else 'leur'} part" if alike else told


def _worse(case: Case, among: str) -> str | None:
    """The communes that are clearly worse; empty where none is, null where it is not known."""
    if "plus_touchees_communes" not in case.numbers:
        return None
    count = int(case.numbers["plus_touchees_communes"])
    if not count:
        return ""
    share = percent(case.numbers["plus_touchees_population"])
    who = f"{count} communes, qui ont" if count > 1 else "une commune, qui a"
    if case.cantons:
        verb = "sont dans un canton nettement plus touché" if count > 1 else "est dans un canton plus touché"
    else:
        verb = "sont nettement plus touchées" if count > 1 else "est nettement plus touchée"
    return f"{who} {share} {among}, {verb} que l’ensemble"


def _whole(case: Case) -> str:
    return {Level.EPCI: case.authority.the, Level.GROUPE: "cet ensemble"}.get(case.level, "la commune")


def _quarters(case: Case) -> str:
    """What is known of the priority quarters that lie wholly inside."""
    count = int(case.numbers.get("quartiers", 0))
    if not count:
        return ""
    if "part_besoin" not in case.numbers or not case.indicator.people[0]:
        return _middle(case)
    one = count == 1
    named = "le quartier prioritaire situé" if one else "les quartiers prioritaires situés"
    shares = case.numbers["part_besoin"], case.numbers["part_population"]
    return _held(case, f"{named} entièrement dans {_whole(case)}", *shares, one=one)


def _middle(case: Case) -> str:
    """Rates, which are not summed: that of the quarter in the middle, and of the whole."""
    if not case.middle:
        return ""
    one = int(case.numbers.get("quartiers", 0)) == 1
    which = f"situé entièrement dans {_whole(case)}" if one else "du milieu"
    return (
        f"{case.middle[0]} dans le quartier prioritaire {which}, contre {case.middle[1]} pour {_whole(case)}"
    )


def _priority(case: Case) -> str:
    """What the communes that carry a priority quarter weigh, where nothing is known of the quarters."""
    shares = [case.numbers.get(f"part_{part}_geographie_prioritaire") for part in ("besoin", "population")]
    if shares[0] is None or shares[1] is None or not case.indicator.people[0]:
        return ""
    return _held(case, "les communes de la géographie prioritaire", shares[0], shares[1])


def _sure(verb: tuple[str, str], certainty: Certainty) -> str:
    """« dépasse », « dépasse probablement », « semble dépasser »."""
    if certainty is Certainty.FIRM:
        return verb[0]
    if certainty is Certainty.LIKELY:
        first, _, rest = verb[0].partition(" ")
        if first == "se":
            head, _, tail = rest.partition(" ")
            return f"se {head} probablement {tail}".rstrip()
        return f"{first} probablement {rest}".rstrip()
    return f"semble {verb[1]}"
