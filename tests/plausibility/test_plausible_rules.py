"""Each rule on a case worked by hand: twelve communes, a past year, a new one with one thing wrong."""

from __future__ import annotations

import math
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.plausibility import (
    NewFile,
    Reviewer,
    frame_of,
    held_rows,
    value_findings,
    withheld,
    without_values,
)
from indicators.plausibility.findings import Finding
from indicators.plausibility.scales import interval
from indicators.registry import INDICATORS
from pipelines.plausible import not_accepted, with_cells
from sources.catalogue import Catalogue
from sources.french import typographic
from sources.readers import Account
from sources.variables import Variables, load_variables

CODES = [f"590{i:02d}" for i in range(12)]
FOLLOWED = pl.DataFrame(
    {
        "level": ["commune"] * 12,
        "code": CODES,
        "perimeter": [None] * 12,
        "name": [f"C{i}" for i in range(12)],
    },
    schema={"level": pl.String, "code": pl.String, "perimeter": pl.String, "name": pl.String},
)
MED = [14000, 15000, 16000, 17000, 18000, 19000, 20000, 21000, 22000, 23000, 24000, 25000]
D1 = [9000, 9300, 9700, 10100, 10400, 10900, 11200, 11600, 12100, 12500, 12800, 13300]
D9 = [24000, 26000, 27500, 29000, 30000, 32000, 34000, 36000, 38000, 41000, 43000, 47000]
TP60 = [38.0, 34.0, 30.0, 27.0, 24.0, 21.0, 18.0, 15.0, None, None, None, None]
NBPERS = [900, 410, 5200, 1300, 640, 18000, 750, 2900, 330, 11000, 480, 1700]
PAST: dict[str, list[float | None]] = {
    "filo_med": [*MED],
    "filo_d1": [*D1],
    "filo_d9": [*D9],
    "filo_tp60": TP60,
    "filo_nbpers": [*NBPERS],
}

Figures = dict[str, list[float | None]]


