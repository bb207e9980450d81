"""The declarations against the design's own table, typed here again, and the rules every text keeps."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from string import Formatter

import pytest

from indicators.elsewhere import variables_of
from indicators.model import (
    POPULATION,
    Break,
    Composite,
    Difference,
    Direction,
    Indicator,
    Published,
    Ratio,
    Series,
    Theme,
    Unit,
    WeightedMean,
    total,
)
from indicators.registry import (
    INDICATORS,
    by_id,
    by_theme,
    declaration_problems,
    formula_text,
)
from sources.catalogue import Catalogue
from sources.vocabulary import Level

NBSP, NARROW = "\u00a0", "\u202f"
UP, DOWN, NEUTRAL = Direction.HIGH_IS_NEED, Direction.LOW_IS_NEED, Direction.DESCRIPTIVE
PERCENT, RATIO, POINTS = Unit.PERCENT, Unit.RATIO, Unit.POINTS

# The design's table: theme → rows (number, id, title, direction, unit, parity between commune and QPV).
DESIGN: dict[str, list[tuple[int, str, str, Direction, Unit, bool]]] = {
    "famille": [
        (1, "familles_monoparentales", "Part des familles monoparentales", UP, PERCENT, False),
        (
            2,
            "allocataires_monoparents",
            "Part des parents isolés parmi les allocataires CAF",
            UP,
            PERCENT,
            True,
        ),
        (3, "menages_une_personne", "Part des ménages d’une personne", NEUTRAL, PERCENT, True),
        (4, "familles_nombreuses", "Part des familles de 3 enfants ou plus", NEUTRAL, PERCENT, False),
        (5, "indice_jeunesse", "Indice de jeunesse (0-19 / 60 et +)", NEUTRAL, RATIO, True),
    ],
    "revenus": [
        (6, "niveau_vie_median", "Niveau de vie médian", DOWN, Unit.EURO_PER_CU, True),
        (7, "taux_pauvrete", f"Taux de pauvreté (seuil 60{NBSP}%)", UP, PERCENT, True),
        (8, "rapport_interdecile", "Rapport interdécile D9/D1", NEUTRAL, RATIO, True),
        (
            9,
            "part_prestations_sociales",
            "Part des prestations sociales dans le revenu disponible",
            UP,
            PERCENT,
            True,
        ),
        (10, "allocataires_rsa", "Part des allocataires CAF au RSA", UP, PERCENT, True),
        (11, "population_couverte_caf", "Part de la population couverte par la CAF", NEUTRAL, PERCENT, True),
    ],
    "emploi": [
        (12, "taux_chomage_rp", "Taux de chômage au sens du recensement", UP, PERCENT, False),
        (13, "taux_emploi", "Taux d’emploi des 15-64 ans", DOWN, PERCENT, True),
        (14, "emplois_duree_limitee", "Part des emplois à durée limitée", UP, PERCENT, True),
        (15, "demandeurs_emploi", "Demandeurs d’emploi ABC pour 100 habitants", UP, Unit.PER_100, True),
        (16, "demandeurs_longue_duree", "Part des demandeurs d’emploi de longue durée", UP, PERCENT, True),
    ],
    "formation": [
        (17, "sans_diplome", "Part des 15 ans et + non scolarisés sans diplôme ou CEP", UP, PERCENT, False),
        (18, "diplomes_superieur", "Part des diplômés du supérieur", DOWN, PERCENT, False),
        (19, "scolarisation_18_24", "Taux de scolarisation des 18-24 ans", DOWN, PERCENT, False),
        (20, "jeunes_non_inseres", "Part des jeunes ni en emploi ni en formation", UP, PERCENT, True),
    ],
    "mobilite": [
        (21, "menages_sans_voiture", "Part des ménages sans voiture", UP, PERCENT, False),
        (22, "trajets_voiture", "Part des actifs allant travailler en voiture", NEUTRAL, PERCENT, False),
        (
            23,
            "trajets_transports_collectifs",
            "Part des actifs allant travailler en transports collectifs",
            NEUTRAL,
            PERCENT,
            False,
        ),
    ],
    "logement": [
        (24, "logements_hlm", "Part des résidences principales HLM", NEUTRAL, PERCENT, False),
        (25, "logements_vacants", "Part des logements vacants", UP, PERCENT, False),
        (26, "suroccupation", "Part des résidences principales suroccupées", UP, PERCENT, False),
        (27, "logements_avant_1946", "Part des résidences principales d’avant 1946", UP, PERCENT, False),
    ],
    "sante": [
        (28, "surmortalite", "Indice comparatif de mortalité (France = 100)", UP, Unit.INDEX, False),
        (
            29,
            "acces_generalistes",
            "Accessibilité aux médecins généralistes (APL)",
            DOWN,
            Unit.CONSULTATIONS,
            False,
        ),
        (30, "beneficiaires_c2s", "Part des bénéficiaires de la C2S", UP, PERCENT, True),
    ],
    "egalite": [
        (31, "ecart_taux_activite", "Écart de taux d’activité hommes − femmes", UP, POINTS, False),
        (32, "taux_emploi_femmes", "Taux d’emploi des femmes", DOWN, PERCENT, True),
        (33, "ecart_temps_partiel", "Écart de temps partiel femmes − hommes", UP, POINTS, False),
        (34, "ecart_salaire", "Écart de salaire net femmes / hommes", UP, PERCENT, False),
    ],
    "culture_sport": [
        (35, "licences_sportives", "Licences sportives pour 100 habitants", DOWN, Unit.PER_100, True),
        (
            36,
            "equipements_culture_sport",
            f"Équipements culturels et sportifs pour 1{NARROW}000 habitants",
            DOWN,
            Unit.PER_1000,
            False,
        ),
    ],
}
ROWS = [(theme, *row) for theme, rows in DESIGN.items() for row in rows]

# A commune and a QPV both take their canton's value: same figure, nothing to compare (see inheritance).
INHERITED = {"surmortalite"}
# Same concept with a reservation the reader must be told.
RESERVED = {"allocataires_rsa", "emplois_duree_limitee", "jeunes_non_inseres"}
# Neighbour concepts shown apart, never compared nor ranked.
APART = {
    "familles_nombreuses": "caf_qpv",
    "scolarisation_18_24": "qpv_16_24",
    "logements_hlm": "rpls_qpv",
    "licences_sportives": "licences_0_14",
}
SAMPLED = {
    "complementary": {1, 3, 4, 20, 26},
    "principal": {5, 12, 13, 14, 17, 18, 19, 21, 22, 23, 24, 25, 27, 31, 32, 33},
}


def every_series() -> list[tuple[Indicator, Series]]:
    return [(indicator, series) for indicator in INDICATORS for series in indicator.series]


def texts() -> Iterator[tuple[str, str]]:
    """Every text a user reads, with its place."""
    for indicator in INDICATORS:
        for name in ("title", "short_title", "definition", "reading", "caveats"):
            yield f"{indicator.id}.{name}", getattr(indicator, name)
        for series in indicator.series:
            for name in ("label", "caveat", "reading"):
                yield f"{indicator.id}.{series.id}.{name}", getattr(series, name)
        for rupture in indicator.breaks:
            yield f"{indicator.id}.break.{rupture.year}", rupture.reason


TEXTS = [(place, text) for place, text in texts() if text]


class TestDesign:
    def test_the_design_has_nine_themes_after_the_introduction(self) -> None:
        assert {theme.value for theme in Theme} == {"idh4", *DESIGN}

    @pytest.mark.parametrize("theme", DESIGN)
    def test_a_theme_holds_the_design_s_indicators_in_order(self, theme: str) -> None:
        designed = [row[1] for row in DESIGN[theme]]
        assert [i.id for i in by_theme(Theme(theme)) if i.id in designed] == designed

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2])
    def test_identity_of_each(self, row: tuple[str, int, str, str, Direction, Unit, bool]) -> None:
        theme, number, id_, title, direction, unit, _ = row
        indicator = by_id(id_)
        assert (indicator.theme.value, indicator.number) == (theme, number)
        assert indicator.title == title
        assert indicator.direction is direction
        assert indicator.unit is unit

    def test_introduction_comes_first(self) -> None:
        assert [i.id for i in INDICATORS[:6]] == [
            "idh4",
            "idh4_sante",
            "idh4_education",
            "idh4_niveau_de_vie",
            "idh4_tout_diplome",
            "idh4_education_tout_diplome",
        ]
        for indicator in by_theme(Theme.IDH4):
            assert indicator.unit is Unit.SCORE
            assert indicator.decimals == 2
            assert indicator.bounds == (None, None), "outside the goalposts a value is kept"

    def test_sampled_indicators_are_those_of_the_census(self) -> None:
        for kind, numbers in SAMPLED.items():
            assert {i.number for i in INDICATORS if i.sampled == kind} == numbers


class TestConcepts:
    @pytest.mark.parametrize(("id_", "parity"), [(row[2], row[6]) for row in ROWS])
    def test_a_commune_and_a_qpv_share_a_concept_only_where_the_design_says_so(
        self, id_: str, parity: bool
    ) -> None:
        by_level = {
            level: {s.concept for s in by_id(id_).series if level in s.levels and s.scored}
            for level in (Level.QPV, Level.COMMUNE)
        }
        shared = by_level[Level.QPV] & by_level[Level.COMMUNE]
        assert bool(shared) == (parity or id_ in INHERITED)

    @pytest.mark.parametrize("id_", sorted(RESERVED))
    def test_a_near_parity_says_its_reservation(self, id_: str) -> None:
        qpv = next(s for s in by_id(id_).series if Level.QPV in s.levels)
        assert qpv.caveat

    @pytest.mark.parametrize(("id_", "series_id"), APART.items())
    def test_a_neighbour_concept_stays_apart(self, id_: str, series_id: str) -> None:
        indicator = by_id(id_)
        apart = next(s for s in indicator.series if s.id == series_id)
        assert not apart.scored
        assert apart.label and apart.caveat and apart.reading
        assert apart.concept not in {s.concept for s in indicator.series if s.id != series_id}

    def test_scored_series_come_before_the_variants(self) -> None:
        for indicator in INDICATORS:
            assert indicator.series[0].scored, indicator.id

    def test_no_concept_is_shared_by_two_indicators(self) -> None:
        owners = {(s.concept, i.id) for i, s in every_series()}
        concepts = [concept for concept, _ in owners]
        assert len(concepts) == len(set(concepts))

    def test_the_brevet_of_2016_is_not_taken_for_no_diploma(self) -> None:
        """Until 2016 INSEE's DIPLMIN holds the brevet: read as « sans diplôme » it would say 47 %, not 35."""
        indicator = by_id("sans_diplome")
        main = [s for s in indicator.series if s.concept == "sans_diplome"]
        assert {s.years[0] for s in main} == {2017}
        (other,) = [s for s in indicator.series if s.concept == "sans_diplome_ou_brevet"]
        assert other.years == (None, 2016)
        assert "brevet" in other.label


