"""What is kept is found again only when nothing it depends on has moved."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import polars as pl
import pytest

from indicators import registry, themes
from indicators.compute import compute_values
from indicators.formulas import rows_of
from indicators.registry import INDICATORS
from pipelines import kept
from pipelines.fingerprint import PACKAGES, PROJECT
from pipelines.kept import DECLARED, Kept, KeptFrame, digest_of, modules_under
from pipelines.workspace import Workspace

FRAME = pl.DataFrame({"code": ["59172", None], "value": [1.5, None]})
CALLS: list[float] = []


class Word(StrEnum):
    """A word that is a text too."""

    ONE = "one"


def times(frame: pl.DataFrame, factor: float) -> dict[str, pl.DataFrame]:
    """A pure function, but for the count of its calls."""
    CALLS.append(factor)
    return {"rows": frame.with_columns(pl.col("value") * factor)}


@pytest.fixture
def store(tmp_path: Path) -> Kept:
    CALLS.clear()
    return Kept(tmp_path / "kept")


def test_the_same_call_is_made_once_and_gives_the_same(store: Kept) -> None:
    first = store.call(times, FRAME, 2.0)["rows"]
    again = Kept(store.folder).call(times, FRAME.clone(), 2.0)["rows"]
    assert CALLS == [2.0] and first == again
    assert again.frame().equals(times(FRAME, 2.0)["rows"])
    file = store.call(times, first, 1.0)["rows"]
    assert file.frame().equals(first.frame()), "a kept frame is read for the function"


@pytest.mark.parametrize(
    "frame",
    [
        FRAME.with_columns(value=pl.Series([1.5, 0.0])),
        FRAME.rename({"code": "codes"}),
        FRAME.cast({"value": pl.Float32}),
        FRAME.reverse(),
        FRAME.head(1),
    ],
)
def test_whatever_moves_in_a_frame_is_another_call(store: Kept, frame: pl.DataFrame) -> None:
    assert Kept.key(times, FRAME, 2.0) != Kept.key(times, frame, 2.0)


def test_arguments_are_told_apart_and_do_not_depend_on_an_order_they_lack() -> None:
    indicator = INDICATORS[0]
    different = [
        *(None, "", "None", 0, False, 1.0, [], {}, "one", Word.ONE, ["a", "b"], ["b", "a"], {"a": None}),
        *(indicator, replace(indicator, title="Un autre titre"), FRAME, KeptFrame(Path("a"), "b")),
    ]
    assert len({digest_of(one) for one in different}) == len(different)
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    assert digest_of({"a", "b", "c"}) == digest_of(frozenset({"c", "b", "a"}))
    # What memory holds under a null is nothing a frame says.
    emptied = FRAME.with_columns(value=pl.when(pl.col("code").is_not_null()).then(pl.lit(1.5)))
    assert digest_of(FRAME) == digest_of(emptied)
    for untold in ([object()], pl.DataFrame({"parts": [[1], [2]]})):
        with pytest.raises(TypeError, match=r"object|List"):
            digest_of(untold)


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], tuple[str, str]]]:
    """The keys of a computation that knows no declaration and of one that does, looked at anew."""

    def keys() -> tuple[str, str]:
        modules_under.cache_clear()
        kept._code.cache_clear()
        return Kept.key(rows_of, FRAME), Kept.key(compute_values, FRAME)

    yield keys
    monkeypatch.undo()
    keys()


def test_the_code_under_a_function_is_part_of_its_key(
    forgetful: Callable[[], tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, real = forgetful(), kept._file
    changed = tmp_path / "frames.py"
    changed.write_text(real("indicators.frames").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setattr(kept, "_file", lambda name: changed if name == "indicators.frames" else real(name))
    assert all(one != other for one, other in zip(before, forgetful(), strict=True))


def test_a_changed_declaration_is_another_call_of_what_reads_the_declarations(
    forgetful: Callable[[], tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = forgetful()
    changed = (replace(INDICATORS[0], decimals=7), *INDICATORS[1:])
    monkeypatch.setattr(registry, "INDICATORS", changed)
    after = forgetful()
    assert before[0] == after[0] and before[1] != after[1]
    assert {f"indicators.themes.{path.stem}" for path in Path(themes.__path__[0]).glob("[a-z]*.py")} <= set(
        modules_under(DECLARED)
    )


KEPT = (
    *("indicators.elsewhere", "indicators.plausibility.review", "indicators.plausibility.withhold"),
    *("indicators.peers", "indicators.schemas"),
    *(
        "pipelines.ingestion",
        "pipelines.recognised",
        "pipelines.official",
        "pipelines.stored",
        "pipelines.taken",
    ),
    *("pipelines.united", "sources.readers.extract"),
)
"""Modules of what is kept."""


@pytest.mark.parametrize("module", KEPT)
def test_what_is_kept_does_not_depend_on_the_indicators_it_is_not_given(module: str) -> None:
    assert DECLARED not in modules_under(module)


@pytest.mark.parametrize("module", ["pipelines.plausible", *KEPT[:1]])
def test_no_module_that_runs_is_missing_from_a_key(module: str) -> None:
    program = f"import sys, {module}; print(*(n for n in sys.modules if n.split('.')[0] in sys.argv[1:]))"
    words = [sys.executable, "-c", program, *kept.PACKAGES]
    loaded = subprocess.run(words, capture_output=True, text=True, check=True, cwd=kept.PROJECT).stdout
    assert set(loaded.split()) <= set(modules_under(module))


@pytest.mark.parametrize("kind", ["*.json", "*.parquet"])
def test_what_is_damaged_is_computed_again(store: Kept, kind: str) -> None:
    store.call(times, FRAME, 2.0)
    (path,) = store.folder.glob(kind)
    path.write_bytes(path.read_bytes()[:-9] + b"x")
    assert store.call(times, FRAME, 2.0)["rows"].frame().height == 2
    assert CALLS == [2.0, 2.0]


def test_a_file_is_written_once_and_copied_whole(store: Kept, tmp_path: Path) -> None:
    def made(key: str, text: str) -> str:
        target = tmp_path / f"{len(CALLS)}-{key}-{text}"

        def write(path: Path) -> None:
            CALLS.append(1.0)
            path.write_text(text, encoding="utf-8")

        store.file(key, target, write)
        return target.read_text(encoding="utf-8")

    assert [made("a", "one"), made("a", "two"), made("b", "two")] == ["one", "one", "two"]
    (store.folder / "a.whole").write_text("on", encoding="utf-8")
    assert made("a", "three") == "three", "a damaged copy is no copy"
    store.forget(float("inf"))
    assert not list(store.folder.iterdir()) and len(CALLS) == 3


def test_a_check_that_passed_is_not_run_again_and_one_that_failed_is(store: Kept) -> None:
    def check() -> None:
        CALLS.append(1.0)
        if len(CALLS) < 3:
            raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):
            store.once("key", check)
    store.once("key", check)
    store.once("key", check)
    assert len(CALLS) == 3


def test_nothing_that_is_kept_is_found_when_everything_is_done_afresh(store: Kept) -> None:
    store.call(times, FRAME, 2.0)
    Kept(store.folder, afresh=True).call(times, FRAME, 2.0)
    assert CALLS == [2.0, 2.0]


def test_a_whole_that_is_found_keeps_its_parts(store: Kept) -> None:
    def whole() -> dict[str, pl.DataFrame]:
        return {"all": store.call(times, FRAME, 2.0)["rows"].frame()}

    first = store.whole("whole", whole)["all"]
    for card in store.folder.glob("*.json"):
        os.utime(card, (1, 1))
    assert Kept(store.folder).whole("whole", whole)["all"] == first and CALLS == [2.0]
    store.forget(2)
    assert store.call(times, FRAME, 2.0)["rows"].frame().height == 2 and CALLS == [2.0]


def test_what_only_earlier_versions_wrote_is_removed(tmp_path: Path) -> None:
    workspace = Workspace(root=str(tmp_path))
    for name in ("france_brut/raw", "france/value"):
        (workspace.home.work / name).mkdir(parents=True)
    workspace.forget()
    assert [path.name for path in workspace.home.work.iterdir()] == ["france"]


def test_every_import_is_seen_whatever_its_form() -> None:
    for package in PACKAGES:
        for path in (PROJECT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            named: set[str] = set()
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Import):
                    named |= {one.name for one in node.names}
                elif isinstance(node, ast.ImportFrom):
                    named |= {f"{node.module}.{one.name}" for one in node.names} | {str(node.module)}
            assert named <= set(kept._named(text)), path
