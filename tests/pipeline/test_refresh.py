"""The real chain on the embedded extracts, through the command a person types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl

from pipelines import publication
from pipelines.home import Home
from pipelines.inputs import inputs
from pipelines.release import content_hash, read_release
from pipelines.tables import TABLES
from sources.french import number
from tests.pipeline.conftest import Bcs, state


def test_the_release_holds_every_table_with_a_comment_on_each_column(published: Home) -> None:
    present = publication.current(published)
    assert present is not None
    assert published.current.read_text(encoding="utf-8").strip() == present.file
    with duckdb.connect(published.releases / present.file, read_only=True) as connection:
        tables = connection.sql("SELECT table_name, comment FROM duckdb_tables()").fetchall()
        columns = connection.sql(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    assert {name for name, _ in tables} == {table.name for table in TABLES}
    assert all(comment for _, comment in tables)
    assert all(comment for *_, comment in columns)


def test_the_identity_card_says_what_the_file_holds(published: Home) -> None:
    present = publication.current(published)
    assert present is not None
    tables = read_release(published.releases / present.file)
    row = tables["release"].row(0, named=True)
    assert (row["release_id"], row["content_hash"]) == (present.release_id, present.content_hash)
    assert row["fingerprint"] == present.fingerprint == inputs(published)
    assert row["epci_code"] == "200042190"
    assert content_hash(tables) == present.content_hash
    assert present.values == tables["value"]["value"].count()


def test_every_row_and_cell_of_every_extract_is_accounted_for(published: Home) -> None:
    present = publication.current(published)
    assert present is not None
    tables = read_release(published.releases / present.file)
    extract = tables["extract"]
    rows = ["rows_kept", "rows_outside", "rows_suppressed", "rows_refused"]
    cells = [
        c for c in extract.columns if c.startswith("cells_") and c not in ("cells_read", "cells_replaced")
    ]
    assert (extract.select(pl.sum_horizontal(rows)).to_series() == extract["rows_read"]).all()
    assert (extract.select(pl.sum_horizontal(cells)).to_series() == extract["cells_read"]).all()
    held = tables["dataset"].filter("held")["dataset"]
    assert set(held) == set(extract["dataset"])


def test_an_indicator_without_figures_says_what_it_waits_for(published: Home) -> None:
    present = publication.current(published)
    assert present is not None
    tables = read_release(published.releases / present.file)
    with_figures = set(tables["value"].filter(pl.col("value").is_not_null())["indicator"])
    silent = set(tables["indicator"]["indicator"]) - with_figures
    assert silent, "every indicator has figures: this test no longer shows anything"
    assert silent <= set(tables["awaited"]["indicator"])


def test_a_second_refresh_says_that_nothing_changed_and_loads_nothing_heavy(release_home: Path) -> None:
    before = state(Home.locate(release_home))
    script = (
        "import sys; from pipelines.cli import app; app(['actualiser'], standalone_mode=False);"
        "print('heavy:', sorted({'dagster', 'polars', 'duckdb', 'pandera'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "BCS_HOME": str(release_home), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert "Rien n’a changé" in result.stdout
    assert "heavy: []" in result.stdout
    assert state(Home.locate(release_home)) == before


def test_the_same_bytes_give_the_same_content_and_the_summary_says_it(published: Home, bcs: Bcs) -> None:
    before = publication.current(published)
    result = bcs("actualiser", "--publier", "--tout")
    assert result.exit_code == 0, result.output
    after = publication.current(published)
    assert before is not None
    assert after is not None
    assert f"dont {number(after.values)} chiffres" in result.output
    assert number(after.values) in bcs("versions").output
    assert after.release_id != before.release_id
    assert after.content_hash == before.content_hash
    assert "Rien ne change" in bcs("comparer").output
    for expected in (
        "Territoires",
        "Indicateurs calculés",
        "observé",
        "estimé",
        "secret statistique",
        "bcs ouvrir",
        after.release_id,
    ):
        assert expected in result.output


def test_a_candidate_is_built_and_verified_but_not_published(published: Home, bcs: Bcs) -> None:
    before = publication.current(published)
    result = bcs("actualiser", "--tout")
    assert result.exit_code == 0, result.output
    assert "Aucun chiffre ne change" in result.output and "bcs publier" in result.output
    assert publication.current(published) == before
    assert bcs("actualiser", "--tout").exit_code == 0
    (candidate,) = publication.candidates(published)
    call = f"\n  bcs publier {candidate.release_id} --par NOM --motif TEXTE\n"
    assert call in bcs("actualiser").output, "one content is one candidate, and it is not forgotten"
    refused = bcs("publier")
    assert refused.exit_code == 2 and call in refused.output, "nobody said who nor why"
    assert publication.current(published) == before
    assert bcs("publier", "--par", "Aline", "--motif", "millésime 2022").exit_code == 0
    now = publication.current(published)
    assert now is not None
    assert (now.release_id, now.candidate) == (candidate.release_id, False)
    said = bcs("journal").output
    assert "Aline" in said and "millésime 2022" in said and candidate.release_id in said
