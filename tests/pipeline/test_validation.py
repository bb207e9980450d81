"""What is wrong in figures is found, named and stops the publication."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from indicators.frames import value_schema
from indicators.model import Direction, Indicator, Ratio, Series, Theme, Unit, total
from indicators.schemas import validate_memberships, validate_observations, validate_values
from pipelines import checks, publication, united
from pipelines.assets import outputs
from pipelines.home import Home
from pipelines.tables import OBSERVATION
from sources.catalogue import Catalogue
from sources.model import Dataset
from sources.problems import ValidationFailed
from sources.territory.declared import Territories
from sources.vocabulary import Level
from tests.pipeline.conftest import Bcs, state

DATASET = Dataset.model_validate(
    {
        "id": "essai",
        "title": "Essai",
        "producer": "Producteur",
        "group": "essai",
        "licence": "Licence",
        "citation": "Citation",
        "description": "Description",
        "files": "essai",
        "layout": {
            "territory": {"column": "CODGEO", "rules": [{"match": r"\d{5}", "level": "commune"}]},
            "year": {"source": "header"},
            "columns": {
                "taux": {"column": "TX{yy}", "label": "Taux", "unit": "%", "bounds": [0, 100]},
                "partie": {"column": "P{yy}", "label": "Partie", "unit": "personnes", "part_of": "tout"},
                "tout": {"column": "T{yy}", "label": "Tout", "unit": "personnes"},
            },
        },
        "millesimes": [{"edition": 2022, "tolerance": 1}],
    }
)
TERRITORY = pl.DataFrame(
    {"level": ["commune", "epci", "qpv", "qpv"], "code": ["59002", "200042190", "QN1", "QP1"]}
).with_columns(perimeter=pl.Series([None, None, "qpv_2024", "qpv_2015"], dtype=pl.String))


def observations(*changes: dict[str, Any]) -> pl.DataFrame:
    """One right observation per change, with the change applied."""
    right = {
        "dataset": "essai", "edition": 2022, "millesime": 2022, "level": "commune", "code": "59002",
        "perimeter": None, "variable": "taux", "value": 12.5, "status": "observed", "extract": "abc",
        "line": 2, "column": "TX22",
    }  # fmt: skip
    return pl.DataFrame([right | change for change in changes], schema=OBSERVATION.schema)


def check_observations(*changes: dict[str, Any]) -> None:
    """Validate the observations as a producer's file."""
    validate_observations(observations(*changes), {"essai": DATASET}, TERRITORY, {"abc": "essai_2022.csv"})


@pytest.mark.parametrize(
    "changes",
    [
        [{}],
        [{"value": 0.0}, {"code": "200042190", "level": "epci", "value": 100.0}],
        [{"value": None, "status": "suppressed"}],
        [{"millesime": None}],
        [{"variable": "partie", "value": 11.0}, {"variable": "tout", "value": 10.0}],
        [{"variable": "partie", "value": 11.0}, {"variable": "tout", "value": None, "status": "suppressed"}],
        [{"level": "qpv", "code": "QN1", "perimeter": "qpv_2024"}],
    ],
    ids=["one", "bounds", "suppressed", "no year", "within tolerance", "total unknown", "qpv"],
)
def test_right_observations_pass(changes: list[dict[str, Any]]) -> None:
    check_observations(*changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([{"value": 140.0}], "entre 0 et 100"),
        ([{"value": -1.0}], "entre 0 et 100"),
        ([{"value": float("nan")}], "un nombre fini"),
        ([{"variable": "tout", "value": float("inf")}], "un nombre fini"),
        ([{"value": None}], "aucune valeur de statut"),
        ([{"value": 3.0, "status": "suppressed"}], "si et seulement si"),
        ([{"status": "confidentiel", "value": None}], "un statut du vocabulaire"),
        ([{"code": "99999"}], "commune 99999"),
        ([{"level": "qpv", "code": "QN1", "perimeter": "qpv_2015"}], "qpv_2015"),
        ([{"variable": "inconnue"}], "une variable déclarée"),
        ([{}, {"value": 13.0}], "donné plusieurs fois"),
        ([{"millesime": None}, {"millesime": None}], "donné plusieurs fois"),
        ([{"variable": "partie", "value": 11.2}, {"variable": "tout", "value": 10.0}], "au plus son total"),
    ],
)
def test_wrong_observations_are_named(changes: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationFailed) as failure:
        check_observations(*changes)
    first = failure.value.problems[0]
    assert (first.file, first.line, first.column) == ("essai_2022.csv", 2, "TX22")
    assert said in str(failure.value)


