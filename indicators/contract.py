"""What the contract itself draws: its three comparisons, by the indicators that answer them.

Median income, single-parent families, unemployment: the communes of the priority geography against those of
the complementary one. The same picture exists for any other indicator.
"""

from __future__ import annotations

CONTRACT_CHARTS = ("niveau_vie_median", "familles_monoparentales", "taux_chomage_rp")
