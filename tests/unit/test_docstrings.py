"""What gives a frame or a number says its columns, its shape or its unit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRAME = re.compile(r"\bpl\.(DataFrame|LazyFrame|Schema|Expr)\b|\bNDArray\b")
NUMBER = re.compile(r"\b(float|Decimal|Estimate)\b")
SECTION = re.compile(r"^(?:Returns|Yields):\n((?: {4}.*(?:\n|$)|\n)+)", re.MULTILINE)
COLUMNS = re.compile(r"``\w+(, \w+)*``")

EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a all an and any are as at by each every figure figures float for frame frames from given has have "
        "holds in is it its kept no none not number numbers of on one or order result results return "
        "returned returns row rows same that the their them there these this those to value values "
        "was were what which with",
    )
)
"""Words that alone tell a reader nothing of the columns, the shape or the unit."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def public(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Functions of a module and methods of its classes whose names have no underscore in front."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, Function) and not node.name.startswith("_"):
            yield prefix + node.name, node


def says_something(said: str, name: str) -> bool:
    """Whether the section of what is returned holds more than empty words and those of the name."""
    section = SECTION.search(said)
    if section is None:
        return False
    known = EMPTY | set(name.lower().replace(".", "_").split("_"))
    return len(set(re.findall(r"[^\W\d_]\w*|%|→|\d+", section[1].lower())) - known) > 1


def lacking(source: str) -> list[str]:
    """Functions that give a frame or a number without saying what is in it."""
    found = []
    for name, node in public(ast.parse(source).body):
        gives, said = ast.unparse(node.returns) if node.returns else "", ast.get_docstring(node) or ""
        read = any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
        if read:
            if "DataFrame" in gives and not COLUMNS.search(said):
                found.append(f"{name}: name its table or its columns")
        elif (FRAME.search(gives) or NUMBER.search(gives)) and not says_something(said, name):
            found.append(f"{name}: a section Returns, with columns or unit")
    return found


@pytest.mark.parametrize("package", ["sources", "indicators", "pipelines", "dashboard"])
def test_what_gives_a_frame_or_a_number_says_what_is_in_it(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()} {fault}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for fault in lacking(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_a_function_that_says_nothing_is_found() -> None:
    source = '''
def frame(x) -> pl.DataFrame:
    """Return the rows."""

def rates(x) -> pl.DataFrame:
    """Return the rates.

    Returns:
        The frame of the rates, in the same order.
    """

def told(x) -> dict[str, float]:
    """Return the shares.

    Returns:
        Code → share between 0 and 1.
    """

class View:
    @property
    def territory(self) -> pl.DataFrame:
        """Every territory."""
'''
    assert [fault.split(":")[0] for fault in lacking(source)] == ["frame", "rates", "View.territory"]
