"""The names a file gives its territories, beside their codes: codes sorted or moved without their rows.

Belongs here: telling that names and codes do not go together. Does not belong here: which name a territory
bears (``sources.territory``), nor how it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sources.french import words_of
from sources.problems import Problem, quoted

if TYPE_CHECKING:
    import polars as pl

    from sources.model import Dataset
    from sources.readers.account import ReadResult

_PLACE = ["level", "code", "perimeter"]
_OF_NONE = 3
"""Territories, most of those of a file, whose name has no word of their own: a commune alone may be renamed.
One that bears the very name of another of ours is enough."""


def displaced(result: ReadResult, dataset: Dataset, declared: pl.DataFrame) -> Problem | None:
    """Say when the names of a file are not those of its codes.

    Args:
        result: what was read of it.
        dataset: its declaration, for the name of the column of the codes.
        declared: ``level, code, perimeter, name`` of the territories we follow.

    Returns:
        None where names and codes go together, or where the file gives no name.
    """
    if result.names is None:
        return None
    both = result.names.join(declared, on=_PLACE, how="inner", nulls_equal=True, suffix="_own")
    words = {(row["level"], row["perimeter"], words_of(row["name_own"])) for row in both.to_dicts()}
    wrong, others = [], 0
    for row in both.sort("code").to_dicts():
        found = words_of(row["name"])
        # A name of nothing but digits is the code again.
        if any(word.isalpha() for word in found) and not found & words_of(row["name_own"]):
            wrong.append(row)
            others += (row["level"], row["perimeter"], found) in words
    if not others and (len(wrong) < _OF_NONE or 2 * len(wrong) <= both.height):
        return None
    first = wrong[0]
    lines = result.observations.filter(level=first["level"], code=first["code"])["line"]
    return Problem(
        file=result.account.file,
        line=None if lines.is_empty() else int(lines[0]),
        column=(dataset.layout.territory.column or ("territoire",))[0],
        found=f"{quoted(first['code'])} sur la ligne de {quoted(first['name'])}, et {len(wrong)} codes en "
        "tout qui ne sont pas ceux de leur nom",
        expected=f"{quoted(first['name_own'])}, le nom de ce code",
        advice="Les codes ont sans doute été triés ou décalés sans leur ligne : reprenez le fichier du "
        "producteur.",
    )
