"""A new embedded millésime is one block of YAML and its file, a new indicator is one object.

One of each kind goes through the whole chain, the pages and the documents.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from indicators.registry import INDICATORS, THEMES
from pipelines import publication
from pipelines.home import Home
from sources.catalogue import CATALOGUE_DIR, load_catalogue
from tests.chain import run

COMMUNE = "59172"
DATASET, FILE = "caf_s_ben_com_f", "caf/s_ben_com_f_{year}.csv"
LAST = max(m.edition for m in load_catalogue().datasets[DATASET].millesimes)
NEXT = LAST + 1
BLOCK = """\
  - edition: {year}
    extracts:
      - file: {file}
        sha256: {digest}
        rows: {rows}
    kind: transcription
    provenance: Relevé pour un essai.
"""


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
def release(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The release of one more year of a dataset and two more indicators, and what was shown of it."""
    place, home = tmp_path_factory.mktemp("millesime"), tmp_path_factory.mktemp("home")
    shutil.copytree(CATALOGUE_DIR, place / "catalogue")
    shutil.copytree(load_catalogue().extracts, place / "extracts")
    header, *rows = (place / "extracts" / FILE.format(year=LAST)).read_text(encoding="utf-8").splitlines()
    # The same figures, one year later.
    later = [row.replace(str(LAST), str(NEXT), 1) for row in rows if row.startswith(f"{LAST}-")]
    content = "\n".join([header, *later, ""]).encode()
    (place / "extracts" / FILE.format(year=NEXT)).write_bytes(content)
    declared = place / "catalogue" / f"{DATASET}.yaml"
    digest = hashlib.sha256(content).hexdigest()
    block = BLOCK.format(year=NEXT, file=FILE.format(year=NEXT), digest=digest, rows=len(later))
    declared.write_text(declared.read_text(encoding="utf-8") + block, encoding="utf-8")
    (place / "themes").mkdir()
    (place / "themes" / "essai.py").write_text(MODULE, encoding="utf-8")
    options = ("--catalogue", str(place / "catalogue"), "--themes", str(place / "themes"))
    written = run(home, COMMUNE, *options)
    present = publication.current(Home.locate(home))
    assert present is not None
    return home / "releases" / present.file, written


def test_every_figure_of_the_last_year_has_its_twin(release: tuple[Path, dict[str, Any]]) -> None:
    path, _ = release
    with duckdb.connect(path, read_only=True) as connection:
        years = connection.execute(
            "SELECT millesime, indicator, level, code, concept, value, status FROM value "
            "WHERE datasets = ? AND millesime IN (?, ?) AND level IN ('commune', 'epci')",
            [DATASET, LAST, NEXT],
        ).fetchall()
        held = connection.execute("SELECT max(edition) FROM extract WHERE dataset = ?", [DATASET]).fetchone()
    before, after = ({row[1:] for row in years if row[0] == year} for year in (LAST, NEXT))
    assert before and before == after
    assert held == (NEXT,)


def test_pages_and_documents_show_the_new_year(release: tuple[Path, dict[str, Any]]) -> None:
    _, written = release
    for page in ("barometre epci", "barometre commune", "donnees epci"):
        assert f"{NEXT}" in written["pages"][page], page
    assert f"{NEXT}" in " ".join(written["documents"].values())


def ask(path: Path, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql, parameters).fetchall()


def test_both_indicators_are_declared_computed_and_compared(release: tuple[Path, dict[str, Any]]) -> None:
    path, _ = release
    declared = "SELECT indicator, need FROM indicator WHERE indicator IN (?, ?) ORDER BY position"
    needs = [(SCORED, "La rareté des ménages imposés"), (DESCRIPTIVE, "")]
    assert ask(path, declared, SCORED, DESCRIPTIVE) == needs
    for indicator in (SCORED, DESCRIPTIVE):
        count = "SELECT count(*) FROM value WHERE indicator = ? AND value IS NOT NULL AND level = 'commune'"
        assert ask(path, count, indicator)[0][0] > 0, indicator
    # No producer gives the authority's own share of taxed households: only the decile is compared.
    compared = "SELECT count(*) FROM comparison WHERE indicator = ?"
    assert ask(path, compared, DESCRIPTIVE)[0][0] > 0


def test_the_scored_one_has_answers_and_the_other_none(release: tuple[Path, dict[str, Any]]) -> None:
    path, _ = release
    judged = "SELECT count(*) FROM analysis WHERE indicator = ? AND analysis = 'reponse' AND measure = 'mot'"
    assert ask(path, judged, SCORED)[0][0] > 0
    assert ask(path, judged, DESCRIPTIVE)[0][0] == 0


def test_pages_and_documents_show_both_indicators(release: tuple[Path, dict[str, Any]]) -> None:
    _, written = release
    for page in ("barometre epci", "indicateur epci", "donnees epci"):
        assert "imposés (essai)" in written["pages"][page], page
        assert "décile" in written["pages"][page], page
    words = " ".join(written["documents"].values())
    assert "imposés (essai)" in words and "décile" in words
