"""Bytes to a table of text cells: every structural fault is named, nothing is interpreted."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sources.french import plural
from sources.model import Layout
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers.container import Kind, check_size, kind_of, refuse
from sources.readers.header import coded_columns, column_of, needed_columns, renamed
from sources.readers.shifted import sampled, shifted, uneven

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

MAX_COLUMNS = 5_000
HEADER_LINES = 10
"""How far down a delimited file its header is looked for, when it is not where it is declared."""
_TOP = 1 << 16
_EOL = b"\n"
_SPACES = (b" ", b"\t", b"\n", b"\v", b"\f", b"\r")
_SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}
_SEPARATED = "Reprenez le fichier du producteur, ou réenregistrez-le avec ce séparateur."
_NO_TABLE = (
    (
        rb"<[!?a-z]",
        "une page web (HTML ou XML)",
        "L’adresse a renvoyé une page au lieu des données : téléchargez à nouveau le fichier.",
    ),
    (
        rb'\{|\[\s*[\[{"]',
        "un texte JSON",
        "L’adresse a renvoyé la réponse d’un service au lieu du fichier : téléchargez-le au format CSV.",
    ),
    (rb"%pdf-", "un document PDF", "Déposez le tableau de chiffres, non le document qui les présente."),
)
"""How what is no table begins, in small letters."""
# UTF-8 read as Windows-1252 and saved again: é, è, ’ and œ become these.
_MOJIBAKE = ("Ã©", "Ã¨", "Ã ", "â€™", "Å“")


@dataclass(frozen=True)
class TextTable:
    """A table of text cells as the producer wrote them, stripped of outer white space."""

    file: str
    frame: pl.DataFrame
    """All columns are strings, or categories where the layout is long and they hold no figure; ``_line``
    (Int32) is the line in the file. Columns that the layout cannot read may be left out."""
    columns: tuple[str, ...]
    """Header names, in order, without ``_line``."""
    above: str = ""
    """What the file writes above its header: title, levels, notes."""
    below: tuple[str, ...] = ()
    """The notes it writes under its last row, in their order."""
    breaks: int = 0
    """Line breaks below the header of a delimited file."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Label of each column, where the archive holds its own description (``meta_*``)."""


def read_text_table(path: Path, layout: Layout) -> TextTable:
    """Read a delimited file as text.

    Args:
        path: The producer's file, never modified.
        layout: Declared encoding, separator and position of the header.

    Returns:
        The table, one row per record, one string column per named column.

    Raises:
        ExtractRefused: If the file is empty, too large, not text, in another encoding or separator, or if
            its header or a record is malformed; each fault names its line.
    """
    check_size(path)
    return parse_text(path.name, path.read_bytes(), layout)


def parse_text(file: str, raw: bytes, layout: Layout) -> TextTable:
    """Read the bytes of a delimited file as text, as :func:`read_text_table` does."""
    content = in_lines(_as_utf8(file, raw, layout))
    del raw
    if layout.final_newline and not content.endswith(b"\n"):
        # Cut in its last cell, a file has as many cells as its header says, and a wrong figure.
        raise refuse(
            file,
            f"une dernière ligne sans saut de ligne ({quoted(content.rpartition(_EOL)[2].decode()[-40:])})",
            "un saut de ligne à la fin, comme dans tous les fichiers de ce jeu de données",
            "Le fichier est sans doute tronqué : téléchargez-le à nouveau.",
            line=content.count(b"\n") + 1,
        )
    row = header_line(content[:_TOP].decode(errors="ignore"), layout)
    # Every line number from here on is counted from the header that is really there.
    layout = layout.model_copy(update={"header_row": row})
    header, start = _header(file, content, layout)
    above = "\n".join(content[:start].decode().splitlines()[: row - 1])
    end, below = _end_of_rows(content, start, layout.separator)
    table = _records(file, content, start, end, header, layout)
    breaks = content.count(_EOL, end) + table.frame.height - 1
    return replace(table, above=above, below=below, breaks=breaks)


def in_lines(content: bytes) -> bytes:
    """Return a text with the line ends of today: those of old Macs are carriage returns alone."""
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def utf_16(file: str, start: bytes) -> None:
    """Refuse a text in UTF-16, as spreadsheets call « Texte Unicode ».

    Raises:
        ExtractRefused: It is one.
    """
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refuse(
            file,
            "un texte en UTF-16 (« Texte Unicode » d’un tableur)",
            "un texte en UTF-8",
            "Reprenez le fichier du producteur, ou enregistrez-le au format CSV UTF-8.",
        )


