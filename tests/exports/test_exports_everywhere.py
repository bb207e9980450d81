"""The documents of every commune: eleven parts, nothing empty, every figure the release's."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

import pypdf
import pytest
from word_files import plain, read_number, rounded

from dashboard.story.parts import PARTS
from sources.vocabulary import Status

DIAGNOSTIC = ("Indicateur", "Commune", "Agglomération", "Écart", "Évolution")
KEY_FIGURES = ("Indicateur", "Commune", "Agglomération", "Écart", "Source")
TECHNICAL = re.compile(r"\b(?:DS_[A-Z]|[a-z]+_[a-z]+_)|\b(?:nan|None|null|NaN)\b|\{\w*\}")


WIDER = {
    "Nord": ("departement", "59"),
    "Hauts-de-France": ("region", "32"),
    "France métro.": ("metropole", "FM"),
    "France": ("france", "F"),
}
"""How a cell names a reference that is not the agglomeration."""


class Release:
    """The figures of a release as a reader may meet them: rounded, by place and indicator."""

    def __init__(self, connection):
        rows = connection.sql(
            "SELECT indicator, title, short_title, decimals, theme, direction FROM indicator"
        ).fetchall()
        self.titles = {plain(title): row for row in rows for title in row[1:3]}
        self.declared = {row[0] for row in rows if row[4] != "idh4"}
        self.decimals = {row[0]: row[3] for row in rows}
        self.epci = connection.sql("SELECT epci_code FROM release").fetchall()[0][0]
        self.values = defaultdict(set)
        for level, code, name, year, edition, value in connection.sql(
            "SELECT level, code, indicator, millesime, edition, value FROM value WHERE value IS NOT NULL "
            "AND isfinite(value) AND (level NOT IN ('commune', 'groupe') OR code IN "
            "(SELECT code FROM territory WHERE level = 'commune' AND in_epci))"
        ).fetchall():
            self.values[level, code, name].add((rounded(value, self.decimals[name]), year, edition))
        self.gaps = defaultdict(set)
        for level, code, name, reference, value, other in connection.sql(
            "SELECT level, code, indicator, reference_level || ' ' || reference_code, value, "
            "reference_value FROM comparison WHERE level IN ('commune', 'qpv')"
        ).fetchall():
            one, two = (rounded(n, self.decimals[name]) for n in (value, other))
            # The gap written is that of the two figures written.
            self.gaps[level, code, name, reference].add((one, two, one - two))

    def named(self, cell):
        """Return the indicator a line is about."""
        return self.titles[plain(cell.split("\n")[0])]

    def beside(self, cell):
        """Return the place a reference is of: the agglomeration, or the wider one its cell names."""
        opens = (place for name, place in WIDER.items() if cell.startswith(f"{name}\u00a0: "))
        return next(opens, ("epci", self.epci))

    def has(self, cell, level, code, indicator):
        """Whether a cell holds a figure of a place, its year beside it, or words."""
        number = read_number(cell)
        if number is None:
            return bool(plain(cell))
        years = re.findall(r"\b20\d\d\b", cell)
        return any(
            number == value and str(year or edition) in years
            for value, year, edition in self.values[level, code, indicator]
        )


def unnamed(cell):
    """Return the figure of a reference without the name of the place before it."""
    return re.sub(r"^\D[^\n]*?\u00a0: ", "", cell)


@pytest.fixture(scope="module")
def kept(connection):
    return Release(connection)


def test_all_the_communes_of_the_agglomeration_are_there(documents, connection):
    codes = connection.sql("SELECT code FROM territory WHERE level = 'commune' AND in_epci").fetchall()
    assert set(documents) == {code for (code,) in codes}
    assert len(documents) == 47


def test_the_eleven_parts_are_there_in_order_and_each_says_something(documents):
    wanted = [f"{number}. {title}" for number, title in enumerate(PARTS, start=1)]
    assert len(wanted) == 11
    for code, word in documents.items():
        assert word.styled("Heading1")[:12] == ["L’essentiel", *wanted], code
        said = defaultdict(int)
        part = ""
        for style, text in word.paragraphs:
            part = plain(text) if style == "Heading1" else part
            said[part] += style not in ("Heading1", "Spacer", "KeptSpacer") and bool(plain(text))
        assert all(said[part] >= 2 for part in word.styled("Heading1")), (code, said)


def test_no_table_is_empty_and_no_cell_is_blank(documents, dialogues):
    for code, word in [*documents.items(), *dialogues.items()]:
        assert word.tables
        for table in word.tables:
            assert table.rows, (code, table.caption)
            for row in table.rows:
                assert len(row) in (1, len(table.header))
                assert plain(row[0]), (code, table.caption)
                blank = [title for title, cell in zip(table.header, row, strict=False) if not plain(cell)]
                # A figure that is not there has no evolution.
                assert set(blank) <= {"Évolution"}, (code, table.caption, row)


def test_nothing_technical_nor_broken_is_read_before_the_list_of_sources(documents, dialogues):
    for code, word in [*documents.items(), *dialogues.items()]:
        for _, text in word.paragraphs:
            assert not TECHNICAL.search(text), (code, text)
            assert not re.search(r" {2}|\.\.(?!\.)|\( | \)|[^\s\u00a0\u202f][;?!»](?=\s|$)(?<!\w;)", text), (
                text
            )
        for table in word.tables:
            if table.header[0] != "N°":
                for cell in (cell for row in table.rows for cell in row):
                    assert not TECHNICAL.search(cell), (code, table.caption, cell)


def test_every_indicator_has_its_line_with_the_release_s_figure_or_is_named_with_the_reason(documents, kept):
    for code, word in documents.items():
        seen = set()
        for table in word.having(*DIAGNOSTIC):
            lines = [row for row in table.rows if len(row) > 1]
            assert [kept.named(row[0])[4] for row in lines[:4]] == ["idh4"] * 4
            for title, own, named, gap, change in lines:
                indicator, area, place = kept.named(title)[0], unnamed(named), kept.beside(named)
                seen.add(indicator)
                assert kept.has(own, "commune", code, indicator), (code, indicator, own)
                if read_number(own) is None:
                    continue
                assert re.search(r"\[\d+", title), (code, indicator)
                since = re.search(r"depuis (20\d\d)", change)
                if since and read_number(change) is not None:
                    before = {v for v, y, _ in kept.values["commune", code, indicator] if y == int(since[1])}
                    unit = Decimal(1).scaleb(-kept.decimals[indicator])
                    moved = (read_number(own) - value - read_number(change) for value in before)
                    assert any(abs(rest) <= unit for rest in moved), (code, indicator, change)
                if read_number(area) is None:
                    assert read_number(gap) is None
                    continue
                assert kept.has(area, *place, indicator), (code, indicator, area)
                gaps = {(o, g) for _, o, g in kept.gaps["commune", code, indicator, " ".join(place)]}
                assert (read_number(area), read_number(gap)) in gaps, (code, indicator)
        reasons = tuple(
            status.label.capitalize() for status in (Status.NOT_PUBLISHED, Status.AWAITING_EXTRACT)
        )
        # The first of several notes is kept with the next.
        said = (*word.styled("Note"), *word.styled("OpeningNote"))
        notes = " ".join(note for note in said if note.startswith(reasons))
        absent = {row[0] for title, row in kept.titles.items() if title[1:] in notes} - seen
        assert kept.declared <= seen | absent, (code, kept.declared - seen - absent)
        assert len(seen) >= 20


def test_a_quarter_is_compared_only_as_the_release_compares_it(documents, kept):
    compared = set()
    for code, word in documents.items():
        for table in (t for t in word.tables if t.caption.startswith("Quartiers, ")):
            quarters = [re.search(r"\((Q[NP]\w{6})\)", title)[1] for title in table.header[1:-2]]
            for title, *figures, commune, area in table.rows:
                indicator = kept.named(title)[0]
                assert "[" in title
                year = re.search(r"\b20\d\d\b", title)[0]
                assert any(read_number(figure) is not None for figure in figures)
                for quarter, figure in zip(quarters, figures, strict=True):
                    own, gap = read_number(figure), re.search(r"\n([+−].*|0.*)", figure)
                    if own is None:
                        continue
                    compared.add(quarter)
                    assert kept.has(f"{figure} {year}", "qpv", quarter, indicator), (quarter, figure)
                    said = own, read_number(commune), read_number(gap[1]) if gap else None
                    if said[1] is None:
                        assert gap is None
                    else:
                        assert said in kept.gaps["qpv", quarter, indicator, f"commune {code}"], (
                            quarter,
                            said,
                        )
                    if read_number(area) is not None:
                        pairs = {
                            (v, o) for v, o, _ in kept.gaps["qpv", quarter, indicator, f"epci {kept.epci}"]
                        }
                        assert (own, read_number(area)) in pairs, (quarter, area)
    assert len(compared) >= 20


def test_the_follow_up_starts_from_the_release_s_figures_and_shows_the_target(documents, kept):
    targets = set()
    for code, word in documents.items():
        tables = [t for t in word.tables if "base de suivi" in t.caption]
        assert tables
        for rank, table in enumerate(tables):
            quarter = re.search(r"Q[NP]\w{6}", table.heading)
            place = ("qpv", quarter[0]) if quarter else ("commune", code)
            assert (rank == 0) == (quarter is None)
            for row in table.rows:
                cells = dict(zip(table.header, row, strict=True))
                indicator = kept.named(cells["Indicateur"])[0]
                start, latest = cells["Départ"], cells.get("Dernière valeur", "–")
                for figure in (start, latest):
                    assert kept.has(figure, *place, indicator), (place, indicator, figure)
                numbers = {
                    (value, difference)
                    for reference in (f"epci {kept.epci}", *(" ".join(wider) for wider in WIDER.values()))
                    for value, _, difference in kept.gaps[*place, indicator, reference]
                }
                gap = read_number(cells["Écart à l’agglomération"])
                told = read_number(latest) if read_number(latest) is not None else read_number(start)
                other_year = re.search(r"\(20", cells["Écart à l’agglomération"])
                assert gap is None or other_year or (told, gap) in numbers, (place, indicator)
                aimed = cells.get("Cible 2030", "–")
                if read_number(aimed) is not None:
                    targets.add((code, indicator, plain(aimed)))
    assert targets == {("59172", "taux_emploi", "51,3 %")}


# A change is framed by itself: what improves may stay the worst of all, and is no strength.
FRAMES = {
    "Point fort": "Strength",
    "En progrès": "Information",
    "Fragilité": "Fragility",
    "En recul": "Information",
}


def test_strengths_and_fragilities_are_worded_from_the_data_in_the_right_direction(
    documents, dialogues, kept
):
    for code, word in dialogues.items():
        full = documents[code]
        framed = full.styled("Fragility") or any(
            t.startswith("En recul – ") for t in full.styled("Information")
        )
        assert framed or "Aucun chiffre" in " ".join(full.styled("Opening")), code
        counts = dict.fromkeys(FRAMES, 0)
        said = set()
        for style in dict.fromkeys(FRAMES.values()):
            # The same frame holds other things to know.
            heads = tuple(f"{kind} – " for kind, used in FRAMES.items() if used == style)
            for text in (t for t in word.styled(style) if t.startswith(heads)):
                kind, title = re.match(r"(.+?) – (.*?) (?:À|Au|Aux) \w", text).groups()
                counts[kind] += 1
                indicator, _, _, _, _, direction = kept.titles[title]
                assert indicator not in said, text
                said.add(indicator)
                assert re.search(r"\(20\d\d(?:-20\d\d)?\)", text), text
                assert re.search(r"Source : .+ \[\d[\d, ]*\]\.$", text), text
                gap = re.search(r"(?:écart de|, soit) ([+−][\d ]+(?:,\d+)?)", text)[1].replace(" ", "")
                better = gap.startswith("−") == (direction == "high_is_need")
                assert better == (kind in ("Point fort", "En progrès")), text
                numbers = re.findall(r"(?<![\d,\[+−])\d[\d ]*(?:,\d+)?", text)
                read = {read_number(number.replace(" ", "")) for number in numbers}
                assert read & {v for v, *_ in kept.values["commune", code, indicator]}, text
        # The first words of a part are in the style of its opening.
        told = " ".join([*word.styled("Normal"), *word.styled("Opening")])
        for kind, change in (("Point fort", "En progrès"), ("Fragilité", "En recul")):
            count = counts[kind] + counts[change]
            assert count <= 3
            if count < 3:
                few = ("Aucune? {} ni", "Une? seule? {} ou", "Deux {} ou")
                named = "points? forts?" if kind == "Point fort" else "fragilités?"
                assert re.search(few[count].format(named), told), (code, kind)
        assert sum(counts.values()) >= 2, code


def test_the_dialogue_holds_on_four_pages_and_its_key_figures_are_the_release_s(dialogues, everywhere, kept):
    for code, word in dialogues.items():
        assert len(pypdf.PdfReader(everywhere[code][2]).pages) <= 4, code
        (table,) = word.having(*KEY_FIGURES)
        assert len(table.rows) >= 8, code
        for title, own, named, gap, source in table.rows:
            indicator, area, place = kept.named(title)[0], unnamed(named), kept.beside(named)
            assert read_number(own) is not None
            assert kept.has(own, "commune", code, indicator), (code, own)
            assert re.search(r"\[\d", source)
            if read_number(area) is None:
                assert read_number(gap) is None
                continue
            assert kept.has(area, *place, indicator), (code, area)
            gaps = {(o, g) for _, o, g in kept.gaps["commune", code, indicator, " ".join(place)]}
            assert (read_number(area), read_number(gap)) in gaps, (code, indicator)
