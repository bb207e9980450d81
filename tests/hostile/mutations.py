"""What may happen to a file on its way, as Hypothesis strategies: bytes to bytes."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.hostile.corpus import CELLS, CODES

HOSTILE = [text for text in (*CELLS.values(), *CODES.values()) if len(text) < 1000]
NUMBERS = [
    "0",
    "1",
    "7,5",
    "7.5",
    "12 345",
    "12\u202f345",
    "99999999",
    "-1",
    "100,1",
    "s",
    "nd",
    "",
    "1e3",
    "+4",
]
Draw = Callable[[st.SearchStrategy], object]


@st.composite
def mutated(draw, raw: bytes, separator: str) -> bytes:
    """Return a file that one to three accidents happened to."""
    accidents = draw(st.lists(st.sampled_from(ACCIDENTS), min_size=1, max_size=3))
    for accident in accidents:
        raw = accident(draw, raw, separator.encode())
    return raw


def _index(draw, items: list, first: int = 0) -> int:
    return draw(st.integers(min(first, len(items) - 1), len(items) - 1))


def _lines(raw: bytes) -> list[bytes]:
    return raw.split(b"\n") if raw else [b""]


def drop_line(draw, raw: bytes, separator: bytes) -> bytes:
    lines = _lines(raw)
    del lines[_index(draw, lines)]
    return b"\n".join(lines)


def repeat_line(draw, raw: bytes, separator: bytes) -> bytes:
    lines = _lines(raw)
    lines.insert(_index(draw, lines), lines[_index(draw, lines)])
    return b"\n".join(lines)


def swap_lines(draw, raw: bytes, separator: bytes) -> bytes:
    lines = _lines(raw)
    i, j = _index(draw, lines), _index(draw, lines)
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


def _on_cells(draw, raw: bytes, separator: bytes, change: Callable[[list[bytes]], None]) -> bytes:
    lines = _lines(raw)
    i = _index(draw, lines)
    cells = lines[i].split(separator)
    change(cells)
    lines[i] = separator.join(cells)
    return b"\n".join(lines)


def retype_cell(draw, raw: bytes, separator: bytes) -> bytes:
    text = draw(st.sampled_from(HOSTILE) | st.sampled_from(NUMBERS) | st.text(max_size=8))

    def change(cells: list[bytes]) -> None:
        cells[_index(draw, cells)] = text.encode("utf-8", errors="replace")

    return _on_cells(draw, raw, separator, change)


def swap_cells(draw, raw: bytes, separator: bytes) -> bytes:
    def change(cells: list[bytes]) -> None:
        i, j = _index(draw, cells), _index(draw, cells)
        cells[i], cells[j] = cells[j], cells[i]

    return _on_cells(draw, raw, separator, change)


def drop_cell(draw, raw: bytes, separator: bytes) -> bytes:
    return _on_cells(draw, raw, separator, lambda cells: cells.pop(_index(draw, cells)) and None)


def insert_cell(draw, raw: bytes, separator: bytes) -> bytes:
    return _on_cells(draw, raw, separator, lambda cells: cells.insert(_index(draw, cells), b"12"))


def _on_columns(raw: bytes, separator: bytes, change: Callable[[list[bytes]], None]) -> bytes:
    rows = [line.split(separator) for line in _lines(raw)]
    for row in rows:
        if len(row) > 1:
            change(row)
    return b"\n".join(separator.join(row) for row in rows)


def drop_column(draw, raw: bytes, separator: bytes) -> bytes:
    position = _index(draw, _lines(raw)[0].split(separator))
    return _on_columns(raw, separator, lambda row: row.__delitem__(min(position, len(row) - 1)))


def repeat_column(draw, raw: bytes, separator: bytes) -> bytes:
    position = _index(draw, _lines(raw)[0].split(separator))
    return _on_columns(raw, separator, lambda row: row.insert(0, row[min(position, len(row) - 1)]))


def swap_columns(draw, raw: bytes, separator: bytes) -> bytes:
    header = _lines(raw)[0].split(separator)
    i, j = _index(draw, header), _index(draw, header)

    def change(row: list[bytes]) -> None:
        if max(i, j) < len(row):
            row[i], row[j] = row[j], row[i]

    return _on_columns(raw, separator, change)


def swap_names(draw, raw: bytes, separator: bytes) -> bytes:
    lines = _lines(raw)
    names = lines[0].split(separator)
    i, j = _index(draw, names), _index(draw, names)
    names[i], names[j] = names[j], names[i]
    return b"\n".join([separator.join(names), *lines[1:]])


def truncate(draw, raw: bytes, separator: bytes) -> bytes:
    return raw[: draw(st.integers(0, max(len(raw) - 1, 0)))]


def change_byte(draw, raw: bytes, separator: bytes) -> bytes:
    position = draw(st.integers(0, max(len(raw) - 1, 0)))
    return raw[:position] + bytes([draw(st.integers(0, 255))]) + raw[position + 1 :]


def insert_bytes(draw, raw: bytes, separator: bytes) -> bytes:
    position = draw(st.integers(0, len(raw)))
    extra = draw(
        st.sampled_from(
            [b'"', b'""', b"\r", b"\n", b"\x00", b"\xe9", b"\xef\xbb\xbf", b";", b",", b"'", b"\\"]
        )
    )
    return raw[:position] + extra + raw[position:]


def encode_again(draw, raw: bytes, separator: bytes) -> bytes:
    text = raw.decode("utf-8", errors="replace")
    kind = draw(st.sampled_from(["cp1252", "latin-1", "utf-16", "utf-8-sig", "mojibake", "utf-32"]))
    if kind == "mojibake":
        return text.encode("utf-8").decode("latin-1").encode("utf-8")
    return text.encode(kind, errors="replace")


def other_separator(draw, raw: bytes, separator: bytes) -> bytes:
    return raw.replace(separator, draw(st.sampled_from([b",", b"\t", b"|", b" ", b";;"])))


def other_endings(draw, raw: bytes, separator: bytes) -> bytes:
    lines = _lines(raw.replace(b"\r\n", b"\n"))
    kind = draw(st.sampled_from([b"\r\n", b"\r", b"\n\n", b"\r\r\n", b"mixed"]))
    if kind != b"mixed":
        return kind.join(lines)
    half = _index(draw, lines)
    return b"\r\n".join(lines[:half]) + b"\r\n" + b"\n".join(lines[half:])


def other_marks(draw, raw: bytes, separator: bytes) -> bytes:
    head, _, body = raw.partition(b"\n")
    if draw(st.booleans()):
        return head + b"\n" + body.replace(b",", b".", draw(st.integers(1, 20)))
    return head + b"\n" + body.replace(b".", b",", draw(st.integers(1, 20)))


def quote_line(draw, raw: bytes, separator: bytes) -> bytes:
    return _on_cells(
        draw, raw, separator, lambda cells: cells.__setitem__(slice(None), [b'"%s"' % cell for cell in cells])
    )


def quote_across(draw, raw: bytes, separator: bytes) -> bytes:
    """Open a quotation mark in one line and close it in another."""
    lines = _lines(raw)
    i, j = sorted((_index(draw, lines), _index(draw, lines)))
    first, *rest = lines[i].split(separator)
    lines[i] = separator.join([first, *([b'"' + rest[0], *rest[1:]] if rest else [])])
    first, *rest = lines[j].split(separator)
    lines[j] = separator.join([first, *([rest[0] + b'"', *rest[1:]] if rest else [])])
    return b"\n".join(lines)


def append(draw, raw: bytes, separator: bytes) -> bytes:
    return raw + draw(st.sampled_from([b"Source : Insee\n", b"\n\n\n", b";;;;\n", b"<html>", b"\x1a", raw]))


ACCIDENTS = [
    drop_line,
    repeat_line,
    swap_lines,
    retype_cell,
    retype_cell,
    swap_cells,
    drop_cell,
    insert_cell,
    drop_column,
    repeat_column,
    swap_columns,
    swap_names,
    truncate,
    change_byte,
    change_byte,
    insert_bytes,
    insert_bytes,
    encode_again,
    other_separator,
    other_endings,
    other_marks,
    quote_line,
    quote_across,
    append,
]
