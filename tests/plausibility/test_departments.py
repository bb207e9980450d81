"""The rules on the départements of a national file, on figures set by hand."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from indicators.plausibility import Finding
from indicators.plausibility.coded import coded
from indicators.plausibility.departments import department_findings

DEPARTMENTS = tuple(str(d) for d in range(59, 67))
CODES = [f"{d}{n:03d}" for d in DEPARTMENTS for n in range(20)]
OURS = CODES[:20]
FOLLOWED = pl.DataFrame({"level": "commune", "code": OURS}).with_columns(perimeter=pl.lit(None, pl.String))

Figures = dict[str, dict[str, float]]


def draw(seed: int) -> list[float]:
    """A number from 0 to 1 per commune, without order."""
    return [(n * 7919 * seed + n * n * 31) % 997 / 997 for n in range(1, len(CODES) + 1)]


def sound() -> Figures:
    """Two shares that go together, around 12 and 45 %, and four counts of places of many sizes."""
    size = [50 * (1 + 40 * x) for x in draw(3)]
    poor = draw(1)
    figures = {
        "low": {c: 8 + 8 * x for c, x in zip(CODES, poor, strict=True)},
        "high": {c: 35 + 20 * x for c, x in zip(CODES, poor, strict=True)},
    }
    for at, share in enumerate((0.1, 0.2, 0.45, 0.6)):
        noise = draw(5 + at)
        figures[f"count{at}"] = {
            c: float(round(s * share * (0.9 + 0.2 * x))) for c, s, x in zip(CODES, size, noise, strict=True)
        }
    return figures


def found(figures: Figures) -> list[Finding]:
    frames = [
        pl.DataFrame(
            {"code": list(one), "value": list(one.values()), "line": range(2, len(one) + 2)}
        ).with_columns(
            variable=pl.lit(name), column=pl.lit(name.upper()), label=pl.lit(name),
            kind=pl.lit("count" if name.startswith("count") else "share"),
        )
        for name, one in figures.items()
    ]  # fmt: skip
    rows = pl.concat(frames).with_columns(
        level=pl.lit("commune"), perimeter=pl.lit(None, pl.String), year=2020, millesime=2020,
        extract=pl.lit("e"), dataset=pl.lit("d"),
    )  # fmt: skip
    return department_findings(coded(rows, FOLLOWED), "f.csv")


def changed(name: str, change: Callable[[str, float], float]) -> Figures:
    figures = sound()
    figures[name] = {code: change(code, value) for code, value in figures[name].items()}
    return figures


def held(figures: Figures) -> list[tuple[str, str | None]]:
    assert all((one.scope, one.file) == ("column", "f.csv") for one in found(figures))
    return [(one.rule, one.variable) for one in found(figures)]


def test_a_sound_file_raises_nothing() -> None:
    assert held(sound()) == []


def test_a_unit_that_changes_between_departments_is_held() -> None:
    wrong = changed("low", lambda code, value: value * (6 if code[:2] == "63" else 1))
    assert held(wrong) == [("magnitude", "low")]
    assert "63" in found(wrong)[0].why
    # Counts, beside the other counts of their row.
    assert ("magnitude", "count0") in held(
        changed("count0", lambda code, value: value * (10 if code[:2] == "63" else 1))
    )
    few = {name: {c: v for c, v in one.items() if c[:2] in DEPARTMENTS[:4]} for name, one in wrong.items()}
    assert held(few) == [], "too few départements"


def test_columns_exchanged_in_one_department_or_everywhere_else_are_held() -> None:
    for there in (["63"], DEPARTMENTS[1:]):
        figures = sound()
        low, high = figures["low"], figures["high"]
        for code in CODES:
            if code[:2] in there:
                low[code], high[code] = high[code], low[code]
        rules = held(figures)
        assert {("swapped", "low"), ("swapped", "high")} <= set(rules)


def test_one_figure_everywhere_is_held() -> None:
    assert ("duplicated", "low") in held(changed("low", lambda code, v: 12.0 if code[:2] == "63" else v))
    assert ("duplicated", "low") in held(changed("low", lambda code, v: v if code in OURS else 12.0))


def test_a_column_sorted_or_scattered_without_its_rows_is_held() -> None:
    elsewhere = [code for code in CODES if code not in OURS]
    figures = sound()
    values = [figures["low"][code] for code in elsewhere]
    figures["low"] |= dict(zip(elsewhere, sorted(values), strict=True))
    assert [one for one in found(figures) if one.rule == "peers" and "croître" in one.found]
    figures["low"] |= dict(
        zip(elsewhere, [values[(at * 61) % len(values)] for at in range(140)], strict=True)
    )
    assert ("peers", "low") in held(figures)


def test_a_column_that_goes_the_other_way_elsewhere_is_held() -> None:
    assert ("swapped", "low") in held(changed("low", lambda code, v: v if code in OURS else 24 - v))
    wrong = found(changed("low", lambda code, v: v if code in OURS else 24 - v))
    assert "à l’inverse de" in next(one.found for one in wrong if one.variable == "low")


def test_the_only_column_of_a_file_is_nearer_within_a_department() -> None:
    codes = [f"{d}{n:03d}" for d in DEPARTMENTS for n in range(700)]
    rates = [int(code[:2]) % 7 + (n * 7919 % 997) / 50 for n, code in enumerate(codes)]
    ours = FOLLOWED["code"].to_list()
    rows = pl.DataFrame({"code": codes, "value": rates, "line": range(2, len(codes) + 2)}).with_columns(
        level=pl.lit("commune"), perimeter=pl.lit(None, pl.String), variable=pl.lit("v"), year=2020,
        column=pl.lit("V20"), millesime=2020, extract=pl.lit("e"), dataset=pl.lit("d"),
        kind=pl.lit("share"), label=pl.lit("Taux (%)"),
    )  # fmt: skip
    assert department_findings(coded(rows, FOLLOWED), "f.csv") == []
    apart = pl.col("code").is_in(ours)
    elsewhere = rows.filter(~apart)
    mixed = elsewhere.with_columns(value=elsewhere["value"].sample(fraction=1, shuffle=True, seed=3))
    (one,) = department_findings(coded(pl.concat([rows.filter(apart), mixed]), FOLLOWED), "f.csv")
    assert (one.rule, one.variable) == ("peers", "v") and "mêlés" in one.found
