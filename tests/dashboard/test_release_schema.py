"""A release of another shape is refused in one sentence that says what to do; its values can be compared."""

from __future__ import annotations

from pathlib import Path

import duckdb
import fictitious
import pytest

from dashboard.address.screens import PAGES
from dashboard.data.kept import forget
from dashboard.data.release_file import ExportError, opened
from dashboard.data.revisions import compared, kept
from dashboard.data.screen import NoRelease, current
from dashboard.documents.dossier import Library
from indicators.release_schema import SCHEMA
from tests.dashboard.conftest import Open

OLDER, NEWER = "refaites-la par « bcs actualiser --publier »", "mettez ce programme à jour"


def _build(home: Path, schema: int | None, name: str = "release-autre.duckdb") -> Path:
    """A release of another shape; those made before the shape was written lack the column, and the need."""
    tables = fictitious.rows()
    tables["release"][0]["schema"] = schema
    fictitious.build(home, name, tables)
    path = home / "releases" / name
    if schema is None:
        with duckdb.connect(path) as connection:
            connection.execute('ALTER TABLE release DROP COLUMN "schema"')
            for column in ("published", "variables", "summed"):
                connection.execute(f"ALTER TABLE series DROP COLUMN {column}")
    return path


@pytest.mark.parametrize(("schema", "said"), [(None, OLDER), (SCHEMA - 1, OLDER), (SCHEMA + 1, NEWER)])
def test_another_shape_is_refused_by_pages_and_documents(
    schema: int | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    path = _build(tmp_path, schema)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    forget()
    with pytest.raises(NoRelease) as refused:
        current()
    assert said in str(refused.value)
    with pytest.raises(ExportError, match=said.split(" «", maxsplit=1)[0]), opened(path):
        pass
    for page in PAGES[:2]:
        app = open_app(page.script)
        assert not app.exception
        shown = " ".join(said.value for said in app.markdown).replace("\u00a0", " ")
        assert said in shown
        assert app.code[0].value == "bcs actualiser --publier"


def test_its_own_shape_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _build(tmp_path, SCHEMA)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    forget()
    assert current().path == path
    with opened(path) as file:
        assert Library(file).epci.code == fictitious.EPCI


def test_what_changed_since_an_older_release_is_still_told(tmp_path: Path) -> None:
    before = _build(tmp_path, None, "release-avant.duckdb")
    after = _build(tmp_path, SCHEMA, "release-apres.duckdb")
    found = {release.path: release for release in kept(tmp_path / "releases")}
    assert found.keys() == {before, after}
    assert compared(found[before], after).changes.nothing
