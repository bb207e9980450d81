"""What has no address is listed with what to do."""

from __future__ import annotations

from pathlib import Path

from fetch_helpers import (
    CSV,
    Clock,
    dataset,
    manners,
    said,
)
from misbehaving_server import (
    MisbehavingServer,
    file,
)

from sources.fetching import OUTCOMES, fetch
from sources.store import verified_addresses


def test_what_has_no_address_is_listed_with_what_to_do(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", file(CSV))
    wanted = [
        dataset("a", None, url),
        dataset("b"),
        dataset("c", "ftp://x/rp.csv"),
        dataset("d", "http://[::1"),
    ]
    results = fetch(wanted, tmp_path, manners=manners(clock))
    assert [(r.dataset, r.edition, r.outcome) for r in results] == [
        ("a", 2022, "no_address"),
        ("a", 2023, "new"),
        ("b", None, "no_address"),
        ("c", 2022, "no_address"),
        ("d", 2022, "no_address"),
    ]
    assert "aucune adresse déclarée" in said(results[0])
    assert "https://www.insee.fr/fr/statistiques/1" in said(results[0])
    assert "aucun millésime déclaré" in said(results[2])
    assert "c.yaml" in said(results[3])
    assert {r.outcome for r in results} <= set(OUTCOMES)


def test_one_edition_only(server: MisbehavingServer, clock: Clock, tmp_path: Path) -> None:
    urls = [server.route(f"/{year}.csv", file(CSV + b"%d" % year)) for year in (2022, 2023)]
    results = fetch(
        [dataset("a", *urls), dataset("b", urls[0])], tmp_path, edition=2023, manners=manners(clock)
    )
    assert [(r.dataset, r.edition, r.outcome) for r in results] == [
        ("a", 2023, "new"),
        ("b", 2023, "no_address"),
    ]
    assert "millésime 2023 non déclaré" in said(results[1])
    assert [a.path for a in server.asked()] == ["/2023.csv"]


def test_nothing_to_download_writes_nothing(clock: Clock, tmp_path: Path) -> None:
    assert fetch([dataset("a", None)], tmp_path / "home", manners=manners(clock))[0].outcome == "no_address"
    assert not (tmp_path / "home").exists()
    assert verified_addresses(tmp_path / "home") == {}
