"""Any address lands on a valid page with a polite sentence: every page, every parameter it knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fictitious
import fictitious_quarters
import pytest
from shown import markup_of, text_of
from streamlit.testing.v1 import AppTest

from dashboard.address import screens, thresholds
from dashboard.address.parameters import (
    GROUP,
    GROUP_NAME,
    OTHER,
    OTHER_GROUP,
    OTHER_NAME,
    PARAMETERS,
    SEARCH,
    Parameter,
)
from dashboard.address.parse import parse
from dashboard.address.selection import href
from dashboard.data.kept import forget
from dashboard.data.questions import Barometer
from dashboard.data.screen import current
from sources.french import capital
from tests.dashboard.conftest import SCRIPT

VALUES = {
    "unknown": "inconnu",
    "script": "<script>alert(1)</script>",
    "sql": "' OR 1=1; DROP TABLE value; --",
    "long": "x" * 10_000,
    "both generations": "QP099001,QN09901X",
    "negative": "-99999999999999999999999",
    "huge": "9" * 400,
    "not a number": "nan",
    "exponent": "1e999",
    "zero width": "99001\u200b\u202e\ufeff",
    # What the server makes of bytes that are no UTF-8.
    "replacement": "99001\ufffd",
    "null": "99001\x00",
    "digits of elsewhere": "²０",
    "path": "../../../etc/passwd",
    "markdown": "[x](javascript:alert(1)) **$x$** :red[y]",
    "empty list": ",,,;;;",
}
FREE_TEXT = {GROUP_NAME, OTHER_NAME, SEARCH}
"""What a reader writes: any text is a name, nothing is named without a group, anything may be looked for."""


SAMPLES = {
    **dict.fromkeys(thresholds.PARAMETERS.values(), ("0.15", "0.2")),
    "seuil_concentration": ("0.2", "0.4"),
    "seuil_equivalence": ("0.5", "2"),
    "poids": ("revenus-2", "revenus-0,sante-0.5"),
    "page": ("1", "3"),
}
"""Values of the parameters that are no choice in a list."""


def _a_code(barometer: Barometer, level: str) -> dict[str, str]:
    return {"territoire": next(t.code for t in barometer.territories if t.level == level)}


BESIDE = {"niveau": _a_code}
"""What a parameter needs beside it."""


@pytest.fixture(scope="module")
def barometer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Barometer]:
    home = tmp_path_factory.mktemp("declaration")
    fictitious.build(home, tables=fictitious_quarters.rows())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BCS_HOME", str(home))
        forget()
        yield Barometer(current())


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppTest]:
    home = tmp_path_factory.mktemp("adresses")
    fictitious.build(home, tables=fictitious_quarters.rows())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BCS_HOME", str(Path(home)))
        forget()
        yield AppTest.from_file(SCRIPT, default_timeout=60).run()


def _visit(app: AppTest, page: screens.Page, parameters: dict[str, Any]) -> None:
    app.switch_page(page.script)
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()


def _valid(app: AppTest, value: str, place: object) -> None:
    assert not app.exception, place
    assert not app.error, place
    said = [info.value for info in app.info]
    assert said, place
    assert all(sentence.endswith(".") for sentence in said), (place, said)
    assert len(said) == len(set(said)), (place, said)
    markup = markup_of(app)
    assert "<script" not in markup, place
    assert markup.count("<h1") == 1, place
    assert "Version fictive" in text_of(app), place
    if not re.fullmatch(r"[\w.,-]{1,40}", value):
        # Only what could be the name of something is said again; a territory may have such a name, escaped.
        named = [sentence.replace("\\<", "") for sentence in said]
        assert not any(value in sentence for sentence in named if value), place


@pytest.mark.parametrize("page", screens.PAGES, ids=lambda page: page.label)
def test_each_parameter_alone_and_all_together(app: AppTest, page: screens.Page) -> None:
    _visit(app, page, {})
    assert not app.info, "nothing to apologise for without parameters"
    names = [parameter.name for parameter in PARAMETERS if page in parameter.pages]
    for kind, value in VALUES.items():
        _visit(app, page, dict.fromkeys(names, value))
        _valid(app, value, (page.label, kind))
    for name in names:
        if name in FREE_TEXT or (name.startswith("avec") and page is not screens.BAROMETER):
            # Kept in the links for the page that compares, which alone says what is wrong with it.
            continue
        _visit(app, page, {name: VALUES["script"]})
        _valid(app, VALUES["script"], (page.label, name))


READ = [
    pytest.param(parameter, page, id=f"{parameter.name}-{page.folder}")
    for parameter in PARAMETERS
    for page in parameter.pages
    if parameter.name not in (*FREE_TEXT, GROUP, OTHER, OTHER_GROUP)
]
INSTEAD = {
    "voici l’agglomération": {"niveau", "territoire"},
    "voici Commune fictive ": {"niveau", "territoire"},
    "voici le quartier Quartier fictif nouveau": {"niveau", "territoire"},
    "la plus proche est montrée": {"reference"},
    "tous les thèmes sont montrés": {"theme"},
    "aucune n’est ouverte": {"fiche"},
    "la page est montrée comme d’habitude": {"reunion", "embarque"},
    "voici « Taux fictif": {"indicateur"},
    "voici « Revenu fictif": {"indicateur"},
    "voici la principale": {"definition"},
    "voici 20": {"annee"},
    "voici l’indicateur seul": {"vue"},
    "la carte est montrée sans elle": {"couche"},
    "la carte est montrée seule": {"jumelle"},
    "voici les quartiers de 2024": {"perimetre"},
    "voici « Quelles communes d’abord ? »": {"question"},
    "celui du baromètre est gardé": set(thresholds.PARAMETERS.values()),
    "tous les thèmes ont le même poids": {"poids"},
    "aucun n’est ouvert": {"portrait"},
    "le début de la liste est montré": {"page"},
    "voici la première": {"partie"},
    "voici la table « value »": {"table"},
}
"""What a sentence says is shown, and for which parameters."""


@pytest.mark.parametrize(("parameter", "page"), READ)
def test_an_unknown_value_is_said_with_what_is_shown_instead(
    barometer: Barometer, parameter: Parameter, page: screens.Page
) -> None:
    selection = parse({parameter.name: "inconnu"}, barometer, page)
    (said,) = selection.notices
    assert re.match(rf"{capital(parameter.asked)} dans l’adresse, « inconnu », n’.+ : .+\.$", said)
    assert [parameter.name in names for end, names in INSTEAD.items() if f": {end}" in said] == [True], said
    assert "inconnu" not in selection.parameters().values()


@pytest.mark.parametrize(("parameter", "page"), READ)
def test_a_value_of_the_release_is_followed_and_comes_back_in_links(
    barometer: Barometer, parameter: Parameter, page: screens.Page
) -> None:
    values = parameter.values(barometer, {}) if parameter.values else SAMPLES[parameter.name]
    assert values
    for value in values:
        beside = BESIDE.get(parameter.name, lambda _, __: {})(barometer, value)
        selection = parse({parameter.name: value, **beside}, barometer, page)
        assert not selection.notices, value
        expected = {} if value == parameter.default else {parameter.name: value}
        assert expected.items() <= selection.parameters().items()
        assert parse(selection.parameters(), barometer, page).parameters() == selection.parameters()
        assert (
            parameter.pages != screens.PAGES
            or selection.elsewhere().items() <= selection.parameters().items()
        )


def test_a_level_alone_names_no_territory(barometer: Barometer) -> None:
    selection = parse({"niveau": "commune"}, barometer, screens.BAROMETER)
    assert selection.territory == barometer.epci()
    (said,) = selection.notices
    assert said.startswith("Le niveau demandé dans l’adresse, « commune », ne dit pas de quel territoire")
    assert said.endswith(" : voici l’agglomération.")


def test_what_a_page_cannot_show_is_said_there(app: AppTest) -> None:
    _visit(app, screens.QUARTERS, {"indicateur": "revenu_fictif"})
    assert not app.info
    assert "Aucun quartier de ce périmètre n’a ce chiffre" in text_of(app)
    assert app.selectbox(key="indicateur_choisi").value.indicator == "revenu_fictif"
    _visit(app, screens.QUARTERS, {"niveau": "commune", "territoire": "99005"})
    assert "n’a pas de quartier de ce périmètre : voici le quartier" in text_of(app).replace("\u00a0", " ")
    _visit(app, screens.QUARTERS, {"niveau": "commune", "territoire": "99001"})
    assert "Commune fictive A est une commune : voici le quartier" in text_of(app).replace("\u00a0", " ")


@pytest.mark.parametrize("page", screens.PAGES, ids=lambda page: page.label)
def test_a_parameter_said_twice_or_unknown(app: AppTest, page: screens.Page) -> None:
    _visit(app, page, {"niveau": ["commune", "commune"], "territoire": ["99001", "99002"]})
    assert not app.exception
    assert not app.info
    _visit(app, page, {"niveau": ["commune", "lune"], "territoire": ["99001", "<script>"]})
    _valid(app, "<script>", page.label)
    _visit(app, page, {"x" * 5_000: "1", "__proto__": "1", "<b>": "<b>"})
    _valid(app, "", page.label)


def test_every_link_is_written_by_one_writer() -> None:
    assert href(screens.SHEET, {"partie": "1", "territoire": "99001", "niveau": "commune"}) == (
        "fiche?niveau=commune&territoire=99001"
    )
    with pytest.raises(KeyError):
        href(screens.SHEET, {"inconnu": "1"})
