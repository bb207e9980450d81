"""Which shape a release has: written in it by the pipelines, read before anything else by the dashboard.

Raise :data:`SCHEMA` when a table, a column or a kind of analysis changes so that a dashboard made for the
other shape would misread a release: it then refuses it in one sentence.
"""

from __future__ import annotations

SCHEMA = 3
"""Shape of the releases this code writes and reads; those made before it was written in them are of 1."""

LAKE = "BCS_ENTREPOT"
"""Variable that names the folder where releases are also published as Parquet, and read from."""

PARTITION = "departement"
"""Column the national tables are cut by there."""
