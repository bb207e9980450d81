"""Real files spoiled as a person spoils them: none is accepted in silence, none of the sound ones is held."""

from __future__ import annotations

import copy
import csv
import functools
import io
import itertools
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from wrong_files import NUMBER, Sheet, next_year

from indicators.frames import in_texts
from indicators.plausibility import Finding, NewFile, Reviewer
from pipelines.deposited import read_deposits
from pipelines.parsed import Parsed
from pipelines.recognised import recognised
from sources.catalogue import Catalogue
from sources.readers import Account
from sources.territory.declared import Territories

COM = "insee/filosofi_communes/cc_filosofi_2021_COM.csv"
SOURCES: dict[str, tuple[str, str, dict[str, str]]] = {
    "communes": (COM, "cc_filosofi_2022_COM.csv", {"21": "22"}),
    "epci": ("insee/filosofi_reference/FILO2019_DISP_EPCI.csv", "FILO2021_DISP_EPCI.csv", {"19": "21"}),
    "licences": (
        "observatoire_des_territoires/licsport_communes_2018.csv",
        "licsport_communes_2019.csv",
        {"2018": "2019"},
    ),
    "caf": (
        "caf/s_ben_com_f_caph_2020_2024.csv",
        "s_ben_com_f_2025.csv",
        {f"{year}-12": f"{year + 1}-12" for year in range(2024, 2019, -1)},
    ),
    "revn": ("sig_ville/REVN_2022.csv", "REVN_2023.csv", {}),
    "demo": ("sig_ville/DEMO_2022.csv", "DEMO_2023.csv", {}),
    "iris": ("caf/data_CAF_2020_IRIS.csv", "data_CAF_2020_IRIS.csv", {}),
    "iris 2016": ("caf/data_CAF_2016_IRIS.csv", "data_CAF_2016_IRIS.csv", {}),
}
"""A real file, the name of the one of a later year, and what changes in its header or its dates."""

NOT_OURS = r"(?!59)"
Spoil = Callable[[Sheet], None]


def scaled(column: str, factor: float, where: str = "") -> Spoil:
    return lambda sheet: sheet.each(column, lambda value: value * factor, where)


def swapped(one: str, two: str) -> Spoil:
    def spoil(sheet: Sheet) -> None:
        a, b = sheet.at(one), sheet.at(two)
        sheet.header[a], sheet.header[b] = sheet.header[b], sheet.header[a]

    return spoil


def shifted(step: int, where: str = "") -> Spoil:
    def spoil(sheet: Sheet) -> None:
        rows = [row for row in sheet.rows if re.match(where, row[0])]
        codes = [row[0] for row in rows]
        for row, code in zip(rows, codes[step:] + codes[:step], strict=True):
            row[0] = code

    return spoil


def exchanged(one: str, two: str) -> Spoil:
    """Exchange the figures of two columns outside our département."""

    def spoil(sheet: Sheet) -> None:
        a, b = sheet.at(one), sheet.at(two)
        for row in sheet.rows:
            if re.match(NOT_OURS, row[0]):
                row[a], row[b] = row[b], row[a]

    return spoil


def scattered(column: str) -> Spoil:
    """Give the figures of a column to other places outside our département."""

    def spoil(sheet: Sheet) -> None:
        at = sheet.at(column)
        rows = [row for row in sheet.rows if re.match(NOT_OURS, row[0]) and NUMBER.match(row[at])]
        figures = [row[at] for row in rows]
        for row, figure in zip(rows, draw.sample(figures, len(figures)), strict=True):
            row[at] = figure

    return spoil


def cells(change: Callable[[list[str], int], str], column: str, where: str = "") -> Spoil:
    """Rewrite the cells of a column."""

    def spoil(sheet: Sheet) -> None:
        at = sheet.at(column)
        for row in sheet.rows:
            if re.match(where, row[0]):
                row[at] = change(row, at)

    return spoil


def kept(test: Callable[[list[str]], bool]) -> Spoil:
    def spoil(sheet: Sheet) -> None:
        sheet.cells = [sheet.header, *(row for row in sheet.rows if test(row))]

    return spoil


def cut(share: float) -> Spoil:
    def spoil(sheet: Sheet) -> None:
        sheet.cells = sheet.cells[: int(len(sheet.cells) * share)]

    return spoil


def added(code: str) -> Spoil:
    return lambda sheet: sheet.cells.append([code, *sheet.rows[5][1:]])


def named(name: str) -> Spoil:
    def spoil(sheet: Sheet) -> None:
        sheet.name = name

    return spoil


def sorted_alone(sheet: Sheet) -> None:
    at = sheet.at("TP60")
    numbers = [row[at] for row in sheet.rows if NUMBER.match(row[at])]
    values = iter(sorted(numbers, key=lambda cell: float(cell.replace(",", "."))))
    for row in sheet.rows:
        if NUMBER.match(row[at]):
            row[at] = next(values)


def secrets_as_zero(sheet: Sheet) -> None:
    for row in sheet.rows:
        row[:] = ["0" if cell == "s" else cell for cell in row]


