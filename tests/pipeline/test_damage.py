"""Every way a home may be damaged: what is said, in French, and the one command that repairs."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import journal, publication, publishing
from pipelines.home import Home
from pipelines.inputs import inputs
from sources.problems import ExtractRefused
from tests.pipeline import standin
from tests.pipeline.conftest import Bcs

ENGLISH = ("Error", "IOException", "Errno", "Catalog", "Traceback", "inattendue", "valid", "No such")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _scattered(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 3, len(content), 5000):
        content[place] ^= 0xFF
    path.write_bytes(bytes(content))


def _zero_header(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(b"\0" * 4096 + content[4096:])


def _another_file(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"x" * (path.stat().st_size - 4))


DATABASES: dict[str, Callable[[Path], None]] = {
    "truncated": _cut,
    "scattered": _scattered,
    "zero header": _zero_header,
    "wrong file": _another_file,
    "gone": Path.unlink,
}


@pytest.mark.parametrize("kind", DATABASES)
def test_a_damaged_database_is_said_by_every_command(kind: str, published: Home, bcs: Bcs) -> None:
    present = publication.current(published)
    assert present is not None
    DATABASES[kind](published.releases / present.file)
    assert publication.current(published) is None
    for call in (("etat",), ("versions",), ("comparer",), ("ouvrir",), ("exporter", "--commune", "59172")):
        result = bcs(*call)
        said = result.output.replace("\n", " ")
        assert "abîmée" in said and "bcs actualiser --publier" in said, (call, said)
        assert not [word for word in ENGLISH if word in said], (call, said)
    assert bcs("journal").exit_code == 0
    refused = bcs("annuler")
    assert refused.exit_code == 1 and not [word for word in ENGLISH if word in refused.output]


def test_a_damaged_release_is_made_again_with_its_deposits(published: Home, bcs: Bcs) -> None:
    present = publication.current(published)
    assert present is not None
    _scattered(published.releases / present.file)
    result = bcs("actualiser", "--publier")
    assert result.exit_code == 0, result.output
    assert "Elle va être refaite" in result.stderr and "Rien n’a changé" not in result.output
    now = publication.current(published)
    assert now is not None and now.content_hash == present.content_hash


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A small home with deposits."""
    return standin.published(tmp_path / "home")


def test_each_version_says_what_it_is_and_which_way_back_is_whole(home: Home, bcs: Bcs) -> None:
    """Three in place one after the other, then the last two damaged: the first is named, and gone back to."""
    standin.publish(home)
    third, second, first = publication.releases(home)

    def states() -> list[str]:
        lines = bcs("versions", columns=80).output.splitlines()
        return [line.partition("  20")[0].strip() for line in lines if "/20" in line and "  20" in line]

    assert states() == ["actuelle", "entière", "entière"]
    (home.releases / second.file).write_text("", encoding="utf-8")
    refused = bcs("annuler", second.release_id)
    way = f"bcs annuler {first.release_id}\n"
    assert refused.exit_code == 1 and "abîmé" in refused.stderr and way in refused.stderr
    _another_file(home.releases / third.file)
    assert states() == ["actuelle, abîmée", "abîmée", "entière"]
    for call in (("etat",), ("versions",), ("comparer",)):
        assert way in bcs(*call).output, call
    gone_back = bcs("annuler")
    assert gone_back.exit_code == 0, gone_back.output
    assert f"{second.release_id} est abîmée" in gone_back.stderr, "said before it is passed over"
    assert states() == ["annulée, abîmée", "annulée, abîmée", "actuelle"]
    (home.releases / second.file).unlink()
    assert states() == ["annulée, abîmée", "annulée, effacée", "actuelle"]


def test_versions_says_only_what_applies(tmp_path: Path, bcs: Bcs) -> None:
    home = Home.locate(tmp_path / "home")
    standin.drop(home, "a.csv")
    waiting = standin.refresh(home)
    said = bcs("versions").output
    assert f"bcs publier {waiting.release_id}" in said and "bcs annuler" not in said
    standin.publish(home)
    assert "bcs publier" not in bcs("versions").output and "bcs annuler" not in bcs("versions").output
    standin.drop(home, "b.csv")
    standin.refresh(home)
    standin.publish(home)
    assert "bcs annuler ID" in bcs("versions").output


def test_the_release_of_a_day_is_one_that_still_stands(home: Home) -> None:
    second, first = [release for release in publication.releases(home) if not release.candidate]
    standin.cancel(home)
    present, today = standin.publish(home), dt.datetime.now(dt.UTC).date()
    assert publication.as_of(home, today, present) == (publication.card(home, first.release_id), None)
    # As if it had been undone the day after.
    lines = home.journal.read_text(encoding="utf-8").splitlines()
    lines[2:] = [line.replace(f'"when": "{today}', '"when": "2099-01-01') for line in lines[2:]]
    home.journal.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found, passed_over = publication.as_of(home, today, present)
    assert (found.release_id, passed_over) == (first.release_id, second.release_id)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"null", b'{"release_id": 3}', b"\xff\xfe"])
