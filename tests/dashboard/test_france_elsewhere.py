"""The communes of the rest of France: a search that forgives, their figures alone, of one year a line."""

from __future__ import annotations

from pathlib import Path

import duckdb
import fictitious
import pytest
from shown import text_of
from test_quarters_elsewhere import insert

from dashboard.data.france import figures, known, names
from dashboard.data.questions import Barometer
from dashboard.data.screen import current
from dashboard.story.findable import entries, label
from dashboard.story.search import index, search
from tests.dashboard.conftest import Open

COMMUNE, AUTHORITY, DEPARTMENT = ("commune", "13055"), ("epci", "200054807"), ("departement", "13")
REGION = ("region", "93")
VALUE = {
    "indicator": "taux_fictif",
    "series": "principale",
    "concept": "taux_fictif",
    "edition": 2022,
    "status": "observed",
    "origin": "producer",
    "followed": False,
}
OTHER = {"indicator": "revenu_fictif", "concept": "revenu_fictif"}
NAMED = {
    COMMUNE: "Marseille <b>",
    AUTHORITY: "Métropole fictive",
    DEPARTMENT: "Bouches-du-Rhône",
    REGION: "Région fictive",
}
FIGURES = (
    (COMMUNE, 2021, 21.0),
    (COMMUNE, 2022, 22.0),
    (AUTHORITY, 2021, 31.0),
    (DEPARTMENT, 2022, 41.0),
    (REGION, 2022, 51.0),
)


@pytest.fixture
def national(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Barometer:
    """The fictitious release, and a commune of elsewhere with its authority and its département."""
    path = fictitious.build(tmp_path)
    with duckdb.connect(str(path)) as connection:
        for (level, code), name in NAMED.items():
            place = {"level": level, "code": code, "name": name, "in_epci": False, "followed": False}
            insert(connection, "territory", place)
        for parent_level, parent_code in (AUTHORITY, DEPARTMENT, REGION):
            parts = {"level": COMMUNE[0], "code": COMMUNE[1], "parent_level": parent_level}
            insert(
                connection,
                "membership",
                {**parts, "parent_code": parent_code, "whole": True, "followed": False},
            )
        for (level, code), year, amount in FIGURES:
            when = {"level": level, "code": code, "millesime": year, "period": str(year)}
            insert(connection, "value", {**VALUE, **when, "value": amount})
        hidden = {"level": COMMUNE[0], "code": COMMUNE[1], "millesime": 2022, "period": "2022"}
        insert(connection, "value", {**VALUE, **hidden, **OTHER, "status": "suppressed"})
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    return Barometer(current())


def test_they_are_found_after_ours_with_their_departement(national: Barometer) -> None:
    found = search(index(entries(national)), "marseile")
    assert [label(one) for one in found] == ["Marseille <b> (commune d’ailleurs, Bouches-du-Rhône, 13055)"]
    assert {(place.level, place.code) for place in names(national.release)} == set(NAMED)
    (found,) = search(index(entries(national)), "Bouches du Rhone")
    assert label(found) == "Bouches-du-Rhône (département d’ailleurs, 13)"


def test_a_release_of_our_territory_alone_has_none(barometer: Barometer) -> None:
    assert not known(barometer.release)
    assert names(barometer.release) == []


def test_the_latest_figure_comes_first_and_those_of_what_it_is_part_of(national: Barometer) -> None:
    found = figures(national.release, *COMMUNE)
    assert [v.value for v in found.values["commune", "taux_fictif"]] == [22.0, 21.0]
    assert set(found.places) == {"commune", "epci", "departement"}


def test_a_line_is_of_one_year_and_a_label_is_text(open_app: Open, national: Barometer) -> None:
    app = open_app("../pages/accueil/page.py", cherche=COMMUNE[1])
    assert not app.exception
    text = text_of(app).replace("\u00a0", " ")
    assert "Marseille <b>" in text
    # The authority is known in 2021 only: it is not set beside 2022.
    assert "2022 22,0 % sans chiffre cette année-là 41,0 %" in text
    assert "2022 secret statistique sans chiffre" in text, "a secret is no absence"
    assert "bcs ouvrir --territoire 200054807" in text


@pytest.mark.parametrize("page", ["barometre", "fiche", "accueil"])
@pytest.mark.parametrize(
    ("named", "searched"),
    [
        ({"territoire": COMMUNE[1]}, COMMUNE[1]),
        ({"niveau": "epci", "territoire": AUTHORITY[1]}, AUTHORITY[1]),
        # The code of a département may be that of a région.
        ({"niveau": "departement", "territoire": "13"}, "departement-13"),
    ],
)
def test_an_address_that_names_one_leads_to_its_figures(
    open_app: Open, national: Barometer, page: str, named: dict[str, str], searched: str
) -> None:
    app = open_app(f"../pages/{page}/page.py", **named)
    assert not app.exception
    assert ["n’est pas de ceux que ce baromètre suit" in one.value for one in app.info] == [True]
    leads = [link for link in app.get("page_link") if link.proto.label.startswith("Lire les chiffres d")]
    assert [link.proto.query_string for link in leads] == [f"cherche={searched}"]


def test_a_departement_is_shown_alone_beside_its_region(open_app: Open, national: Barometer) -> None:
    app = open_app("../pages/accueil/page.py", cherche="departement-13")
    text = text_of(app).replace("\u00a0", " ")
    assert not app.exception and "Bouches-du-Rhône" in text
    assert "2022 41,0 % 51,0 %" in text


def test_what_no_release_knows_and_a_view_held_elsewhere_lead_nowhere(
    open_app: Open, national: Barometer
) -> None:
    for asked in ({"territoire": "99999"}, {"territoire": COMMUNE[1], "embarque": "1"}):
        app = open_app("../pages/barometre/page.py", **asked)
        assert not any(link.proto.label.startswith("Lire les chiffres") for link in app.get("page_link"))