def test_a_column_of_another_type_is_refused() -> None:
    with pytest.raises(ValidationFailed, match="line"):
        validate_observations(
            observations({}).with_columns(pl.col("line").cast(pl.Int64)), {"essai": DATASET}, TERRITORY, {}
        )


def test_many_faults_are_counted_not_all_spelled_out() -> None:
    with pytest.raises(ValidationFailed) as failure:
        check_observations(*({"value": 200.0, "millesime": 1000 + i} for i in range(80)))
    assert len(failure.value.problems) < 80
    assert "autres" in str(failure.value)


INDICATOR = Indicator(
    id="part",
    number=1,
    theme=Theme.FAMILLE,
    title="Part",
    short_title="Part",
    definition="Part.",
    reading="{value}",
    direction=Direction.HIGH_IS_NEED,
    need="La part",
    unit=Unit.PERCENT,
    series=(Series("base", Ratio(total("a"), total("b")), frozenset({Level.COMMUNE}), "part"),),
)


def values(*changes: dict[str, Any]) -> pl.DataFrame:
    """One right value per change, with the change applied."""
    right = dict.fromkeys(value_schema(), None) | {
        "indicator": "part", "series": "base", "concept": "part", "level": "commune", "code": "59002",
        "millesime": 2022, "edition": 2022, "period": "2022", "value": 25.0, "numerator": 1.0,
        "denominator": 4.0, "lower": 20.0, "upper": 30.0, "status": "observed", "origin": "producer",
        "datasets": "essai", "extracts": "abc",
    }  # fmt: skip
    return pl.DataFrame([right | change for change in changes], schema=value_schema())


def test_right_values_pass() -> None:
    without = {
        "series": "",
        "value": None,
        "numerator": None,
        "lower": None,
        "upper": None,
        "millesime": None,
    }
    validate_values(
        values({}, without | {"status": "awaiting_extract", "origin": ""}), [INDICATOR], TERRITORY
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": 101.0, "numerator": 4.04, "lower": None, "upper": None}, "entre 0 et 100"),
        ({"value": 26.0}, "100 × 1 / 4"),
        ({"lower": 26.0}, "hors de"),
        ({"indicator": "inconnu"}, "un indicateur déclaré"),
        ({"series": "autre"}, "une série déclarée"),
        ({"origin": "devinée"}, "une origine"),
        ({"code": "99999"}, "un territoire déclaré"),
        ({"denominator": float("inf")}, "finis"),
        ({"status": "suppressed"}, "si et seulement si"),
    ],
)
def test_wrong_values_name_indicator_territory_and_year(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationFailed) as failure:
        validate_values(values(change), [INDICATOR], TERRITORY)
    message = str(failure.value)
    assert said in message
    for part in (change.get("indicator", "part"), change.get("code", "59002"), "2022"):
        assert part in message


def test_a_repeated_value_is_refused() -> None:
    with pytest.raises(ValidationFailed, match="plusieurs fois"):
        validate_values(values({}, {}), [INDICATOR], TERRITORY)


def memberships(*inhabitants: int | None) -> pl.DataFrame:
    """Quarters of the authority, with what the contract states for each."""
    rows = [("qpv", "QN1", "epci", "200042190", count) for count in inhabitants]
    old = ("qpv", "QP1", "epci", "200042190", 1000)
    names = ["level", "code", "parent_level", "parent_code", "inhabitants"]
    return pl.DataFrame([*rows, old], schema=names, orient="row")


def test_the_contract_total_is_that_of_the_quarters_of_2024() -> None:
    validate_memberships(memberships(32000, 305), TERRITORY, 32305)
    for wrong in (memberships(32000, 304), memberships(32305, None)):
        with pytest.raises(ValidationFailed, match="total du contrat"):
            validate_memberships(wrong, TERRITORY, 32305)


def test_the_real_quarters_make_the_total_of_the_contract(territories: Territories) -> None:
    validate_memberships(territories.membership, territories.territory, 32305)


