"""What is held before publication: listed, decided, applied; the page that serves it to this machine only."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import journal, publication
from pipelines.decisions import Decision, decisions, record_decision, vouch
from pipelines.home import Home
from pipelines.inputs import inputs
from pipelines.publication import PublicationError
from pipelines.release import read_table
from pipelines.review import chosen, decide, held_things
from pipelines.review_page import page, server
from pipelines.terminal import HELD
from sources import files
from tests.pipeline.conftest import FILOSOFI, Bcs, state, table

BY = ("--par", "Alix", "--motif", "vérifié avec le producteur")


def next_year(spoil: dict[str, str]) -> str:
    """The Filosofi file of the next year, incomes 2 % higher, some cells of Denain replaced."""
    lines = [line.split(";") for line in FILOSOFI.read_text(encoding="utf-8").splitlines()]
    header = [name.replace("21", "22") if name.endswith("21") else name for name in lines[0]]
    for row in lines[1:]:
        for column, name in enumerate(header):
            if name in ("MED22", "D122", "D922") and row[column].isdigit():
                row[column] = str(int(round(int(row[column]) * 1.02 + 7 * (int(row[0]) % 5), -1)))
            elif name in ("NBMENFISC22", "NBPERSMENFISC22"):
                row[column] = str(round(int(row[column]) * 1.01) + int(row[0]) % 3)
            elif column and "," in row[column] and name != "RD22":
                tenths = round(float(row[column].replace(",", ".")) * 10) + (1 if int(row[0]) % 2 else -1)
                row[column] = f"{tenths / 10:.1f}".replace(".", ",")
        if row[0] == "59172":
            for name, text in spoil.items():
                row[header.index(name)] = text
    return "\n".join(";".join(row) for row in [header, *lines[1:]]) + "\n"


def drop(inbox: Path, spoil: dict[str, str]) -> None:
    (inbox / "cc_filosofi_2022_COM.csv").write_text(next_year(spoil), encoding="utf-8", newline="")


def latest(home: Home) -> publication.Published:
    return publication.releases(home)[0]


def of_denain(home: Home, variable: str) -> tuple[float | None, str]:
    rows = read_table(home.releases / latest(home).file, "observation")
    row = rows.filter(variable=variable, code="59172", millesime=2022, dataset="insee_filosofi_communes")
    return row["value"].item(), row["status"].item()


def test_a_sound_file_of_the_next_year_is_published_without_a_question(
    published: Home, bcs: Bcs, inbox: Path
) -> None:
    drop(inbox, {})
    result = bcs("actualiser", "--publier", "--depot", str(inbox))
    assert result.exit_code == 0, result.output
    assert table(published, "plausibility").is_empty()
    assert "Rien n’est retenu." in bcs("revue").output


def test_what_another_home_published_is_shown_and_told_until_it_is_set_aside(
    published: Home, bcs: Bcs, inbox: Path, tmp_path: Path
) -> None:
    """Of files that the release of a larger home was made with, for one of the authorities it holds."""
    drop(inbox, {"D122": "14000"})
    lender = Home(tmp_path / "france")
    lender.prepare()
    decision = Decision("0123456789", "accepted", "Zoé", "2026-01-01T00:00:00Z", "vu", "insee_rp", "f.csv")
    record_decision(lender, [decision])
    vouch(published, lender, [files.digest(inbox / "cc_filosofi_2022_COM.csv")[:12]])
    assert decisions(published) == {decision.id: decision}, "what was decided there holds here"
    assert bcs("actualiser", "--depot", str(inbox)).exit_code == 0
    (told,) = held_things(published).to_dicts()
    assert told["severity"] == "ask" and told["decision"] is None
    assert of_denain(published, "filo_d1") == (14000, "observed")
    assert bcs("revue", "ecarter", told["id"], *BY).exit_code == 0
    assert bcs("actualiser").exit_code == 0
    assert of_denain(published, "filo_d1") == (None, "missing")


def test_a_held_cell_stays_out_until_it_is_accepted(published: Home, bcs: Bcs, inbox: Path) -> None:
    before = publication.current(published)
    drop(inbox, {"D122": "14000"})
    result = bcs("actualiser", "--publier", "--depot", str(inbox))
    assert result.exit_code == HELD, result.output
    assert "1\u00a0point à revoir" in result.output and "bcs revue" in result.output
    assert publication.current(published) == before, "never published by default"
    candidate = latest(published)
    assert candidate.candidate and candidate.held == 1
    assert of_denain(published, "filo_d1") == (None, "missing")
    account = read_table(published.releases / candidate.file, "extract").filter(
        file="cc_filosofi_2022_COM.csv"
    )
    cells = account.select(
        pl.col(r"^cells_(observed|estimated|suppressed|not_published|not_applicable|missing)$")
    )
    assert cells.sum_horizontal().to_list() == account["cells_read"].to_list()
    notes = read_table(published.releases / candidate.file, "extract_note")["note"].to_list()
    assert any("Retenu pour vérification (ligne 10, colonne D122)" in note for note in notes)

    listed = bcs("revue").output
    (row,) = held_things(published).to_dicts()
    for part in (row["id"], "ligne 10", "D122", "59172", "14\u202f000", "attendu", "1 chose à revoir"):
        assert part in listed, listed
    said = bcs("revue", "accepter", row["id"][:6], *BY)
    entry = journal.read(published)[-1]
    assert (entry.what, entry.by, entry.decisions[0]["id"]) == (journal.DECISION, "Alix", row["id"])
    assert said.exit_code == 0 and "tout est décidé" in said.output, said.output
    assert "en tenir compte" in bcs("revue").output

    again = bcs("actualiser", "--publier")
    assert again.exit_code == 0, again.output
    present = publication.current(published)
    assert present is not None and present != before and present.held == 0
    assert of_denain(published, "filo_d1") == (14000, "observed")
    assert "Tout est décidé et publié" in bcs("revue").output
    (kept,) = table(published, "plausibility").to_dicts()
    assert (kept["id"], kept["decision"], kept["reason"]) == (
        row["id"],
        "accepted",
        "vérifié avec le producteur",
    )
    # A release is given to anyone: names stay in the home.
    (shown,) = held_things(published).to_dicts()
    assert shown["decided_by"] == "Alix"
    with duckdb.connect(published.releases / present.file, read_only=True) as connection:
        texts = connection.sql(
            "SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE data_type = 'VARCHAR' AND NOT internal"
        ).fetchall()
        for name, column in texts:
            held = f'SELECT count(*) FROM "{name}" WHERE contains("{column}", \'Alix\')'
            assert connection.sql(held).fetchall() == [(0,)], (name, column)


def test_a_mark_is_declared_in_the_home_and_read_so_from_then_on(
    published: Home, bcs: Bcs, inbox: Path
) -> None:
    drop(inbox, {"MED22": "n.c."})
    assert bcs("actualiser", "--publier", "--depot", str(inbox)).exit_code == HELD
    (row,) = held_things(published).to_dicts()
    assert (row["rule"], row["mark"], row["line"], row["column"]) == ("mark", "n.c.", 10, "MED22")
    refused = bcs("revue", "accepter", row["id"], *BY)
    assert refused.exit_code == 1 and "Une marque n’est pas un chiffre" in refused.stderr
    assert bcs("revue", "declarer", row["id"], "--sens", "non diffusé", *BY).exit_code == 0
    result = bcs("actualiser", "--publier", "--depot", str(inbox))
    assert result.exit_code == 0, result.output
    assert of_denain(published, "filo_med") == (None, "not_published")
    assert table(published, "plausibility")["decision"].to_list() == ["declared"]


def test_an_impossible_figure_is_never_accepted(published: Home, bcs: Bcs, inbox: Path) -> None:
    drop(inbox, {"D122": "30000"})
    assert bcs("actualiser", "--publier", "--depot", str(inbox)).exit_code == HELD
    impossible = held_things(published).filter(severity="refuse")
    assert set(impossible["rule"]) == {"order"}
    assert "Impossible" in bcs("revue").output
    refused = bcs("revue", "accepter", *impossible["id"], *BY)
    assert refused.exit_code == 1 and "bcs revue ecarter" in refused.stderr, refused.output
    no_mark = bcs("revue", "declarer", impossible["id"][0], *BY)
    assert no_mark.exit_code == 1 and "est retenu comme" in no_mark.stderr and "ordre" in no_mark.stderr
    assert bcs("revue", "ecarter", *held_things(published)["id"], *BY).exit_code == 0
    result = bcs("actualiser", "--publier", "--depot", str(inbox))
    assert result.exit_code == 0, result.output
    assert of_denain(published, "filo_d1") == (None, "missing")


@pytest.fixture
def things(published: Home) -> pl.DataFrame:
    """Two things held, written as a release would."""
    present = publication.current(published)
    assert present is not None
    columns = read_table(published.releases / present.file, "plausibility").schema
    base = {
        "severity": "hold",
        "extract": "e",
        "dataset": "d",
        "file": "<b>f</b>.csv",
        "expected": "x",
        "why": "y",
    }
    rows = [
        {
            **base,
            "id": "aa11",
            "rule": "time",
            "found": "<script>alert(1)</script>",
            "code": "59172",
            "level": "commune",
        },
        {**base, "id": "ab22", "rule": "mark", "found": "« ns »", "mark": "ns"},
    ]
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=columns)


@pytest.mark.parametrize(
    ("ids", "choice", "by", "reason", "meaning", "said"),
    [
        (["zz"], "accepted", "A", "m", None, "ne désigne rien"),
        (["a"], "accepted", "A", "m", None, "plusieurs"),
        ([], "accepted", "A", "m", None, "Rien n’est retenu"),
        (["aa"], "accepted", " ", "m", None, "--par"),
        (["aa"], "set_aside", "A", "", None, "--motif"),
        (["ab"], "accepted", "A", "m", None, "n’est pas un chiffre"),
        (["aa"], "declared", "A", "m", "secret", "Seule une marque"),
        (["ab"], "declared", "A", "m", "inconnu", "Sens inconnu"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_in_words(
    published: Home, things: pl.DataFrame, ids, choice, by, reason, meaning, said
) -> None:
    with pytest.raises(PublicationError, match=said):
        decide(published, chosen(things, ids), choice, by, reason, meaning)
    assert decisions(published) == {}


def test_the_last_decision_holds_and_a_damaged_line_is_named(published: Home, things: pl.DataFrame) -> None:
    decide(published, chosen(things, ["aa"]), "accepted", "A", "m")
    decide(published, chosen(things, ["tout"]), "set_aside", "B", "n")
    made = decisions(published)
    assert {(one.id, one.decision, one.by) for one in made.values()} == {
        ("aa11", "set_aside", "B"),
        ("ab22", "set_aside", "B"),
    }
    file = published.review / "decisions.jsonl"
    assert [json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()] == [
        "aa11",
        "aa11",
        "ab22",
    ]
    file.write_text(file.read_text(encoding="utf-8") + '{"id": "x"\n', encoding="utf-8")
    with pytest.raises(PublicationError, match="ligne 4"):
        decisions(published)


def test_sixty_things_are_read_by_file_and_rule(
    published: Home, bcs: Bcs, things: pl.DataFrame, monkeypatch
) -> None:
    one = things.filter(id="aa11").with_columns(found=pl.lit("999"), column=pl.lit("MED22"))
    many = pl.concat(
        one.with_columns(id=pl.lit(f"c{n:02d}"), file=pl.lit(f"f{n % 2}.csv"), line=pl.lit(n, pl.Int32))
        for n in range(60)
    )
    held = many.with_columns(decision=pl.lit(None, pl.String), decided_by=pl.lit(None, pl.String))
    monkeypatch.setattr("pipelines.review.held_things", lambda home: held)
    said = bcs("revue").output
    assert said.count("f0.csv\u00a0: évolution invraisemblable (30)") == 1 and said.count("999") == 10
    assert "ligne 2, colonne" in said and said.count("  y\n") == 2, "why, once a group"
    assert "et 25 de plus" in said and len(said.splitlines()) < 60
    assert bcs("revue", "--fichier", "f1.csv").output.count("999") == 30
    assert chosen(held, [], "f1.csv", "évolution invraisemblable").height == 30
    with pytest.raises(PublicationError, match="Aucune règle"):
        chosen(held, [], rule="inconnue")
    html = page("r", held, "j")
    assert html.count('name="id"') == 60 and html.count("<legend>") == 2 and '<a href="#g1">' in html


def test_the_page_escapes_what_files_say(things: pl.DataFrame) -> None:
    html = page("r", things.with_columns(pl.lit(None, pl.String).alias("decision")), 'j"eton')
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert "<b>f</b>" not in html and 'value="j&quot;eton"' in html


@pytest.fixture
def address(published: Home) -> Iterator[str]:
    """The page, served."""
    with server(published, 0) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}/"
        served.shutdown()
        thread.join()


def _answer(request: urllib.request.Request | str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_page_takes_a_form_from_itself_only(published: Home, address: str, monkeypatch, things) -> None:
    monkeypatch.setattr("pipelines.review_page.held_things", lambda home: things)
    status, html = _answer(address)
    assert status == 200 and "Revue avant publication" in html
    token = html.split('name="jeton" value="')[1].split('"')[0]

    def post(**fields: str) -> tuple[int, str]:
        return _answer(urllib.request.Request(address, urllib.parse.urlencode(fields).encode()))

    form = {"id": "aa11", "decision": "set_aside", "par": "Alix", "motif": "faux"}
    assert post(**form)[0] == 403, "without its token"
    assert post(**form, jeton="autre")[0] == 403
    elsewhere = urllib.request.Request(address, headers={"Host": "exemple.fr"})
    assert _answer(elsewhere)[0] == 403, "another name: the request of another site"
    assert decisions(published) == {}
    status, html = post(**form, jeton=token)
    assert status == 200 and "1 décision(s) gardée(s)." in html
    assert decisions(published)["aa11"].by == "Alix"
    assert "Rien n’est retenu" in post(decision="accepted", par="A", motif="m", jeton=token)[1]


def test_decisions_are_an_input_of_the_release(published: Home) -> None:
    before, found = state(published), inputs(published)
    one = Decision("aa", "accepted", "A", "2026-01-01T00:00:00Z", "m", "d", "f")
    record_decision(published, [one])
    assert decisions(published) == {"aa": one}
    assert inputs(published) != found, "the next refresh takes it in"
    assert state(published) == before
