"""Groups made on the spot, on the real release: declared groups found again, addresses, lacking communes."""

from __future__ import annotations

import dataclasses
import math
import shutil
from pathlib import Path

import duckdb
import pytest
from shown import markup_of, text_of
from streamlit.testing.v1 import AppTest

from dashboard.address import screens
from dashboard.address.parse import parse
from dashboard.address.screens import PAGES
from dashboard.data.kept import forget
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Territory, Value
from dashboard.data.screen import current
from dashboard.story.free_groups import (
    FEWEST,
    LONGEST_NAME,
    MAIN,
    FreeGroup,
    WithGroups,
    read_group,
    written_name,
)
from dashboard.story.hindered import hindered
from dashboard.story.readings import read
from dashboard.widgets.context import context
from sources.vocabulary import Level, Status
from tests.dashboard.conftest import BAROMETER, SCRIPT, Open

DECLARED = ("geographie_prioritaire", "equipe_nord", "equipe_sud", "complementaire_seule")


def visit(app: AppTest, page: str = BAROMETER, /, **parameters: str) -> AppTest:
    app.switch_page(page)
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def members(barometer: Barometer, group: str) -> tuple[str, ...]:
    return tuple(
        m.code
        for m in barometer.memberships
        if (m.level, m.parent_level, m.parent_code) == (Level.COMMUNE, Level.GROUPE, group)
    )


def free(barometer: Barometer, communes: tuple[str, ...], name: str = "") -> tuple[WithGroups, Territory]:
    group = FreeGroup(tuple(sorted(communes)), name)
    return WithGroups(barometer.release, {MAIN: group}), group.territory(barometer, MAIN)


def same(one: Value | Comparison, other: Value | Comparison) -> bool:
    """Whether two rows are equal but for their code and the last bits of their numbers."""
    for field in dataclasses.fields(one):
        ours, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(ours, float) and isinstance(theirs, float):
            # Vectors of another length are not rounded alike in the last bit.
            if not math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-12):
                return False
        elif field.name != "code" and ours != theirs:
            return False
    return True


def test_every_declared_group_of_whole_communes_is_tried(real: Barometer) -> None:
    groups = {m.parent_code for m in real.memberships if m.parent_level == Level.GROUPE}
    whole = {g for g in groups if all(m.whole for m in real.memberships if m.parent_code == g)}
    assert whole == set(DECLARED)


@pytest.mark.parametrize("slug", DECLARED)
def test_a_free_group_of_the_same_communes_is_the_declared_one(real: Barometer, slug: str) -> None:
    declared = real.territory(Level.GROUPE, slug)
    assert declared is not None
    barometer, group = free(real, members(real, slug))

    def key(row: Value | Comparison) -> tuple[str, ...]:
        more = (row.reference_level, row.reference_code) if isinstance(row, Comparison) else ()
        return (row.indicator, row.series, str(row.millesime), str(row.edition), *more)

    for ours, published in (
        (barometer.values(group), real.values(declared)),
        (barometer.comparisons(group), real.comparisons(declared)),
    ):
        assert len(ours) == len(published) > 0
        for one, other in zip(
            sorted(ours, key=key),  # type: ignore[type-var]
            sorted(published, key=key),  # type: ignore[type-var]
            strict=True,
        ):
            assert same(one, other), (one, other)
    told = {(e.indicator, e.millesime, e.measure): e.text for e in barometer.evolutions(group)}
    assert told == {(e.indicator, e.millesime, e.measure): e.text for e in real.evolutions(declared)}
    facts = [(fact.title, fact.written) for fact in context(barometer, group)]
    assert facts == [(fact.title, fact.written) for fact in context(real, declared)]


def test_a_group_is_computed_once_for_each_release(real: Barometer) -> None:
    barometer, group = free(real, ("59172", "59179"))
    again, same_group = free(real, ("59179", "59172"), "Un autre nom")
    assert barometer.values(group) is again.values(same_group)


def test_the_whole_agglomeration_as_a_group_has_the_sums_of_the_agglomeration(real: Barometer) -> None:
    barometer, group = free(real, tuple(c.code for c in real.communes()))
    published = {v.key: v for v in real.values(real.epci()) if v.origin == "sum" and v.usable}
    found = {v.key: v for v in barometer.values(group) if v.key in published}
    assert len(found) > 30
    for key, value in found.items():
        assert value.value == pytest.approx(published[key].value)
        assert value.lower == pytest.approx(published[key].lower)


