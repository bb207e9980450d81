"""A figure as a file: what a picture and its SVG hold, and that nothing of a name becomes markup."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import shapely
from PIL import Image

from dashboard.charts import signs as cut
from dashboard.charts.classes import equal_counts
from dashboard.charts.commune_map import Shape, areas, commune_map
from dashboard.charts.description import Area, Fill, Panel, Picture, Points, Scale, Stroke, Symbol, Touch
from dashboard.charts.distribution import distribution, slices
from dashboard.charts.drawn import Undrawable, within
from dashboard.charts.groups import Column, Group, groups
from dashboard.charts.measure import Measure
from dashboard.charts.palette import DARK, LIGHT, Palette
from dashboard.charts.plotly import figure, literal
from dashboard.charts.ranked import Bar, Interval, bars, ranks
from dashboard.charts.spine import SHAPES, UNJUDGED, Line, Spine, mark, spines
from dashboard.charts.static import drawing as sheet
from dashboard.charts.static import message, png_file, slide_file, svg_file
from dashboard.charts.trend import Line as Run
from dashboard.charts.trend import trend
from dashboard.data.records import Identity
from dashboard.story.about import About
from dashboard.story.runs import Point
from dashboard.widgets.meeting import enlarged

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("1")</script> $x^2$ & _b_ 🎭 \x00 =1+1'
ABOUT = About(
    "Taux fictif : carte des communes",
    "%",
    "2022",
    "Producteur fictif",
    Identity("fictive-1", dt.datetime(2026, 6, 1, tzinfo=dt.UTC), "1", "Agglomération fictive"),
)


def _square(code: str, name: str, x: float) -> Shape:
    ring = [(x, 0.0), (x + 1, 0.0), (x + 1, 1.0), (x, 1.0), (x, 0.0)]
    return Shape(code, name, (ring,), [(x + 0.5, 0.5)], (x + 0.5, 0.5))


def _map(colours: Palette, name: str) -> Picture:
    shapes = [_square("a", name, 0), _square("b", "B", 1), _square("c", "C", 2)]
    values = {"a": 1.0, "b": 2.0}
    classes = equal_counts(values.values(), 1)
    assert classes is not None
    return commune_map(
        shapes,
        areas(
            shapes,
            values,
            {"c": "secret statistique"},
            classes,
            colours,
            dark_is_high=True,
            legend=[*(f"de {low} à {high}" for low, high in classes.limits()), "secret statistique"],
            around=[_square("z", "Ailleurs", 3)],
        ),
        colours,
        hover={"a": name},
        selected="a",
        named=["a"],
        around=[_square("z", "Ailleurs", 3)],
    )


def _figures(colours: Palette, name: str = HOSTILE) -> dict[str, Picture]:
    line = Run.dated(name, [[Point(2011, 12.5, 2014), Point(2016, 13.0, 2019)], [Point(2022, 9.0, 2025)]])
    numbers = {"a": 1.0, "b": 5.0, "c": 5.1}
    return {
        "map": _map(colours, name),
        "trend": trend([line], [2018], colours, Measure("\u00a0%", 1)),
        "distribution": distribution(
            slices(numbers),
            {"a": name},
            colours,
            Measure("", 1, 3.0, name),
            chosen="a",
            chosen_name=name,
        ),
        "groups": groups(
            [Group(name, "first", [Column(name, 3.0, "")]), Group("g2", "second", [Column("b", -1.0, "")])],
            colours,
            Measure("", 0, 2.0, "Agglomération"),
        ),
        "bars": bars(
            [Bar(name, 3.0, "3,0", 2.0, 4.5), Bar("B", 2.0, "2,0", chosen=True), Bar("C", None, "secret")],
            colours,
            Measure("", 1, 2.5, name),
        ),
        "spines": spines(
            [
                *(
                    Line(name, "3,0", Spine(1, 2, 3, 4, 2.5, 6.0, j, ""))
                    for j in ("mieux", "moins bien", "comparable", None)
                ),
                Line("Un seul chiffre partout", "1,0", Spine(1, 1, 1, 1, 1, None, None, "")),
                Line("Sans chiffre", "secret statistique"),
            ],
            colours,
        ),
        "ranks": ranks(
            [Interval(name, 1, 3, 2.0, chosen=True), Interval("B", 2, 3, None)],
            colours,
            quarter=1,
            quarter_name="quart",
        ),
    }


NAMES = sorted(_figures(LIGHT))


def test_communes_around_choose_nothing_and_say_their_name() -> None:
    touch = _map(LIGHT, "A").panels[0].marks[-1]
    assert isinstance(touch, Touch)
    assert dict(zip(touch.codes, touch.hover, strict=True))[""].startswith("Ailleurs\n")


def _texts(root: ElementTree.Element) -> str:
    return " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_an_svg_says_its_title_source_year_and_release_and_holds_names_as_text(
    name: str, colours: Palette
) -> None:
    content = svg_file(_figures(colours)[name], ABOUT, f"Message de {HOSTILE}")
    root = ElementTree.fromstring(content)
    texts = _texts(root)
    for said in (
        "Taux fictif\u00a0: carte des communes",
        "Source\u00a0: Producteur fictif, 2022.",
        "Unité\u00a0:\u00a0%",
        "fictive-1",
        "1er juin 2026",
    ):
        assert said in texts, said
    assert '<script>alert("1")</script> $x^2$ & _b_' in texts
    assert not list(root.iter(f"{SVG}script"))
    assert root.findtext(f"{SVG}title") == ABOUT.title
    assert "alert" in (root.findtext(f"{SVG}desc") or "")
    assert root.get("aria-labelledby") == "titre message"
    assert b"http" not in content.replace(b"http://www.w3.org/", b""), "nothing is fetched from elsewhere"


def test_bars_of_a_picture_end_where_their_intervals_do() -> None:
    found = [Bar("A", 3.0, "3,0", 2.0, 4.5), Bar("B", 2.0, "2,0", chosen=True), Bar("C", None, "secret")]
    drawn = figure(bars(found, LIGHT, Measure("", 1, 2.5, "R")))
    first, second = drawn["data"]
    assert (first["y"], second["y"]) == ([3.0], [2.0])
    assert first["y"][0] - first["error_y"]["arrayminus"][0] == 2.0
    assert first["y"][0] + first["error_y"]["array"][0] == 4.5
    assert second["error_y"]["array"] == second["error_y"]["arrayminus"] == [None]
    assert drawn["layout"]["shapes"][0]["y0"] == drawn["layout"]["shapes"][0]["y1"] == 2.5
    assert drawn["layout"]["xaxis"]["ticktext"] == ["A", "B"], "who has no figure has no bar"


def test_the_legend_of_a_map_is_in_the_picture() -> None:
    texts = _texts(ElementTree.fromstring(svg_file(_map(LIGHT, "A"), ABOUT, "message")))
    assert "de 1.0 à" in texts
    assert "secret statistique" in texts


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_three_thousand_points_wide_and_really_drawn(name: str) -> None:
    content = png_file(_figures(LIGHT, "Commune")[name], ABOUT, "message")
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (3000, 1687)
        middle = (
            image.convert("RGB").crop((300, 500, 2700, 1300)).resize((600, 200), Image.Resampling.NEAREST)
        )
    assert len(middle.getcolors(600 * 200) or ()) > 3


@pytest.mark.parametrize("name", NAMES)
def test_a_slide_opens_at_sixteen_ninths_with_its_title_its_message_and_its_source(name: str) -> None:
    about = replace(ABOUT, title="Part fictive\u00a0: carte des communes", status="chiffres estimés")
    told = "Carte de 2 communes selon Part fictive, 2022. Le plus bas : A (1,0 %). Le plus haut : B (4,0 %)."
    picture = _figures(LIGHT)[name]
    with Image.open(io.BytesIO(slide_file(picture, about, told))) as image:
        assert image.format == "PNG"
        assert image.width / image.height == pytest.approx(16 / 9, abs=0.002)
        assert image.width >= 1920
    texts = _texts(ElementTree.fromstring(sheet(picture, about, told, slide=True)))
    assert about.title in texts
    assert "Le plus bas : A (1,0 %). Le plus haut : B (4,0 %)." in texts
    assert "Carte de 2 communes" not in texts, "the title says it"
    assert "Producteur fictif, 2022, chiffres estimés." in texts


def test_a_slide_says_whole_sentences_and_as_many_as_it_holds() -> None:
    sentences = [
        f"Phrase {rank} assez longue pour occuper une ligne de la diapositive presque en entier."
        for rank in range(9)
    ]
    lines = message(" ".join(sentences), "Titre", 760)
    assert 1 < len(lines) <= 3
    told = " ".join(lines)
    assert told == " ".join(sentences)[: len(told)]
    assert told.endswith("entier.")


def test_a_longer_title_takes_more_lines_and_loses_nothing() -> None:
    long = About("Un titre très long " * 8, "%", "2022", "P", ABOUT.release)
    texts = _texts(ElementTree.fromstring(svg_file(_map(LIGHT, "A"), long, "m")))
    assert texts.count("Un titre très long") + texts.count("Un titre très") >= 8


@pytest.mark.parametrize("unknown", [Symbol("heart", "red"), None])
def test_what_cannot_be_drawn_is_an_error_rather_than_a_gap(unknown: Symbol | None) -> None:
    points = Points((1.0,), (1.0,), unknown)
    area = Area(([(0, 0), (1, 0), (1, 1)],), Fill("white", "~", "black"), Stroke("black"))
    picture = Picture((Panel((points if unknown else area,), Scale()),), Scale(), LIGHT)
    with pytest.raises(Undrawable, match=r"heart|~"):
        svg_file(picture, ABOUT, "m")


def test_names_are_shown_on_screen_as_they_are() -> None:
    assert literal("<i>A&B</i>\n2") == "&lt;i>A&amp;B&lt;/i><br>2"


def test_panels_keep_their_own_marks_and_a_wall_between_them() -> None:
    """Two generations of perimeter are never drawn one over the other, nor joined."""
    one = Points((1.0,), (1.0,), Symbol("circle", "#111111"))
    other = Points((1.0,), (2.0,), Symbol("square", "#222222"))
    panels = tuple(Panel((mark,), Scale((0.0, 2.0), ((1.0, "1"),))) for mark in (one, other))
    picture = Picture(panels, Scale((0.0, 3.0)), LIGHT, wall=Stroke("#333333", 4))
    root = ElementTree.fromstring(svg_file(picture, ABOUT, "m"))
    circle = next(e for e in root.iter(f"{SVG}circle") if e.get("fill") == "#111111")
    square = next(e for e in root.iter(f"{SVG}path") if e.get("fill") == "#222222")
    wall = next(e for e in root.iter(f"{SVG}line") if e.get("stroke") == "#333333")
    middle = float(str(square.get("d")).removeprefix("M").split(" ")[0])
    assert float(str(circle.get("cx"))) < float(str(wall.get("x1"))) < middle


def test_the_meeting_mode_enlarges_a_figure_and_changes_none_of_its_data() -> None:
    for picture in _figures(LIGHT, "Commune").values():
        drawn = figure(picture)
        before = json.dumps(drawn)
        larger = enlarged(drawn, 2)
        assert json.dumps(drawn) == before, "the figure itself is left as it is"
        for old, new in zip(drawn["data"], larger["data"], strict=True):
            for key in ("x", "y", "text", "customdata", "hovertemplate", "name"):
                assert old.get(key) == new.get(key)
        sizes = [a["font"]["size"] for a in drawn["layout"].get("annotations", ())]
        assert [a["font"]["size"] for a in larger["layout"].get("annotations", ())] == [2 * s for s in sizes]


def test_the_text_for_a_slide_says_unit_year_source_and_release() -> None:
    lines = ABOUT.text("À Denain : 31,9 % contre 17,6 % dans l'agglomération").split("\n")
    assert lines == [
        "Taux fictif\u00a0: carte des communes",
        "À Denain\u00a0: 31,9\u00a0% contre 17,6\u00a0% dans l’agglomération",
        "Unité\u00a0:\u00a0%.",
        "Source\u00a0: Producteur fictif, 2022.",
        "Baromètre de cohésion sociale, Agglomération fictive. Version fictive-1, produite le 1er juin 2026.",
    ]


def test_who_has_no_figure_is_said_in_the_picture_and_in_the_text() -> None:
    about = replace(ABOUT, note="2 communes sans chiffre : secret statistique (2)")
    root = ElementTree.fromstring(svg_file(_map(LIGHT, "A"), about, "m"))
    assert "secret statistique (2)" in _texts(root)
    assert "2 communes sans chiffre\u00a0: secret statistique (2)." in about.text("Message.")


@pytest.mark.parametrize("title", [HOSTILE, "../../etc", "", "x" * 500])
def test_a_file_name_is_never_a_path(title: str) -> None:
    name = About(title, "", "", "", ABOUT.release).file_name("png")
    assert name.endswith(".png") and len(name) < 100
    assert set(name.removesuffix(".png")) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_the_picture_of_a_theme_says_every_figure_and_every_absence() -> None:
    texts = _texts(ElementTree.fromstring(svg_file(_figures(LIGHT)["spines"], ABOUT, "m")))
    for said in ("secret statistique", "moins bien", "mieux", "leur moitié centrale", "référence"):
        assert said in texts, said


def test_a_judgement_has_a_shape_of_its_own_besides_its_colour() -> None:
    marks = [m for m in _figures(LIGHT)["spines"].panels[0].marks if isinstance(m, Points)]
    signs = {one.name: one.symbol for one in marks if one.symbol}
    assert len({sign.shape for sign in signs.values()}) == len(signs) == 5
    # In a file a ring is its edge: never in the colour of the paper.
    assert signs[UNJUDGED].edge == Stroke(LIGHT.ink, 2.5)


def test_a_page_cuts_the_signs_that_files_draw() -> None:
    sheet = cut.sheet()
    for judgement, sign in SHAPES.items():
        assert f'class="bcs-mark bcs-{sign.symbol}"' in mark(judgement).html
        rule = re.search(rf"\.bcs-{sign.symbol} {{ (.+?) }}", sheet)
        assert rule is not None
        corners = [float(n) for n in re.findall(r"([\d.]+)%", rule[1])]
        assert corners and max(corners) <= 100, sign


def test_a_bar_of_ranks_goes_from_the_first_to_the_last_place() -> None:
    chosen = next(t for t in figure(_figures(LIGHT)["ranks"])["data"] if "choisi" in t["name"])
    assert (chosen["base"], chosen["y"]) == ([0.5], [3])


@pytest.mark.parametrize(
    "outline",
    [
        [(-5, -5), (5, -5), (5, 5), (-5, 5)],
        [(2, 2), (8, 2), (8, 8), (2, 8)],
        [(-900, 5), (5, -900), (900, 5), (5, 900)],
        [(4, -50), (6, -50), (6, 50), (4, 50)],
        [(20, 20), (30, 20), (30, 30)],
        [(-3, 3), (3, 3), (3, 9), (5, 9), (5, 3), (40, 3), (40, -9), (-3, -9)],
    ],
)
def test_an_outline_is_cut_at_a_frame_as_geometry_cuts_it(outline):
    kept = within(outline, (0, 0, 10, 10))
    expected = shapely.intersection(shapely.Polygon(outline), shapely.box(0, 0, 10, 10)).area
    assert (shapely.Polygon(kept).area if kept else 0) == pytest.approx(expected)
    assert all(0 <= x <= 10 and 0 <= y <= 10 for x, y in kept)
