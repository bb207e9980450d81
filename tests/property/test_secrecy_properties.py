"""No hidden count can be worked out from what is left, whatever the tables and their overlapping totals."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from indicators.secrecy import Cell, hidden

THRESHOLD = 11


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict, dict]:
    """Communes, the EPCI they make and overlapping groups of them, with their true counts."""
    size = draw(st.integers(2, 9))
    counts = draw(st.lists(st.integers(0, 60), min_size=size, max_size=size))
    others = draw(st.lists(st.integers(0, 90), min_size=size, max_size=size))
    communes = [("commune", str(n)) for n in range(size)]
    cells = {c: Cell(n, n + m) for c, n, m in zip(communes, counts, others, strict=True)}
    groups = draw(st.lists(st.sets(st.integers(0, size - 1), min_size=1), max_size=4))
    totals = {("epci", "E"): communes} | {
        ("groupe", str(g)): [communes[n] for n in sorted(members)] for g, members in enumerate(groups)
    }
    for whole, members in totals.items():
        cells[whole] = Cell(
            sum(cells[c].numerator for c in members), sum(cells[c].denominator for c in members)
        )
    return cells, totals


@settings(max_examples=120)
@given(tables())
def test_no_hidden_count_is_determined_by_the_published_ones(table: tuple[dict, dict]) -> None:
    cells, totals = table
    primary, secondary = hidden(cells, totals, THRESHOLD)
    secret = primary | secondary
    assert primary.isdisjoint(secondary)
    assert all(cell.smallest >= THRESHOLD for place, cell in cells.items() if place not in secret)
    # What an attentive reader knows: the communes shown, the totals shown, and no count below zero.
    communes = [place for place in cells if place[0] == "commune"]
    equations = [[float(c == place) for c in communes] for place in communes if place not in secret]
    known = [cells[place].numerator for place in communes if place not in secret]
    for whole, members in totals.items():
        if whole not in secret:
            equations.append([float(c in members) for c in communes])
            known.append(cells[whole].numerator)
    for place in secret:
        target = [float(c == place or c in totals.get(place, ())) for c in communes]
        if not equations:
            continue
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * np.array(target), A_eq=equations, b_eq=known, bounds=(0, None))
            ends.append(sign * (solved.fun if solved.status == 0 else -np.inf))
        assert ends[1] - ends[0] > 0.5, (place, ends)
