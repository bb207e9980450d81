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
SECTION = re.compile(r"^(Returns|Yields):\n {4}\S", re.MULTILINE)
COLUMNS = re.compile(r"``\w+(, \w+)*``")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def public(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Functions of a module and methods of its classes whose names have no underscore in front."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, Function) and not node.name.startswith("_"):
            yield prefix + node.name, node


def lacking(source: str) -> list[str]:
    """Functions that give a frame or a number without saying what is in it."""
    found = []
    for name, node in public(ast.parse(source).body):
        gives, said = ast.unparse(node.returns) if node.returns else "", ast.get_docstring(node) or ""
        read = any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
        if read:
            if "DataFrame" in gives and not COLUMNS.search(said):
                found.append(f"{name}: name its table or its columns")
        elif (FRAME.search(gives) or NUMBER.search(gives)) and not SECTION.search(said):
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
    assert [fault.split(":")[0] for fault in lacking(source)] == ["frame", "View.territory"]