HOSTILE = (
    {"groupe": ""},
    {"groupe": "59172"},
    {"groupe": "99999,00000"},
    {"groupe": "59172,99999"},
    {"groupe": "<script>alert(1)</script>"},
    {"groupe": "' OR 1=1; DROP TABLE value; --", "nom": "' OR 1=1"},
    {"groupe": "x" * 10_000},
    {"groupe": ",".join(f"{code:05d}" for code in range(5_000))},
    {"groupe": "59172,59179,inconnue", "nom": "<script>alert(1)</script>" * 500},
    {"avec": "commune-99999"},
    {"avec": "<script>alert(1)</script>"},
    {"avec": "x" * 10_000},
    {"avec_groupe": "59172"},
    {"avec_groupe": "59172,' OR 1=1"},
)


@pytest.mark.parametrize("parameters", HOSTILE)
def test_a_hostile_group_lands_on_a_valid_page_with_a_polite_sentence(
    app: AppTest, parameters: dict[str, str]
) -> None:
    visit(app, **parameters)
    assert not app.exception
    assert not app.error
    assert len(app.info) == 1, [info.value for info in app.info]
    assert app.info[0].value.endswith(".")
    assert "<script" not in markup_of(app)
    # The printed address of the view repeats what was asked, encoded; nothing else does.
    assert "DROP TABLE" not in text_of(app)
    assert "<h1" in markup_of(app)


def test_both_generations_are_never_mixed(app: AppTest) -> None:
    visit(app, niveau="qpv", territoire="QN05950M", avec="qpv-QP059050")
    assert not app.exception
    text = text_of(app)
    assert "Un quartier de 2015 et un quartier de 2024 ne se comparent pas" in text
    assert "Écart" not in text


def test_a_name_is_data(app: AppTest, real: Barometer) -> None:
    visit(app, groupe="59172,59179", nom="<script>alert('é')</script> & 🎭")
    assert not app.exception
    assert not app.info
    assert "<script" not in markup_of(app)
    assert "<script>alert(’é’)</script> & 🎭" in text_of(app)
    assert written_name("a\u202eb\nc\t\x00d" + "x" * 500) == ("a b c d" + "x" * 500)[:LONGEST_NAME]


def test_codes_are_read_whatever_their_order_and_repeats(real: Barometer) -> None:
    group, said = read_group("59179, 59172,59179", "", real)
    assert (group.communes, said) == (("59172", "59179"), "")
    assert group.named(real) == "Denain et Douchy-les-Mines"
    assert not FreeGroup(group.communes[: FEWEST - 1]).complete


def test_other_pages_keep_the_group_in_their_links_and_say_where_it_is_read(real: Barometer) -> None:
    asked = {"groupe": "59172,59179", "nom": "Duo", "avec": "commune-59491"}
    here, elsewhere = parse(asked, real, screens.BAROMETER), parse(asked, real, screens.HOME)
    assert here.territory.code == MAIN
    assert not here.notices
    assert elsewhere.territory == real.epci()
    assert elsewhere.notices == (
        "Le groupe composé se lit sur la page Baromètre ; ici, voici l’agglomération.",
    )
    assert here.parameters() == elsewhere.parameters() == asked


@pytest.mark.parametrize("page", [page for page in PAGES if page != screens.BAROMETER], ids=lambda p: p.label)
def test_every_other_page_opens_with_the_address_of_a_group(app: AppTest, page: screens.Page) -> None:
    visit(app, page.script, groupe="59172,59179", nom="Duo")
    assert not app.exception
    assert not app.error
    shown = {screens.QUARTERS: "le quartier Denain", screens.SHEET: "Abscon"}.get(page, "l’agglomération")
    (info,) = app.info
    assert info.value == f"Le groupe composé se lit sur la page Baromètre\u00a0; ici, voici {shown}."
    assert "<h1" in markup_of(app)


