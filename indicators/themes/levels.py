"""The sets of levels the declarations of every theme share, and why each holds what it holds."""

from __future__ import annotations

from sources.vocabulary import Level

QPV = frozenset({Level.QPV})

# Counts: the commune's own, sums for the EPCI and the groups, the producer's row above.
COUNTS = frozenset(
    {
        Level.COMMUNE,
        Level.EPCI,
        Level.GROUPE,
        Level.DEPARTEMENT,
        Level.REGION,
        Level.METROPOLE,
        Level.FRANCE,
    }
)

# Medians and rates: only where the producer has a row of its own, never a group of communes.
OWN_ROWS = COUNTS - {Level.GROUPE}

# Filosofi publishes metropolitan France, and for the QPV one row « Ensemble » (group ensemble_qpv_2015).
FILOSOFI = frozenset(
    {
        Level.QPV,
        Level.GROUPE,
        Level.COMMUNE,
        Level.EPCI,
        Level.DEPARTEMENT,
        Level.REGION,
        Level.METROPOLE,
    }
)
