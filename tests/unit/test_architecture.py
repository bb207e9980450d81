"""The house keeps its shape: one-way arrows, one place per declaration, nothing heavy at import."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from indicators.registry import INDICATORS

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


def strings(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize(
    "path", sorted((ROOT / "dashboard").rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_no_page_or_export_hard_codes_an_indicator(path: Path) -> None:
    """The introduction is the IDH-4 by its theme; everything else comes from the release."""
    ids = {indicator.id for indicator in INDICATORS if not indicator.id.startswith("idh4")}
    assert not strings(path) & ids


def test_every_package_says_what_belongs_there() -> None:
    for package in PACKAGES:
        docstring = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")))
        assert docstring is not None and len(docstring) > 100, package


def test_importing_the_declarations_loads_nothing_heavy() -> None:
    heavy = ["polars", "duckdb", "dagster", "pandera", "streamlit", "plotly", "scipy", "pyarrow"]
    script = (
        "import sys, indicators.registry, sources.catalogue, sources.territories; "
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