def observations(figures: Figures, year: int, codes: list[str] = CODES) -> pl.DataFrame:
    rows = [
        ("insee_filosofi_communes", year, year, "commune", code, None, variable, value,
         "suppressed" if value is None else "observed", f"e{year}", line, variable)
        for variable, values in figures.items()
        for line, (code, value) in enumerate(zip(codes, values, strict=False), 2)
    ]  # fmt: skip
    text, number = pl.String, pl.Int32
    schema = {
        "dataset": text, "edition": number, "millesime": number, "level": text, "code": text,
        "perimeter": text, "variable": text, "value": pl.Float64, "status": text, "extract": text,
        "line": number, "column": text,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def risen(figures: Figures, growth: float = 1.02) -> Figures:
    """The same a year later: everything 2 % up, a little more in one commune of three."""
    return {
        variable: [
            None
            if v is None
            else round(v * (growth + 0.004 * (i % 3 - 1)), 1 if variable == "filo_tp60" else 0)
            for i, v in enumerate(values)
        ]
        for variable, values in figures.items()
    }


@pytest.fixture(scope="module")
def found(catalogue: Catalogue) -> Callable[..., list[Finding]]:
    reviewer = Reviewer(observations(PAST, 2021), FOLLOWED, catalogue)
    believed = reviewer.believed

    def review(
        figures: Figures | pl.DataFrame,
        year: int = 2022,
        codes: list[str] = CODES,
        extract: str | None = None,
    ) -> list[Finding]:
        reviewer.believed = believed
        rows = figures if isinstance(figures, pl.DataFrame) else observations(figures, year, codes)
        rows = rows.with_columns(extract=pl.lit(extract or f"e{year}"))
        return reviewer.review([NewFile("f.csv", rows["extract"][0], "insee_filosofi_communes", rows)])

    return review


def changed(variable: str, values: dict[int, float | None]) -> Figures:
    figures = risen(PAST)
    for position, value in values.items():
        figures[variable][position] = value
    return figures


def test_a_year_later_nothing_is_held(found) -> None:
    assert found(risen(PAST)) == []


def test_a_file_of_an_edition_too_late_for_its_years_is_held_whole(found) -> None:
    rows = observations(risen(PAST), 2022).with_columns(edition=pl.lit(2030, pl.Int32))
    assert [(one.rule, one.scope) for one in found(rows)] == [("year", "file")]


@pytest.mark.parametrize(
    ("variable", "position", "value", "rule"),
    [
        ("filo_med", 0, 14.28, "range"),
        ("filo_med", 3, 1e9, "range"),
        ("filo_med", 3, 40000.0, "order"),
        ("filo_d1", 2, 90000.0, "order"),
        ("filo_tp60", 8, 0.0, "unsecret"),
        ("filo_tp60", 0, 3.9, "range"),
        ("filo_tp60", 0, 4.5, "time"),
        ("filo_nbpers", 5, 1800.0, "time"),
        ("filo_nbpers", 5, 180000.0, "time"),
    ],
)
def test_one_wrong_cell_is_held_alone_with_its_place(found, variable, position, value, rule) -> None:
    (one,) = found(changed(variable, {position: value}))
    assert (one.rule, one.variable, one.code, one.line) == (rule, variable, CODES[position], position + 2)
    assert one.scope == "cell" and one.found and one.expected and one.why


def test_a_later_edition_that_hides_a_figure_of_the_same_year_is_asked_about(found) -> None:
    again = {variable: list(values) for variable, values in PAST.items()}
    again["filo_med"][3] = None
    later = observations(again, 2021).with_columns(edition=pl.lit(2022, pl.Int32))
    (one,) = (one for one in found(later, extract="later") if one.rule == "hidden")
    assert (one.scope, one.variable, one.code) == ("cell", "filo_med", CODES[3])
    again["filo_med"] = [None] * len(CODES)
    emptied = observations(again, 2021).with_columns(edition=pl.lit(2022, pl.Int32))
    asked = [one.rule for one in found(emptied, extract="later") if one.variable == "filo_med"]
    assert asked == ["emptied"], "one question for a column"


def test_the_expected_interval_is_the_past_moved_by_the_year_and_the_usual_spread(found) -> None:
    # Median move 2 %; a median moves by 3 % at most ordinarily, and eight times that is the limit:
    # 17 000 × 1,02 × exp(±0,24) = 13 640 to 22 044.
    low, high = interval("euro", 0.03, 17000, math.log(1.02), 8)
    assert (low, high) == (pytest.approx(13640, abs=1), pytest.approx(22044, abs=1))
    # A share: logit(0,30) ± 0,96 gives 14,2 to 52,7 %, the floor of 0,2 point counted in.
    assert interval("share", 0.12, 30.0, 0.0, 8) == (
        pytest.approx(14.2, abs=0.2),
        pytest.approx(52.7, abs=0.2),
    )
    # A count of 400: 2·(√y − √400) within 8·√(3 + 0,01·400) = 21,2: y from 88 to 937.
    assert interval("count", 1.0, 400, 0.0, 8) == (pytest.approx(88, abs=2), pytest.approx(1294, abs=3))


def test_deciles_out_of_order_hold_both_cells_when_nothing_else_tells_which_is_wrong(catalogue) -> None:
    # No past: D1 of 18 500 is above a median of 18 360, both plausible alone.
    reviewer = Reviewer(observations({}, 2021), FOLLOWED, catalogue)
    rows = observations(changed("filo_d1", {4: 18500.0}), 2022)
    held = reviewer.review([NewFile("f.csv", "e2022", "insee_filosofi_communes", rows)])
    assert {(f.rule, f.variable, f.code) for f in held} == {
        ("order", "filo_d1", CODES[4]),
        ("order", "filo_med", CODES[4]),
    }


def test_a_quotient_that_its_terms_contradict_is_held(found) -> None:
    figures = risen(PAST)
    figures["filo_rd"] = [
        None if a is None or b is None else round(b / a, 1)
        for a, b in zip(figures["filo_d1"], figures["filo_d9"], strict=True)
    ]
    assert found(figures) == []
    figures["filo_rd"][6] = 5.1
    (one,) = found(figures)
    assert (one.rule, one.code, one.expected) == (
        "quotient",
        CODES[6],
        "Rapport interdécile (D9/D1) (ratio), environ 3,04",
    )


def test_shares_that_make_no_whole_are_held_though_nothing_is_known_of_their_place(catalogue) -> None:
    reviewer = Reviewer(observations({}, 2021), FOLLOWED, catalogue)
    income = {"pact": 72.0, "ppen": 28.0, "ppat": 8.0, "ppsoc": 7.0, "pimpot": -15.0}
    shares: Figures = {f"filo_{name}": [share] * 12 for name, share in income.items()}
    assert (
        reviewer.review([NewFile("f.csv", "e", "insee_filosofi_communes", observations(shares, 2022))]) == []
    )
    shares["filo_ppsoc"][3] = 70.0
    held = reviewer.review([NewFile("f.csv", "e", "insee_filosofi_communes", observations(shares, 2022))])
    # Ten times the others of its column, it is held as such too.
    assert {(f.rule, f.code) for f in held} == {("total", CODES[3]), ("magnitude", CODES[3])}
    assert all("163\u00a0%" in f.why for f in held if f.rule == "total")
    assert [f.variable for f in held if f.rule == "magnitude"] == ["filo_ppsoc"]


def test_a_few_cells_far_off_are_named_beside_their_column(found) -> None:
    figures = changed("filo_nbpers", {0: 9.0, 3: 13000.0, 5: 180.0, 9: 110.0})
    held = found(figures)
    assert {f.code for f in held if f.scope == "cell"} == {CODES[i] for i in (0, 3, 5, 9)}


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (100.0, "centièmes"),
        (0.01, "centièmes"),
        (1000.0, "milliers"),
        (0.001, "milliers"),
        (6.55957, "francs"),
    ],
)
def test_a_column_of_another_unit_is_held_whole(found, factor: float, words: str) -> None:
    figures = risen(PAST)
    figures["filo_nbpers"] = [None if v is None else v * factor for v in figures["filo_nbpers"]]
    held = [one for one in found(figures) if one.scope == "column"]
    assert [(one.rule, one.variable) for one in held] == [("magnitude", "filo_nbpers")]
    assert words in held[0].why


