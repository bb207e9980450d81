"""Real layouts, damaged in every way: each file is refused in words or read with an account that sums."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sources.catalogue import load_catalogue
from sources.problems import ExtractRefused
from sources.readers import read_extract
from sources.recognise import recognise
from sources.territory.files import load_territories

NAMES = (
    "sig_ville/DEMO_2022.csv",
    "sig_ville/REVN_2022.csv",
    "insee/cc_filosofi_2021_COM.csv",
    "insee/FILO2019_DISP_DEP.csv",
    "insee/base_cc_comparateur.csv",
    "insee/data_filo16_qp_revdis.csv",
    "insee/rp2023_population_age_sexe.csv",
    "caf/s_ben_com_f_2024.csv",
    "observatoire/neet_dpt_2018.csv",
)
MELODI = "DS_RP_DIPLOMES_PRINC_2023"
INJECTED = [
    b"=HYPERLINK(1)",
    b"<script>alert(1)</script>",
    b"'; DROP TABLE value;--",
    b"../../etc/passwd",
    *(
        b"\x00",
        b"\xff\xfe",
        b'"',
        b";",
        b"\n",
        b"\r",
        b"\xc3",
        b"1e400",
        b"NaN",
        b"-1",
        b"1,5.2",
        b"_line",
        b"_T",
    ),
]


def melodi() -> bytes:
    educ = ("001T100_RP", "200_RP", "300_RP", "350T351_RP", "500_RP", "600_RP", "700_RP")
    lines = [f"59172;COM;_T;{code};POP;A;2023;10.5\n" for code in educ]
    return ("GEO;GEO_OBJECT;SEX;EDUC;RP_MEASURE;OBS_STATUS;TIME_PERIOD;OBS_VALUE\n" + "".join(lines)).encode()


@cache
def corpus() -> tuple[tuple[str, bytes], ...]:
    """A few rows of each layout, and the same table in each container."""
    import xlsxwriter

    files = []
    for name in NAMES:
        lines = (load_catalogue().extracts / name).read_bytes().splitlines(keepends=True)
        files.append((Path(name).name, b"".join(lines[:8])))
    archive, book, parquet = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(f"{MELODI}_data.csv", melodi())
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet("COM")
        sheet.write_row(5, 0, ["CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "ARR", "CANOV"])
        sheet.write_row(6, 0, ["59172", "Denain", "59", "32", "200042190", "596", "5914"])
    pl.read_csv(melodi(), separator=";", infer_schema=False).write_parquet(parquet)
    files += [(f"{MELODI}_data.csv", melodi()), (f"{MELODI}.zip", archive.getvalue())]
    files += [(f"{MELODI}.parquet", parquet.getvalue())]
    return (*files, ("table-appartenance-geo-communes-2024.xlsx", book.getvalue()))


def attempt(path: Path) -> str:
    """Recognise and read a file: its refusal, or nothing when it was taken."""
    catalogue = load_catalogue()
    try:
        found = recognise(path, catalogue)
        result = read_extract(path, found.dataset, found.edition, None, load_territories(), scope="france")
    except ExtractRefused as error:
        for problem in error.problems:
            assert problem.found and problem.expected
            assert "Traceback" not in problem.message() and "\n" not in problem.message()
        return str(error)
    account = result.account
    kept = account.rows_kept + account.rows_outside + account.rows_suppressed + account.rows_refused
    assert kept == account.rows_read > 0
    finite = result.observations["value"].drop_nulls()
    assert finite.is_finite().all()
    return ""


def test_the_corpus_itself_is_taken(tmp_path: Path) -> None:
    for name, content in corpus():
        path = tmp_path / name
        path.write_bytes(content)
        assert attempt(path) == "", name


CHANGES: dict[str, Callable[[bytes, int, bytes], bytes]] = {
    "cut": lambda raw, at, _: raw[:at],
    "insert": lambda raw, at, text: raw[:at] + text + raw[at:],
    "replace": lambda raw, at, text: raw[:at] + text + raw[at + len(text) :],
    "delete": lambda raw, at, _: raw[:at] + raw[at + 17 :],
    "repeat": lambda raw, at, _: raw[:at] + raw[at : at + 60] + raw[at:],
    "separator": lambda raw, at, _: raw[:at] + raw[at:].replace(b";", b","),
    "decimal": lambda raw, at, _: raw[:at] + raw[at:].replace(b",", b".", 3),
    "encoding": lambda raw, at, _: raw[:at] + raw[at:].decode("utf-8", "replace").encode("cp1252", "replace"),
    "line": lambda raw, at, _: b"\n".join(sorted(raw.split(b"\n"), key=lambda line: (len(line) + at) % 7)),
}
change = st.tuples(st.sampled_from(sorted(CHANGES)), st.floats(0, 1), st.sampled_from(INJECTED))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutations")


@settings(
    max_examples=350,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(which=st.integers(0, 12), changes=st.lists(change, min_size=1, max_size=3), renamed=st.booleans())
@example(which=0, changes=[("insert", 0.02, b"\r")], renamed=False)
@example(which=10, changes=[("replace", 0.5, b"\xff\xfe")], renamed=False)
@example(which=11, changes=[("replace", 0.03, b"\xff\xfe")], renamed=False)
def test_a_damaged_file_is_refused_or_read_whole(
    which: int, changes: list[tuple[str, float, bytes]], renamed: bool, shelf: Path
) -> None:
    name, raw = corpus()[which]
    for kind, where, text in changes:
        raw = CHANGES[kind](raw, int(where * len(raw)), text)
    path = shelf / (f"copie{Path(name).suffix}" if renamed else name)
    path.write_bytes(raw)
    attempt(path)
