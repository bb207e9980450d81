"""Both answers in French sentences that an elected member can read aloud.

Belongs here: the sentences. Does not belong here: the words of each need (``Indicator.need``), answering
(``indicators.analysis.answers``) nor computing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indicators.analysis.answers import Answer, Certainty, Niveau, Repartition, Word
from indicators.analysis.choice import WHOLE
from indicators.model import Indicator, Theme
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
    inner_year: int | None = None
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
    label = lowered(case.indicator.short_title).replace(" (", ", ").replace(")", "")
    return f"{where}, {need} {verb} {of(against)}{NBSP}: {case.figures} ({label}, {case.period})."


def spread_sentence(case: Case, answer: Answer) -> str:
    """Write how the need is spread, with who carries it."""
    need = case.indicator.need
    where = place(case.level, case.name, case.authority)
    if answer.repartition is Repartition.UNKNOWN:
        about = f"{capital(where)}, rien ne dit où se trouve {lowered(need)}"
        return f"{about}{NBSP}: {case.unseen}." if case.unseen else f"{about}."
    verb = _sure(_SPREAD_VERBS[answer.repartition], answer.repartition_certainty)
    clauses = [clause for clause in (_half(case), _quarters(case) or _priority(case)) if clause]
    told = f"{NBSP}: {f'{NBSP}; '.join(clauses)}" if clauses else ""
    dated = f" ({case.inner_year})" if case.inner_year is not None else ""
    return f"{capital(where)}, {lowered(need)} {verb}{told}{dated}."


def theme_sentence(theme: Theme | None, where: str, words: Mapping[Word, Sequence[str]]) -> str:
    """List the needs of a theme, or of all of them, under each word.

    Args:
        theme: The theme; null for all of them.
        where: « à Denain », as :func:`place` says it.
        words: Needs in noun phrases under each word, in the order of the sentence.
    """
    listed = f"{NBSP}; ".join(f"{word.value}{NBSP}: {enumeration(needs)}" for word, needs in words.items())
    if theme is None:
        counts = ", ".join(
            f"{plural(len(needs), 'besoin')} «{NBSP}{word.value}{NBSP}»" for word, needs in words.items()
        )
        return f"Tous thèmes réunis, {where}{NBSP}: {counts}."
    return f"{theme.label}, {where} – {listed}."


def _half(case: Case) -> str:
    """Who holds half of the need, or how many communes are clearly worse."""
    numbers, concerned = case.numbers, case.indicator.people[0]
    if case.level is Level.COMMUNE:
        return ""
    if "moitie_communes" in numbers and concerned:
        count, base = int(numbers["moitie_communes"]), percent(numbers["moitie_communes_base"])
        among = case.indicator.people[1]
        where = f"{count} communes, qui ont" if count > 1 else f"une commune, {case.communes[0]}, qui a"
        return f"la moitié {concerned} se trouve dans {where} {base} {among}"
    if "plus_touchees_communes" not in numbers:
        return ""
    worse = int(numbers["plus_touchees_communes"])
    if not worse:
        return "aucune commune ne s’écarte nettement de l’ensemble"
    share = percent(numbers["plus_touchees_population"])
    if worse == 1:
        return f"une commune, qui a {share} des habitants, est nettement plus touchée que l’ensemble"
    return f"{worse} communes, qui ont {share} des habitants, sont nettement plus touchées que l’ensemble"


def _quarters(case: Case) -> str:
    """What is known of the priority quarters that lie wholly inside."""
    count = int(case.numbers.get("quartiers", 0))
    if not count:
        return ""
    one, concerned = count == 1, case.indicator.people[0]
    whole = {Level.EPCI: case.authority.the, Level.GROUPE: "cet ensemble"}.get(case.level, "la commune")
    if "part_besoin" in case.numbers and concerned:
        need, base = (percent(case.numbers[name]) for name in ("part_besoin", "part_population"))
        who = "le quartier prioritaire propre" if one else "les quartiers prioritaires propres"
        hold = "réunit" if one else "réunissent"
        return f"{who} à {whole} {hold} {need} {concerned} pour {base} {case.indicator.people[1]}"
    if not case.middle:
        return ""
    who = f"propre à {whole}" if one else "du milieu"
    return f"{case.middle[0]} dans le quartier prioritaire {who}, contre {case.middle[1]} dans {whole}"


def _priority(case: Case) -> str:
    """What the communes that carry a priority quarter weigh, where nothing is known of the quarters."""
    shares = [case.numbers.get(f"part_{part}_geographie_prioritaire") for part in ("besoin", "population")]
    concerned, among = case.indicator.people
    if shares[0] is None or shares[1] is None or not concerned:
        return ""
    need, base = (percent(share) for share in shares if share is not None)
    return f"les communes de la géographie prioritaire réunissent {need} {concerned} pour {base} {among}"


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
