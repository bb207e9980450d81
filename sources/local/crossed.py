"""What no line tells alone: ranks that follow each other, sums that add up, groups that name nobody.

Belongs here: checks between the lines of the local layer. Does not belong here: what one cell may hold
(``sources.local.model``), what betrays a person (``sources.local.persons``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from sources.french import number
from sources.local.kinds import LEAST
from sources.local.model import Action, Cohort, Funding, Priority
from sources.local.persons import signs
from sources.problems import Problem, quoted

if TYPE_CHECKING:
    from sources.local.reading import Line

_CENTS = 0.5


def crossed(lines: Sequence[Line], faulty: Collection[str] = ()) -> Iterator[Problem]:
    """Yield what is wrong between lines that are each right.

    Args:
        lines: of every file, checked one by one.
        faulty: files with faults: what looks missing may be in a line that was refused.
    """
    added = [line for line in lines if line.origin == "agent"]
    yield from () if "priorites" in faulty else _ranks(added)
    yield from () if {"programmation", "financements"} & {*faulty} else _sums(added)
    yield from _persons(added)


def _ranks(lines: Sequence[Line]) -> Iterator[Problem]:
    """Open priorities of a commune are ranked from one, without a hole nor a rank given twice."""
    ranked: dict[str, list[tuple[int, Line]]] = defaultdict(list)
    for line in lines:
        if isinstance(line.row, Priority) and line.row.etat == "ouverte":
            ranked[line.row.commune].append((line.row.rang, line))
    for found in ranked.values():
        for expected, (rank, line) in enumerate(sorted(found, key=lambda one: one[0]), start=1):
            if rank != expected:
                advice = "Les priorités ouvertes d’une commune se suivent, à partir de 1, sans rang répété."
                yield Problem(line.file, line.line, "rang", str(rank), f"le rang {expected}", advice)
                break


def _sums(lines: Sequence[Line]) -> Iterator[Problem]:
    """What funders pay is of an action of the programme, and adds up to its cost."""
    actions = {
        (row.commune, row.annee, row.action): row for line in lines if isinstance(row := line.row, Action)
    }
    paid: dict[tuple[str, int, str], list[Line]] = defaultdict(list)
    for line in lines:
        if isinstance(line.row, Funding):
            paid[line.row.commune, line.row.annee, line.row.action].append(line)
    for key, found in paid.items():
        last, action = found[-1], actions.get(key)
        if action is None:
            expected = "une action de la programmation de cette commune et de cette année"
            yield Problem(last.file, last.line, "action", quoted(key[2]), expected)
            continue
        total = sum(line.row.montant for line in found if isinstance(line.row, Funding))
        if action.cout is not None and abs(total - action.cout) > _CENTS:
            told = f"{number(total)}\u00a0€ en tout"
            expected = f"le coût de l’action, {number(action.cout)}\u00a0€"
            yield Problem(last.file, last.line, "montant", told, expected)


def _persons(lines: Sequence[Line]) -> Iterator[Problem]:
    """Nothing tells of a person: neither a name, nor a group so small that it would."""
    for line in lines:
        row = line.row
        if isinstance(row, Cohort) and not _hidden(row.concernes, row.effectif):
            advice = "Regroupez des publics ou des dates : sous ce nombre, on pourrait reconnaître quelqu’un."
            expected = f"aucune, toutes, ou {LEAST} au moins de chaque côté"
            yield Problem(line.file, line.line, "concernes", str(row.concernes), expected, advice)
        for column, cell in row.model_dump(exclude_none=True).items():
            found = next(signs(line.section, column, str(cell)), None)
            if found:
                expected = "une fonction ou un groupe, jamais une personne"
                advice = "Un lieu ou une structure s’écrit avec ce qu’il est : « collège Jean Zay »."
                yield Problem(line.file, line.line, column, quoted(found), expected, advice)


def _hidden(part: int, whole: int) -> bool:
    """Whether a count, and what is left of its group, are each of nobody or of enough people."""
    return part <= whole and all(count == 0 or count >= LEAST for count in (part, whole - part))
