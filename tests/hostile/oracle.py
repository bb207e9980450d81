"""What a delimited file holds, read again by the standard library alone, and what a refusal must look like.

Nothing here calls the reading engine: a cell that it loses, moves or changes is a difference with this.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sources.model import Dataset, Layout, Millesime
from sources.problems import ExtractRefused
from sources.readers import ReadResult

USABLE = {"observed", "estimated"}
EMPTY = {"suppressed", "not_published", "not_applicable", "missing"}
_SPACES = re.compile("[ \u00a0\u202f]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?")
_QUOTED = re.compile("«[^»]*»")
_ENGLISH = re.compile(
    r"(?i)\b(?:error|exception|traceback|invalid|expected|cannot|can't|unable|failed|codec|bytes?|columns?"
    r"|rows?|null|none|must|should|while|occurred|not|the|with|unquoted|field|file|line)\b"
)


@dataclass(frozen=True)
class Original:
    """One embedded extract, untouched, and what was read of it."""

    path: Path
    dataset: Dataset
    millesime: Millesime
    raw: bytes
    result: ReadResult

    @cached_property
    def layout(self) -> Layout:
        """How it is laid out."""
        return self.dataset.layout

    @cached_property
    def key(self) -> str:
        """The column of territories, as this file names it."""
        rows = grid(self.raw, self.layout)
        header = rows[begins(rows, self.layout)]
        return next(name for name in self.layout.territory.column or () if name in header)

    @cached_property
    def rows(self) -> int:
        """How many rows follow its header."""
        lines = grid(self.raw, self.layout)
        return len(lines) - 1 - begins(lines, self.layout)

    @cached_property
    def columns(self) -> set[str]:
        """The columns that were read."""
        return set(self.result.observations["column"])

    @cached_property
    def followed(self) -> set[str]:
        """The cells of the territory column, on the lines that gave observations."""
        records = grid(self.raw, self.layout)
        position = records[begins(records, self.layout)].index(self.key)
        return {records[line - 1][position] for line in self.result.observations["line"].unique()}


def grid(raw: bytes, layout: Layout) -> list[list[str]]:
    """Return the cells of a file, header first, without the lines of nothing that end it."""
    head, end, body = raw.decode(layout.encoding).replace("\r\n", "\n").partition("\n")
    # In a header, a return alone is a blank around a name, and a quote says nothing.
    text = head.replace("\r", " ").replace('"', "") + end + body
    lines = text.split("\n")
    while lines and not lines[-1].strip(f"{layout.separator} \t\r"):
        lines.pop()
    rows = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=layout.separator)
    return [[cell.strip() for cell in row] for row in rows]


def begins(rows: list[list[str]], layout: Layout) -> int:
    """Return the position of the header: the last row that names the territories; titles may come first."""
    names = set(layout.territory.column or ())
    return max((at for at, row in enumerate(rows) if names.intersection(row)), default=0)


def written(rows: list[list[str]], layout: Layout, ending: str = "\r\n") -> bytes:
    """Return the bytes of a file that holds these cells."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=layout.separator, lineterminator=ending).writerows(rows)
    return out.getvalue().encode("utf-8")


def number(text: str) -> float | None:
    """Return the number a French or English cell holds, None when it holds none."""
    plain = _SPACES.sub("", text).replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) else None


def counted(
    lines: list[tuple[int, list[str]]], rows: int, original: Original
) -> tuple[list[str], dict[int, list[str]]]:
    """Return the header of a file and its rows by line; blank lines may be counted as rows or not at all.

    Titles may come before the header, a source under the last row; no territory does.
    """
    while lines and (not any(lines[-1][1]) or lines[-1][1][0].startswith("Source :")):
        lines = lines[:-1]
    for told in (lines, [(line, row) for line, row in lines if any(row)]):
        start = len(told) - 1 - rows
        above = [row for _, row in told[: max(start, 0)]]
        if start >= 0 and original.key in told[start][1]:
            assert not any(original.followed.intersection(row) for row in above), "a line is in no count"
            return told[start][1], dict(told[start + 1 :])
    raise AssertionError("a line is in no count")


def check_taken(original: Original, raw: bytes, result: ReadResult) -> None:
    """Check every observation of an accepted file against its cells, and that none is absent.

    Args:
        original: what the file was made from.
        raw: the bytes of the accepted file.
        result: what the engine made of it.
    """
    account, observations = result.account, result.observations
    rows = account.rows_kept + account.rows_outside + account.rows_suppressed + account.rows_refused
    lines = list(enumerate(grid(raw, original.layout), start=1))
    physical = raw.rstrip(b"\r\n;, \t").count(b"\n") + 1
    assert account.rows_read == rows and len(lines) == physical, "a line is in no count"
    header, records = counted(lines, rows, original)
    cells = account.cells_observed + account.cells_estimated + account.cells_suppressed
    cells += account.cells_not_published + account.cells_not_applicable + account.cells_missing
    assert account.cells_read == cells == observations.height, "a cell is in no count"
    assert account.bytes == len(raw)

    seen, held = set(), {(mark.line, mark.column) for mark in result.marks}
    for line, column, value, status in observations.select("line", "column", "value", "status").iter_rows():
        text = records[line][header.index(column)]
        seen.add((line, column))
        if (line, column) in held:
            assert value is None, f"line {line}, {column}: {text!r} was held and read as {value}"
        elif status in USABLE:
            assert value == number(text), f"line {line}, {column}: {text!r} was read as {value}"
        else:
            assert status in EMPTY and value is None, f"line {line}, {column}: {value} is {status}"
            assert number(text) is None, f"line {line}, {column}: {text!r} was dropped as {status}"
    position = header.index(original.key)
    due = {
        (line, column)
        for line, record in records.items()
        if record and record[position] in original.followed
        for column in original.columns.intersection(header)
    }
    assert due <= seen, f"silently dropped: {sorted(due - seen)[:3]}"


def figures(result: ReadResult) -> set[tuple[object, ...]]:
    """Return the observations without their place in the file."""
    kept = ("millesime", "level", "code", "perimeter", "variable", "value", "status")
    return set(result.observations.select(kept).iter_rows())


def shown(text: str) -> str:
    """Return a text as a message may show it, its control characters spelled out."""
    return "".join(repr(c)[1:-1] if unicodedata.category(c).startswith("C") else c for c in text)


def check_refused(refusal: ExtractRefused, path: Path) -> None:
    """Check that a refusal is for a person: in French, naming the file, showing nothing of the machine."""
    for problem in refusal.problems:
        message = problem.message()
        assert message.startswith(shown(path.name)), message
        assert "trouvé\u00a0: " in message and "\u00a0; attendu\u00a0: " in message, message
        hidden = [c for c in message if unicodedata.category(c).startswith("C")]
        assert not hidden, f"control characters {hidden!r} in {message!r}"
        assert str(path.parent) not in message and "site-packages" not in message, message
        assert len(message) < 2500, message[:300]
        said = _QUOTED.sub("", message.removeprefix(shown(path.name)))
        assert not _ENGLISH.search(said), message
    lines = str(refusal).splitlines()
    assert len(lines) == min(len(refusal.problems), 3) + (len(refusal.problems) > 3)
