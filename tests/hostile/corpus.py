"""The systematic part of the corpus: each kind of fault, in each layout, with where it must be named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.hostile.oracle import Original, grid, written

LAYOUTS = (
    "DEMO_2022.csv",
    "FILO2019_DISP_EPCI.csv",
    "REVN_2022.csv",
    "apl_generalistes_commune_2024.csv",
    "base-cc-emploi-pop-active-2022.csv",
    "base_cc_comparateur.csv",
    "cc_filosofi_2021_COM.csv",
    "data_filo18_qp_revdis.csv",
    "defm_communes_2024.csv",
    "filosofi2_2023.csv",
    "neet_communes_2018.csv",
    "rp2023_population_age_sexe.csv",
    "sru_inventaire_2024.csv",
    "wpp2019_mx_france_2010_2020.csv",
)

CELLS = {
    "formula": '=HYPERLINK("http://exemple.invalid";"clic")',
    "formula with a sign": "+cmd|'/C calc'!A0",
    "html": "<script>alert(1)</script>",
    "html entity": "12&nbsp;345",
    "sql": "1; DROP TABLE observation; --",
    "path": "../../../../etc/passwd",
    "windows path": "C:\\Windows\\win.ini",
    "template": "{{7*7}}${7*7}",
    "terminal escape": "\x1b[2J\x1b[31m12",
    "backspace": "12\x085",
    "bidi override": "\u202e54321",
    "zero width": "12\u200b345",
    "byte order mark": "\ufeff12",
    "line separator": "1\u20282",
    "nan": "NaN",
    "infinity": "-inf",
    "overflow": "1e400",
    "four hundred digits": "9" * 400,
    "hexadecimal": "0x1F",
    "true": "VRAI",
    "spreadsheet error": "#DIV/0!",
    "lost reference": "#REF!",
    "date": "01/02/2020",
    "two marks": "1.234,5",
    "three points": "1.2.3",
    "bare mark": ",",
    "number and unit": "12 %",
    "unicode minus": "\u22125",
    "other digits": "\u0661\u0662",
    "full width digits": "\uff11\uff12",
    "odd thousands": "1 23 4",
    "unknown mark": "conf.",
    "very long": "x" * 100_000,
    "nul": "1\x002",
}

CODES = {
    "empty": "",
    "a zero lost": "1004",
    "read as a number": "59002.0",
    "lower case Corsica": "2a004",
    "scientific": "5.9E+04",
    "other digits": "\u0665\u0669\u0660\u0660\u0662",
    "html": "<b>59002</b>",
    "formula": "=59002",
    "sql": "59002' OR '1'='1",
    "path": "../59002",
    "bidi": "\u202e59002",
    "zero width": "59\u200b002",
    "two codes": "59002,59038",
    "very long": "5" * 70_000,
}


UNTOLD = {("base_cc_comparateur.csv", "P22_POP")}
"""Nothing in its header tells that the population of 2022 is absent: the comparateur mixes years, and keeps
that of 2016. The warning on coverage of a refresh does."""


@dataclass(frozen=True)
class Bad:
    """One bad file, and where its refusal must say the fault is."""

    fault: str
    name: str
    content: bytes
    line: int | None = None
    column: str | None = None

    @property
    def label(self) -> str:
        """What to call it in a failure."""
        return f"{self.name}: {self.fault}"


def corpus(originals: dict[str, Original]) -> Iterator[Bad]:
    """Yield every bad file, all of which must be refused."""
    for name in LAYOUTS:
        original = originals[name]
        yield from bad_files(original)
        yield from bad_headers(original)
        yield from bad_lines(original)
        yield from bad_cells(original)


def bad_files(original: Original) -> Iterator[Bad]:
    """Files that are not what their name says."""
    name, raw, layout = original.path.name, original.raw, original.layout
    text = raw.decode("utf-8-sig")
    accented = text.replace("\n", ";é\n", 1) if "é" not in text else text
    contents = {
        "empty": b"",
        "blank": b"\r\n \r\n",
        "one NUL": b"\x00",
        "header only": raw[: raw.index(b"\n") + 1],
        "no header": raw[raw.index(b"\n") + 1 :],
        "half a header": raw[: raw.index(b"\n") // 2],
        "web page": b"<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n",
        "xml": b'\xef\xbb\xbf<?xml version="1.0"?><error/>\n',
        "json": b'{"error": "not found"}\n',
        "comma": raw.replace(b",", b".").replace(b";", b","),
        "tabulation": raw.replace(b";", b"\t"),
        "bar": raw.replace(b";", b"|"),
        "utf-16": text.encode("utf-16"),
        "utf-16 without mark": text.encode("utf-16-le"),
        "windows-1252": accented.encode("cp1252", errors="replace"),
        "mojibake": accented.encode("utf-8").decode("cp1252", errors="replace").encode("utf-8"),
        "image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
        "gzip": b"\x1f\x8b\x08\x00" + bytes(64),
        "twice": raw.rstrip() + b"\n" + raw,
        "itself without header": raw.rstrip() + b"\n" + raw[raw.index(b"\n") + 1 :],
    }
    yield from (Bad(fault, name, content) for fault, content in contents.items())
    header, *records = grid(raw, layout)
    many = [[*header, *(f"c{i}" for i in range(10_000))], *([*row, *["1"] * 10_000] for row in records[:2])]
    yield Bad("10 000 columns", name, written(many, layout), 1)


def bad_headers(original: Original) -> Iterator[Bad]:
    """Columns that are absent, renamed, given twice, or badly named."""
    name, layout = original.path.name, original.layout
    header, *records = grid(original.raw, layout)
    required = {o for variable in layout.columns.values() if variable.required for o in variable.column}
    named = [column for column in header if column == original.key or column in required]
    named += sorted(_with_year(original))
    for column in [c for c in dict.fromkeys(named[:6]) if (name, c) not in UNTOLD]:
        position = header.index(column)
        without = [[c for i, c in enumerate(row) if i != position] for row in (header, *records)]
        if len(without[0]) > 1:
            yield Bad(f"without {column}", name, written(without, layout), 1, None)
        for fault, new in (
            ("renamed", column + "_BIS"),
            ("unnamed", ""),
            ("with a control character", column + "\x07"),
            ("with a bidi character", "\u202e" + column),
            ("formula", f"={column}"),
            ("as a position", f"_unnamed_{position}"),
        ):
            changed = [new if i == position else cell for i, cell in enumerate(header)]
            # A column without a name is told by the first figure it holds.
            where = 1 if new else None
            yield Bad(f"{column} {fault}", name, written([changed, *records], layout), where)
        twice = [[*row, row[position]] for row in (header, *records)]
        yield Bad(f"{column} twice", name, written(twice, layout), 1, column)
    raw, key = written([header, *records], layout), original.key.encode()
    yield Bad("carriage return in the header", name, raw.replace(key, key[:2] + b"\r" + key[2:], 1))
    yield Bad("huge header cell", name, b'"' + b"A" * 200_000 + b'";' + raw)


def bad_lines(original: Original) -> Iterator[Bad]:
    """Lines cut, repeated, too short, too long, or swallowed by a quotation mark."""
    name, layout = original.path.name, original.layout
    rows = grid(original.raw, layout)
    lines = written(rows, layout, "\n").decode("utf-8").splitlines()
    last = len(lines)
    line, separator = lines[-1], layout.separator
    cut = separator.join(line.split(separator)[:2])[:-1]

    def file(changed: list[str]) -> bytes:
        return ("\n".join(changed) + "\n").encode("utf-8")

    yield Bad("truncated", name, ("\n".join([*lines[:-1], cut])).encode("utf-8"), last if last > 2 else None)
    yield Bad("cell too many", name, file([*lines[:-1], f"{line}{separator}7"]), last)
    yield Bad("cell too few", name, file([*lines[:-1], line.rsplit(separator, 1)[0]]), last)
    yield Bad("separator in a cell", name, file([*lines[:-1], f"x{separator}{line}"]), last)
    yield Bad("same territory twice", name, file([*lines, line]), last + 1)
    if last > 2:
        yield Bad("blank line inside", name, file([*lines[:-1], "", line]), last)
        yield Bad("note among the rows", name, file([*lines[:-1], "Source : producteur", line]), last)
    yield Bad("header repeated", name, file([*lines, lines[0]]), last + 1)
    yield Bad("quotation mark never closed", name, file([*lines[:-1], f'"{line}']))
    if last > 3:
        first, *rest = lines[1].split(separator)
        swallowed = [
            f'{first}{separator}"{rest[0]}',
            lines[2],
            f'{rest[0]}"{separator}' + separator.join(rest[1:]),
        ]
        yield Bad("cell over several lines", name, file([lines[0], *swallowed, *lines[3:]]))
        yield Bad(
            "lone carriage return",
            name,
            file([*lines[:2], lines[2].replace(separator, f"\r{separator}", 1), *lines[3:]]),
        )


def bad_cells(original: Original) -> Iterator[Bad]:
    """Cells that hold no number, an impossible one, or a code of no territory."""
    name, layout = original.path.name, original.layout
    rows = grid(original.raw, layout)
    header = rows[0]

    def file(line: int, column: str, text: str) -> bytes:
        changed = [list(row) for row in rows]
        changed[line - 1][header.index(column)] = text
        return written(changed, layout)

    observed = original.result.observations.filter(status="observed").sort("line", "column")
    if observed.is_empty():
        observed = original.result.observations.filter(status="estimated").sort("line", "column")
    line, column = observed.select("line", "column").row(observed.height // 2)
    for fault, text in CELLS.items():
        # A NUL makes the whole file suspect, when it is near its beginning.
        where = (None, None) if fault == "nul" else (line, column)
        yield Bad(fault, name, file(line, column, text), *where)
    for fault, text in CODES.items():
        yield Bad(f"code {fault}", name, file(line, original.key, text), line, original.key)
    if not layout.scientific:
        yield Bad("exponent", name, file(line, column, "1e3"), line, column)
    if layout.decimal in ",.":
        other = "1.5" if layout.decimal == "," else "1,5"
        yield Bad("other decimal mark", name, file(line, column, other), line, column)
    yield from _impossible(original, file)


def _impossible(original: Original, file) -> Iterator[Bad]:
    layout = original.layout
    low = high = total = False
    for line, column, variable, value in (
        original.result.observations.filter(status="observed")
        .select("line", "column", "variable", "value")
        .iter_rows()
    ):
        declared = layout.columns.get(variable)
        if declared is None:
            continue
        if not low and declared.bounds[0] == 0:
            low = True
            yield Bad("negative", original.path.name, file(line, column, "-1"), line, column)
        if not high and declared.bounds[1] == 100:
            high = True
            yield Bad("above 100", original.path.name, file(line, column, "101"), line, column)
        if not total and declared.part_of and declared.bounds[1] is None:
            total = True
            above = file(line, column, str(int(value) + 10_000_000))
            yield Bad("part above its total", original.path.name, above, line, column)


def _with_year(original: Original) -> set[str]:
    """Return the columns of required variables that carry the year in their name."""
    header = grid(original.raw, original.layout)[0]
    found = set()
    for column in original.layout.columns.values():
        patterns = [name for name in column.column if "{" in name]
        for name in patterns if column.required else ():
            year = original.millesime.edition
            shown = name.replace("{yyyy}", str(year)).replace("{yy}", f"{year % 100:02d}")
            found |= {shown} & set(header)
    return found