class TestLevels:
    @pytest.mark.parametrize("id_", ["niveau_vie_median", "taux_pauvrete", "rapport_interdecile"])
    def test_filosofi_is_published_and_never_aggregated(self, id_: str) -> None:
        assert all(isinstance(s.formula, Published) for s in by_id(id_).series)
        assert [b.year for b in by_id(id_).breaks] == [2019, 2023]

    def test_mean_wages_are_not_summed_over_a_group(self) -> None:
        assert Level.GROUPE not in by_id("ecart_salaire").levels

    def test_census_shares_reach_every_level_but_qpv_and_canton(self) -> None:
        expected = set(Level) - {Level.QPV, Level.CANTON}
        for indicator, series in every_series():
            if isinstance(series.formula, Ratio) and all(
                v.startswith(("rp_", "rpc_")) for v in series.formula.variables
            ):
                assert series.levels == expected, (indicator.id, series.id)

    def test_mortality_prefers_the_observatory_to_the_estimate(self) -> None:
        first, second = by_id("surmortalite").series
        assert first.formula == Published("or2s_icm", lower="or2s_icm_bas", upper="or2s_icm_haut")
        assert isinstance(second.formula, Composite)
        assert second.formula.method == "estimated_icm"
        assert "estimé" in second.label

    def test_rates_that_exceed_100_have_bounds_that_say_so(self) -> None:
        for id_ in ("licences_sportives", "logements_hlm"):
            assert by_id(id_).bounds == (0, None)

    def test_overcrowding_never_joins_two_definitions(self) -> None:
        new, old = by_id("suroccupation").series
        assert (new.years, old.years) == ((2022, None), (None, 2021))
        assert new.concept != old.concept
        assert [b.year for b in by_id("suroccupation").breaks] == [2022]


