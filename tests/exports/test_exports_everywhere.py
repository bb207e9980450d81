"""The documents of every commune: eleven parts, nothing empty, every figure the release's."""

from __future__ import annotations

import re
from collections import defaultdict

import pypdf
import pytest
from word_files import plain, read_number, rounded

from dashboard.story.parts import PARTS
from sources.vocabulary import Status

DIAGNOSTIC = ("Indicateur", "Commune", "Agglomération", "Écart", "Auparavant", "Source")
QUARTER = ("Indicateur", "Quartier", "Commune", "Agglomération", "Écart à la commune", "Source")
FOLLOW_UP = (
    "Indicateur",
    "Départ",
    "Dernière valeur",
    "Cible 2030",
    "Écart à l’agglomération",
    "Sens",
)
INDEX = ("Indice", "Commune", "Agglomération", "Source")
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
        for level, code, name, reference, value, other, gap in connection.sql(
            "SELECT level, code, indicator, reference_level || ' ' || reference_code, value, "
            "reference_value, gap FROM comparison WHERE level IN ('commune', 'qpv')"
        ).fetchall():
            numbers = tuple(rounded(n, self.decimals[name]) for n in (value, other, gap))
            self.gaps[level, code, name, reference].add(numbers)

    def named(self, cell):
        """Return the indicator a line is about."""
        return self.titles[plain(cell.split("\n")[0])]

    def beside(self, cell):
        """Return the place a reference is of: the agglomeration, or the wider one its cell names."""
        lines = cell.splitlines()[1:]
        return next((place for name, place in WIDER.items() if name in lines), ("epci", self.epci))

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
        assert word.styled("Heading1")[:11] == wanted, code
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
                assert len(row) == len(table.header)
                assert plain(row[0]), (code, table.caption)
                blank = [title for title, cell in zip(table.header, row, strict=True) if not plain(cell)]
                # A figure that is not there has no earlier one: written once, in its own column.
                assert set(blank) <= {"Auparavant"}, (code, table.caption, row)


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
            for title, own, area, gap, before, source in table.rows:
                indicator = kept.named(title)[0]
                seen.add(indicator)
                assert kept.has(own, "commune", code, indicator), (code, indicator, own)
                if read_number(own) is None:
                    continue
                assert re.search(r"\[\d+", source), (code, indicator)
                assert kept.has(before, "commune", code, indicator), (code, indicator, before)
                if read_number(area) is None:
                    assert read_number(gap) is None
                    continue
                assert kept.has(area, *kept.beside(area), indicator), (code, indicator, area)
                gaps = {
                    (o, g) for _, o, g in kept.gaps["commune", code, indicator, " ".join(kept.beside(area))]
                }
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
        for table in word.having(*QUARTER):
            quarter = re.search(r"Q[NP]\w{6}", table.heading)[0]
            compared.add(quarter)
            for title, own, commune, area, gap, source in table.rows:
                indicator = kept.named(title)[0]
                assert kept.has(own, "qpv", quarter, indicator), (quarter, own)
                assert "[" in source
                said = read_number(own), read_number(commune), read_number(gap)
                if said[1] is None:
                    assert "même définition" in plain(commune)
                else:
                    assert said in kept.gaps["qpv", quarter, indicator, f"commune {code}"], (quarter, said)
                if read_number(area) is None:
                    assert "même définition" in plain(area)
                else:
                    against = " ".join(kept.beside(area))
                    pairs = {(v, o) for v, o, _ in kept.gaps["qpv", quarter, indicator, against]}
                    assert (said[0], read_number(area)) in pairs, (quarter, area)
    assert len(compared) >= 20


def test_the_figures_said_beside_the_tables_are_the_release_s(documents, kept):
    checked = 0
    lowered = {title[1:]: row for title, row in kept.titles.items()}
    for word in documents.values():
        quarter = ""
        for style, text in word.paragraphs:
            found = re.search(r"\((Q[NP]\w{6}), ", text) if style == "Heading3" else None
            quarter = found[1] if found else quarter
            _, _, bare = text.partition("Sans référence de même définition\u00a0: ")
            for said in filter(None, bare.rstrip(".").split("\u00a0; ")):
                title, number, dated = re.match(r"(.+?) ([+−]?\d[\d\u202f,]*)\D*\((.+)$", said).groups()
                indicator = lowered[plain(title)[1:]][0]
                assert kept.has(f"{number} {dated}", "qpv", quarter, indicator), (quarter, said)
                checked += 1
    assert checked >= 20


