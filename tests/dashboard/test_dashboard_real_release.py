"""Every territory of the real embedded release: no error, no figure without words, French typography."""

from __future__ import annotations

import re
from itertools import pairwise

from shown import markup_of, text_of, words_of
from streamlit.testing.v1 import AppTest

from dashboard.data.questions import Barometer
from dashboard.story.absence import awaited_words
from dashboard.story.everywhere import everywhere
from dashboard.story.headlines import home_facts
from dashboard.story.readings import read
from dashboard.story.runs import runs
from indicators.model import Theme, Unit

# A plain space where French wants a no-break one, a straight apostrophe, a Python value shown as it is.
WRONG = re.compile(r" [:;?!%»€]|« |'|\bNone\b|\bnan\b|\{|\bTrue\b|\bFalse\b")


def _visit(app: AppTest, page: str | None, **parameters: str) -> AppTest:
    app.switch_page(f"../pages/{page or 'accueil'}/page.py")
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def test_every_territory_opens_without_error_and_in_french(real: Barometer, app: AppTest) -> None:
    for territory in real.territories:
        _visit(app, "barometre", niveau=territory.level, territoire=territory.code)
        assert not app.exception, territory
        found = WRONG.search(words_of(markup_of(app)))
        assert found is None, (territory, found)
        for row in re.findall(
            r'<div class="bcs-row.*?(?=<div class="bcs-row|$)', markup_of(app), flags=re.DOTALL
        ):
            assert "bcs-figure" in row or "bcs-status" in row, (territory, row)


def test_a_change_of_perimeter_is_said_where_two_points_are_apart_only(app: AppTest) -> None:
    for indicator, crossed in (("taux_pauvrete", False), ("part_prestations_sociales", True)):
        _visit(app, "indicateur", indicateur=indicator)
        assert ("Les points ne sont pas reliés" in text_of(app)) is crossed, indicator


def test_a_file_that_is_awaited_is_named_once(real: Barometer) -> None:
    titles = tuple(dataset.title for dataset in real.datasets.values())
    for indicator in real.indicators:
        for level in ("commune", "epci", "qpv"):
            told = awaited_words(real, indicator, level)
            for first, then in pairwise(told):
                assert not (first.startswith("Fichier attendu") and then.startswith(titles)), (
                    indicator,
                    told,
                )


def test_every_commune_is_described_beside_the_map(real: Barometer, app: AppTest) -> None:
    communes = real.communes()
    assert len(communes) == 47
    for commune in communes:
        _visit(app, None, niveau=commune.level, territoire=commune.code)
        assert not app.exception, commune
        found = WRONG.search(words_of(markup_of(app)))
        assert found is None, (commune, found)


def test_every_sheet_of_one_commune_names_its_source_or_what_it_waits_for(
    real: Barometer, app: AppTest
) -> None:
    commune = real.communes()[8]
    for indicator in real.indicators:
        _visit(
            app,
            "barometre",
            niveau="commune",
            territoire=commune.code,
            theme=indicator.theme,
            fiche=indicator.indicator,
        )
        assert not app.exception, indicator.indicator
        text = text_of(app)
        assert "Pourquoi il n’y a pas de chiffre ici" in text or "Empreinte (sha256)" in text, (
            indicator.indicator
        )
        found = WRONG.search(words_of(markup_of(app)))
        assert found is None, (indicator.indicator, found)


def test_home_confronts_the_index_with_what_is_published(app: AppTest) -> None:
    text = text_of(_visit(app, None))
    assert "Région publie 0,39 pour l’agglomération et 0,51 pour les Hauts-de-France (" in text
    assert "estimé" in text
    told = re.sub(r"\s", " ", app.get("plotly_chart")[0].proto.alt)
    assert told.startswith("Carte de 47 communes selon Indice de développement humain (IDH-4), 2019. ")


def test_the_home_opens_on_six_facts(real: Barometer) -> None:
    epci = real.epci()
    found = [fact.reading.indicator for fact in home_facts(real, epci, read(real, epci), 6)]
    assert len({indicator.indicator for indicator in found}) == 6
    assert Theme.IDH4 not in {indicator.theme for indicator in found}
    declared = [indicator.headline for indicator in found if indicator.headline is not None]
    assert declared == sorted(declared)
    assert [i.headline for i in found][: len(declared)] == declared, "the declared facts come first"


def test_figures_of_other_communes_are_never_joined(real: Barometer) -> None:
    """INSEE's own row of the agglomeration was of 46 communes until 2015, of unknown ones until 2017."""
    indicator = next(i for i in real.indicators if i.unit == Unit.EURO_PER_CU)
    shown = everywhere(real, indicator, None, "")
    points = shown.points(real.epci())
    assert {2014, 2015, 2017, 2018} <= {point.year for point in points}
    joined = [[point.year for point in run] for run in runs(points, [])]
    assert [2014, 2015] in joined and [2017] in joined
    assert any(run[0] == 2018 for run in joined)
    denain = next(c for c in shown.communes if c.code == "59172")
    assert all(point.past == 0 for point in shown.points(denain)), "only the authority changed"


def test_the_picture_says_why_points_are_apart(real: Barometer, app: AppTest) -> None:
    indicator = next(i for i in real.indicators if i.unit == Unit.EURO_PER_CU)
    _visit(
        app,
        "indicateur",
        indicateur=indicator.indicator,
        niveau="epci",
        territoire="200042190",
    )
    text = text_of(app)
    assert "46 communes, sans Émerchicourt" in text and text.count("Rupture en 2018") == 1