def test_two_exchanged_headers_hold_both_columns(found) -> None:
    figures = risen(PAST)
    figures["filo_d1"], figures["filo_d9"] = figures["filo_d9"], figures["filo_d1"]
    held = {(one.rule, one.variable) for one in found(figures)}
    assert {("swapped", "filo_d1"), ("swapped", "filo_d9")} <= held


def test_codes_shifted_by_one_line_are_told_as_such(found) -> None:
    held = found(risen(PAST), codes=[*CODES[1:], CODES[0]])
    assert "shifted" in {one.rule for one in held}, held


def test_a_column_emptied_is_held(found) -> None:
    figures = risen(PAST)
    figures["filo_med"] = [None] * 12
    (one,) = found(figures)
    assert (one.rule, one.variable, one.scope) == ("emptied", "filo_med", "column")
    assert "12\u00a0chiffres de moins" in one.found


def test_a_column_pasted_over_another_is_held(found) -> None:
    figures = risen(PAST)
    figures["filo_nbpers"] = [None if v is None else round(v) for v in figures["filo_med"]]
    assert "filo_nbpers" in {one.variable for one in found(figures)}


def test_last_year_s_figures_are_held_as_a_whole(found) -> None:
    (one,) = [f for f in found(PAST) if f.scope == "file"] or [None]
    assert one is not None and one.rule == "identical" and "identique au millésime 2021" in one.found