def test_a_lost_card_comes_back_from_the_journal(content: bytes | None, home: Home) -> None:
    present = publication.current(home)
    assert present is not None
    card = publication.card_path(home, present.release_id)
    if content is None:
        card.unlink()
    else:
        card.write_bytes(content)
    assert publication.current(home) is None
    assert "fiche" in (publication.trouble(home) or "")
    assert standin.names(home) == {"a.csv", "b.csv"}, "the deposits are not lost with the card"
    assert any("rétablie" in said for said in publishing.settle(home))
    assert standin.unsettled(home) == []


def test_a_lost_card_that_nothing_remembers_loses_no_deposit_in_silence(home: Home) -> None:
    present = publication.current(home)
    assert present is not None
    publication.card_path(home, present.release_id).unlink()
    home.journal.unlink()
    with pytest.raises(publication.PublicationError, match="bcs annuler"):
        inputs(home)
    assert standin.names(standin_after_cancel(home)) == {"a.csv"}


def standin_after_cancel(home: Home) -> Home:
    """Go back, as the message says."""
    standin.cancel(home)
    return home


def test_a_kept_file_that_is_damaged_is_taken_again_from_the_inbox_or_named(home: Home) -> None:
    sha256 = standin.digest_of("a.csv")
    kept = home.store / sha256[:2] / sha256
    kept.write_text("abîmé", encoding="utf-8")
    with pytest.raises(ExtractRefused, match=r"a\.csv.*bcs actualiser --sans"):
        standin.refresh(home)
    standin.drop(home, "a.csv")
    standin.refresh(home)
    standin.publish(home)
    assert standin.unsettled(home) == []
    assert standin.names(home) == {"a.csv", "b.csv", "c.csv"}


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names are always text there")
def test_a_name_that_is_no_text_is_a_name_all_the_same(home: Home) -> None:
    before = inputs(home)
    (home.inbox / os.fsdecode(b"relev\xe9.csv")).write_text("x", encoding="utf-8")
    assert inputs(home) != before
    standin.refresh(home)
    standin.publish(home)
    assert standin.unsettled(home) == []
    assert os.fsdecode(b"relev\xe9.csv") in standin.names(home)
    assert len(journal.read(home)) == 3


def test_going_back_takes_the_deposits_back_and_a_candidate_brings_its_own(home: Home) -> None:
    assert standin.names(home) == {"a.csv", "b.csv"}
    waiting = publication.chosen(home, None)
    standin.cancel(home)
    assert standin.names(home) == {"a.csv"}
    publishing.publish(home, waiting, "Aline", "essai", journal.PUBLISHED)
    assert standin.names(home) == {"a.csv", "b.csv", "c.csv"}
    assert not list(home.inbox.iterdir()), "what is accepted waits no more"
    standin.refresh(home)
    standin.publish(home)
    assert standin.names(home) == {"a.csv", "b.csv", "c.csv"}, "the next refresh still has them"


def test_a_discarded_candidate_takes_its_deposits_out_and_their_bytes_stay(home: Home) -> None:
    standin.discard(home)
    assert not list(home.inbox.iterdir())
    assert publication.candidates(home) == []
    sha256 = standin.digest_of("c.csv")
    assert (home.store / sha256[:2] / sha256).is_file()
    standin.refresh(home)
    assert [file.name for file in publication.chosen(home, None).deposits] == ["a.csv", "b.csv"]


def test_a_home_of_before_is_taken_as_it_is(tmp_path: Path) -> None:
    """Cards without digest, journal nor deposits: the accepted files are those of the inbox."""
    home = standin.published(tmp_path / "ancien")
    present = publication.current(home)
    assert present is not None
    home.journal.unlink()
    shutil.rmtree(home.store)
    for name in ("a.csv", "b.csv"):
        standin.drop(home, name)
    text = (
        f'{{"release_id": "{present.release_id}", "created_at": "{present.created_at}", '
        f'"content_hash": "{present.content_hash}", "fingerprint": "x", "size": {present.size}, "values": 2}}'
    )
    for release in publication.releases(home):
        if release != present:
            (home.releases / release.file).unlink()
            publication.card_path(home, release.release_id).unlink()
    publication.card_path(home, present.release_id).write_text(text, encoding="utf-8")
    now = publication.current(home)
    assert now is not None and now.release_id == present.release_id
    standin.refresh(home)
    standin.publish(home)
    assert standin.names(home) == {"a.csv", "b.csv", "c.csv"}
    assert standin.unsettled(home) == []