def test_naming_a_territory_replaces_the_group_and_the_other_way_round(real: Barometer) -> None:
    grouped = parse(
        {"groupe": "59172,59179", "avec_groupe": "59491,59205", "avec_nom": "B"}, real, screens.BAROMETER
    )
    assert grouped.parameters(niveau="commune", territoire="59172") == {
        "niveau": "commune",
        "territoire": "59172",
        "avec_groupe": "59205,59491",
        "avec_nom": "B",
    }
    assert grouped.parameters(avec="epci-1")["avec"] == "epci-1"
    assert "avec_groupe" not in grouped.parameters(avec="epci-1")
    assert grouped.swapped() == {"groupe": "59205,59491", "nom": "B", "avec_groupe": "59172,59179"}
    named = parse({"niveau": "commune", "territoire": "59172"}, real, screens.BAROMETER)
    assert named.parameters(groupe="59172,59179") == {"groupe": "59172,59179"}
    assert parse(grouped.swapped(), real, screens.BAROMETER).swapped() == grouped.parameters()


@pytest.fixture
def spoiled(release_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Barometer:
    """The real release, the latest count of RSA hidden at Denain, that of job seekers absent at Raismes."""
    folder = tmp_path / "releases"
    folder.mkdir()
    name = (release_home / "releases" / "CURRENT").read_text(encoding="utf-8").strip()
    shutil.copy(release_home / "releases" / name, folder / name)
    (folder / "CURRENT").write_text(name, encoding="utf-8")
    with duckdb.connect(str(folder / name)) as connection:
        connection.execute(
            "UPDATE observation SET value = NULL, status = 'suppressed' "
            "WHERE code = '59172' AND variable = 'caf_foyers_rsa' AND millesime = 2024"
        )
        connection.execute(
            "DELETE FROM observation WHERE code = '59491' AND variable = 'defm_abc' AND millesime = 2024"
        )
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    forget()
    return Barometer(current())


def test_a_hidden_or_absent_cell_spoils_the_sum_and_its_commune_is_named(spoiled: Barometer) -> None:
    barometer, group = free(spoiled, ("59172", "59179", "59491"))
    readings = read(barometer, group)
    hidden = [v for v in readings["allocataires_rsa"].history if v.millesime == 2024]
    assert [(v.value, v.status) for v in hidden] == [(None, Status.SUPPRESSED.value)]
    found = hindered(barometer, group, "allocataires_rsa", 2023)
    assert found is not None
    assert (found.year, found.communes) == (2024, {Status.SUPPRESSED.value: ["Denain"]})
    assert 2024 not in {v.millesime for v in readings["demandeurs_emploi"].history}
    found = hindered(barometer, group, "demandeurs_emploi", 2023)
    assert found is not None
    assert (found.year, found.communes) == (2024, {Status.MISSING.value: ["Raismes"]})
    whole, without = free(spoiled, ("59179", "59205"))
    assert hindered(whole, without, "allocataires_rsa", 2023) is None

    app = visit(AppTest.from_file(SCRIPT, default_timeout=60).run(), groupe="59172,59179,59491")
    text = text_of(app)
    reason = "2024 : non calculable, car il manque un chiffre au moins"
    assert f"{reason} : secret statistique (Denain)." in text
    assert f"{reason} : non disponible pour ce millésime (Raismes)." in text


def test_what_cannot_be_added_up_says_why(app: AppTest) -> None:
    text = text_of(visit(app, groupe="59172,59179", theme="revenus"))
    assert "Non calculable La médiane d’un groupe ne se déduit pas de celles de ses communes." in text
    assert "celui d’un groupe ne s’en déduit pas" in text
    partial = text_of(visit(app, niveau="groupe", territoire="geographie_complementaire", theme="emploi"))
    why = "Une partie seulement de certaines communes est dans ce groupe"
    assert f"{why} : rien n’en est additionné." in partial, "its context"
    assert f"Non calculable {why} : aucun taux n’en est calculé." in partial, "its rates"


def test_a_group_is_on_the_scale_of_the_communes_without_a_rank(app: AppTest) -> None:
    visit(app, groupe="59172,59179", theme="emploi")
    assert 'class="bcs-spine"' in markup_of(app)
    text = text_of(app)
    assert "un groupe n’a pas de rang parmi les communes" in text
    assert "dans le quart le plus" not in text.lower()
    assert "Communes : de" in text


def test_a_release_without_observations_still_opens(open_app: Open, home: Path) -> None:
    for parameters in ({"groupe": "99001,99007"}, {"groupe": "99001,99007", "avec_groupe": "99002,99003"}):
        opened = open_app(BAROMETER, **parameters)
        assert not opened.exception
        assert not opened.error
        assert "<script" not in markup_of(opened)
        assert "Non calculable" in text_of(opened) or "non calculable" in text_of(opened)
