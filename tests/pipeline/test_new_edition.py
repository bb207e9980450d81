"""A new edition that repeats five years, with one figure revised: what the command line and the feed say."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dashboard.opendata.news import feed
from pipelines import publication
from pipelines.home import Home
from sources.catalogue import load_catalogue
from tests.pipeline.conftest import Bcs

RSA = "indfoy_rsa"
BY = ("--par", "Alix", "--motif", "édition 2025")


def edition_2025(*, repeated: bool) -> str:
    """The embedded export, Denain's households on RSA of 2023 revised, and a year more."""
    path = load_catalogue().extracts / "caf" / "s_ben_com_f_2024.csv"
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter=";")
    counts = range(3, len(header))
    last = [row for row in rows if row[0] == "2024-12"]
    more = [
        [str(int(cell) + (0 if repeated else 5 * ((at + line) % 2))) if at in counts else cell
         for at, cell in enumerate(row)]
        for line, row in enumerate(last)
    ]  # fmt: skip
    for row in rows:
        if row[:2] == ["2023-12", "59172"]:
            row[header.index(RSA)] = str(int(row[header.index(RSA)]) + 100)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerows([header, *rows, *(["2025-12", *row[1:]] for row in more)])
    return out.getvalue()


def deposit(inbox: Path, *, repeated: bool) -> None:
    (inbox / "s_ben_com_f.csv").write_text(edition_2025(repeated=repeated), encoding="utf-8")


def test_what_is_new_and_what_is_revised_are_told_apart(
    published: Home, bcs: Bcs, inbox: Path, tmp_path: Path
) -> None:
    deposit(inbox, repeated=False)
    made = bcs("actualiser", "--depot", str(inbox))
    assert made.exit_code == 0, made.output
    told = bcs("comparer").output.replace("\u00a0", " ")
    # 47 communes, four groups and the EPCI; the revised figure is in three sums.
    assert "Part des allocataires CAF au RSA · 52 · 4 · 0" in told
    assert "1 révisé (et 3 sommes qui suivent), 0 disparu" in told
    page, text = tmp_path / "ecarts.html", tmp_path / "ecarts.md"
    assert bcs("comparer", "--vers", str(page)).exit_code == 0
    assert bcs("comparer", "--vers", str(text)).exit_code == 0
    written = ET.fromstring(page.read_text(encoding="utf-8").removeprefix("<!DOCTYPE html>\n").replace(
        '<meta charset="utf-8">', ""
    ))  # fmt: skip
    cells = [[cell.text for cell in row] for row in written.iter("tr")]
    assert ["Part des allocataires CAF au RSA", "52", "4", "0", "0", "2025"] in cells
    assert "| Part des allocataires CAF au RSA | 52 | 4 | 0 | 0 | 2025 |" in text.read_text(encoding="utf-8")

    assert bcs("publier", *BY).exit_code == 0
    present = publication.required(published)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ET.fromstring(
        feed(published.releases / present.file, "https://exemple.test/opendata/")
    ).findall(f"{atom}entry")
    said = {entry.findtext(f"{atom}title"): entry.findtext(f"{atom}summary") or "" for entry in entries}
    assert "28,7\u00a0%" in said["Denain"] and "30,3\u00a0%" in said["Denain"]
    links = [link.get("href") or "" for entry in entries for link in entry.iter(f"{atom}link")]
    assert links and all(address.startswith("https://exemple.test/") for address in links)


def test_a_year_copied_from_the_last_is_shown_and_waits(published: Home, bcs: Bcs, inbox: Path) -> None:
    deposit(inbox, repeated=True)
    before = publication.required(published)
    refused = bcs("actualiser", "--publier", "--depot", str(inbox))
    assert refused.exit_code == 3 and publication.required(published) == before
    assert "Les lignes de 2025 répètent celles de 2024." in bcs("revue").output
    assert "Part des allocataires CAF au RSA · 52 · 4 · 0" in bcs("comparer").output


@pytest.mark.parametrize("text", ["déc. 2025", "Décembre 2025", "31/12/2025", "202512"])
def test_a_month_is_read_however_it_is_written(text: str, bcs: Bcs, published: Home, inbox: Path) -> None:
    rows = edition_2025(repeated=False).replace("2025-12;", f"{text};")
    path = inbox / "s_ben_com_f.csv"
    path.write_text(rows, encoding="utf-8")
    told = bcs("examiner", str(path)).output
    assert "2025" in told and "écart" not in told


@pytest.mark.parametrize("text", ["4e trimestre", "juillettiste 2025", "2025T4"])
def test_what_is_no_date_is_named_with_its_line(text: str, bcs: Bcs, published: Home, inbox: Path) -> None:
    path = inbox / "s_ben_com_f.csv"
    header, *rows = edition_2025(repeated=False).splitlines()
    path.write_text("\n".join([header, *(f"{text};{row.partition(';')[2]}" for row in rows)]), "utf-8")
    told = bcs("examiner", str(path)).output.replace("\u00a0", " ")
    assert "ligne 2, colonne « dtreffre »" in told and f"« {text} »" in told and "Traceback" not in told
