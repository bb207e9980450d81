"""The card a territory opens with: its population and how it changes, births, deaths, who lives in a QPV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.data.kept import kept
from dashboard.data.observations import Count, Counts, counts, has_observations
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story import words
from dashboard.story.markup import Fragment, element, text
from dashboard.story.quarters import unheld
from sources.french import MINUS, NBSP, capital, enumeration, number, plural
from sources.vocabulary import Level, Perimeter, Status

POPULATION, BIRTHS, DEATHS, QPV_POPULATION = "rp_pop", "ec_naissances", "ec_deces", "qp_pop_mun"
COUNTED = frozenset({POPULATION, BIRTHS, DEATHS, QPV_POPULATION})


@dataclass(frozen=True)
class Fact:
    """One thing to know: a title, a number or the words that stand for it, what explains it."""

    title: str
    written: str
    known: bool
    details: tuple[str, ...]


@kept
def context(barometer: Barometer, territory: Territory) -> list[Fact]:
    """Return what a territory opens with; what is not known is written in words."""
    if not has_observations(barometer.release):
        return []
    if territory.level == Level.QPV:
        return [_quarter(barometer, territory)]
    if territory.level == Level.GROUPE and territory.perimeter is not None:
        return [_all_quarters(barometer, territory)]
    members, whole = _members(barometer, territory)
    if not whole:
        said = "non calculable"
        why = "Une partie seulement de certaines communes est dans ce groupe : rien n’en est additionné."
        return [Fact(title, said, False, (why,)) for title in ("Population", "Naissances", "Décès")]
    own = counts(barometer.release, territory.level, COUNTED) if not members else {}
    if any(territory.code in of_variable for of_variable in own.values()):
        code = [territory.code]
        return [_population(_summed(own, code, POPULATION), 1), *_civil(own, code)]
    if not members:
        return [_absent("Population, naissances et décès", Status.AWAITING_EXTRACT)]
    of_communes = counts(barometer.release, Level.COMMUNE, COUNTED)
    population = _summed(of_communes, members, POPULATION)
    return [
        _population(population, len(members)),
        *_civil(of_communes, members),
        _in_quarters(barometer, territory, members, population),
    ]


def _members(barometer: Barometer, territory: Territory) -> tuple[list[str], bool]:
    """Communes to add up, and whether each lies wholly in the territory."""
    if territory.level == Level.COMMUNE:
        return [territory.code], True
    if territory.level not in (Level.EPCI, Level.GROUPE, Level.CANTON):
        return [], True
    of = [
        m
        for m in barometer.memberships
        if (m.level, m.parent_level, m.parent_code) == (Level.COMMUNE, territory.level, territory.code)
    ]
    return [m.code for m in of], all(m.whole for m in of)


def _summed(known_counts: Counts, members: Sequence[str], variable: str) -> list[Count]:
    """Return the years known for every member, the latest first: a sum with a hole is no sum."""
    by_year: dict[int, list[Count]] = {}
    for code in members:
        for count in known_counts.get(variable, {}).get(code, []):
            if count.year is not None and count.value is not None:
                by_year.setdefault(count.year, []).append(count)
    return [
        Count(
            year,
            max(c.edition or 0 for c in found),
            sum(c.value or 0.0 for c in found),
            Status.OBSERVED,
            found[0].producer,
        )
        for year, found in sorted(by_year.items(), reverse=True)
        if len(found) == len(members)
    ]


def _absent(title: str, status: Status = Status.MISSING) -> Fact:
    return Fact(title, capital(status.label), False, (words.status_explanation(status),))


def _population(known: list[Count], members: int) -> Fact:
    if not known:
        return _absent("Population")
    last = known[0]
    assert last.value is not None
    details = [f"Recensement de {last.year} · {last.producer}"]
    earlier = next(
        (c for c in known if c.year is not None and last.year is not None and last.year - c.year >= 5), None
    )
    if earlier is not None and earlier.value:
        change = last.value - earlier.value
        percent = number(100 * abs(change) / earlier.value, 1)
        if number(change) == number(0):
            details.append(f"Stable depuis {earlier.year}.")
        else:
            way = "de plus" if change > 0 else "de moins"
            people = plural(round(abs(change)), "habitant")
            details.append(
                f"{people} {way} qu’en {earlier.year} ({'+' if change > 0 else MINUS}{percent} %)."
            )
    else:
        details.append("Évolution non calculable : une seule année connue.")
    if members > 1:
        details.append(f"Somme de {plural(members, 'commune')}.")
    return Fact("Population", plural(round(last.value), "habitant"), True, tuple(details))


def _civil(known_counts: Counts, members: Sequence[str]) -> list[Fact]:
    kinds = (("Naissances", BIRTHS), ("Décès", DEATHS))
    return [_yearly(title, _summed(known_counts, members, variable)) for title, variable in kinds]


def _yearly(title: str, known: list[Count]) -> Fact:
    if not known:
        return _absent(title)
    last = known[0]
    assert last.value is not None
    details = [f"{last.year} · {last.producer}, état civil"]
    before = next((c for c in known if c.year == (last.year or 0) - 10), None)
    if before is not None and before.value is not None:
        details.append(f"{number(before.value)} en {before.year}.")
    return Fact(title, number(last.value), True, tuple(details))


def _stated_by(barometer: Barometer) -> str:
    """Who says how many live in the quarters, where a contract does."""
    return ", ".join(filter(None, (barometer.identity.contract, "périmètres de 2024")))


def _in_quarters(
    barometer: Barometer, territory: Territory, members: Sequence[str], population: list[Count]
) -> Fact:
    """Share living in a quarter of 2024, where the contract says how many live in each part."""
    title = "Vivent dans un quartier prioritaire"
    if said := unheld(barometer, Perimeter.QPV_2024):
        return Fact(title, "Non connu", False, (said,))
    current = {
        t.code: t for t in barometer.territories if t.level == Level.QPV and t.perimeter == Perimeter.QPV_2024
    }
    communes = set(members)
    touching = {
        m.code
        for m in barometer.memberships
        if m.code in current and m.parent_level == Level.COMMUNE and m.parent_code in communes
    }
    if not touching:
        return Fact(title, "Aucun quartier prioritaire", True, (_stated_by(barometer),))
    ours = {c.code for c in barometer.communes()}
    known: dict[str, int] = {}
    shared: dict[str, int | None] = {}
    for code in touching:
        links = [m for m in barometer.memberships if m.code == code]
        whole = next((m.inhabitants for m in links if m.parent_level == Level.EPCI), None)
        of_communes = {m.parent_code: m.inhabitants for m in links if m.parent_level == Level.COMMUNE}
        parts = [n for commune, n in of_communes.items() if commune in communes]
        if None not in parts:
            known[code] = sum(n or 0 for n in parts)
        elif whole is not None and communes >= of_communes.keys() & ours:
            # All its communes are here: the parts need no name of their own.
            known[code] = whole
        else:
            shared[code] = whole
    people = sum(known.values())
    details = [f"{_stated_by(barometer)} ; {plural(len(touching), 'quartier')}."]
    straddling = [code for code in known if not current[code].in_epci]
    if territory.level != Level.COMMUNE and straddling:
        apart = sum(known[code] for code in straddling)
        details.append(
            f"Dont {plural(apart, 'habitant')}, ceux {barometer.authority.of} seulement, dans "
            f"{plural(len(straddling), 'quartier')} qui en débordent."
        )
    if shared:
        return _partly_known(
            title,
            people,
            shared,
            [current[c].name for c in sorted(shared)],
            population,
            _stated_by(barometer),
        )
    if not population or not population[0].value:
        return Fact(title, plural(people, "habitant"), True, tuple(details))
    share = 100 * people / population[0].value
    details.insert(0, _out_of(plural(people, "habitant"), population[0]))
    return Fact(title, f"{number(share)}{NBSP}%", True, tuple(details))


def _out_of(people: str, population: Count) -> str:
    assert population.value is not None
    return f"{people} pour {number(population.value)} au recensement de {population.year}."


def _partly_known(
    title: str,
    least: int,
    shared: Mapping[str, int | None],
    names: Sequence[str],
    population: Sequence[Count],
    stated: str,
) -> Fact:
    """The bounds of a share, where quarters run over into other communes and their parts are not stated."""
    noun = "le quartier" if len(names) == 1 else "les quartiers"
    why = (
        f"On ne sait pas combien d’habitants {noun} {enumeration(sorted(names))} "
        f"{'compte' if len(names) == 1 else 'comptent'} dans chaque commune."
    )
    people = list(shared.values())
    if None in people or not population or not population[0].value:
        return Fact(title, "Non calculable", False, (why,))
    most = least + sum(n or 0 for n in people)
    low, high = (number(100 * n / population[0].value) for n in (least, most))
    if low == high:
        written = f"{low}{NBSP}%"
    else:
        written = f"De {low} à {high}{NBSP}%" if least else f"Au plus {high}{NBSP}%"
    numbers = f"De {number(least)} à {plural(most, 'habitant')}"
    return Fact(title, written, True, (_out_of(numbers, population[0]), why, f"{stated}."))


def _quarter(barometer: Barometer, quarter: Territory) -> Fact:
    return _stated(counts(barometer.release, Level.QPV, COUNTED), quarter.code, "de tout le quartier", "")


def _stated(known_counts: Counts, code: str, whole: str, more: str) -> Fact:
    """The one population a producer states of quarters, their other counts being published nowhere."""
    known = known_counts.get(QPV_POPULATION, {}).get(code, [])
    last = next((c for c in known if c.value is not None), None)
    if last is None or last.value is None:
        status = known[0].status if known else Status.NOT_PUBLISHED.value
        said = capital(words.status_label(status))
        return Fact("Population", said, False, (words.status_explanation(status), more))
    when = f"{last.year}" if last.year is not None else f"année non précisée (édition {last.edition})"
    details = (
        f"{capital(when)} · {last.producer}, population municipale {whole}",
        "Évolution, naissances et décès : non diffusés à ce niveau.",
        more,
    )
    return Fact("Population", plural(round(last.value), "habitant"), True, details)


def _all_quarters(barometer: Barometer, group: Territory) -> Fact:
    """The row a producer gives of all the quarters of France: what it lacks is written once."""
    own = [t for t in barometer.territories if t.level == Level.QPV and t.perimeter == group.perimeter]
    straddling = plural(sum(not t.in_epci for t in own), "quartier à cheval", "quartiers à cheval")
    counted = plural(len(own), "quartier")
    here = f"Dont ici : {counted}, y compris {straddling} sur {barometer.authority.the}."
    return _stated(
        counts(barometer.release, Level.GROUPE, COUNTED), group.code, "de tous les quartiers de France", here
    )


def context_card(facts: Sequence[Fact]) -> Fragment:
    """Return the card as HTML; empty without facts."""
    if not facts:
        return Fragment()
    return element(
        "div",
        *(
            element(
                "div",
                text("p", fact.title, "small"),
                text("p", fact.written, "figure" if fact.known else "status"),
                *(text("p", detail, "small") for detail in fact.details if detail),
            )
            for fact in facts
        ),
        css="context",
    )
