"""Every figure of a document is the release's: read back from the files, sought in the tables anew."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal

import docx
import fastexcel
import pytest
from local_files import COMMUNES

from dashboard.exports import export

PART_ONE_COLUMNS = ("Indicateur", "Commune", "Agglomération", "Écart", "Auparavant", "Source")
QUARTER_COLUMNS = ("Indicateur", "Quartier", "Commune", "Agglomération", "Écart à la commune", "Source")
FOLLOW_COLUMNS = (
    "Indicateur",
    "Départ",
    "Dernière valeur",
    "Cible 2030",
    "Écart à l’agglomération",
    "Sens",
)


def plain(text):
    return re.sub(r"[\s\u00a0\u202f\u200b\u00ad]+", " ", text).strip()


def read_number(text):
    """Return the number a French reader reads at the start of a cell, None when there is none."""
    found = re.match(r"[+−]?\d[\d\u202f]*(?:,\d+)?", text.strip())
    if not found:
        return None
    return Decimal(found[0].replace("\u202f", "").replace(",", ".").replace("−", "-"))


def rounded(value, decimals):
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def significant(value):
    """Return a value as a workbook keeps it: a dozen digits, far more than anyone reads."""
    return f"{value:.12g}"


def tables(word, columns):
    """Return the tables of a Word file that have these columns: caption, then rows of cell texts."""
    found = []
    for table in word.tables:
        grid = [[cell.text for cell in row.cells] for row in table.rows]
        if tuple(map(plain, grid[0])) == tuple(map(plain, columns)):
            found.append(grid[1:])
    return found


@pytest.fixture(scope="module")
def indicators(connection):
    rows = connection.sql(
        "SELECT indicator, title, short_title, decimals, theme, unit FROM indicator"
    ).fetchall()
    return {plain(title): row for row in rows for title in (row[1], row[2])}


def known(connection, level, code, indicator, decimals):
    """Return the rounded values of a territory for an indicator, by year."""
    rows = connection.execute(
        "SELECT millesime, edition, value FROM value WHERE level = ? AND code = ? AND indicator = ? "
        "AND value IS NOT NULL",
        [level, code, indicator],
    ).fetchall()
    return {(year, edition, rounded(value, decimals)) for year, edition, value in rows}


@pytest.mark.parametrize("code", COMMUNES)
def test_every_indicator_of_the_commune_is_there_with_the_release_s_figure(
    code, words, connection, indicators
):
    epci = connection.sql("SELECT epci_code FROM release").fetchall()[0][0]
    seen, checked = set(), 0
    for grid in tables(words[code], PART_ONE_COLUMNS):
        for title, own, area, gap, _, source in grid:
            indicator, _, _, decimals, _, _ = indicators[plain(title.split("\n")[0])]
            seen.add(indicator)
            number = read_number(own)
            if number is None:
                assert plain(own), f"{indicator}: an empty cell says nothing"
                continue
            years = re.findall(r"\b20\d\d\b", own.split("\n")[1])
            values = known(connection, "commune", code, indicator, decimals)
            assert any(v == number and str(y or e) in years for y, e, v in values), (indicator, own)
            assert re.search(r"\[\d+", source), f"{indicator}: no source"
            checked += 1
            reference = read_number(area)
            if reference is not None and "Agglomération" not in area:
                assert reference in {v for *_, v in known(connection, "epci", epci, indicator, decimals)}
                exact = connection.execute(
                    "SELECT gap FROM comparison WHERE level = 'commune' AND code = ? AND indicator = ? "
                    "AND reference_level = 'epci'",
                    [code, indicator],
                ).fetchall()
                assert read_number(gap) in {rounded(g, decimals) for (g,) in exact}, (indicator, gap)
    declared = {row[0] for row in indicators.values() if row[4] != "idh4"}
    assert seen == declared
    assert checked >= 20


@pytest.mark.parametrize("code", ["59172", "59491", "59564"])
def test_a_quarter_is_compared_only_as_the_release_compares_it(code, words, connection, indicators):
    grids = tables(words[code], QUARTER_COLUMNS)
    assert grids
    rows = connection.execute(
        "SELECT indicator, value, reference_value, gap FROM comparison WHERE level = 'qpv' "
        "AND reference_level = 'commune' AND reference_code = ?",
        [code],
    ).fetchall()
    for grid in grids:
        for title, own, commune, _, gap, source in grid:
            indicator, _, _, decimals, _, _ = indicators[plain(title.split("\n")[0])]
            said = (read_number(own), read_number(commune), read_number(gap))
            if None in said[1:]:
                assert "même définition" in plain(commune)
                continue
            found = {tuple(rounded(n, decimals) for n in row[1:]) for row in rows if row[0] == indicator}
            assert said in found, (indicator, said)
            assert "[" in source


def test_the_follow_up_starts_from_the_release_s_figures_and_shows_the_target(words, connection, indicators):
    grid = tables(words["59172"], FOLLOW_COLUMNS)[0]
    checked = 0
    for title, start, latest, target, _, direction in grid:
        indicator, _, _, decimals, _, _ = indicators[plain(title)]
        number = read_number(start)
        if number is None:
            told = plain(start)
            assert told.startswith(("à suivre", "non connu aucun chiffre jusqu’en 2024")), told
            assert (plain(direction) == "à suivre") == told.startswith("à suivre"), direction
        else:
            assert number in {v for *_, v in known(connection, "commune", "59172", indicator, decimals)}
            checked += 1
        assert (read_number(latest) is not None) or plain(latest) == "à suivre"
        if indicator == "taux_emploi":
            assert read_number(target) == Decimal("51.3")
        else:
            assert plain(target) == "non fixée"
    assert checked >= 15


@pytest.mark.parametrize("code", COMMUNES)
def test_the_pdf_shows_the_same_figures_as_the_word_file(code, words, pdfs):
    text = plain(" ".join(page.extract_text() for page in pdfs[code].pages))
    checked = 0
    for columns in (PART_ONE_COLUMNS, FOLLOW_COLUMNS):
        for grid in tables(words[code], columns):
            for row in grid:
                shown = plain(row[1].split("\n")[0])
                assert shown in text, shown
                checked += read_number(row[1]) is not None
    assert checked >= 30


@pytest.mark.parametrize("code", COMMUNES)
def test_the_workbook_holds_every_value_of_the_commune_unrounded(code, files, connection):
    book = fastexcel.read_excel(files[code, "xlsx"])
    themes = [title for (title,) in connection.sql("SELECT title FROM theme ORDER BY position").fetchall()]
    # The introduction has its usual name, which its long title gives in brackets.
    known = [title if len(title) <= 31 else title.split("(")[-1].rstrip(")") for title in themes]
    sheets = [name for name in book.sheet_names if name in known]
    assert len(sheets) == len(themes)
    written = set()
    for name in sheets:
        frame = book.load_sheet(name, dtypes={"Code": "string", "Valeur": "float"}).to_polars()
        for row in frame.filter(frame["Code"] == code).iter_rows(named=True):
            assert row["Statut"]
            if row["Valeur"] is not None:
                written.add((row["Identifiant"], row["Année"], row["Édition"], significant(row["Valeur"])))
    rows = connection.execute(
        "SELECT indicator, millesime, edition, value FROM value WHERE level = 'commune' AND code = ? "
        "AND value IS NOT NULL",
        [code],
    ).fetchall()
    assert written == {(*key, significant(value)) for *key, value in rows}


def test_the_workbook_has_no_formula_and_frozen_headers(files):
    for code in COMMUNES:
        with zipfile.ZipFile(io.BytesIO(files[code, "xlsx"])) as archive:
            pages = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
            for name in pages:
                xml = archive.read(name).decode()
                assert "<f>" not in xml and "<f " not in xml
                assert 'state="frozen"' in xml
            assert not any("vba" in name.lower() for name in archive.namelist())


@pytest.mark.parametrize("code", COMMUNES)
def test_strengths_and_fragilities_are_worded_from_the_data_in_the_right_direction(code, words, connection):
    rows = connection.execute(
        "SELECT short_title, indicator, direction, decimals FROM indicator WHERE theme <> 'idh4'"
    ).fetchall()
    declared = {plain(title): rest for title, *rest in rows}
    seen = []
    for paragraph in words[code].paragraphs:
        if paragraph.style.name not in ("Point fort", "Fragilité"):
            continue
        text = plain(paragraph.text)
        label, title = re.match(r"(Point fort|Fragilité)(?: \(évolution\))? – (.*?) À \w", text).groups()
        indicator, direction, decimals = declared[title]
        seen.append((label, indicator))
        assert re.search(r"\(20\d\d\)", text)
        assert re.search(r"Source : .+ \[\d[\d, ]*\]\.$", text)
        number = read_number(re.search(r"écart de ([+−]?[\d ,]+)|soit ([+−][\d ,]+)", text)[0].split()[-1])
        assert number is not None
        better = (number < 0) == (direction == "high_is_need")
        assert better == (label == "Point fort"), text
        values = {v for *_, v in known(connection, "commune", code, indicator, decimals)}
        numbers = {read_number(n.replace(" ", "")) for n in re.findall(r"(?<![\d,])\d[\d ]*(?:,\d+)?", text)}
        assert values & numbers, text
    assert 1 <= len([s for s in seen if s[0] == "Fragilité"]) <= 3
    assert len([s for s in seen if s[0] == "Point fort"]) <= 3
    assert len(set(seen)) == len(seen)
    assert len({indicator for _, indicator in seen}) == len(seen)


@pytest.mark.parametrize("code", COMMUNES)
def test_the_index_is_the_release_s_for_the_commune_and_the_agglomeration(
    code, words, connection, indicators
):
    epci = connection.sql("SELECT epci_code FROM release").fetchall()[0][0]
    (grid,) = tables(words[code], ("Indice", "Commune", "Agglomération", "Source"))
    assert len(grid) == 4
    for title, own, area, _ in grid:
        indicator, _, _, decimals, _, _ = indicators[plain(title)]
        for text, place in ((own, ("commune", code)), (area, ("epci", epci))):
            number = read_number(text)
            assert number is None or number in {v for *_, v in known(connection, *place, indicator, decimals)}
            assert number is not None or plain(text)


def test_the_key_figures_of_the_dialogue_are_the_release_s(release, connection, indicators, tmp_path):
    epci = connection.sql("SELECT epci_code FROM release").fetchall()[0][0]
    for code in COMMUNES:
        path = next(p for p in export(release, code, ("dialogue",), tmp_path) if p.suffix == ".docx")
        (grid,) = tables(docx.Document(path), ("Indicateur", "Commune", "Agglomération", "Écart", "Source"))
        assert len(grid) >= 10
        for title, own, area, gap, source in grid:
            indicator, _, _, decimals, _, _ = indicators[plain(title)]
            number, reference = read_number(own), read_number(area)
            assert number in {v for *_, v in known(connection, "commune", code, indicator, decimals)}
            assert re.search(r"\[\d", source)
            if reference is None:
                assert read_number(gap) is None
                continue
            assert reference in {v for *_, v in known(connection, "epci", epci, indicator, decimals)}
            exact = connection.execute(
                "SELECT gap FROM comparison WHERE level = 'commune' AND code = ? AND indicator = ? "
                "AND reference_level = 'epci'",
                [code, indicator],
            ).fetchall()
            assert read_number(gap) in {rounded(g, decimals) for (g,) in exact}


def test_the_first_page_and_the_pockets_show_the_release_s_inhabitants(words, connection):
    for code in COMMUNES:
        facts = [plain(p.text) for p in words[code].paragraphs if p.style.name == "Repère"]
        said = read_number(
            next(f for f in facts if f.startswith("Population")).partition(" ")[2].replace(" ", "")
        )
        values = connection.execute(
            "SELECT value FROM observation WHERE level = 'commune' AND code = ? AND variable = 'rp_pop'",
            [code],
        ).fetchall()
        assert said in {rounded(v, 0) for (v,) in values if v is not None}
    (grid,) = tables(words["59491"], ("Poche de pauvreté", "Habitants estimés", "Source"))
    assert [(plain(name), read_number(count)) for name, count, _ in grid] == [("Vicoigne", Decimal(800))]


@pytest.mark.parametrize("code", COMMUNES)
def test_the_workbook_s_gaps_are_the_release_s(code, files, connection):
    book = fastexcel.read_excel(files[code, "xlsx"])
    frame = book.load_sheet("Quartiers et parité", dtypes={"Code": "string"}).to_polars()
    exact = {
        (quarter, significant(value), significant(reference), significant(gap))
        for quarter, value, reference, gap in connection.sql(
            "SELECT code, value, reference_value, gap FROM comparison WHERE level = 'qpv'"
        ).fetchall()
    }
    quarters = connection.execute(
        "SELECT code FROM membership WHERE level = 'qpv' AND parent_level = 'commune' AND parent_code = ?",
        [code],
    ).fetchall()
    if frame["Code"].null_count() == frame.height:
        assert not quarters, "its quarters have gaps to show"
        assert "Rien à montrer" in frame.row(0)[0]
        return
    assert quarters
    for row in frame.iter_rows(named=True):
        numbers = (row["Valeur du quartier"], row["Valeur de la référence"], row["Écart"])
        assert (row["Code"], *map(significant, numbers)) in exact
