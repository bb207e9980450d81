"""Next year's files made from the embedded ones, then spoiled the ways files are spoiled.

A file is a table of text cells in the producer's own layout: it is renamed one year later, moved by
a realistic noise (all the counts of a row together: parts stay below totals), and read by the real reader.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from indicators.plausibility.scales import kind_of
from sources.catalogue import Catalogue, load_catalogue
from sources.model import Dataset
from sources.readers.header import match_columns

FILES = {
    "insee_filosofi_communes": "insee/cc_filosofi_2021_COM.csv",
    "caf_s_ben_com_f": "caf/s_ben_com_f_2024.csv",
    "dares_defm": "dares/defm_communes_2024.csv",
    "drees_apl": "drees/apl_generalistes_commune_2024.csv",
    "insee_etat_civil": "insee/etat_civil_2008_2025.csv",
    "insee_bpe": "insee/bpe_communes_2025.csv",
    "observatoire_neet": "observatoire/neet_communes_2018.csv",
    "observatoire_licences": "observatoire/licsport_communes_2018.csv",
    "sig_ville_demo": "sig_ville/DEMO_2022.csv",
    "sig_ville_revn": "sig_ville/REVN_2022.csv",
    "sig_ville_ipro": "sig_ville/IPRO_2022.csv",
    "insee_rp_population": "insee/base-cc-evol-struct-pop-2022.csv",
    "insee_rp_logement": "insee/base-cc-logement-2022.csv",
    "insee_rp_emploi": "insee/base-cc-emploi-pop-active-2022.csv",
    "insee_rp_diplomes": "insee/base-cc-diplomes-formation-2022.csv",
    "insee_filosofi_qpv": "insee/data_filo19_qp_revdis.csv",
    "insee_filosofi_disp": "insee/FILO2019_DISP_EPCI.csv",
    "urssaf_effectifs": "urssaf/effectifs_salaries_communes_2025.csv",
    "insee_qpv_2024": "insee/qpv_2024.csv",
}
"""One embedded file of each producer and level."""

_NUMBER = re.compile(r"^-?\d{1,3}(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)?$|^-?\d+(?:[.,]\d+)?$")


@dataclass
class Sheet:
    """A file as a table of text cells."""

    name: str
    dataset: Dataset
    header: list[str]
    rows: list[list[str]]
    columns: dict[str, str]
    """Column of the file → our variable, for the figures."""
    key: str
    decimal: str = "."
    note: str = ""
    kinds: dict[str, str] = field(default_factory=dict)

    def copy(self, note: str) -> Sheet:
        return replace(self, header=list(self.header), rows=[list(row) for row in self.rows], note=note)

    def at(self, column: str) -> int:
        return self.header.index(column)

    def number(self, row: int, column: str) -> float | None:
        text = self.rows[row][self.at(column)]
        if not _NUMBER.match(text):
            return None
        return float(re.sub(r"[ \u00a0\u202f]", "", text).replace(",", "."))

    def put(self, row: int, column: str, value: float, decimals: int | None = None) -> None:
        old = self.rows[row][self.at(column)]
        if decimals is None:
            decimals = len(re.split(r"[.,]", old)[1]) if re.search(r"[.,]\d+$", old) else 0
        text = f"{value:.{min(decimals, 6)}f}"
        self.rows[row][self.at(column)] = text.replace(".", self.decimal)

    def write(self, folder: Path) -> Path:
        out = io.StringIO()
        separator = self.dataset.layout.separator
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows([self.header, *self.rows])
        path = folder / self.name
        path.write_text(out.getvalue(), encoding="utf-8")
        return path

    def cells(self, column: str) -> list[int]:
        return [i for i in range(len(self.rows)) if self.number(i, column) is not None]


def next_year(dataset_id: str, catalogue: Catalogue, noise: random.Random | None) -> Sheet:
    """Return the file of a dataset one year later; without noise, it is last year's under a new name."""
    dataset = catalogue.datasets[dataset_id]
    path = load_catalogue().extracts / FILES[dataset_id]
    edition = next(m.edition for m in dataset.millesimes for e in m.extracts if e.file == FILES[dataset_id])
    lines = list(
        csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=dataset.layout.separator)
    )
    header, rows = lines[0], [row for row in lines[1:] if any(row)]
    matches, _ = match_columns(path.name, tuple(header), dataset, edition)
    years = [m.year for m in matches if m.year is not None]
    if dataset.layout.year.source == "header" and years:
        matches = [m for m in matches if m.year == max(years)]
        kept = {m.column for m in matches} | {c for c in header if not re.search(r"\d{2}", c)} | {header[0]}
        places = [i for i, c in enumerate(header) if c in kept]
        rows = [[row[i] for i in places] for row in rows]
        year = max(years)
        header = [_dated(header[i], year, {m.column for m in matches}) for i in places]
        columns = {_dated(m.column, year, {m.column}): m.variable for m in matches}
    else:
        columns = {m.column: m.variable for m in matches}
    if dataset.layout.year.column:
        at = header.index(dataset.layout.year.column)
        last = max(row[at] for row in rows)
        rows = [row for row in rows if row[at] == last]
        for row in rows:
            row[at] = re.sub(r"\d{4}", lambda m: str(int(m[0]) + 1), row[at], count=1)
    name = re.sub(r"(\d{4}|\d{2})(?=[^\d]*$)", lambda m: str(int(m[0]) + 1), path.name)
    commas = sum(bool(re.match(r"^-?\d+,\d+$", cell)) for row in rows for cell in row)
    key = next(c for c in dataset.layout.territory.column or () if c in header)
    kinds = {column: kind_of(dataset.layout.columns[v]) for column, v in columns.items()}
    sheet = Sheet(name, dataset, header, rows, columns, key, "," if commas else ".", "clean", kinds)
    if noise is not None:
        _move(sheet, noise)
    return sheet


