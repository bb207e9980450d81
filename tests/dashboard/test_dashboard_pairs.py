"""Two territories side by side: the rules on figures made up, then every kind of pair of the real release."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

import pytest
from shown import markup_of, text_of, words_of
from streamlit.testing.v1 import AppTest

from dashboard.data.questions import Barometer
from dashboard.data.records import Break, Comparison, Indicator, PerimeterBreak, Territory, Value
from dashboard.pages.barometre.pair_line import meaning, summary
from dashboard.story.pairs import NO_INTERVAL, OTHER_CONCEPT, SAME_CANTON, Pair, forbidden, pairs
from dashboard.story.readings import Reading, read
from indicators.judgement import BETTER, COMPARABLE, HIGHER, LOWER, NO_DIFFERENCE, WORSE
from sources.vocabulary import Level
from tests.dashboard.conftest import BAROMETER

WRONG = re.compile(r" [:;?!%»€]|« |'|\bNone\b|\bnan\b|\{|\bTrue\b|\bFalse\b|\.\.|\. ;")
OPPOSITE = {HIGHER: LOWER, LOWER: HIGHER, NO_DIFFERENCE: NO_DIFFERENCE, COMPARABLE: COMPARABLE, None: None}

RATE = Indicator("taux", "emploi", "Taux", "Taux", "", "", "high_is_need", "percent", "%", 1, None, "no")
COMMUNE = Territory("commune", "1", None, "Un", True, None)
OTHER = Territory("commune", "2", None, "Deux", True, None)
EPCI = Territory("epci", "9", None, "Communauté d’agglomération", True, None)
OLD = Territory("qpv", "QP1", "qpv_2015", "Vieux", True, None)
NEW = Territory("qpv", "QN1", "qpv_2024", "Neuf", True, None)


def value(
    amount: float | None,
    year: int | None = 2022,
    interval: tuple[float, float] | None = None,
    *,
    concept: str = "taux",
    edition: int = 2024,
    status: str = "observed",
    origin: str = "producer",
    note: str | None = None,
    level: str = "commune",
) -> Value:
    low, high = interval or (None, None)
    status = status if amount is not None or status != "observed" else "missing"
    return Value(
        *("taux", "s", concept, level, "1", None, year, edition, str(year or ""), amount),
        *(None, None, None, None, low, high, status, origin, "", "", note),
    )


def reading(*values: Value) -> Reading:
    return Reading(RATE, values[0] if values else None, None, (), tuple(values), (), None, None, None, None)


class Breaks(Barometer):
    """A barometer that only knows changes of definition."""

    breaks: list[Break] = []
    perimeter_breaks: list[PerimeterBreak] = []
    memberships: list[object] = []  # type: ignore[assignment]

    def comparisons(self, territory: Territory) -> list[Comparison]:
        return []


def pair(
    first: Reading,
    second: Reading,
    territories: tuple[Territory, Territory] = (COMMUNE, OTHER),
    *breaks: int,
    perimeters: Sequence[PerimeterBreak] = (),
) -> Pair:
    barometer = Breaks(release=None)  # type: ignore[arg-type]
    barometer.__dict__["breaks"] = [Break("taux", year, "Autre méthode.") for year in breaks]
    barometer.__dict__["perimeter_breaks"] = list(perimeters)
    (found,) = pairs(barometer, (territories[0], {"taux": first}), (territories[1], {"taux": second}))
    return found


def test_the_gap_is_judged_by_the_interval_of_the_difference() -> None:
    # Newcombe: 20 − 10 − √((20 − 17)² + (12 − 10)²) = 6,39 > 0.
    found = pair(reading(value(20, interval=(17, 23))), reading(value(10, interval=(8, 12))))
    assert (found.gap, found.judgement) == (10, HIGHER)
    # Each interval excludes the other's value, yet 4 − √(3² + 3²) < 0.
    found = pair(reading(value(20, interval=(17, 23))), reading(value(16, interval=(13, 19))))
    assert found.judgement == NO_DIFFERENCE


def test_an_unknown_error_gives_no_judgement() -> None:
    sampled, unknown = reading(value(20, interval=(17, 23))), reading(value(10))
    for first, second in ((sampled, unknown), (unknown, sampled), (unknown, unknown)):
        found = pair(first, second)
        assert found.compared
        assert (found.judgement, found.reason) == (None, NO_INTERVAL)


def test_between_two_levels_the_narrower_one_is_judged_as_the_release_does() -> None:
    narrow, wide = reading(value(20, interval=(17, 23))), reading(value(18.5, interval=(18, 19)))
    assert pair(narrow, wide, (COMMUNE, EPCI)).judgement == NO_DIFFERENCE
    assert pair(wide, narrow, (EPCI, COMMUNE)).judgement == NO_DIFFERENCE
    # The error of the wider one counts: 20 − 16,5 − √(3² + 8,5²) < 0, though 16,5 is out of [17; 23].
    wide = reading(value(16.5, interval=(13, 25)))
    assert pair(narrow, wide, (COMMUNE, EPCI)).judgement == NO_DIFFERENCE
    wide = reading(value(16.5, interval=(16, 17)))
    assert pair(narrow, wide, (COMMUNE, EPCI)).judgement == HIGHER
    assert pair(wide, narrow, (EPCI, COMMUNE)).judgement == LOWER
    assert pair(reading(value(20)), wide, (COMMUNE, EPCI)).judgement is None


def test_the_year_is_the_one_shown_else_the_latest_of_both() -> None:
    ours = reading(value(20), value(19, 2019), value(18, 2016))
    assert pair(ours, reading(value(9, 2021), value(10, 2019), value(8, 2016))).gap == 9
    found = pair(ours, reading(value(9, 2021), value(10, 2019)))
    assert "2019 : dernière année commune aux deux." in found.reason
    assert pair(ours, reading(value(10))).reason == NO_INTERVAL


def test_no_common_year_is_refused_and_a_break_between_them_said() -> None:
    found = pair(reading(value(20, 2023)), reading(value(10, 2021)))
    assert not found.compared
    assert found.both
    assert found.reason == "Aucune année commune : 2023 pour l’un, 2021 pour l’autre."
    found = pair(reading(value(20, 2023)), reading(value(10, 2021)), (COMMUNE, OTHER), 2023)
    assert found.reason == "Aucune année commune, et la définition change en 2023 : Autre méthode."


def test_a_figure_of_other_communes_is_never_compared() -> None:
    past = PerimeterBreak("epci", "1", "", 2018, "l’agglomération comptait 46 communes")
    commune = reading(value(20, 2021), value(19, 2016))
    wide = reading(value(15, 2022, level="epci"), value(14, 2016, level="epci"))
    assert pair(commune, wide, (COMMUNE, EPCI)).gap == 5, "without a change of perimeter, the common year"
    found = pair(commune, wide, (COMMUNE, EPCI), perimeters=[past])
    assert not found.compared
    assert "en 2016, l’agglomération comptait 46 communes." in found.reason
    later = reading(value(15, 2021, level="epci"), value(14, 2016, level="epci"))
    assert pair(commune, later, (COMMUNE, EPCI), perimeters=[past]).gap == 5


def test_another_concept_and_a_neighbour_one_are_never_compared() -> None:
    assert pair(reading(value(20)), reading(value(10, concept="autre"))).reason == OTHER_CONCEPT
    neighbour = value(10)
    apart = Reading(
        RATE, value(5, concept="autre"), None, (neighbour,), (neighbour,), (), None, None, None, None
    )
    assert pair(reading(value(20)), apart).reason == OTHER_CONCEPT


def test_an_unstated_year_takes_the_nearest_one_never_across_a_break() -> None:
    quarter = reading(value(40, None, edition=2024, level="qpv"))
    commune = reading(value(30, 2023), value(29, 2022), value(20, 2016))
    found = pair(quarter, commune, (NEW, COMMUNE))
    assert found.gap == 10
    assert "Année non précisée par le producteur (édition 2024) : l’autre chiffre est celui de 2023." in (
        found.reason
    )
    assert pair(commune, quarter, (COMMUNE, NEW)).gap == -10
    found = pair(quarter, commune, (NEW, COMMUNE), 2023)
    assert not found.compared
    assert "la définition change en 2023" in found.reason
    earlier = reading(*quarter.history, value(41, None, edition=2019, level="qpv"))
    assert pair(earlier, commune, (NEW, COMMUNE), 2023).gap == 21, "an earlier edition, on one side of it"
    both = pair(quarter, reading(value(35, None, edition=2024, level="qpv")), (NEW, NEW))
    assert both.gap == 5
    other_edition = pair(quarter, reading(value(35, None, edition=2022, level="qpv")), (NEW, NEW))
    assert not other_edition.compared


def test_what_is_missing_is_said_for_each() -> None:
    found = pair(reading(value(None, status="suppressed")), reading())
    assert not found.both
    assert found.reason == "Un : secret statistique (2022). Deux : non diffusé à ce niveau."


def test_the_figure_of_one_canton_does_not_tell_two_communes_apart() -> None:
    found = pair(reading(value(137.3, origin="inherited")), reading(value(137.3, origin="inherited")))
    assert (found.gap, found.reason) == (None, SAME_CANTON)


def test_never_compared() -> None:
    assert "2015 et un quartier de 2024" in forbidden(OLD, NEW)
    assert "deux fois le même territoire" in forbidden(COMMUNE, COMMUNE)
    together = Territory("groupe", "ensemble", "qpv_2015", "Ensemble", False, None)
    assert forbidden(together, COMMUNE)
    assert forbidden(together, NEW)
    for allowed in ((together, OLD), (together, EPCI), (COMMUNE, OTHER), (OLD, COMMUNE), (NEW, EPCI)):
        assert forbidden(*allowed) == ""


def test_the_need_follows_the_direction() -> None:
    low = Indicator(*(getattr(RATE, f) if f != "direction" else "low_is_need" for f in RATE.__dict__))
    descriptive = Indicator(*(getattr(RATE, f) if f != "direction" else "descriptive" for f in RATE.__dict__))
    for indicator, judgement, need in (
        (RATE, HIGHER, WORSE),
        (RATE, LOWER, BETTER),
        (low, HIGHER, BETTER),
        (low, LOWER, WORSE),
        (descriptive, HIGHER, ""),
        (RATE, NO_DIFFERENCE, ""),
        (RATE, None, ""),
    ):
        assert meaning(Pair(indicator, value(1), value(2), -1, judgement)) == need


@pytest.fixture(scope="module")
def kinds(real: Barometer) -> list[Territory]:
    """One territory or two of each kind."""
    found = []
    for level in Level:
        for perimeter in (None, "qpv_2015", "qpv_2024"):
            same = [t for t in real.territories if (t.level, t.perimeter) == (level, perimeter)]
            found += [*same[:1], *same[1:][-1:]]
    return found


def test_every_pair_answers_both_ways_alike(real: Barometer, kinds: list[Territory]) -> None:
    readings: Mapping[str, dict[str, Reading]] = {t.code: read(real, t) for t in kinds}
    compared = 0
    for one, other in itertools.combinations(kinds, 2):
        if forbidden(one, other):
            assert forbidden(one, other) == forbidden(other, one)
            continue
        there = pairs(real, (one, readings[one.code]), (other, readings[other.code]))
        back = pairs(real, (other, readings[other.code]), (one, readings[one.code]))
        assert len(there) == len(back) == len(real.indicators)
        for ours, theirs in zip(there, back, strict=True):
            assert (ours.gap is None) == (theirs.gap is None), (one, other, ours, theirs)
            assert (ours.reason != "") or ours.judgement is not None
            if ours.gap is None or theirs.gap is None:
                continue
            compared += 1
            assert ours.first is not None
            assert ours.second is not None
            assert ours.first.concept == ours.second.concept
            if None not in (ours.first.millesime, ours.second.millesime):
                assert ours.first.millesime == ours.second.millesime
            if ours.first.millesime == theirs.second.millesime and theirs.second.millesime is not None:
                assert ours.gap == pytest.approx(-theirs.gap)
                assert ours.judgement == OPPOSITE[theirs.judgement]
        assert all(summary(there, (one, other)))
    assert compared > 300


def test_a_pair_the_release_compares_has_its_gap_and_its_judgement(real: Barometer) -> None:
    """The same figures give the same words here and beside a reference."""
    epci = real.epci()
    wide = read(real, epci)
    checked = 0
    for territory in real.territories:
        if territory.level not in (Level.COMMUNE, Level.GROUPE, Level.QPV):
            continue
        narrow = read(real, territory)
        for found in pairs(real, (territory, narrow), (epci, wide)):
            published = [
                c
                for c in real.comparisons(territory)
                if found.first is not None
                and c.key == found.first.key
                and (c.reference_level, c.reference_code) == (epci.level, epci.code)
                and found.second is not None
                and c.reference_millesime == found.second.millesime
            ]
            if not published or found.reason == SAME_CANTON:
                continue
            assert found.gap == pytest.approx(published[0].gap), (territory, found)
            assert (meaning(found) or found.judgement) == published[0].judgement, (territory, found)
            checked += 1
    assert checked > 1000


def _visit(app: AppTest, **parameters: str) -> AppTest:
    app.switch_page(BAROMETER)
    app.query_params.clear()
    for name, wanted in parameters.items():
        app.query_params[name] = wanted
    return app.run()


@pytest.mark.parametrize("level", list(Level))
def test_every_level_opens_in_both_modes(app: AppTest, kinds: list[Territory], level: Level) -> None:
    for territory in (t for t in kinds if t.level == level):
        own = {"niveau": territory.level, "territoire": territory.code}
        for beside in (
            {},
            {"avec": "commune-59491"},
            {"avec": "epci-200042190"},
            {"avec": "qpv-QN05950M"},
            {"avec": "groupe-equipe_sud"},
            {"avec_groupe": "59172,59179", "avec_nom": "Duo"},
        ):
            _visit(app, **own, **beside)
            assert not app.exception, (own, beside)
            assert not app.error, (own, beside, [e.value for e in app.error])
            assert not app.info, (own, beside)
            markup = markup_of(app)
            assert "bcs-context" in markup, "every territory opens on its context card"
            shown = words_of(markup)
            found = WRONG.search(shown)
            assert found is None, (own, beside, shown[max(0, found.start() - 60) : found.end() + 20])


def test_choices_write_the_address(app: AppTest) -> None:
    _visit(app, niveau="commune", territoire="59172")
    app.selectbox(key="reference_choisie").select("autre").run()
    level, _, code = app.query_params["avec"].partition("-")
    assert (level, code != "59172") == ("commune", True)
    assert "côte à côte" in text_of(app)
    app.selectbox(key="niveau_compare").select(Level.GROUPE).run()
    lists = app.selectbox(key="territoire_compare")
    lists.select_index(len(lists.options) - 1).run()
    assert "avec" not in app.query_params
    assert len(app.query_params["avec_groupe"].split(",")) > 1, (
        "it starts from the communes of the group shown"
    )
    app.multiselect(key="communes_compare").set_value(["59179", "59205"]).run()
    assert app.query_params["avec_groupe"] == "59179,59205"
    app.text_input(key="nom_compare").set_value("Bassin <b>").run()
    assert app.query_params["avec_nom"] == "Bassin <b>"
    assert "Denain et Bassin <b>, côte à côte" in text_of(app)
    app.button(key="echanger").click().run()
    assert app.query_params["groupe"] == "59179,59205"
    assert app.query_params["nom"] == "Bassin <b>"
    assert app.query_params["avec"] == "commune-59172"
    app.selectbox(key="reference_choisie").select("epci").run()
    assert "avec" not in app.query_params
    assert app.query_params["reference"] == "epci"
    app.selectbox(key="niveau_choisi").select(Level.COMMUNE).run()
    assert not {"groupe", "nom"} & set(app.query_params)


def test_the_sheets_of_both_open_together(app: AppTest) -> None:
    _visit(app, niveau="commune", territoire="59172", avec="commune-59491", fiche="taux_chomage_rp")
    text = text_of(app)
    assert "Calcul pour Denain" in text
    assert "Calcul pour Raismes" in text
