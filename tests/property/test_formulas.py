"""Properties every formula must keep, whatever the figures."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.figures import Figures
from indicators.formulas import combination, difference, rows_of, table
from indicators.model import Difference, Ratio
from indicators.resolve import with_sums
from sources.vocabulary import STATUS_SEVERITY, Level, Status

CODES = ("59001", "59002", "59003")
SHARE = Ratio({"part": 1.0}, {"total": 1.0})


class AllAdditive:
    """A catalogue in which every variable is a count."""

    datasets: dict = {}

    class column:
        additive = True

        def __init__(self, variable: str) -> None:
            self.variable = variable


class OneGroup:
    """Three communes of one EPCI."""

    def summable(self) -> tuple[tuple[Level, str], ...]:
        return ((Level.EPCI, "200042190"),)

    def members(self, level: Level, code: str) -> tuple[str, ...]:
        return CODES


counts = st.integers(min_value=0, max_value=10**6).map(float)
statuses = st.sampled_from(
    [Status.OBSERVED, Status.OBSERVED, Status.OBSERVED, Status.ESTIMATED, *STATUS_SEVERITY[2:]]
)


@st.composite
def communes(draw: st.DrawFn) -> list[tuple[str, str, float | None, str]]:
    rows = []
    for code in CODES:
        total = draw(counts)
        for variable, value in (("total", total), ("part", draw(st.floats(0, 1)) * total)):
            status = draw(statuses)
            rows.append((code, variable, value if status.usable else None, status.value))
    return rows


def frame(rows: list[tuple[str, str, float | None, str]]) -> pl.DataFrame:
    schema = {"code": pl.String, "variable": pl.String, "value": pl.Float64, "status": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").select(
        level=pl.lit("commune"),
        code="code",
        perimeter=pl.lit(None, pl.String),
        stated=pl.lit(True),
        period=pl.lit(2022, pl.Int32),
        variable="variable",
        value="value",
        status="status",
        millesime=pl.lit(2022, pl.Int32),
        edition=pl.lit(2022, pl.Int32),
        dataset=pl.lit("essai"),
        extract=pl.lit("0" * 12),
        origin=pl.lit("producer"),
    )


def worst(rows: list[tuple[str, str, float | None, str]]) -> str:
    return max((Status(r[3]) for r in rows), key=STATUS_SEVERITY.index).value


@given(communes())
@settings(max_examples=150)
def test_an_unusable_term_is_never_a_zero(rows: list) -> None:
    result = rows_of(SHARE, frame(rows))
    assert result.height == len(CODES)
    for row in result.iter_rows(named=True):
        own = [r for r in rows if r[0] == row["code"]]
        total = next(r[2] for r in own if r[1] == "total")
        if not all(Status(r[3]).usable for r in own):
            assert row["value"] is None and row["status"] == worst(own)
        elif total == 0:
            assert row["value"] is None and row["status"] == "not_applicable"
        else:
            assert -1e-9 <= row["value"] <= 100 + 1e-9 and row["status"] == worst(own)


@given(communes(), st.randoms())
@settings(max_examples=60)
def test_the_order_of_rows_does_not_matter(rows: list, random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    key = ["code", "value", "status"]
    assert (
        rows_of(SHARE, frame(rows))
        .select(key)
        .sort("code")
        .equals(rows_of(SHARE, frame(shuffled)).select(key).sort("code"))
    )


@given(communes())
@settings(max_examples=100)
def test_a_rate_of_an_epci_is_recomputed_from_sums(rows: list) -> None:
    summed = with_sums(frame(rows), AllAdditive(), OneGroup())  # type: ignore[arg-type]
    epci = rows_of(SHARE, summed).filter(level="epci").row(0, named=True)
    assert epci["origin"] == "sum"
    if not all(Status(r[3]).usable for r in rows):
        assert epci["value"] is None and epci["status"] == worst(rows)
        return
    part, total = (sum(r[2] for r in rows if r[1] == v) for v in ("part", "total"))
    if total == 0:
        assert epci["status"] == "not_applicable"
    else:
        assert abs(epci["value"] - 100 * part / total) < 1e-6
        rates = [100 * p[2] / t[2] for t, p in zip(rows[::2], rows[1::2], strict=True) if t[2]]
        assert min(rates) - 1e-6 <= epci["value"] <= max(rates) + 1e-6


@given(communes(), st.sampled_from(CODES))
@settings(max_examples=30)
def test_no_sum_when_a_member_is_absent(rows: list, absent: str) -> None:
    summed = with_sums(frame([r for r in rows if r[0] != absent]), AllAdditive(), OneGroup())  # type: ignore[arg-type]
    assert summed.filter(level="epci").is_empty()


@given(communes())
@settings(max_examples=40)
def test_scale_and_difference(rows: list) -> None:
    data = frame(rows)
    hundred, thousand = (
        rows_of(SHARE, data),
        rows_of(Ratio(SHARE.numerator, SHARE.denominator, scale=1000), data),
    )
    pairs = zip(hundred["value"], thousand["value"], strict=True)
    assert all((a is None and b is None) or abs(10 * a - b) < 1e-6 for a, b in pairs)
    figures = Figures.of(data)
    zero = table(difference(Difference(SHARE, SHARE), figures), figures)
    assert all(v is None or abs(v) < 1e-9 for v in zero["value"])
    assert zero["status"].to_list() == hundred["status"].to_list()


def test_a_missing_term_gives_no_row_and_subtraction_works() -> None:
    data = Figures.of(frame([("59001", "total", 10.0, "observed"), ("59001", "part", 4.0, "observed")]))
    assert combination({"total": 1.0, "absent": 1.0}, data).value.size == 0
    assert combination({"total": 1.0, "part": -1.0}, data).value.tolist() == [6.0]