def _dated(column: str, year: int, figures: set[str]) -> str:
    if column not in figures:
        return column
    for width in (4, 2):
        digits = str(year)[-width:]
        at = column.rfind(digits) if not column.startswith("P" + digits) else 1
        if at >= 0:
            return column[:at] + str(year + 1)[-width:] + column[at + width :]
    return column


def _move(sheet: Sheet, noise: random.Random) -> None:
    """Move every figure as a year does."""
    drift = {"count": noise.uniform(-0.02, 0.02), "euro": noise.uniform(0.0, 0.035)}
    for i in range(len(sheet.rows)):
        factor = 1 + drift["count"] + noise.gauss(0, 0.015)
        euro = 1 + drift["euro"] + noise.gauss(0, 0.004)
        for column, kind in sheet.kinds.items():
            value = sheet.number(i, column)
            if value is None:
                continue
            if kind == "count":
                # Whole counts stay whole, and below the totals that are not.
                moved = value * factor
                sheet.put(i, column, float(int(moved)) if value == int(value) else moved)
            elif kind == "euro":
                sheet.put(i, column, round(value * euro, -1) if value > 1000 else value * euro)
            elif kind == "share":
                room = min(abs(value), 100 - abs(value))
                sheet.put(i, column, value + noise.gauss(0, 0.02) * room)
            else:
                sheet.put(i, column, value * (1 + noise.gauss(0, 0.005)))


Mutation = Callable[[Sheet], Iterator[Sheet]]