class TestTexts:
    @pytest.mark.parametrize(("place", "text"), TEXTS, ids=[place for place, _ in TEXTS])
    def test_french_typography(self, place: str, text: str) -> None:
        assert not re.search(rf"(?<![{NBSP}{NARROW}])[:;?!%»€]", text), "no-break space before : ; ? ! % » €"
        assert not re.search(f"«(?!{NBSP})", text), "no-break space after «"
        assert "'" not in text and '"' not in text, "curly apostrophe and French quotes"
        assert not re.search(rf"[ {NBSP}{NARROW}]{{2}}", text), "double space"
        assert text == text.strip()
        assert not re.search(r"\d \d{3}(?!\d)", text), "narrow space between thousands"
        assert not re.search(r"\d\.\d", text), "decimal comma"
        assert "..." not in text
        assert not re.search(r" [,.]", text), "no space before a comma or a full stop"

    @pytest.mark.parametrize(("place", "text"), TEXTS, ids=[place for place, _ in TEXTS])
    def test_sentences_begin_and_end_as_such(self, place: str, text: str) -> None:
        if place.rsplit(".", 1)[-1] in ("definition", "reading", "caveats", "caveat") or ".break." in place:
            assert text.endswith(".")
        if not place.endswith("keyword"):
            assert text[0].isupper() or text.startswith("{territory_in}")

    @pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.id)
    def test_short_title_fits(self, indicator: Indicator) -> None:
        assert 0 < len(indicator.short_title) <= 32
        assert indicator.definition and indicator.caveats

    @pytest.mark.parametrize(
        "template",
        [t for i, s in every_series() for t in (i.reading, s.reading) if t],
    )
    def test_reading_has_its_three_places_and_no_other(self, template: str) -> None:
        fields = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
        assert sorted(fields) == ["territory_in", "value", "year"]
        assert template.startswith("{territory_in}, ")
        assert template.endswith(" ({year}).")
        said = template.format(territory_in="À Denain", value="12,5", year="2022")
        assert "{" not in said

    def test_a_figure_is_not_a_subject_that_would_need_agreement(self) -> None:
        """« 1 % des ménages… » and « 40 % des ménages… » share a plural verb: the noun must be plural."""
        for indicator in INDICATORS:
            noun = re.search(r"^\{territory_in\}, \{value\} (\w+)", indicator.reading)
            assert noun is None or noun.group(1) in ("des", "de"), indicator.id


