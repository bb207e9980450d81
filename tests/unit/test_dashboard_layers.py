"""What import-linter cannot say of the layers of the dashboard: where questions to a release are written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dashboard

ROOT = Path(dashboard.__file__).parent
SQL = re.compile(
    r"\b(SELECT\s|FROM\s+\w|WHERE\s+\w|ORDER BY|GROUP BY|(LEFT|INNER) JOIN|information_schema|duckdb_\w+\()"
)


def _modules(*, of_data: bool) -> list[Path]:
    inside = ROOT / "data"
    return [p for p in sorted(ROOT.rglob("*.py")) if (inside in p.parents) is of_data]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _strings(tree: ast.AST) -> Iterator[ast.Constant]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def test_the_walk_finds_sql_where_it_is_written() -> None:
    found = [p for p in _modules(of_data=True) if any(SQL.search(s.value) for s in _strings(_tree(p)))]
    assert len(found) > 8


def _tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", _modules(of_data=False), ids=_name)
def test_no_question_is_written_outside_data(path: Path) -> None:
    tree = _tree(path)
    written = [(s.lineno, s.value[:60]) for s in _strings(tree) if SQL.search(s.value)]
    asked = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "query"]
    assert not written, "SQL belongs to dashboard/data"
    assert not asked, "a release is asked through dashboard/data"


def test_nothing_in_data_knows_streamlit() -> None:
    knowing = {
        _name(path)
        for path in _modules(of_data=True)
        for node in ast.walk(_tree(path))
        if (isinstance(node, ast.Import) and any(a.name.split(".")[0] == "streamlit" for a in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "streamlit")
    }
    assert not knowing
