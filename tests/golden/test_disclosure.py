"""What a reader can work out of hidden counts: leaks made by hand are found, ours has none."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from indicators.disclosure import Figures, Nesting, audit
from indicators.model import Composite, Difference, Ratio, Series, total
from indicators.registry import INDICATORS
from indicators.resolve import membership_frame
from indicators.secrecy import mask
from indicators.withholding import withheld
from pipelines.secrecy import check, withheld_findings
from sources.problems import ValidationFailed
from sources.variables import Variables, load_variables
from sources.vocabulary import Level

YEAR = 2022
MEN = Ratio(total("rp_poph"), total("rp_pop"))
WOMEN = Ratio(total("rp_popf"), total("rp_pop"))
EVERYWHERE = frozenset(Level)
INDICATOR = SimpleNamespace(
    id="part",
    series=(
        Series("hommes", MEN, EVERYWHERE, "c"),
        Series("femmes", WOMEN, EVERYWHERE, "c"),
        Series("ecart", Difference(MEN, WOMEN), EVERYWHERE, "c"),
    ),
)
OBSERVATION = {
    "dataset": pl.String, "edition": pl.Int32, "millesime": pl.Int32, "level": pl.String, "code": pl.String,
    "perimeter": pl.String, "variable": pl.String, "value": pl.Float64, "status": pl.String,
}  # fmt: skip
VALUE = {
    "indicator": pl.String, "series": pl.String, "level": pl.String, "code": pl.String,
    "perimeter": pl.String, "millesime": pl.Int32, "edition": pl.Int32, "denominator_millesime": pl.Int32,
    "value": pl.Float64,
    "numerator": pl.Float64, "denominator": pl.Float64, "status": pl.String, "datasets": pl.String,
}  # fmt: skip
PEOPLE = {"A": (8.0, 100.0), "B": (30.0, 100.0), "C": (62.0, 200.0)}
"""Men and everyone, by commune: the eight men of A are to be hidden."""
NESTING = Nesting(
    pl.DataFrame({"parent_level": ["epci"] * 3, "parent_code": ["E"] * 3, "code": list(PEOPLE)}),
    pl.DataFrame(schema={"code": pl.String, "perimeter": pl.String, "parent_code": pl.String}),
)


def figures(hidden: set[str], shown: tuple[str, ...], *, epci: bool = True) -> Figures:
    """Publish counts and shares: of communes but the hidden ones, and of the EPCI they make."""
    counts = {"rp_poph": 0, "rp_pop": 1}
    places = [("commune", code, men, all_) for code, (men, all_) in PEOPLE.items()]
    if epci:
        places.append(("epci", "E", 100.0, 400.0))
    observations, values = [], []
    for level, code, men, people in places:
        secret = code in hidden
        of = {"rp_poph": men, "rp_pop": people, "rp_popf": people - men}
        for name in shown if level == "commune" else ():
            off = secret and name == "rp_poph"
            status = "suppressed" if off else "observed"
            observations.append(("d", YEAR, YEAR, level, code, None, name, None if off else of[name], status))
        given = (None, None, None, "suppressed") if secret else (100 * men / people, men, people, "observed")
        values.append(("part", "hommes", level, code, None, YEAR, YEAR, None, *given, "d"))
    assert counts
    return Figures(
        pl.DataFrame(observations, schema=OBSERVATION, orient="row"),
        pl.DataFrame(values, schema=VALUE, orient="row"),
    )


@pytest.fixture
def local(catalogue) -> SimpleNamespace:
    """One dataset nobody has published, of threshold 11."""
    dataset = catalogue.datasets["insee_rp_population"].model_copy(
        update={"id": "d", "published": False, "threshold": 11}
    )
    return SimpleNamespace(datasets={"d": dataset}, column=catalogue.column, providers=catalogue.providers)


@pytest.fixture
def verdicts(local: SimpleNamespace):
    def run(current: Figures, *past: Figures, declared: Variables | None = None) -> dict[str, tuple]:
        table = audit(current, NESTING, local, [INDICATOR], declared or load_variables(), past)
        return {
            row["code"]: (row["lower"], row["upper"], row["verdict"]) for row in table.iter_rows(named=True)
        }

    return run


def test_hidden_among_enough_people_is_protected(verdicts) -> None:
    # A + B = 100 − 62 = 38: each of the two is anything from none to 38.
    assert verdicts(figures({"A", "B"}, ("rp_pop",))) == {
        "A": (0, 38, "protected"),
        "B": (0, 38, "protected"),
    }


def test_the_complement_of_a_sex_is_found(verdicts) -> None:
    # 100 people less 92 women: eight men, up to the rounding of a weighted census.
    low, high, verdict = verdicts(figures({"A", "B"}, ("rp_pop", "rp_popf")))["A"]
    assert verdict == "exposed" and low == pytest.approx(6) and high == pytest.approx(10)


def test_a_total_less_the_other_communes_is_found(verdicts) -> None:
    assert verdicts(figures({"A"}, ("rp_pop",))) == {"A": (pytest.approx(8), pytest.approx(8), "exposed")}
    assert verdicts(figures({"A"}, ("rp_pop",), epci=False)) == {"A": (0, 100, "protected")}


def test_what_an_earlier_release_gave_is_found(verdicts) -> None:
    now = figures({"A", "B"}, ("rp_pop",))
    # B was published last year: the EPCI less B and C is A.
    assert verdicts(now, figures({"A"}, ("rp_pop",), epci=False))["A"] == (
        pytest.approx(8),
        pytest.approx(8),
        "exposed",
    )
    assert verdicts(now, now)["A"][2] == "protected"


def test_a_count_its_producer_once_gave_and_now_hides_is_told_not_refused(catalogue) -> None:
    dataset = catalogue.datasets["insee_rp_population"].model_copy(
        update={"id": "d", "published": True, "threshold": 11}
    )
    by_producer = SimpleNamespace(datasets={"d": dataset}, column=catalogue.column)
    shown = ("rp_poph", "rp_pop")
    now, before = figures({"A"}, shown, epci=False), figures(set(), shown, epci=False)
    (row,) = audit(now, NESTING, by_producer, [INDICATOR], load_variables(), [before]).iter_rows(named=True)
    assert (row["code"], row["verdict"]) == ("A", "exposed_by_producer")


def test_a_difference_of_two_rates_gives_both(verdicts) -> None:
    now = figures({"A", "B"}, ("rp_pop",))
    gap = ("part", "ecart", "commune", "A", None, YEAR, YEAR, None, 8.0 - 92.0, None, None, "observed", "d")
    values = pl.concat([now.values, pl.DataFrame([gap], schema=VALUE, orient="row")])
    low, high, verdict = verdicts(Figures(now.observations, values))["A"]
    assert verdict == "exposed" and high - low < 3 and low <= 8 <= high


def test_figures_that_contradict_one_another_say_nothing(verdicts) -> None:
    now = figures({"A"}, ("rp_pop",))
    wrong = pl.when(pl.col("code") == "E").then(50.0).otherwise("numerator")
    assert (
        verdicts(Figures(now.observations, now.values.with_columns(numerator=wrong)))["A"][2]
        == "contradicted"
    )


def quarters(territories) -> pl.DataFrame:
    whole = territories.membership.filter(level="qpv", parent_level="commune").filter(
        pl.len().over("code") == 1
    )
    return whole.join(territories.territory, on=["level", "code"]).select("code", "perimeter", "parent_code")


def test_the_embedded_release_leaks_nothing(embedded, values, catalogue, territories) -> None:
    shown = Figures(mask(embedded[0], values, catalogue), values)
    nesting = Nesting(membership_frame(territories), quarters(territories))
    table = audit(shown, nesting, catalogue, INDICATORS, load_variables(), [shown])
    assert table.height > 0 and set(table["verdict"]) == {"protected"}


def test_every_indicator_of_the_agglomeration_is_audited(territories, catalogue) -> None:
    """A third of 47 communes hidden in 36 indicators, under the EPCI, its cantons and its groups."""
    draw = np.random.default_rng(3)
    nesting = Nesting(membership_frame(territories), quarters(territories))
    communes = territories.territory.filter(level="commune")["code"].to_list()
    names = [f"v{n}" for n in range(36)]
    indicators = [
        SimpleNamespace(id=name, series=(Series("", Ratio({name: 1.0}, {"rp_pop": 1.0}), EVERYWHERE, "c"),))
        for name in names
    ]
    dataset = catalogue.datasets["insee_rp_population"].model_copy(update={"id": "d", "published": False})
    column = SimpleNamespace(additive=True, part_of=None)
    local = SimpleNamespace(datasets={"d": dataset}, column=lambda name: column)
    rows = []
    for name in names:
        counts = {code: float(draw.integers(0, 60)) for code in communes}
        hidden = set(draw.choice(communes, 16, replace=False))
        rows += [
            (name, "", "commune", code, None, YEAR, YEAR, None,
             *((None, None, None, "suppressed") if code in hidden else (n, n, 100.0, "observed")), "d")
            for code, n in counts.items()
        ]  # fmt: skip
        for (level, parent), group in nesting.members.group_by("parent_level", "parent_code"):
            n = sum(counts[code] for code in group["code"])
            rows.append((name, "", level, parent, None, YEAR, YEAR, None, n, n, 100.0, "observed", "d"))
    shown = Figures(pl.DataFrame(schema=OBSERVATION), pl.DataFrame(rows, schema=VALUE, orient="row"))
    table = audit(shown, nesting, local, indicators, Variables(), [])
    assert table.height == 36 * 16
    assert {"exposed", "protected"} >= set(table["verdict"])


def test_a_candidate_of_which_a_hidden_count_can_be_worked_out_is_refused(verdicts) -> None:
    columns = ("dataset", "variable", "level", "code", "year", "lower", "upper", "floor", "verdict")
    rows = [
        ("d", "rsa", "commune", "59172", 2022, 3.0, 4.0, 5.0, verdict) for verdict in ("protected", "exposed")
    ]
    titles = {"d": "Allocataires"}
    table = pl.DataFrame(rows, schema=columns, orient="row")
    check(table.head(1), table, titles)
    said = r"commune 59172, 2022.*1\sperson.*5\spersonnes.*fichier de «\sAllocataires\s».*--sans FICHIER"
    with pytest.raises(ValidationFailed, match=said):
        check(table, table, titles)
    with pytest.raises(ValidationFailed, match="une publication passée"):
        check(table, table.head(1), titles)


def test_the_fewest_further_values_are_withheld(local) -> None:
    def audited(observations: pl.DataFrame, *past: Figures):
        return lambda values: audit(
            Figures(observations, values), NESTING, local, [INDICATOR], load_variables(), past
        )

    # The EPCI less B and C is A: of the three, B has the fewest people.
    now = figures({"A"}, ("rp_pop",))
    left, gone, found = withheld(now.values, audited(now.observations), [INDICATOR])
    assert gone["code"].to_list() == ["B"] and gone["numerator"].to_list() == [30.0]
    ((variable, level, code, year),) = (text.split("|") for text in gone["protects"])
    assert (variable, level, code, year) == ("rp_poph", "commune", "A", str(YEAR))
    assert left.filter(code="B").select("status", "value", "numerator", "denominator").row(0) == (
        ("suppressed", None, None, None)
    )
    assert set(found["verdict"]) == {"protected"} and left.filter(~pl.col("code").is_in(["A", "B"])).equals(
        now.values.filter(~pl.col("code").is_in(["A", "B"]))
    )
    # An index made of the same counts would say B again.
    index = now.values.filter(code="B").with_columns(
        indicator=pl.lit("indice"), series=pl.lit("indice"), numerator=None, denominator=None
    )
    made = SimpleNamespace(
        id="indice",
        series=(Series("indice", Composite("idh4", frozenset({"rp_poph"})), EVERYWHERE, "indice"),),
    )
    elsewhere = index.with_columns(code=pl.lit("C"))
    values = pl.concat([now.values, index, elsewhere])
    left, gone, _ = withheld(values, audited(now.observations), [INDICATOR, made])
    assert gone.select("indicator", "code").rows() == [("part", "B"), ("indice", "B")]
    assert gone["protects"].n_unique() == 1
    assert left.filter(indicator="indice").select("code", "value").rows() == [
        ("B", None),
        ("C", elsewhere["value"].item()),
    ]
    # Once published, B is out: nothing is withheld in vain.
    before = figures({"A"}, ("rp_pop",), epci=False)
    epci = now.values.filter(code="E")
    left, gone, found = withheld(
        now.values, audited(now.observations, before, Figures(now.observations, epci)), [INDICATOR]
    )
    assert left.equals(now.values) and gone.is_empty() and set(found["verdict"]) == {"exposed"}


def test_a_person_is_shown_what_is_withheld_and_why_but_not_the_figure(catalogue) -> None:
    of = INDICATORS[0]
    row = {
        "indicator": of.id, "series": of.series[0].id, "level": "commune", "code": "59002", "perimeter": None,
        "millesime": YEAR, "extracts": "e", "datasets": "d", "value": 12.5, "numerator": 30.0,
        "protects": f"rp_pop|commune|59172|{YEAR}",
    }  # fmt: skip
    (one,) = withheld_findings(pl.DataFrame([row]), catalogue)
    assert (one.rule, one.variable, one.code, one.millesime) == ("protects", of.id, "59002", YEAR)
    assert of.title in one.expected and "59172" in one.why and catalogue.column("rp_pop").label in one.why
    assert not {"12", "30"} & set(" ".join((one.found, one.expected)).split())