class TestCatalogue:
    @pytest.mark.parametrize(("indicator", "series"), every_series(), ids=lambda o: o.id)
    def test_every_variable_is_declared_by_a_dataset(
        self, catalogue: Catalogue, indicator: Indicator, series: Series
    ) -> None:
        missing = sorted(v for v in series.formula.variables if not catalogue.providers(v))
        assert not missing

    def test_what_is_summed_is_a_count(self, catalogue: Catalogue) -> None:
        """A ratio at the level of a group rests on sums: each of its terms must be additive."""
        for indicator, series in every_series():
            if Level.GROUPE in series.levels and isinstance(series.formula, Ratio | Difference):
                for variable in series.formula.variables & catalogue.variables.keys():
                    assert catalogue.column(variable).additive, (indicator.id, variable)

    def test_what_is_published_alone_is_not_summed(self, catalogue: Catalogue) -> None:
        for indicator, series in every_series():
            if isinstance(series.formula, Published) and series.formula.variable in catalogue.variables:
                assert not catalogue.column(series.formula.variable).additive, indicator.id


class TestRegistry:
    def test_declarations_are_consistent(self) -> None:
        assert declaration_problems() == []

    def test_unknown_id(self) -> None:
        with pytest.raises(KeyError):
            by_id("ind_01")

    def test_variables_elsewhere_are_those_of_the_figures_of_a_territory_itself(self) -> None:
        found = variables_of(INDICATORS)
        assert {"rpc_fammono", "filo_med"} <= found
        # Nothing is made of a mean of communes that are not listed, nor of the deaths of a method of ours.
        assert not {"ec_deces", "apl_pop_std"} & found
        assert variables_of([by_id("taux_pauvrete")]) == {"filo_tp60", POPULATION}

    def test_importing_the_registry_loads_no_heavy_library(self) -> None:
        code = (
            "import sys, indicators.registry; sys.exit('polars' in sys.modules or 'pandera' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"id": "taux_emploi"}, "identifiant déclaré deux fois"),
            ({"number": 13}, "numéro déclaré deux fois"),
            ({"short_title": "x" * 33}, "titre court de plus de 32 caractères"),
            ({"need": ""}, "besoin sans nom"),
            ({"need": "Chômage"}, "besoin sans nom, ou sans son article"),
            ({"direction": Direction.DESCRIPTIVE}, "un besoin nommé, alors que rien n’en est jugé"),
            ({"series": ()}, "aucune série"),
            ({"bounds": (100, 0)}, "bornes inversées"),
            ({"breaks": (Break(2022, "b"), Break(2019, "a"))}, "ruptures en double ou en désordre"),
            ({"sampled": "no"}, "exploitation du recensement annoncée no, employée principal"),
            ({"theme": Theme.CULTURE_SPORT, "number": 37}, "pas dans l’ordre des thèmes"),
        ],
    )
    def test_a_wrong_indicator_is_named(self, change: dict[str, object], expected: str) -> None:
        broken = [replace(i, **change) if i.number == 12 else i for i in INDICATORS]  # type: ignore[arg-type]
        assert any(expected in problem for problem in declaration_problems(broken))

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"levels": frozenset()}, "aucun niveau"),
            ({"levels": frozenset({Level.CANTON})}, "pas diffusé par canton"),
            ({"scored": False}, "doit avoir un libellé et une réserve"),
            ({"years": (2022, 2016)}, "années inversées"),
            ({"formula": Ratio({}, total("rp_act1564"))}, "sans numérateur"),
            ({"formula": Ratio(total("a"), total("b"), scale=0)}, "échelle nulle"),
            (
                {"formula": Difference(Ratio(total("a"), total("b")), Ratio(total("c"), total("d"), 1))},
                "échelles différentes",
            ),
        ],
    )
    def test_a_wrong_series_is_named(self, change: dict[str, object], expected: str) -> None:
        indicator = by_id("taux_chomage_rp")
        series = replace(indicator.series[0], **change)  # type: ignore[arg-type]
        problems = declaration_problems([replace(indicator, series=(series,))])
        assert any(expected in problem for problem in problems)

    def test_series_ids_are_unique_within_an_indicator(self) -> None:
        indicator = by_id("taux_emploi")
        twice = replace(indicator, series=(indicator.series[0], indicator.series[0]))
        assert any("série déclarée deux fois" in p for p in declaration_problems([twice]))