def _scaled(factor: float, label: str, kinds: set[str], decimals: int | None = None) -> Mutation:
    def mutate(sheet: Sheet) -> Iterator[Sheet]:
        for column, kind in sheet.kinds.items():
            values = [v for i in sheet.cells(column) if (v := sheet.number(i, column))]
            # A figure of one or two units is no less plausible a hundred times smaller: none at all.
            if (
                kind not in kinds
                or len(values) < 5
                or sorted(values)[len(values) // 2] * min(factor, 1 / factor) == 0
            ):
                continue
            spoiled = sheet.copy(f"{label} {column}")
            for i in sheet.cells(column):
                value = sheet.number(i, column)
                assert value is not None
                spoiled.put(i, column, value * factor, decimals)
            yield spoiled

    return mutate


def swapped_headers(sheet: Sheet) -> Iterator[Sheet]:
    """Two figures exchange their headers; columns nobody could tell apart are left out."""
    names = list(sheet.columns)
    for i, one in enumerate(names):
        for two in names[i + 1 :]:
            both = [r for r in sheet.cells(one) if sheet.number(r, two) is not None]
            gaps = [
                abs(sheet.number(r, one) - sheet.number(r, two)) / (abs(sheet.number(r, one)) + 5)
                for r in both
            ]  # type: ignore[operator, arg-type]
            if len(both) < 8 or sorted(gaps)[len(gaps) // 4] < 0.1:
                continue
            spoiled = sheet.copy(f"en-têtes {one}/{two}")
            a, b = sheet.at(one), sheet.at(two)
            spoiled.header[a], spoiled.header[b] = two, one
            yield spoiled


def shifted_codes(sheet: Sheet) -> Iterator[Sheet]:
    at = sheet.at(sheet.key)
    codes = [row[at] for row in sheet.rows]
    if len(set(codes)) < 8:
        return
    order = list(dict.fromkeys(codes))
    for step in (1, -1):
        moved = dict(zip(order, order[step:] + order[:step], strict=True))
        spoiled = sheet.copy(f"codes décalés de {step}")
        for row in spoiled.rows:
            row[at] = moved[row[at]]
        yield spoiled


def emptied(sheet: Sheet) -> Iterator[Sheet]:
    for column in sheet.columns:
        if len(sheet.cells(column)) < 5 or "" not in sheet.dataset.layout.marks:
            continue
        spoiled = sheet.copy(f"vidée {column}")
        for row in spoiled.rows:
            row[sheet.at(column)] = ""
        yield spoiled


def secrets_to_zero(sheet: Sheet) -> Iterator[Sheet]:
    for column in sheet.columns:
        marks = [i for i, row in enumerate(sheet.rows) if row[sheet.at(column)] in ("s", "nd", "")]
        if len(marks) < 3:
            continue
        spoiled = sheet.copy(f"secrets à zéro {column}")
        for i in marks:
            spoiled.rows[i][sheet.at(column)] = "0"
        yield spoiled


def fewer(sheet: Sheet) -> Iterator[Sheet]:
    at = sheet.at(sheet.key)
    codes = list(dict.fromkeys(row[at] for row in sheet.rows))
    if len(codes) < 10:
        return
    for count in (len(codes) - 1, len(codes) - 2, 30, 10, 1, 0):
        if count >= len(codes):
            continue
        kept = set(codes[:count])
        spoiled = sheet.copy(f"{count} territoires sur {len(codes)}")
        spoiled.rows = [row for row in spoiled.rows if row[at] in kept]
        # A file without any row is another fault: rows of elsewhere take their place.
        if not spoiled.rows:
            spoiled = elsewhere(sheet)
        yield spoiled


def elsewhere(sheet: Sheet) -> Sheet:
    """The right number of rows, of other places."""
    at = sheet.at(sheet.key)
    spoiled = sheet.copy("codes d’ailleurs")
    for row in spoiled.rows:
        row[at] = re.sub(r"59", "62", row[at], count=1)
    return spoiled


def other_places(sheet: Sheet) -> Iterator[Sheet]:
    if len(sheet.rows) >= 8 and any("59" in row[sheet.at(sheet.key)] for row in sheet.rows):
        yield elsewhere(sheet)


def thousands_as_decimal(sheet: Sheet) -> Iterator[Sheet]:
    """One figure of a thousand or more loses its thousands: 3 425 → 3,425."""
    for column in sheet.columns:
        large = [i for i in sheet.cells(column) if (sheet.number(i, column) or 0) >= 1500]
        if large:
            spoiled = sheet.copy(f"virgule de milliers {column}")
            spoiled.put(large[0], column, (sheet.number(large[0], column) or 0) / 1000, 3)
            yield spoiled


def negative(sheet: Sheet) -> Iterator[Sheet]:
    for column, kind in sheet.kinds.items():
        found = [i for i in sheet.cells(column) if (sheet.number(i, column) or 0) > 0]
        if found and kind != "share":
            spoiled = sheet.copy(f"négatif {column}")
            spoiled.put(found[0], column, -(sheet.number(found[0], column) or 0))
            yield spoiled


def mixed_units(sheet: Sheet) -> Iterator[Sheet]:
    """Half of the rows of a column in another unit."""
    for column, kind in sheet.kinds.items():
        cells = [
            i
            for i in sheet.cells(column)
            if abs(sheet.number(i, column) or 0) >= (20 if kind == "count" else 1)
        ]
        if len(cells) < 8:
            continue
        spoiled = sheet.copy(f"unités mêlées {column}")
        for i in cells[::2]:
            spoiled.put(i, column, (sheet.number(i, column) or 0) / (100 if kind == "share" else 1000), 3)
        yield spoiled


def pasted(sheet: Sheet) -> Iterator[Sheet]:
    """One column pasted over another one of another size."""
    names = list(sheet.columns)
    for one, two in pairwise(names):
        both = [i for i in sheet.cells(one) if sheet.number(i, two) is not None]
        apart = [
            i
            for i in both
            if abs((sheet.number(i, one) or 0) - (sheet.number(i, two) or 0))
            > 0.2 * abs(sheet.number(i, one) or 0) + 5
        ]
        if len(both) < 8 or len(apart) < 0.8 * len(both):
            continue
        spoiled = sheet.copy(f"{one} collée sur {two}")
        for row in spoiled.rows:
            row[sheet.at(two)] = row[sheet.at(one)]
        yield spoiled


def total_below_parts(sheet: Sheet) -> Iterator[Sheet]:
    declared = sheet.dataset.layout.columns
    by_variable = {v: c for c, v in sheet.columns.items()}
    for variable, column in by_variable.items():
        total = by_variable.get(declared[variable].part_of or "")
        large = [i for i in sheet.cells(column) if (sheet.number(i, column) or 0) >= 50]
        if total and large:
            spoiled = sheet.copy(f"total {total} sous sa partie {column}")
            spoiled.put(large[0], total, (sheet.number(large[0], column) or 0) * 0.7)
            yield spoiled


def one_times_ten(sheet: Sheet) -> Iterator[Sheet]:
    for column, kind in sheet.kinds.items():
        least, most = {"share": (2, 9.5), "count": (30, 1e12)}.get(kind, (0.5, 1e12))
        found = [i for i in sheet.cells(column) if least <= abs(sheet.number(i, column) or 0) <= most]
        if found:
            spoiled = sheet.copy(f"dix fois trop, {column}")
            spoiled.put(found[-1], column, (sheet.number(found[-1], column) or 0) * 10)
            yield spoiled


MUTATIONS: dict[str, Mutation] = {
    "÷100": _scaled(0.01, "÷100", {"count", "euro", "ratio"}, 3),
    "×100": _scaled(100, "×100", {"count", "euro", "ratio"}),
    "×1000": _scaled(1000, "×1000", {"count", "euro"}),
    "k€": _scaled(0.001, "k€", {"euro", "count"}, 3),
    "francs": _scaled(6.55957, "francs", {"euro"}),
    "fraction": _scaled(0.01, "pour cent en fraction", {"share"}, 4),
    "en-têtes": swapped_headers,
    "décalage": shifted_codes,
    "vidée": emptied,
    "secrets": secrets_to_zero,
    "territoires": fewer,
    "ailleurs": other_places,
    "milliers": thousands_as_decimal,
    "négatif": negative,
    "unités mêlées": mixed_units,
    "collée": pasted,
    "total": total_below_parts,
    "×10": one_times_ten,
}