def test_the_follow_up_starts_from_the_release_s_figures_and_shows_the_target(documents, kept):
    for code, word in documents.items():
        tables = word.having(*FOLLOW_UP)
        assert tables
        for rank, table in enumerate(tables):
            quarter = re.search(r"Q[NP]\w{6}", table.heading)
            place = ("qpv", quarter[0]) if quarter else ("commune", code)
            assert (rank == 0) == (quarter is None)
            for title, start, latest, target, gap, direction in table.rows:
                indicator = kept.named(title)[0]
                assert kept.has(start, *place, indicator), (place, indicator, start)
                assert kept.has(latest, *place, indicator), (place, indicator, latest)
                numbers = {
                    (value, difference)
                    for reference in (f"epci {kept.epci}", *(" ".join(wider) for wider in WIDER.values()))
                    for value, _, difference in kept.gaps[*place, indicator, reference]
                }
                told = read_number(latest) if read_number(latest) is not None else read_number(start)
                assert read_number(gap) is None or (told, read_number(gap)) in numbers, (place, indicator)
                assert plain(direction)
                if (code, indicator, rank) == ("59172", "taux_emploi", 0):
                    assert plain(target) == "51,3 %"
                else:
                    assert plain(target) == "non fixée"


def test_strengths_and_fragilities_are_worded_from_the_data_in_the_right_direction(documents, kept):
    for code, word in documents.items():
        counts = {}
        said = set()
        for label, style in (("Point fort", "Strength"), ("Fragilité", "Fragility")):
            texts = word.styled(style)
            counts[label] = len(texts)
            for text in texts:
                kind, title = re.match(r"(.+?)(?: \(évolution\))? – (.*?) (?:À|Au|Aux) \w", text).groups()
                assert kind == label
                indicator, _, _, _, _, direction = kept.titles[title]
                assert indicator not in said, text
                said.add(indicator)
                assert re.search(r"\(20\d\d(?:-20\d\d)?\)", text), text
                assert re.search(r"Source : .+ \[\d[\d, ]*\]\.$", text), text
                gap = re.search(r"(?:écart de|, soit) ([+−][\d ]+(?:,\d+)?)", text)[1].replace(" ", "")
                better = gap.startswith("−") == (direction == "high_is_need")
                assert better == (label == "Point fort"), text
                numbers = re.findall(r"(?<![\d,\[+−])\d[\d ]*(?:,\d+)?", text)
                read = {read_number(number.replace(" ", "")) for number in numbers}
                assert read & {v for v, *_ in kept.values["commune", code, indicator]}, text
            if len(texts) < 3:
                told = " ".join(word.styled("Normal"))
                few = ("Aucune? {} : nul", "Une? seule? {} : aucun autre", "Deux {} seulement : aucun autre")
                named = "points? forts?" if label == "Point fort" else "fragilités?"
                assert re.search(few[len(texts)].format(named), told), (code, label)
        assert max(counts.values()) <= 3
        assert counts["Fragilité"] + counts["Point fort"] >= 2, code


def test_the_index_is_the_release_s_for_the_commune_and_the_agglomeration(documents, kept):
    for code, word in documents.items():
        (table,) = word.having(*INDEX)
        assert len(table.rows) == 4
        for title, own, area, _ in table.rows:
            indicator = kept.named(title)[0]
            assert kept.has(own, "commune", code, indicator), (code, own)
            assert kept.has(area, *kept.beside(area), indicator), area


def test_the_dialogue_holds_on_four_pages_and_its_key_figures_are_the_release_s(dialogues, everywhere, kept):
    for code, word in dialogues.items():
        assert len(pypdf.PdfReader(everywhere[code][2]).pages) <= 4, code
        (table,) = word.having(*KEY_FIGURES)
        assert len(table.rows) >= 8, code
        for title, own, area, gap, source in table.rows:
            indicator = kept.named(title)[0]
            assert read_number(own) is not None
            assert kept.has(own, "commune", code, indicator), (code, own)
            assert re.search(r"\[\d", source)
            if read_number(area) is None:
                assert read_number(gap) is None
                continue
            assert kept.has(area, *kept.beside(area), indicator), (code, area)
            against = " ".join(kept.beside(area))
            gaps = {(o, g) for _, o, g in kept.gaps["commune", code, indicator, against]}
            assert (read_number(area), read_number(gap)) in gaps, (code, indicator)