@pytest.mark.parametrize("factor", [1.08, 1 / 1.08])
def test_a_whole_year_revised_is_held(found, factor: float) -> None:
    revised = {**PAST, "filo_med": [round(v * factor) for v in MED]}
    (one,) = found(revised, year=2021, extract="second")
    assert (one.rule, one.variable, one.scope) == ("revised", "filo_med", "column")
    assert found({**PAST, "filo_med": [v + 50 for v in MED]}, year=2021, extract="second") == []


def test_one_figure_much_revised_is_held_alone(found) -> None:
    revised = {**PAST, "filo_nbpers": [*NBPERS[:5], 27000, *NBPERS[6:]]}
    (one,) = found(revised, year=2021, extract="second")
    assert (one.rule, one.code) == ("revised", CODES[5])
    assert "18\u202f000 ou presque" in one.expected


def test_a_year_that_repeats_another_is_shown_until_it_is_set_aside(catalogue: Catalogue) -> None:
    last = observations({"filo_med": [*MED]}, 2021).with_columns(dataset=pl.lit("caf_s_ben_com_f"))
    again = pl.concat([last, last.with_columns(millesime=pl.lit(2022, pl.Int32))]).with_columns(
        extract=pl.lit("new"), edition=pl.lit(2022, pl.Int32)
    )
    held = Reviewer(last, FOLLOWED, catalogue).review([NewFile("f.csv", "new", "caf_s_ben_com_f", again)])
    assert {one.rule for one in held} == {"repeated"}
    findings = frame_of(held).with_columns(severity=pl.lit("ask"), decision=pl.lit(None, pl.String))
    assert not_accepted(findings).is_empty()
    aside = findings.with_columns(decision=pl.lit("set_aside"))
    assert withheld(again, not_accepted(aside))["value"].null_count() == 12


def test_a_year_later_than_the_file_is_held(found) -> None:
    later = observations({"filo_med": [value * 1.02 for value in MED]}, 2031).with_columns(edition=2021)
    assert "year" in {one.rule for one in found(later)}


@pytest.mark.parametrize("count", [11, 10, 6, 1])
def test_territories_that_lack_are_counted_and_named(found, count: int) -> None:
    held = [f for f in found(risen(PAST), codes=CODES[:count]) if f.rule == "coverage"]
    assert [f.found for f in held] == [f"{count} commune{'s' if count > 1 else ''} sur 12"]
    assert f"C{count} ({CODES[count]})" in held[0].why


def test_a_file_of_other_places_has_none_of_ours(found) -> None:
    held = found(risen(PAST), codes=[f"620{i:02d}" for i in range(12)])
    assert [(f.rule, f.found) for f in held] == [("coverage", "0 commune sur 12")]


def test_a_file_that_completes_a_known_edition_lacks_nothing(found) -> None:
    few = {variable: values[:3] for variable, values in PAST.items()}
    rows = found(few, year=2021, codes=CODES[:3])
    assert [f.rule for f in rows] == []


def test_identifiers_are_those_of_the_bytes_the_place_and_the_rule(found) -> None:
    figures = changed("filo_med", {0: 14.28})
    first, second = found(figures), found(figures)
    assert [f.id for f in first] == [f.id for f in second]
    assert len({f.id for f in found(changed("filo_med", {0: 14.28, 1: 15.3}))}) == 2


def test_what_is_held_has_no_figure_and_nothing_else_is_touched(found) -> None:
    rows = observations(changed("filo_med", {0: 14.28}), 2022)
    findings = frame_of(found(changed("filo_med", {0: 14.28})))
    kept = withheld(rows, findings)
    differ = rows.with_columns(after=kept["value"], status_after=kept["status"]).filter(
        pl.col("value").ne_missing(pl.col("after"))
    )
    assert differ.select("variable", "code", "status_after").rows() == [("filo_med", CODES[0], "missing")]
    assert held_rows(rows, findings.clear())["held"].sum() == 0