def zipped(sheet: Sheet) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([["codgeo", "libgeo", "an", "p_licsport014"]])
    csv.writer(out, delimiter=";").writerows([["59172", "Denain", "2019", "23,10"]])
    sheet.name, sheet.extra = "cc_filosofi_2022_COM.zip", {"licsport_communes_2019.csv": out.getvalue()}


draw = random.Random(5)
WRONG: dict[str, tuple[str, Spoil]] = {
    "k€": ("communes", scaled("MED", 0.001)),
    "k€ ailleurs": ("communes", scaled("MED", 0.001, NOT_OURS)),
    "fraction ailleurs": ("communes", scaled("TP60", 0.01, NOT_OURS)),
    "complément à 100": ("communes", lambda s: s.each("TP60", lambda v: 100 - v)),
    "MED et NBPERS": ("communes", swapped("MED", "NBPERS")),
    "D1 et D9": ("communes", swapped("D1", "D9")),
    "TP60 et PIMP": ("communes", swapped("TP60", "PIMP")),
    "codes décalés d’une ligne": ("communes", shifted(1)),
    "codes décalés de deux lignes": ("communes", shifted(2)),
    "codes décalés, licences": ("licences", shifted(-1)),
    "codes décalés, quartiers": ("revn", shifted(1)),
    "colonne vidée": ("communes", cells(lambda row, at: "", "D1")),
    "colonne vidée ailleurs": ("communes", cells(lambda row, at: "s", "MED", NOT_OURS)),
    "secrets à zéro": ("communes", secrets_as_zero),
    "coupé après le Nord": ("communes", kept(lambda row: row[0] < "60")),
    "coupé dans le Pas-de-Calais": ("licences", kept(lambda row: row[0] < "62400")),
    "quartiers coupés après le Nord": ("revn", kept(lambda row: row[0] < "QP060")),
    "EPCI coupés": ("epci", cut(0.8)),
    "trois pour cent de moins": ("communes", cut(0.97)),
    "une ligne sur deux ailleurs": ("communes", kept(lambda row: row[0][:2] == "59" or draw.random() < 0.5)),
    "EPCI au nom de communes": ("epci", named("FILO2021_DISP_COM.csv")),
    "année de l’en-tête": ("communes", named("cc_filosofi_2023_COM.csv")),
    "année de la colonne": ("licences", cells(lambda row, at: "2013", "an")),
    "lignes en double": ("communes", lambda s: s.cells.extend(s.rows[100:110])),
    "virgule de milliers": (
        "communes",
        cells(lambda r, at: f"{r[at][:-3]},{r[at][-3:]}" if r[at].isdigit() else r[at], "MED"),
    ),
    "virgule perdue": ("communes", cells(lambda row, at: re.sub("[.,]", "", row[at]), "TP60")),
    "dates": (
        "communes",
        cells(lambda r, at: f"0{r[at][0]}/05/2024" if NUMBER.match(r[at]) else r[at], "RD"),
    ),
    "numéros de date": ("communes", cells(lambda row, at: "45415", "RD", "0[12]")),
    "total 59": ("communes", added("59")),
    "total 59000": ("communes", added("59000")),
    "total en mots": ("communes", added("Total")),
    "revenu absurde ailleurs": ("communes", cells(lambda row, at: "1000000000", "MED", "01005")),
    "effectif négatif ailleurs": ("communes", cells(lambda row, at: "-266", "NBPERS", "01005")),
    "juin": (
        "caf",
        lambda s: s.cells.__setitem__(slice(1, None), [[r[0][:5] + "06", *r[1:]] for r in s.rows]),
    ),
    "deux mois ajoutés": ("caf", scaled("indnbp", 2)),
    "foyers et personnes": ("caf", swapped("indfoy_ndur", "indnbp_ndur")),
    "partie au-dessus du total": ("caf", scaled("indfoy_rsa", 10)),
    "dernière année incomplète": ("caf", kept(lambda row: row[0] != "2025-12" or row[1] < "59400")),
    "codes QN": (
        "revn",
        lambda s: [row.__setitem__(0, row[0].replace("QP", "QN")) for row in s.rows] and None,
    ),
    "colonne triée seule": ("revn", sorted_alone),
    "pour mille": ("licences", scaled("p_lic", 10)),
    "dix fois trop": ("demo", scaled("A", 10, "QP059053")),
    "part des hommes": ("demo", lambda s: s.each("TX_F", lambda v: round(100 - v, 1))),
    "codes décalés, IRIS": ("iris", shifted(1)),
    "codes décalés sans leur nom": ("demo", shifted(5)),
    "colonne ×100, IRIS": ("iris", scaled("A", 100)),
    "deux jeux de données": ("communes", zipped),
    "codes décalés ailleurs": ("licences", shifted(1, NOT_OURS)),
    "codes décalés, IRIS de 2016": ("iris 2016", shifted(1)),
    "PIMP et TP60 ailleurs": ("communes", exchanged("PIMP", "TP60")),
    "colonne mêlée ailleurs": ("licences", scattered("p_lic")),
    "dix fois trop dans un département": ("communes", scaled("NBPERS", 10, "62")),
}
"""What a person does to a file, once each."""