def header_line(top: str, layout: Layout) -> int:
    """Return the line of the header: the declared one, unless only another of the first has the territory."""
    names = layout.territory.column or ()
    lines = top.split("\n", max(HEADER_LINES, layout.header_row))[:-1] or [top]
    cells = [renamed(split_header(line.rstrip("\r"), layout.separator), layout) for line in lines]
    declared = layout.header_row
    others = (i for i, found in enumerate(cells, 1) if i <= HEADER_LINES and column_of(names, found))
    if not names or (declared <= len(cells) and column_of(names, cells[declared - 1])):
        return declared
    found = next(others, declared)
    # Titles and labels come above a header; figures above it are rows, which would be lost without a word.
    return declared if any(map(_are_figures, cells[: found - 1])) else found


def _are_figures(cells: list[str]) -> bool:
    return sum(re.fullmatch(r"-?\d[\d\s.,]*", cell.strip()) is not None for cell in cells) > 1


def _as_utf8(file: str, raw: bytes, layout: Layout) -> bytes:
    """Return the text of a file in UTF-8; plain ASCII is neither decoded nor looked at for wrong accents."""
    start = raw[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for pattern, found, advice in _NO_TABLE:
        if re.match(pattern, start):
            raise refuse(file, found, "un fichier CSV", advice, line=1)
    if start.startswith(b"pk\x03\x04"):
        raise refuse(
            file,
            "une archive ZIP ou un classeur Excel",
            "un fichier CSV",
            "Extrayez le fichier CSV de l’archive.",
        )
    utf_16(file, raw[:2])
    if b"\x00" in raw[:4096]:
        raise refuse(
            file,
            "des octets nuls (fichier binaire)",
            f"un fichier texte en {_encoding_name(layout)}",
            "Enregistrez le fichier au format CSV UTF-8.",
        )
    raw = without_mark(raw, layout)
    if raw.isascii():
        return raw
    try:
        text = raw.decode(layout.encoding)
    except UnicodeDecodeError as error:
        raise _badly_encoded(file, raw, error.start, _encoding_name(layout)) from error
    content = raw if layout.encoding == "utf-8-sig" else text.encode()
    for garbled in _MOJIBAKE:
        position = content.find(garbled.encode())
        if position >= 0:
            raise refuse(
                file,
                f"« {garbled} », un caractère accentué mal converti",
                "des accents lisibles",
                "Le fichier a été ouvert puis réenregistré dans un mauvais encodage : reprenez l’original.",
                line=content.count(b"\n", 0, position) + 1,
            )
    return content


def _badly_encoded(file: str, raw: bytes, at: int, encoding: str) -> ExtractRefused:
    return refuse(
        file,
        f"l’octet 0x{raw[at]:02X}, invalide en {encoding}",
        f"un texte en {encoding}",
        "Le fichier a sans doute été réenregistré (Windows-1252) : reprenez l’original du producteur.",
        line=raw.count(b"\n", 0, at) + 1,
    )


def not_utf_8(path: Path) -> ExtractRefused | None:
    """Return why the beginning of a text file makes none of its names known: its accents are not in UTF-8."""
    if kind_of(path) is not Kind.CSV:
        return None
    with path.open("rb") as handle:
        top = handle.read(_TOP)
    try:
        # The last character may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(top)
    except UnicodeDecodeError as error:
        return _badly_encoded(path.name, top, error.start, "UTF-8")
    return None


def without_mark(raw: bytes, layout: Layout) -> bytes:
    """Return bytes without the mark of UTF-8 at their beginning."""
    return raw.removeprefix(codecs.BOM_UTF8) if layout.encoding == "utf-8-sig" else raw


def _encoding_name(layout: Layout) -> str:
    return "UTF-8" if layout.encoding == "utf-8-sig" else "Windows-1252"


def _header(file: str, content: bytes, layout: Layout) -> tuple[list[str], int]:
    """Return the header cells and the number of bytes they end at."""
    position = 0
    for _ in range(layout.header_row - 1):
        position = content.find(b"\n", position) + 1
        if position == 0 and (other := _other_separator(content.split(_EOL, 1)[0].decode(), layout)):
            raise _separated(file, other, layout, 1)
        if position == 0:
            raise refuse(
                file,
                "un fichier plus court que son en-tête",
                f"l’en-tête à la ligne {layout.header_row}",
                "Reprenez le fichier du producteur.",
            )
    end = content.find(b"\n", position)
    end = len(content) if end < 0 else end
    line = content[position:end].decode().rstrip("\r")
    if line.count(layout.separator) >= MAX_COLUMNS:
        raise refuse(
            file,
            f"{line.count(layout.separator) + 1} colonnes",
            f"au plus {MAX_COLUMNS} colonnes",
            "Vérifiez qu’il s’agit bien du fichier de données.",
            line=layout.header_row,
        )
    cells = renamed(split_header(line, layout.separator), layout)
    if len(cells) < 2 and (other := _other_separator(line, layout)):
        raise _separated(file, other, layout, layout.header_row)
    if len(cells) < 2:
        raise refuse(
            file,
            f"un en-tête d’une seule colonne ({quoted(line[:60])})",
            f"des colonnes séparées par « {_SEPARATORS[layout.separator]} »",
            _SEPARATED,
            line=layout.header_row,
        )
    return cells, min(end + 1, len(content))


def _other_separator(line: str, layout: Layout) -> str | None:
    """Return the separator that a header has instead of that of its layout."""
    other = max(_SEPARATORS, key=line.count)
    return other if other != layout.separator and line.count(other) else None


def _separated(file: str, by: str, layout: Layout, line: int) -> ExtractRefused:
    return refuse(
        file,
        f"des colonnes séparées par « {_SEPARATORS[by]} »",
        f"des colonnes séparées par « {_SEPARATORS[layout.separator]} »",
        _SEPARATED,
        line=line,
    )


def split_header(line: str, separator: str) -> list[str]:
    """Return the cells of a header line; none when its quotes do not close."""
    try:
        # A carriage return alone would end the record in the middle of the header.
        cells = next(csv.reader([line.replace("\r", " ")], delimiter=separator), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def _end_of_rows(content: bytes, start: int, separator: str) -> tuple[int, tuple[str, ...]]:
    """Return where the rows end, and the notes below.

    Spreadsheets leave lines of nothing but separators at the end of a file, people a source or a reading.
    """
    end = len(content)
    below: list[str] = []
    while end > start:
        line = max(content.rfind(b"\n", start, end) + 1, start)
        text = content[line:end].strip(f"{separator} \t\r".encode()).decode()
        if text and not is_note(text):
            return end, tuple(reversed(below))
        below += [text.strip('"')] if text else []
        end = line - 1
    return start, tuple(reversed(below))


def duplicated_columns(file: str, header: list[str], line: int) -> list[Problem]:
    """Return one problem for each name that a header gives twice."""
    return [
        Problem(
            file=file,
            line=line,
            column=name,
            found="la colonne en double (positions "
            + ", ".join([str(i + 1) for i, cell in enumerate(header) if cell == name][:6])
            + (", …)" if header.count(name) > 6 else ")"),
            expected="une seule colonne de ce nom",
            advice="Supprimez la colonne ajoutée ou reprenez le fichier du producteur.",
        )
        for name in sorted({name for name in header if name and header.count(name) > 1})
    ]


def _records(file: str, content: bytes, start: int, end: int, header: list[str], layout: Layout) -> TextTable:
    import polars as pl
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    if repeated := duplicated_columns(file, header, layout.header_row):
        raise ExtractRefused(repeated)
    problems: list[Problem] = []
    # Names are stripped: none of the file's begins with a space.
    keys = [name or f" {i}" for i, name in enumerate(header)]
    if start == end:
        raise refuse(
            file,
            "un en-tête sans aucune ligne de données",
            "au moins une ligne de données",
            "Le fichier est sans doute tronqué : téléchargez-le à nouveau.",
            line=layout.header_row,
        )
    rows = sampled(content, start, end, header, layout)
    if moved := shifted(file, rows, layout) or uneven(file, rows):
        raise ExtractRefused(moved)
    lines = content.count(_EOL, start, end) + 1
    wanted = needed_columns(layout, header)
    coded = dict.fromkeys(coded_columns(layout, header), pa.dictionary(pa.int32(), pa.string()))
    types = {key: coded.get(key, pa.string()) for key in keys}

    def ragged(row: arrow_csv.InvalidRow) -> str:
        line = layout.header_row + (row.number or 0)
        last = (row.number or 0) >= lines
        problems.append(
            Problem(
                file=file,
                line=line,
                column=None,
                found=plural(row.actual_columns, "cellule"),
                expected=f"{row.expected_columns} cellules, comme l’en-tête",
                advice=note_below(row.text or "")
                or (
                    "Le fichier est sans doute tronqué : téléchargez-le à nouveau."
                    if last
                    else _why_ragged(row, layout.separator)
                ),
            )
        )
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(content)[start:end]),
            # Row numbers are only given to the handler without threads.
            read_options=arrow_csv.ReadOptions(column_names=keys, use_threads=False, block_size=1 << 26),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.separator, invalid_row_handler=ragged, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=types,
                # The bytes are known to be UTF-8 by now.
                check_utf8=False,
                strings_can_be_null=False,
                include_columns=[key for key in keys if key in wanted or key not in header],
            ),
        )
    except pa.ArrowInvalid as error:
        raise refuse(
            file,
            "une structure illisible (guillemet non fermé ou ligne démesurée)",
            f"un CSV séparé par « {_SEPARATORS[layout.separator]} »",
            "Reprenez le fichier du producteur.",
        ) from error
    if problems:
        raise ExtractRefused(tuple(problems))
    if table.num_rows != lines:
        # A cell that runs over several lines swallows rows, and shifts the line of every figure below.
        odd = (
            i
            for i, line in enumerate(content[start:end].split(_EOL))
            if line.count(b'"') % 2 or b"\r" in line[:-1]
        )
        raise refuse(
            file,
            "une cellule sur plusieurs lignes (guillemet mal fermé, ou retour à la ligne)",
            "une ligne par enregistrement",
            "Un guillemet est sans doute de trop : reprenez le fichier du producteur.",
            line=layout.header_row + 1 + next(odd, 0),
        )
    frame = stripped(table)
    for key in (key for key in keys if key.startswith(" ") and _bytes_of(table.column(key))):
        row = (frame[key] != "").index_of(True)
        if row is not None:
            raise refuse(
                file,
                f"« {frame[key][row][:40]} » dans une colonne sans nom",
                "un nom de colonne",
                "Un nom manque à l’en-tête, ou les colonnes sont décalées : reprenez le fichier du "
                "producteur.",
                line=layout.header_row + 1 + row,
            )
    first = layout.header_row + 1
    frame = frame.select(
        pl.int_range(first, first + frame.height, dtype=pl.Int32).alias("_line"),
        *(key for key in keys if key in wanted),
    )
    return TextTable(file=file, frame=frame, columns=tuple(name for name in header if name))


