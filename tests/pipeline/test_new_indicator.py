"""A new indicator is one object: two of them in a module of their own go through the whole chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from indicators.registry import INDICATORS, THEMES
from pipelines import publication
from pipelines.home import Home
from tests.chain import run

COMMUNE = "59172"
NUMBER = max(i.number for i in INDICATORS if i.theme is not THEMES[0]) + 1
SCORED, DESCRIPTIVE = "menages_essai_imposes", "essai_premier_decile"
MODULE = f'''
"""Two indicators declared in a module of their own."""

from indicators.model import Direction, Indicator, Published, Series, Theme, Unit
from indicators.themes.levels import FILOSOFI

scored = Indicator(
    id="{SCORED}",
    number={NUMBER},
    theme=Theme.REVENUS,
    title="Part des ménages imposés (essai)",
    short_title="Ménages imposés (essai)",
    definition="Part des ménages fiscaux imposés. INSEE, Filosofi.",
    reading="{{territory_in}}, {{value}} des ménages sont imposés ({{year}}).",
    direction=Direction.LOW_IS_NEED,
    need="La rareté des ménages imposés",
    equivalence=1.1,
    unit=Unit.PERCENT,
    series=(Series("filosofi", Published("filo_pimp"), FILOSOFI, "{SCORED}"),),
)
descriptive = Indicator(
    id="{DESCRIPTIVE}",
    number={NUMBER + 1},
    theme=Theme.REVENUS,
    title="Premier décile du niveau de vie (essai)",
    short_title="Premier décile (essai)",
    definition="Niveau de vie au-dessous duquel vivent les 10\\u00a0% les plus modestes. INSEE, Filosofi.",
    reading="{{territory_in}}, le premier décile du niveau de vie est de {{value}} ({{year}}).",
    direction=Direction.DESCRIPTIVE,
    unit=Unit.EURO_PER_CU,
    decimals=0,
    bounds=(0, None),
    series=(Series("filosofi", Published("filo_d1"), FILOSOFI, "{DESCRIPTIVE}"),),
)
INDICATORS = (scored, descriptive)
'''


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The release and what was shown of it."""
    themes, home = tmp_path_factory.mktemp("themes"), tmp_path_factory.mktemp("essai")
    (themes / "essai.py").write_text(MODULE, encoding="utf-8")
    written = run(home, COMMUNE, "--themes", str(themes))
    present = publication.current(Home.locate(home))
    assert present is not None
    return home / "releases" / present.file, written


def ask(path: Path, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql, parameters).fetchall()


def test_both_are_declared_computed_and_compared(chain: tuple[Path, dict[str, Any]]) -> None:
    path, _ = chain
    declared = "SELECT indicator, need FROM indicator WHERE indicator IN (?, ?) ORDER BY position"
    needs = [(SCORED, "La rareté des ménages imposés"), (DESCRIPTIVE, "")]
    assert ask(path, declared, SCORED, DESCRIPTIVE) == needs
    for indicator in (SCORED, DESCRIPTIVE):
        count = "SELECT count(*) FROM value WHERE indicator = ? AND value IS NOT NULL AND level = 'commune'"
        assert ask(path, count, indicator)[0][0] > 0, indicator
    # No producer gives the authority's own share of taxed households: only the decile is compared.
    compared = "SELECT count(*) FROM comparison WHERE indicator = ?"
    assert ask(path, compared, DESCRIPTIVE)[0][0] > 0


def test_the_scored_one_has_answers_and_the_other_none(chain: tuple[Path, dict[str, Any]]) -> None:
    path, _ = chain
    judged = "SELECT count(*) FROM analysis WHERE indicator = ? AND analysis = 'reponse' AND measure = 'mot'"
    assert ask(path, judged, SCORED)[0][0] > 0
    assert ask(path, judged, DESCRIPTIVE)[0][0] == 0


def test_pages_and_documents_show_both(chain: tuple[Path, dict[str, Any]]) -> None:
    _, written = chain
    for page in ("barometre epci", "indicateur epci", "donnees epci"):
        assert "imposés (essai)" in written["pages"][page], page
        assert "décile" in written["pages"][page], page
    words = " ".join(written["documents"].values())
    assert "imposés (essai)" in words and "décile" in words