@pytest.fixture(scope="module")
def reviewer(
    embedded: tuple[pl.DataFrame, list[Account]], catalogue: Catalogue, territories: Territories
) -> Reviewer:
    followed = territories.territory.select("level", "code", "perimeter", "name")
    return Reviewer(embedded[0], followed, catalogue)


@pytest.fixture
def said(
    reviewer: Reviewer, catalogue: Catalogue, territories: Territories
) -> Callable[[Path], tuple[list[str], list[Finding]]]:
    """Say what becomes of the files of a folder: what is set aside, what is held."""

    def read(folder: Path) -> tuple[list[str], list[Finding]]:
        deposits, aside = recognised([folder], catalogue)
        result = read_deposits(
            deposits,
            catalogue,
            territories,
            Parsed(folder / ".lus"),
        )
        rest = {d.sha256[:12]: [in_texts(rows.frame())] for d, rows in result.elsewhere.items()}
        files = [
            NewFile(
                file,
                extract,
                dataset,
                pl.concat([result.observations.filter(extract=extract), *rest.get(extract, [])]),
            )
            for extract, dataset, file in result.accounts.select("extract", "dataset", "file").iter_rows()
        ]
        # A review believes what it read: the next one starts from the embedded history again.
        anew = copy.copy(reviewer)
        anew.national, anew.last = {}, {}
        # Made from the last year's by a small noise: small figures stay what they were, known years are new.
        made_up = ("identical", "repeated", "revised")
        held = [one for one in anew.review(files) if one.rule not in made_up]
        reasons = [one.reason for one in (*aside, *result.aside)]
        return [*reasons, *result.marks["found"].to_list()], held

    return read


@functools.cache
def _sound(folder: Path, source: str) -> Sheet:
    path, name, years = SOURCES[source]
    return next_year(folder / path, name, years)


def sheet(folder: Path, source: str) -> Sheet:
    sound = _sound(folder, source)
    return replace(sound, cells=[row.copy() for row in sound.cells], extra={})


@pytest.mark.parametrize("source", SOURCES)
def test_a_sound_file_raises_nothing(source: str, folder: Path, said, tmp_path: Path) -> None:
    sheet(folder, source).write(tmp_path)
    assert said(tmp_path) == ([], [])


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_never_accepted_in_silence(kind: str, folder: Path, said, tmp_path: Path) -> None:
    source, spoil = WRONG[kind]
    spoiled = sheet(folder, source)
    spoil(spoiled)
    spoiled.write(tmp_path)
    aside, held = said(tmp_path)
    assert aside or held


def test_an_older_edition_under_a_new_name_is_not_read(folder: Path, said, tmp_path: Path) -> None:
    for name in ("DEMO_2019", "IPRO_2019", "REVN_2021"):
        (tmp_path / f"{name[:4]}_2023.csv").write_bytes((folder / "sig_ville" / f"{name}.csv").read_bytes())
    aside, held = said(tmp_path)
    assert len(aside) == 3 and held == [] and all("toutes les éditions depuis" in reason for reason in aside)


def test_each_place_is_held_against_the_last_national_file(folder: Path, said, tmp_path: Path) -> None:
    (tmp_path / "DEMO_2022.csv").write_bytes((folder / "sig_ville" / "DEMO_2022.csv").read_bytes())
    spoiled = sheet(folder, "demo")
    spoiled.write(tmp_path)
    assert said(tmp_path) == ([], [])
    elsewhere = [row for row in spoiled.rows if not row[0].startswith("QP059")]
    for row, after in itertools.pairwise(elsewhere):
        row[0], row[1] = after[0], ""
    spoiled.cells.remove(elsewhere[-1])
    spoiled.write(tmp_path)
    assert "shifted" in {one.rule for one in said(tmp_path)[1] if one.file == "DEMO_2023.csv"}


def test_the_last_national_file_is_the_measure_of_the_next(folder: Path, said, tmp_path: Path) -> None:
    (tmp_path / "cc_filosofi_2021_COM.csv").write_bytes((folder / COM).read_bytes())
    spoiled = sheet(folder, "communes")
    spoiled.write(tmp_path)
    assert said(tmp_path) == ([], [])
    cut(0.99)(spoiled)
    spoiled.write(tmp_path)
    (one,) = said(tmp_path)[1]
    assert (one.rule, one.level, one.scope) == ("coverage", "commune", "file") and "95" in one.why


def test_missing_communes_are_counted(folder: Path, said, tmp_path: Path, territories: Territories) -> None:
    ours = sorted(territories.territory.filter(level="commune")["code"])
    for count in (46, 30, 1, 0):
        spoiled = sheet(folder, "communes")
        kept(lambda row, n=count: row[0] not in ours or row[0] in ours[:n])(spoiled)  # type: ignore[misc]
        spoiled.write(tmp_path)
        held = said(tmp_path)[1]
        words = f"{count} commune{'s' if count > 1 else ''} sur 47"
        assert words in {one.found for one in held if one.rule == "coverage"}
