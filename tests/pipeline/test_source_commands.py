"""``bcs examiner`` and ``bcs telecharger``, as an agent uses them."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import sources.catalogue
from pipelines.home import Home
from sources.catalogue import load_catalogue
from sources.model import Dataset
from tests.pipeline.conftest import Bcs

FILO = load_catalogue().extracts / "insee" / "FILO2019_DISP_EPCI.csv"


def test_inspect_says_in_five_lines_what_a_file_is(bcs: Bcs) -> None:
    result = bcs("examiner", str(FILO))
    assert result.exit_code == 0
    lines = result.output.strip().splitlines()
    assert len(lines) == 5
    assert "FILO2019_DISP_EPCI.csv" in lines[0] and "2019" in lines[1] and "intercommunalité" in lines[2]
    assert lines[4].startswith("Refusé") and "rien" in lines[4]


def test_inspect_refuses_a_wrong_file_and_changes_nothing(bcs: Bcs, tmp_path: Path) -> None:
    bad = tmp_path / "FILO2019_DISP_EPCI.csv"
    bad.write_text(FILO.read_text(encoding="utf-8-sig").replace("18550", "1855O"), encoding="utf-8")
    result = bcs("examiner", str(bad))
    assert result.exit_code == 1
    assert "ligne 2" in result.output and "Q219" in result.output and "1855O" in result.output
    assert "Traceback" not in result.output
    missing = bcs("examiner", str(tmp_path / "absent.csv"))
    assert missing.exit_code == 1 and "absent.csv" in missing.stderr


@pytest.fixture
def official_site(tmp_path: Path) -> Iterator[str]:
    """A local server that publishes one real file."""
    site = tmp_path / "site"
    site.mkdir()
    (site / FILO.name).write_bytes(FILO.read_bytes())

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, directory=str(site), **kwargs)  # type: ignore[arg-type]

        def log_message(self, *args: object) -> None:
            """Keep the output of the tests quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def addressed(url: str) -> Dataset:
    declared = load_catalogue().datasets["insee_filosofi_disp"]
    block = declared.millesimes[-1].model_copy(update={"url": url})
    return declared.model_copy(update={"millesimes": (block,)})


def test_fetch_deposits_the_official_file_for_the_next_refresh(
    bcs: Bcs, official_site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class One:
        datasets = {"insee_filosofi_disp": addressed(f"{official_site}/{FILO.name}")}

    monkeypatch.setattr(sources.catalogue, "load_catalogue", One)
    result = bcs("telecharger")
    assert result.exit_code == 0, result.output
    assert "téléchargé" in result.output
    deposited = Home.locate(tmp_path / "home").inbox / FILO.name
    assert deposited.read_bytes() == FILO.read_bytes()
    assert "inchangé" in bcs("telecharger").output
    (line,) = [text for text in bcs("etat").output.splitlines() if "insee_filosofi_disp" in text]
    assert "non vérifiée" not in line

    monkeypatch.setattr(
        One, "datasets", {"insee_filosofi_disp": addressed(f"{official_site}/nulle-part.csv")}
    )
    result = bcs("telecharger")
    assert result.exit_code == 1
    assert "404" in result.stderr and "Traceback" not in result.output


def test_fetch_names_an_unknown_dataset(bcs: Bcs) -> None:
    result = bcs("telecharger", "--jeu", "nimporte")
    assert result.exit_code == 1
    assert "nimporte" in result.stderr and "bcs etat" in result.stderr


def test_fetch_gives_the_page_of_a_dataset_asked_for_without_an_address(bcs: Bcs) -> None:
    result = bcs("telecharger", "--jeu", "culture_basilic")
    assert result.exit_code == 0
    assert "sans adresse" in result.output and "bcs etat" in result.output
    assert str(load_catalogue().datasets["culture_basilic"].page) in result.stderr