INHABITANTS = [1200, 310, 5400, 900, 700, 18500, 640, 2900, 350, 11200, 450, 1800]


@pytest.fixture(scope="module")
def first(catalogue: Catalogue) -> Callable[[list[float | None], list[str]], list[Finding]]:
    """Review the first file ever of job seekers, where only the population is known."""
    people = observations({"rp_pop": [*INHABITANTS]}, 2021).with_columns(
        dataset=pl.lit("insee_rp_population")
    )
    reviewer = Reviewer(people, FOLLOWED, catalogue)
    believed = reviewer.believed

    def review(values: list[float | None], codes: list[str]) -> list[Finding]:
        reviewer.believed = believed
        rows = observations({"defm_abc": values}, 2022, codes).with_columns(dataset=pl.lit("dares_defm"))
        return reviewer.review([NewFile("f.csv", "e2022", "dares_defm", rows)])

    return review


def test_a_first_file_is_held_against_the_population(first) -> None:
    seekers: list[float | None] = [round(n * (0.07 + 0.01 * (i % 3))) for i, n in enumerate(INHABITANTS)]
    assert first(seekers, CODES) == []
    shifted = first(seekers, [*CODES[1:], CODES[0]])
    assert ("shifted", "defm_abc", "column") in {(f.rule, f.variable, f.scope) for f in shifted}
    # 18 500 × 0,09 = 1 665 job seekers; thirty times that is more than two for each of the inhabitants.
    (one,) = first([*seekers[:5], 49950, *seekers[6:]], CODES)
    assert (one.rule, one.code) == ("magnitude", CODES[5])


def test_an_index_out_of_its_scale_is_held_with_those_computed_from_it(values: pl.DataFrame) -> None:
    assert value_findings(values, INDICATORS) == [], "the embedded set is within it, quarters apart"
    below = pl.col("value") < 0
    assert values.filter(below, indicator="idh4_niveau_de_vie")["level"].unique().to_list() == ["qpv"]
    at = (pl.col("code") == "59172") & pl.col("value").is_not_null()
    year = values.filter(at, pl.col("indicator") == "idh4_niveau_de_vie")["millesime"].max()
    wrong = at & (pl.col("indicator") == "idh4_niveau_de_vie") & (pl.col("millesime") == year)
    spoiled = values.with_columns(value=pl.when(wrong).then(3.97).otherwise("value"))
    (held,) = value_findings(spoiled, INDICATORS)
    assert (held.variable, held.code, held.found) == ("idh4_niveau_de_vie", "59172", "3,97")
    kept = without_values(spoiled, frame_of([held]), INDICATORS)
    gone = kept.filter(pl.col("value").is_null() & pl.Series(spoiled["value"].is_not_null()))
    assert {"idh4_niveau_de_vie"} <= set(gone["indicator"]) and set(gone["code"]) == {"59172"}
    assert set(gone["status"]) == {"missing"} and all(name.startswith("idh4") for name in gone["indicator"])


def test_a_share_below_zero_is_held_alone(values: pl.DataFrame) -> None:
    """Rows of one file kept out may leave those of another alone: no reason to refuse all the others."""
    shares = [one.id for one in INDICATORS if one.bounds == (0, 100) and not one.plausible]
    first = values.filter(pl.col("value").is_not_null(), pl.col("indicator").is_in(shares)).row(0, named=True)
    key = ("indicator", "series", "level", "code", "perimeter", "millesime", "edition")
    at = pl.all_horizontal(pl.col(name).eq_missing(pl.lit(first[name])) for name in key)
    spoiled = values.with_columns(value=pl.when(at).then(-6.65).otherwise("value"))
    (held,) = value_findings(spoiled, INDICATORS)
    assert (held.variable, held.code, held.found) == (first["indicator"], first["code"], "−6,65")
    kept = without_values(spoiled, frame_of([held]), INDICATORS)
    gone = kept.filter(pl.col("value").is_null() & pl.Series(spoiled["value"].is_not_null()))
    assert set(gone["indicator"]) == {first["indicator"]} and set(gone["code"]) == {first["code"]}
    own = (pl.col("indicator") == first["indicator"]) & pl.col("value").is_not_null()
    many = values.with_columns(value=pl.when(own).then(-6.65).otherwise("value"))
    assert value_findings(many, INDICATORS) == [], "the check of the values refuses the indicator"
    assert len(value_findings(many, INDICATORS, every=True)) == values.filter(own).height > 12