class TestFormulaText:
    LABELS = {
        "mono": "Familles monoparentales",
        "fam": "Familles",
        "cdd": "CDD",
        "sup2": "Diplôme de niveau bac + 2",
        "voiture": "Ménages ayant une voiture",
    }

    @pytest.mark.parametrize(
        ("formula", "expected"),
        [
            (Ratio(total("mono"), total("fam")), "Familles monoparentales ÷ familles × 100"),
            (Ratio(total("mono"), total("fam"), scale=1), "Familles monoparentales ÷ familles"),
            (Ratio(total("cdd"), total("fam"), scale=1000), f"CDD ÷ familles × 1{NARROW}000"),
            (
                Ratio({"fam": 1.0, "voiture": -1.0}, total("fam")),
                "(Familles − ménages ayant une voiture) ÷ familles × 100",
            ),
            (
                Ratio(total("mono"), total("fam"), denominator_year="interpolated"),
                (
                    "Familles monoparentales ÷ familles × 100 "
                    "(dénominateur interpolé entre deux années, sinon de la plus proche)"
                ),
            ),
            (
                Difference(Ratio(total("mono"), total("fam")), Ratio(total("cdd"), total("fam"))),
                "(Familles monoparentales ÷ familles × 100) − (CDD ÷ familles × 100)",
            ),
            (
                Ratio(total("sup2", "cdd"), total("fam")),
                f"(«{NBSP}Diplôme de niveau bac + 2{NBSP}» + CDD) ÷ familles × 100",
            ),
            (Published("fam"), "Familles, valeur publiée par le producteur"),
            (WeightedMean("mono", "fam"), "Σ (familles monoparentales × familles) ÷ Σ familles"),
            (Ratio(total("inconnue"), total("fam")), "Inconnue ÷ familles × 100"),
        ],
    )
    def test_in_words(self, formula: Ratio, expected: str) -> None:
        assert formula_text(formula, self.LABELS) == expected

    def test_columns_of_one_table_are_said_once(self) -> None:
        labels = {"f": "Population de 0 à 4 ans", "h": "Population de 0 à 4 ans", "t": "Population"}
        text = formula_text(Ratio(total("f", "h"), total("t")), labels)
        assert text == "Population de 0 à 4 ans (somme de 2 colonnes) ÷ population × 100"

    def test_every_declared_formula_is_french(self, catalogue: Catalogue) -> None:
        labels = {name: catalogue.column(name).label for name in catalogue.variables}
        for indicator, series in every_series():
            text = formula_text(series.formula, labels)
            assert "_" not in text, (indicator.id, series.id, text)