def is_note(text: str) -> bool:
    """Whether a line is a note on the table, as no row of data begins."""
    named = r'(?i)"?(?:sources?|notes?|champ|lecture|avertissement|précisions?)[\s\u00a0]*:'
    return re.match(named, text) is not None


def note_below(text: str) -> str | None:
    """Return what to do of a note among the rows of a table, None where a text is none."""
    if not is_note(text):
        return None
    return "C’est une note au milieu du tableau : supprimez cette ligne, qui ne porte aucun chiffre."


def _why_ragged(row: arrow_csv.InvalidRow, separator: str) -> str:
    """Say what may make a row longer or shorter than the header."""
    other = max(_SEPARATORS, key=(row.text or "").count)
    if row.actual_columns == 1 and other != separator and (row.text or "").count(other) > 1:
        return f"Cette ligne est séparée par « {_SEPARATORS[other]} » : reprenez le fichier du producteur."
    return "Une cellule contient peut-être le séparateur : reprenez le fichier du producteur."


def stripped(table: pa.Table) -> pl.DataFrame:
    """Take the white space around texts away, from the columns that have some anywhere.

    Args:
        table: texts, or dictionaries of texts.

    Returns:
        The same columns, of strings, or of categories for dictionaries.
    """
    import polars as pl

    frame = pl.DataFrame(table)
    spaced = [
        name
        for name in table.column_names
        if not (held := _bytes_of(table.column(name))).isascii() or any(space in held for space in _SPACES)
    ]
    return frame.with_columns(
        held.cast(pl.String).str.strip_chars().cast(held.dtype) for held in map(frame.get_column, spaced)
    )


def _bytes_of(column: pa.ChunkedArray) -> bytes:
    """Return the texts of a column end to end, each once where they are coded."""
    import pyarrow as pa

    held = (part.dictionary if isinstance(part, pa.DictionaryArray) else part for part in column.chunks)
    return b"".join(memoryview(texts) for part in held if (texts := part.buffers()[2]))
