"""What a person reads in a terminal."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import publication, release_commands, terminal
from pipelines.cli import app
from pipelines.home import Home
from tests.pipeline.conftest import Bcs

ENGLISH = ("Usage", "Show this", "Commands", "Error", "Try ", "No such", "Missing", "Invalid")
ENGLISH_HELP = (*ENGLISH, "[required]", "default", "<str>", "<path>", "ARGS", "OPTIONS] COMMAND ")


def calls() -> list[tuple[str, ...]]:
    """Every command, and every command of a group."""
    groups = [(str(group.name), group.typer_instance) for group in app.registered_groups]
    return [
        (),
        *((str(command.name),) for command in app.registered_commands),
        *((name,) for name, _ in groups),
        *((name, str(c.name)) for name, group in groups for c in group.registered_commands if c.name),
    ]


@pytest.mark.parametrize("call", calls(), ids=" ".join)
def test_help_is_in_french_and_fits_a_terminal(call: tuple[str, ...], bcs: Bcs) -> None:
    result = bcs(*call, "--aide", columns=80)
    assert result.exit_code == 0
    assert "Afficher cette aide" in result.output
    assert not [word for word in ENGLISH_HELP if word in result.output]
    assert max(map(len, result.output.splitlines())) <= 80


def test_former_words_are_taken_and_not_shown(bcs: Bcs) -> None:
    former = ("refresh", "rollback", "diff", "releases", "serve", "export", "doctor", "inspect", "fetch")
    shown = bcs("--help").output
    for command in former:
        assert f" {command} " not in shown
        assert bcs(command, "--help").exit_code == 0
    told = bcs("refresh", "--force", "--inbox=absent", "--ignore-unknown", "--no-publish", "--debug")
    assert told.exit_code == 1 and "n’existe pas" in told.stderr
    assert "s’écrit maintenant" in bcs("refresh", "--publish", "--inbox", "absent").stderr


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("partir",), "Commande inconnue\u00a0: partir"),
        (("actualiser", "--vite"), "Option inconnue\u00a0: --vite"),
        (("actualiser", "--inbox", "a", "--depot=b"), "--depot est donné plusieurs fois"),
        (("exporter", "--commune", "59172", "--commune", "59002"), "--commune est donné plusieurs fois"),
        (("ouvrir", "--port", "cent"), "attendu\u00a0: un nombre entier entre 1 et 65535"),
        (("ouvrir", "--port", "0"), "Valeur refusée pour --port"),
        (("actualiser", "--publier", "--depot"), "Appel mal formé"),
    ],
)
def test_a_wrong_call_is_explained_in_french(call: tuple[str, ...], said: str, bcs: Bcs) -> None:
    result = bcs(*call)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not [word for word in ENGLISH if word in result.output]


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    heavy = ["dagster", "polars", "duckdb", "pandera", "yaml", "streamlit"]
    script = f"import sys, pipelines.cli; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_command_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "versions"],
        env={**os.environ, "BCS_HOME": str(tmp_path), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Aucune publication" in result.stdout, (
        "French is readable even where the terminal lacks characters"
    )


@pytest.mark.parametrize("command", ["ouvrir", "annuler", "comparer", "publier", "verdicts"])
def test_without_a_release_a_command_says_so(command: str, bcs: Bcs) -> None:
    result = bcs(command)
    assert result.exit_code == 1
    assert ("publi" in result.stderr and "bcs actualiser" in result.stderr) or command == "annuler"
    assert "Traceback" not in result.output


def test_the_answers_and_the_numbers_they_must_reach(published: Home, bcs: Bcs) -> None:
    said = bcs("verdicts")
    assert said.exit_code == 0 and "Le chômage" in said.output
    counts = bcs("verdicts", "--resume")
    assert counts.exit_code == 0
    table = counts.output[counts.output.index("Nombres à atteindre") :]
    reached = [line.split()[-1] for line in table.splitlines() if line.rstrip().endswith(("oui", "non"))]
    assert reached == ["oui"] * 9
    unknown = bcs("verdicts", "--commune", "99999")
    assert unknown.exit_code == 1 and "Aucune réponse pour 99999" in unknown.stderr


def test_releases_and_doctor_tell_what_is_there(published: Home, bcs: Bcs) -> None:
    present = publication.current(published)
    assert present is not None
    listed = bcs("versions")
    assert present.release_id in listed.output
    assert "actuelle" in listed.output
    examined = bcs("etat")
    assert examined.exit_code == 0
    for expected in (
        "caf_s_ben_com_f",
        "or2s_icm",
        "Extrait non déposé.",
        "Extrait non déposé\u00a0; paraît en décembre.",
        "non vérifiée",
        "inconnue",
        "or2s_icm\u00a0: https://www.or2s.fr/",
        present.release_id,
    ):
        assert expected in examined.output


def test_rollback_refuses_a_file_that_was_changed(published: Home, bcs: Bcs) -> None:
    assert bcs("actualiser", "--publier", "--tout").exit_code == 0
    newest, older = publication.releases(published)
    path = published.releases / older.file
    with path.open("r+b") as handle:
        handle.seek(older.size // 4)
        handle.write(b"\0" * (older.size // 2))
    result = bcs("annuler")
    assert result.exit_code == 1
    assert f"{older.file} est abîmé" in result.stderr and "bcs actualiser --publier" in result.stderr
    assert "Corrupt" not in result.output
    assert publication.current(published) == newest


def test_an_unexpected_error_is_one_sentence_and_debug_gives_the_rest(
    bcs: Bcs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_home: Home) -> None:
        raise RuntimeError("disque plein")

    monkeypatch.setattr(publication, "releases", broken)
    result = bcs("versions")
    assert result.exit_code == 1
    assert "Erreur inattendue\u00a0: disque plein" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Traceback" in bcs("versions", "--detail").stderr


@pytest.mark.parametrize(
    "said",
    [
        "[Errno 28] No space left on device",
        'Failed to commit: Could not write file "release.building.wal": No space left on device',
        "parquet: File out of specification: Invalid thrift: transport error",
    ],
)
def test_a_full_disk_is_said_in_french(said: str, bcs: Bcs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_home: Home) -> None:
        raise RuntimeError(said)

    monkeypatch.setattr(publication, "releases", full)
    result = bcs("versions")
    assert result.exit_code == 1
    assert "plus de place sur le disque" in result.stderr
    assert said not in result.output and "inattendue" not in result.output


def test_the_inbox_is_a_folder_and_an_empty_one_is_said(published: Home, bcs: Bcs, tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    (tmp_path / "fichier.csv").write_text("a;b", encoding="utf-8")
    assert "est un fichier" in bcs("actualiser", "--publier", "--depot", str(tmp_path / "fichier.csv")).stderr
    assert "n’existe pas" in bcs("actualiser", "--publier", "--depot", str(tmp_path / "absent")).stderr
    result = bcs("actualiser", "--publier", "--depot", str(tmp_path / "vide"))
    assert result.exit_code == 0
    assert "Aucun fichier dans" in result.output and "Rien n’a changé" in result.output


def test_a_document_that_is_not_there_is_said_to_be_absent(bcs: Bcs, tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_text("bonjour", encoding="utf-8")
    assert "Aucun fichier absent.docx" in bcs("reprendre", str(tmp_path / "absent.docx")).stderr
    assert "n’est pas un document Word" in bcs("reprendre", str(tmp_path / "notes.docx")).stderr


def test_serve_starts_streamlit_on_this_machine_only(
    published: Home, bcs: Bcs, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[list[str], dict[str, str]]] = []

    def started(
        command: list[str], *, env: dict[str, str], **_: object
    ) -> subprocess.CompletedProcess[bytes]:
        calls.append((command, env))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", started)
    assert bcs("ouvrir", "--port", "8765").exit_code == 0
    ((command, environment),) = calls
    options = dict(zip(command[5::2], command[6::2], strict=True))
    assert command[1:4] == ["-m", "streamlit", "run"]
    assert Path(command[4]).is_file()
    assert options["--server.address"] == "localhost"
    assert options["--server.port"] == "8765"
    assert environment["BCS_HOME"] == str(published.root)


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii"])
def test_french_survives_an_old_code_page(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.tolerant_streams()
    stream.write("✓ 1\u202f234 observations\u00a0: l’année → 2023 …")
    stream.flush()
    text = stream.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
    assert "observations" in text
    assert "l'ann" in text or "l’ann" in text
    if encoding != "ascii":
        assert "?" not in text


def test_the_group_is_what_the_entry_point_runs() -> None:
    from importlib.metadata import entry_points

    found = [e for e in entry_points(group="console_scripts") if e.name == "bcs"]
    assert app.registered_commands
    if not found:
        pytest.skip("the project is not installed in this environment")
    assert found[0].value == "pipelines.cli:main"


@pytest.mark.parametrize("pointer", [b"", b"autre chose", b"release-disparue.duckdb", b"\xff\xfe", None])
def test_a_damaged_pointer_is_told_and_repaired(pointer: bytes | None, published: Home, bcs: Bcs) -> None:
    right = published.current.read_bytes()
    if pointer is None:
        published.current.unlink()
    else:
        published.current.write_bytes(pointer)
    for call in (("etat",), ("versions",), ("comparer",), ("exporter", "--commune", "59172")):
        result = bcs(*call)
        said = (result.output + result.stderr).replace("\n", " ")
        assert "abîmée" in said and "bcs actualiser --publier" in said and "Traceback" not in said
    repaired = bcs("actualiser")
    assert repaired.exit_code == 0 and "remise en place" in repaired.stderr
    assert published.current.read_bytes() == right
    assert "abîmée" not in bcs("etat").output


@pytest.mark.parametrize(
    "call",
    [
        ("actualiser",),
        ("versions",),
        ("journal",),
        ("etat",),
        ("publier",),
        ("annuler",),
        ("comparer",),
        ("revue",),
        ("verdicts",),
        ("verdicts", "--resume"),
        ("ecarter",),
        ("exporter",),
        ("actualiser", "--depot", "un-dossier-qui-n-existe-pas"),
    ],
)
def test_what_a_command_prints_fits_eighty_columns(call: tuple[str, ...], published: Home, bcs: Bcs) -> None:
    result = bcs(*call, columns=80)
    root = str(published.root)
    wide = [line for line in result.output.splitlines() if len(line) > 80 and root not in line]
    # An address cannot be cut.
    assert [line for line in wide if "http" not in line] == []


def test_a_terminal_is_asked_who_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, ``bcs publier`` asks for what it lacks."""
    asked: list[str] = []

    def prompt(text: str, **_: object) -> str:
        asked.append(text)
        return "réponse"

    monkeypatch.setattr("pipelines.release_commands.typer.prompt", prompt)
    monkeypatch.setattr("pipelines.release_commands._on_a_terminal", lambda: True)
    assert release_commands._decided(None, None, "") == ("réponse", "réponse")
    assert asked == ["Qui publie", "Pourquoi"]
    assert release_commands._decided("Aline", "essai", "") == ("Aline", "essai")
    assert len(asked) == 2
