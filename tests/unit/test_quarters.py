"""Which communes a quarter lies in, found from the codes or the names a file gives."""

from __future__ import annotations

import polars as pl
import pytest

from sources.cog import Change, Geography
from sources.france import containers
from sources.quarters import located

COMMUNES = [
    ("59172", "Denain", "59", "32"),
    ("59491", "Raismes", "59", "32"),
    ("59452", "Ostricourt", "59", "32"),
    ("62321", "Évin-Malmaison", "62", "32"),
    ("69149", "Oullins-Pierre-Bénite", "69", "84"),
    ("13055", "Marseille", "13", "93"),
    ("50582", "Saint-Martin", "50", "28"),
    ("14001", "Saint-Martin", "14", "28"),
    ("27002", "Saint-Martin", "27", "28"),
]


@pytest.fixture
def geography() -> Geography:
    rows = [(*one, "200000001", None, None) for one in COMMUNES]
    names = ("code", "name", "departement", "region", "epci", "canton", "arrondissement")
    return Geography(
        2024,
        pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"),
        districts={"13215": "13055"},
        changes=(Change("69152", "69149", recoded=False),),
    )


def listed(*rows: tuple[str, str | None]) -> pl.DataFrame:
    schema = {"code": pl.String, "communes": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").select(
        level=pl.lit("qpv"), code="code", perimeter=pl.lit("qpv_2015"), name="code", communes="communes"
    )


@pytest.mark.parametrize(
    ("code", "told", "communes"),
    [
        ("QP059050", "Denain, Raismes", ("59172", "59491")),
        ("QP062040", "Évin-Malmaison, Ostricourt", ("62321", "59452")),
        ("QP069013", "Oullins", ("69149",)),
        ("QP069014", "Pierre-Bénite, Oullins", ("69149",)),
        ("QP013032", "Marseille 1er Arrondissement, Marseille 15e  Arrondissement", ("13055",)),
        ("QP050001", "Saint-Martin", ("50582",)),
        ("QN05950M", "59172, 59491", ("59172", "59491")),
        ("QN06913M", "69152", ("69149",)),
        ("QN01332M", "13215", ("13055",)),
    ],
)
def test_the_communes_of_a_quarter(
    code: str, told: str, communes: tuple[str, ...], geography: Geography
) -> None:
    assert [one.communes for one in located([listed((code, told))], geography)] == [communes]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("QP059050", "Denain, Inconnue"),
        ("QP061001", "Saint-Martin"),
        ("QN05950M", "59999"),
        ("QP059050", None),
    ],
)
def test_a_quarter_is_placed_wholly_or_not_at_all(code: str, told: str | None, geography: Geography) -> None:
    assert not list(located([listed((code, told))], geography))


def test_the_first_list_that_says_all_its_communes_is_believed(geography: Geography) -> None:
    lists = [
        listed(("QP059050", "Inconnue")),
        listed(("QP059050", "Denain")),
        listed(("QP059050", "Raismes")),
    ]
    assert [(one.communes, one.rank) for one in located(lists, geography)] == [(("59172",), 1)]


def test_the_quarters_of_france_are_under_their_communes_but_those_declared(geography: Geography) -> None:
    names = listed(("QP059050", "Denain, Raismes"), ("QP059055", "Raismes"))
    followed = pl.DataFrame({"level": ["qpv"], "code": ["QP059055"]})
    rows = containers(geography, [names], followed).filter(level="qpv")
    assert rows.select("code", "parent_level", "parent_code", "whole").rows() == [
        ("QP059050", "commune", "59172", False),
        ("QP059050", "commune", "59491", False),
    ]
