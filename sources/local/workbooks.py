"""Templates of the files an agent fills, as workbooks: lists to choose from, a guide, an example.

Every cell is text, as in the CSV: « 12 500 € » or « 25 % » stay what was typed, and are understood when read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from sources.local.model import Section
from sources.local.spreadsheet import CODES, example_of, guide_of

ROWS = 500
"""Lines a template has lists for."""
_INLINE = 255
"""Characters of a list written in the rule itself: a spreadsheet takes no more."""


def workbook(section: Section, codes: Mapping[str, Sequence[tuple[str, str]]]) -> bytes:
    """Return the template of one file as an XLSX: header, guide, example, then lines to fill.

    Args:
        section: the file.
        codes: code and name of what a column may name, by column.
    """
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(section.sheet)
        styles = {
            "head": book.add_format({"bold": True, "bg_color": "#163f5c", "font_color": "#ffffff"}),
            "guide": book.add_format({"italic": True, "font_color": "#59656a", "text_wrap": True}),
            "example": book.add_format({"font_color": "#59656a", "bg_color": "#f4f1e8", "num_format": "@"}),
            "text": book.add_format({"num_format": "@", "valign": "top"}),
        }
        listed = {name: codes[name] for name in section.columns if name in codes}
        places = _codes(book.add_worksheet(CODES), listed) if listed else {}
        for rank, name in enumerate(section.columns):
            sheet.set_column(rank, rank, max(14, min(40, len(guide_of(section)[rank]) // 2)), styles["text"])
            sheet.write_string(0, rank, name, styles["head"])
            choices = _choices(section, name)
            rule: dict[str, Any] | None = None
            if name in places:
                rule = {"validate": "list", "source": places[name], "error_type": "warning"}
            elif choices:
                rule = {"validate": "list", "source": choices, "error_type": "stop"}
            if rule is not None:
                message = guide_of(section)[rank][:250]
                rule |= {"ignore_blank": True, "error_title": "Valeur inconnue", "error_message": message}
                sheet.data_validation(3, rank, ROWS, rank, rule)
        sheet.write_row(1, 0, guide_of(section), styles["guide"])
        sheet.write_row(2, 0, example_of(section), styles["example"])
        sheet.freeze_panes(3, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return out.getvalue()


def _choices(section: Section, column: str) -> list[str]:
    """Return the words a column takes, none when it is free or when they are too many for one rule."""
    declared = section.declared(column)
    words = [str(word) for word in declared.get("enum", ())]
    low, high = declared.get("minimum"), declared.get("maximum")
    if not words and declared.get("type") == "integer" and low is not None and high is not None:
        words = [str(number) for number in range(int(low), int(high) + 1)]
    return words if len(",".join(words)) <= _INLINE else []


def _codes(sheet: Any, listed: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, str]:  # noqa: ANN401
    """Write the codes with their names beside, and return where those of each column are."""
    places = {}
    for rank, (name, entries) in enumerate(listed.items()):
        column = 2 * rank
        sheet.write_string(0, column, name)
        for line, (code, label) in enumerate(entries, start=1):
            sheet.write_string(line, column, code)
            sheet.write_string(line, column + 1, label)
        sheet.set_column(column + 1, column + 1, 44)
        letter = chr(ord("A") + column)
        places[name] = f"={CODES}!${letter}$2:${letter}${len(entries) + 1}"
    return places
