"""The house keeps its shape: one-way arrows, one place per declaration, nothing heavy at import."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.data.records import Value
from indicators.frames import VALUE_COLUMNS, value_schema
from indicators.registry import INDICATORS
from indicators.schemas import NULLABLE
from pipelines.tables import FOLLOWED, named
from sources.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
PACKAGES = ("sources", "indicators", "pipelines", "dashboard")


def test_arrows_go_one_way() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 0, result.stdout
    assert "kept" in result.stdout and "0 broken" in result.stdout


# Where indicators and variables are declared: the themes, the methods they name, the catalogue's YAML.
DECLARATIONS = {
    *(ROOT / "indicators" / "themes").glob("*.py"),
    ROOT / "indicators" / "mortality.py",
    ROOT / "indicators" / "model.py",
    ROOT / "indicators" / "structure.py",
}
# Counts shown beside the indicators, which a release does not name yet.
_CONTEXT = frozenset({"rp_pop", "ec_naissances", "ec_deces", "qp_pop_mun"})
KNOWN = {"dashboard/widgets/context.py": _CONTEXT, "dashboard/data/observations.py": _CONTEXT}
SOURCES = sorted({path for package in PACKAGES for path in (ROOT / package).rglob("*.py")} - DECLARATIONS)


def texts(path: Path) -> Iterator[str]:
    """Every text of a module but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


@pytest.fixture(scope="module")
def declared(catalogue: Catalogue) -> frozenset[str]:
    """Ids and variables, without those that are also French words or the name of a theme."""
    names = {i.id for i in INDICATORS} | set(catalogue.variables)
    return frozenset(name for name in names if "_" in name)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_indicator_nor_variable_is_named_outside_its_declaration(
    path: Path, declared: frozenset[str]
) -> None:
    named = {word for text in texts(path) for word in re.findall(r"\w+", text)} & declared
    assert named <= KNOWN.get(path.relative_to(ROOT).as_posix(), frozenset())


def test_no_indicator_is_counted_in_the_code() -> None:
    """« 36 indicateurs » ages with the next one: a count is computed, or not said."""
    counted = re.compile(r"(\d+|trente\S*|quarante\S*) indicateurs", re.IGNORECASE)
    for path in (*SOURCES, ROOT / "README.md"):
        assert not counted.search(path.read_text(encoding="utf-8")), path


def test_every_package_says_what_belongs_there() -> None:
    for package in PACKAGES:
        docstring = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")))
        assert docstring is not None and len(docstring) > 100, package


def test_importing_the_declarations_loads_nothing_heavy() -> None:
    heavy = ["polars", "duckdb", "dagster", "pandera", "streamlit", "plotly", "scipy", "pyarrow"]
    script = (
        "import sys, indicators.registry, sources.catalogue, sources.territory; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.strip() == "[]"


def test_nothing_of_this_machine_nor_of_a_registry_is_written_down() -> None:
    """Files git knows: no absolute path, no host of a package registry, no lock of another tool."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert files and not (ROOT / "uv.lock").exists()
    hosts = ("files.python" + "hosted", "pypi" + r"\.org", "registry.npm" + "js")
    forbidden = re.compile("|".join(("/" + "home/", "/" + "root/", *hosts)))
    for path in files:
        if path.suffix in {".py", ".md", ".toml", ".lock", ".yaml", ".yml"} and path.is_file():
            assert not forbidden.search(path.read_text(encoding="utf-8")), path


def test_the_columns_of_a_value_are_declared_once() -> None:
    """The frame, the checks, the stored table and the record of a page are of the same columns."""
    declared = [column.name for column in VALUE_COLUMNS]
    assert list(value_schema()) == declared
    assert {column.name for column in VALUE_COLUMNS if column.nullable} == NULLABLE
    assert [*named("value").names] == [*declared, FOLLOWED]
    assert [field.name for field in dataclasses.fields(Value)] == declared