def _absurd(compute: Callable[..., pl.DataFrame]) -> Callable[..., pl.DataFrame]:
    def computed(*arguments: Any) -> pl.DataFrame:
        frame = compute(*arguments)
        poverty = (pl.col("indicator") == "taux_pauvrete") & pl.col("value").is_not_null()
        return frame.with_columns(value=pl.when(poverty).then(pl.lit(142.3)).otherwise("value"))

    return computed


def test_a_failing_check_leaves_the_release_in_place_and_says_why(
    published: Home, bcs: Bcs, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(published)
    monkeypatch.setattr(outputs, "compute_values", _absurd(outputs.compute_values))
    result = bcs("actualiser", "--publier", "--tout")
    assert result.exit_code == 1
    assert state(published) == before
    for part in ("taux_pauvrete", "142,3", "entre 0 et 100", "reste en place"):
        assert part in result.stderr


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        (
            "UPDATE value SET value = 250 WHERE indicator = 'taux_pauvrete' AND value IS NOT NULL",
            "entre 0 et 100",
        ),
        ("DELETE FROM observation WHERE line = 2", "un contenu d’empreinte"),
        ("UPDATE membership SET inhabitants = 1 WHERE parent_level = 'epci'", "total du contrat"),
        ("UPDATE observation SET extract = 'inconnu' WHERE line = 2", "table extract"),
        ("INSERT INTO theme SELECT * FROM theme", "clé répétée"),
        ("DELETE FROM territory", "une table vide"),
    ],
)
def test_the_built_file_is_verified_again(
    release_home: Path,
    tmp_path: Path,
    catalogue: Catalogue,
    territories: Territories,
    tampering: str,
    said: str,
) -> None:
    home = Home.locate(release_home)
    present = publication.current(home)
    assert present is not None
    copy = tmp_path / present.file
    shutil.copy(home.releases / present.file, copy)
    checks.verify_release(copy, catalogue, territories, present.content_hash)
    with duckdb.connect(copy) as connection:
        connection.execute(tampering)
    with pytest.raises(ValidationFailed) as failure:
        checks.verify_release(copy, catalogue, territories, present.content_hash)
    assert said in "\n".join(problem.message() for problem in failure.value.problems)


def test_fewer_figures_or_a_strong_revision_deserve_a_look() -> None:
    before = publication.Published("id", "", "", "", 0, 0, {"essai": 10})
    assert checks.coverage_warning({"essai": 10, "nouveau": 3}, before, {}) is None
    assert checks.coverage_warning({"essai": 9}, None, {}) is None
    assert "Essai\u00a0: 9 contre 10" in str(
        checks.coverage_warning({"essai": 9}, before, {"essai": "Essai"})
    )
    assert "essai\u00a0: 0 contre 10" in str(checks.coverage_warning({}, before, {}))
    assert checks.jump_warning(values({}), None) is None
    assert checks.jump_warning(values({}), values({"value": 26.0})) is None
    assert "part, commune 59002" in str(checks.jump_warning(values({}), values({"value": 50.0})))


def test_two_datasets_that_disagree_on_one_figure_are_said() -> None:
    same = {"level": "qpv", "code": "QP001001", "perimeter": "qpv_2015", "variable": "filo_med"}
    one = {**same, "dataset": "revn", "millesime": 2018, "value": 14180.0, "status": "observed"}
    other = {**one, "dataset": "filosofi"}

    def said(**changed: object) -> str | None:
        return united.disagreement_warning(pl.DataFrame([one, {**other, **changed}]))

    assert said() is None
    assert said(value=14181.0) is None, "the rounding of a producer"
    assert said(value=13000.0, millesime=2017) is None, "another year"
    one = {**one, "variable": "filo_rd", "value": 3.433948}
    other = {**one, "dataset": "filosofi"}
    assert said(value=3.4) is None, "one decimal printed, six in the other file"
    assert said(value=3.5) is not None and said(value=3.38) is not None
    one = {**one, "variable": "filo_med", "value": 14180.0}
    other = {**one, "dataset": "filosofi"}
    assert said(value=None, status="suppressed") is None
    found = said(value=13000.0)
    assert found is not None and "QP001001" in found and "13\u202f000 ou 14\u202f180" in found
    assert "filosofi et revn" in found
