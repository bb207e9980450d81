"""A linear programme over unknown quantities, cut into independent pieces: how closely each is bounded.

Belongs here: what scipy (HiGHS) is asked. Does not belong here: what the quantities are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Unknown = TypeVar("Unknown", bound=Hashable)

_UNBOUNDED, _SOLVED = 3, 0
"""Statuses of ``scipy.optimize.linprog``."""


@dataclass(frozen=True)
class Tie(Generic[Unknown]):
    """One constraint: ``low`` ≤ Σ coefficient × quantity ≤ ``high``."""

    terms: Mapping[Unknown, float]
    low: float
    high: float

    def given(self, known: Mapping[Unknown, float]) -> Tie[Unknown]:
        """Return the same constraint on what is not known."""
        sure = sum(weight * known[one] for one, weight in self.terms.items() if one in known)
        terms = {one: weight for one, weight in self.terms.items() if one not in known}
        return Tie(terms, self.low - sure, self.high - sure)


class Programme(Generic[Unknown]):
    """Constraints between quantities that are not negative, some of them known."""

    def __init__(self, known: Mapping[Unknown, float], ties: Sequence[Tie[Unknown]]) -> None:
        import numpy as np
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        self._known = known
        held = [reduced for tie in ties if (reduced := tie.given(known)).terms]
        position = {one: n for n, one in enumerate(dict.fromkeys(one for tie in held for one in tie.terms))}
        links = [(position[next(iter(tie.terms))], position[one]) for tie in held for one in tie.terms]
        rows, columns = zip(*links, strict=True) if links else ((), ())
        graph = coo_matrix((np.ones(len(links)), (rows, columns)), shape=(len(position), len(position)))
        labels = connected_components(graph, directed=False)[1] if position else []
        self._piece_of = {one: int(labels[n]) for one, n in position.items()}
        self._ties: dict[int, list[Tie[Unknown]]] = defaultdict(list)
        for tie in held:
            self._ties[self._piece_of[next(iter(tie.terms))]].append(tie)
        self._built: dict[int, _Piece[Unknown]] = {}

    def bounds(self, terms: Mapping[Unknown, float]) -> tuple[float, float] | None:
        """Return the least and the most a sum of quantities may be.

        Args:
            terms: the coefficients of the sum, by quantity.

        Returns:
            Both in the unit of the quantities, the most infinite when nothing bounds it; None when the
            constraints contradict one another.
        """
        low = high = sum(weight * self._known[one] for one, weight in terms.items() if one in self._known)
        pieces: dict[int, dict[Unknown, float]] = defaultdict(dict)
        for one, weight in terms.items():
            if one in self._piece_of:
                pieces[self._piece_of[one]][one] = weight
            elif one not in self._known:
                high = math.inf
        for number, own in pieces.items():
            if number not in self._built:
                self._built[number] = _Piece(self._ties[number])
            found = self._built[number].bounds(own)
            if found is None:
                return None
            low, high = low + found[0], high + found[1]
        return low, high


class _Piece(Generic[Unknown]):
    """One independent piece of a programme, as matrices."""

    def __init__(self, ties: Sequence[Tie[Unknown]]) -> None:
        self._position = {one: n for n, one in enumerate(dict.fromkeys(c for t in ties for c in t.terms))}
        equal, above = [], []
        for tie in ties:
            row = {self._position[one]: weight for one, weight in tie.terms.items()}
            if tie.low == tie.high:
                equal.append((row, tie.high))
                continue
            if not math.isinf(tie.high):
                above.append((row, tie.high))
            if not math.isinf(tie.low):
                above.append(({n: -weight for n, weight in row.items()}, -tie.low))
        self._equal, self._above = self._matrix(equal), self._matrix(above)

    def _matrix(self, rows: list[tuple[dict[int, float], float]]) -> tuple[object, object]:
        import numpy as np
        from scipy.sparse import csr_matrix

        if not rows:
            return None, None
        lines = [n for n, (row, _) in enumerate(rows) for _ in row]
        columns = [column for row, _ in rows for column in row]
        weights = [weight for row, _ in rows for weight in row.values()]
        matrix = csr_matrix((weights, (lines, columns)), shape=(len(rows), len(self._position)))
        return matrix, np.array([value for _, value in rows])

    def bounds(self, terms: Mapping[Unknown, float]) -> tuple[float, float] | None:
        import numpy as np
        from scipy.optimize import linprog

        goal = np.zeros(len(self._position))
        for one, weight in terms.items():
            goal[self._position[one]] = weight
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(
                sign * goal,
                A_ub=self._above[0],
                b_ub=self._above[1],
                A_eq=self._equal[0],
                b_eq=self._equal[1],
                bounds=(0, None),
                method="highs",
            )
            if found.status == _UNBOUNDED:
                ends.append(-sign * math.inf)
            elif found.status == _SOLVED:
                ends.append(sign * found.fun)
            else:
                return None
        return max(ends[0], 0.0), ends[1]