def test_a_value_that_is_held_names_the_cells_it_is_made_of(
    values: pl.DataFrame, embedded: tuple[pl.DataFrame, list[Account]]
) -> None:
    observations = embedded[0]
    at = (
        (pl.col("indicator") == "taux_chomage_rp")
        & (pl.col("code") == "59172")
        & (pl.col("origin") == "producer")
    )
    row = values.filter(at, pl.col("value").is_not_null()).sort("millesime").row(-1, named=True)
    wrong = at & (pl.col("millesime") == row["millesime"]) & (pl.col("series") == row["series"])
    (held,) = value_findings(
        values.with_columns(value=pl.when(wrong).then(-6.65).otherwise("value")), INDICATORS
    )
    accounts = observations.select("extract", file=pl.col("extract") + ".csv").unique()
    (why,) = with_cells(frame_of([held]), observations, accounts, INDICATORS)["why"]
    formula = next(
        s.formula for i in INDICATORS for s in i.series if (i.id, s.id) == (row["indicator"], row["series"])
    )
    cells = observations.filter(
        pl.col("variable").is_in(sorted(formula.variables)), code="59172", millesime=row["millesime"]
    )
    assert cells.height >= 2
    for cell in cells.head(6).iter_rows(named=True):
        assert typographic(f"{cell['extract']}.csv, ligne {cell['line']}, colonne {cell['column']} (") in why


def test_every_declaration_names_variables_of_the_catalogue(catalogue: Catalogue) -> None:
    declared: Variables = load_variables()
    names = set(catalogue.variables)
    for one in declared.ranges:
        assert any(declared.range_of(name) == (one.low, one.high) for name in names), one
    assert {name for chain in (*declared.orders, *declared.wholes) for name in chain} <= names
    assert {n for q in declared.quotients for n in (q.variable, q.numerator, q.denominator)} <= names
    for volatile in declared.volatile:
        assert any(declared.factor_of(name) == volatile.factor for name in names), volatile


@given(
    growth=st.floats(0.97, 1.05),
    jitter=st.lists(st.floats(-0.02, 0.02), min_size=12, max_size=12),
)
def test_noise_of_a_year_raises_nothing(found, growth: float, jitter: list[float]) -> None:
    figures: Figures = {}
    for variable, values in PAST.items():
        digits = 1 if variable == "filo_tp60" else 0
        # The points of one distribution move together, as incomes do.
        figures[variable] = [
            None if v is None else round(v * (growth + move), digits)
            for v, move in zip(values, jitter, strict=True)
        ]
    assert [f for f in found(figures) if f.rule != "identical"] == []


@given(
    variable=st.sampled_from(["filo_med", "filo_d1", "filo_d9"]),
    position=st.integers(0, 11),
    factor=st.sampled_from([0.001, 0.01, 0.1, 1 / 6.55957, 6.55957, 10.0, 100.0, 1000.0]),
)
def test_any_slip_of_unit_in_one_cell_is_held(found, variable: str, position: int, factor: float) -> None:
    figures = risen(PAST)
    value = figures[variable][position]
    assert value is not None
    figures[variable][position] = value * factor
    assert (variable, CODES[position]) in {(f.variable, f.code) for f in found(figures)}
