"""The whole chain in a process of its own: refresh, every page, the documents of one commune, open data.

``python -m tests.chain BCS_HOME COMMUNE [--themes FOLDER] [--catalogue FOLDER] [--inbox FOLDER]
[--territoire PLACE]`` writes ``chain.json`` in the home: what the command said, the words of each page, of
the document and of the workbook. A process of its own, because declarations are read once.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def run(home: Path, commune: str, *options: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
    """Run the chain and return what it wrote; the test fails with what went wrong."""
    command = [sys.executable, "-m", "tests.chain", str(home), commune, *options]
    env = {**os.environ, "PYTHONUTF8": "1", **(environment or {})}
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env=env)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    found: dict[str, Any] = json.loads((home / "chain.json").read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Run the chain as asked on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("commune")
    parser.add_argument("--themes", type=Path)
    parser.add_argument("--catalogue", type=Path)
    parser.add_argument("--inbox", type=Path)
    parser.add_argument("--territoire")
    asked = parser.parse_args()
    os.environ["BCS_HOME"] = str(asked.home)
    if asked.themes:
        import indicators.themes

        indicators.themes.__path__.append(str(asked.themes))
    if asked.catalogue:
        import sources.catalogue

        sources.catalogue.CATALOGUE_DIR = asked.catalogue
    refresh = ["actualiser", "--publier", *(["--depot", str(asked.inbox)] if asked.inbox else [])]
    refresh += ["--territoire", asked.territoire] if asked.territoire else []
    written: dict[str, Any] = {"refresh": _bcs(*refresh), "pages": _pages(asked.commune)}
    documents = asked.home / "sortie"
    _bcs(
        "exporter", "--commune", asked.commune, "--format", "docx,pdf,xlsx,html", "--dossier", str(documents)
    )
    written["documents"] = {path.name: _words(path) for path in sorted(documents.rglob("*.*"))}
    (asked.home / "chain.json").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")


def _bcs(*arguments: str) -> str:
    from typer.testing import CliRunner

    from pipelines.cli import app

    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    if result.exit_code:
        raise SystemExit(f"bcs {' '.join(arguments)}\n{result.output}")
    return result.output


def _pages(commune: str) -> dict[str, str]:
    """Return the words of every page, of the authority then of one commune; an error stops everything."""
    from streamlit.testing.v1 import AppTest

    script = ROOT / "dashboard" / "shell" / "navigation.py"
    app = AppTest.from_file(str(script), default_timeout=120).run()
    found: dict[str, str] = {}
    for page in sorted((ROOT / "dashboard" / "pages").glob("*/page.py")):
        for place, address in (("epci", {}), ("commune", {"niveau": "commune", "territoire": commune})):
            app.switch_page(f"../pages/{page.parent.name}/page.py")
            app.query_params.clear()
            for name, value in address.items():
                app.query_params[name] = value
            app.run()
            if app.exception:
                raise SystemExit(f"{page.parent.name}, {place}: {app.exception[0].value}")
            found[f"{page.parent.name} {place}"] = _shown(app)
    return found


def _shown(app: Any) -> str:
    """Return the words of a page: its HTML without markup, its labels and its options."""
    body = "\n".join(element.proto.body for element in app.get("html"))
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", body, flags=re.DOTALL))
    widgets = [
        f"{w.label} {' '.join(map(str, getattr(w, 'options', ())))}" for w in (*app.selectbox, *app.button)
    ]
    return re.sub(r"\s+", " ", html.unescape(" ".join([words, *widgets])))


def _words(path: Path) -> str:
    """Return the words of a page, a Word file or a workbook; a PDF has those of the Word file."""
    if path.suffix == ".html":
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))))
    if path.suffix not in (".docx", ".xlsx"):
        return ""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", " ".join(parts))))


if __name__ == "__main__":
    main()
