"""The graph Dagster shows and runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

import pipelines.assets
from indicators.registry import INDICATORS
from pipelines import workspace
from pipelines.assets import inputs, parts
from pipelines.assets.graph import OWNERS, Decision, Shared
from pipelines.definitions import PUBLISH, REFRESH, SETTLED, WATCH_JOB, build_defs, defs
from pipelines.home import Home
from pipelines.publication import PublicationError
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue
from sources.problems import Problem, ValidationFailed
from tests.pipeline.conftest import HOLD


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    made = Home.locate(tmp_path / "home")
    made.prepare()
    return made


@pytest.fixture
def definitions(home: Home) -> dg.Definitions:
    """The definitions, working in the home of the test."""
    return build_defs(workspace=Shared(root=str(home.root)))


def test_an_indicator_badly_declared_stops_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = replace(INDICATORS[-1], short_title=INDICATORS[0].short_title)
    monkeypatch.setattr(pipelines.assets, "INDICATORS", (*INDICATORS[:-1], twice))
    with pytest.raises(ValidationFailed, match="titre court déclaré deux fois"):
        build_defs()


def test_all_of_it_loads_together_as_dagster_dev_does(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_every_dataset_is_in_the_graph_in_its_producer_s_group(
    definitions: dg.Definitions, catalogue: Catalogue
) -> None:
    graph = definitions.resolve_asset_graph()
    for dataset in catalogue.datasets.values():
        node = graph.get(dg.AssetKey(dataset.id))
        assert node.group_name == dataset.group
        assert dataset.title in (node.description or "")
        assert node.is_materializable == parts.is_embedded(dataset)
        assert dg.AssetKey(parts.OBSERVATIONS) in node.child_keys


def test_the_graph_of_the_groups_reads_one_way(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    groups = {key: graph.get(key).group_name for key in graph.get_all_asset_keys()}
    arrows = {(groups[key], groups[child]) for key in groups for child in graph.get(key).child_keys}
    assert not {(one, other) for one, other in arrows if one != other and (other, one) in arrows}


def test_what_is_asked_before_a_run_is_explained_in_french() -> None:
    asked = {**Decision.model_fields, **Shared.model_fields}
    assert all(field.description for field in asked.values())


def test_every_embedded_dataset_and_common_step_has_a_blocking_check(
    definitions: dg.Definitions, catalogue: Catalogue
) -> None:
    graph = definitions.resolve_asset_graph()
    blocking = {key.asset_key.to_user_string() for key in graph.asset_check_keys if graph.get(key).blocking}
    embedded = {d.id for d in catalogue.datasets.values() if parts.is_embedded(d)}
    assert blocking == embedded | {parts.TERRITORIES, parts.OBSERVATIONS, parts.VALUES}


def test_the_yearly_job_runs_everything_but_the_watch_and_the_documents(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    job = definitions.resolve_job_def(REFRESH)
    selected = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
    everything = {key.to_user_string() for key in graph.materializable_asset_keys}
    assert selected == everything - {parts.RELEASE, parts.WATCH, parts.DIAGNOSTICS}
    publishing = definitions.resolve_job_def(PUBLISH).asset_layer.executable_asset_keys
    assert {key.to_user_string() for key in publishing} == {parts.RELEASE}
    assert job.executor_def.name == dg.in_process_executor.name


def test_dagster_loads_the_definitions_lazily() -> None:
    assert not isinstance(defs, dg.Definitions)
    assert isinstance(defs(), dg.Definitions)


def test_the_watch_runs_before_any_release_and_lists_what_is_late(definitions: dg.Definitions) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(WATCH_JOB).execute_in_process(instance=instance)
    (materialization,) = result.asset_materializations_for_node(parts.WATCH)
    assert materialization.metadata["en retard"].value == 0


def test_the_sensor_waits_for_a_file_to_be_whole_then_asks_for_a_run(
    definitions: dg.Definitions, home: Home
) -> None:
    sensor = definitions.get_repository_def().get_sensor_def("depot")
    with dg.DagsterInstance.ephemeral() as instance:

        def evaluate(cursor: str | None) -> tuple[int, str | None]:
            context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=definitions)
            data = sensor.evaluate_tick(context)
            return len(data.run_requests or []), data.cursor

        assert evaluate(None) == (0, None)
        dropped = home.inbox / "cc_filosofi_2022_COM.csv"
        dropped.write_text("CODGEO;MED22\n", encoding="utf-8")
        assert evaluate(None)[0] == 0, "it may still be being copied"
        settled = time.time() - SETTLED - 1
        os.utime(dropped, (settled, settled))
        runs, cursor = evaluate(None)
        assert (runs, cursor is not None) == (1, True)
        assert evaluate(cursor)[0] == 0
        dropped.unlink()
        assert evaluate(cursor)[0] == 1, "a file taken away changes the release too"


def test_a_run_is_refused_while_another_holds_the_home(definitions: dg.Definitions, home: Home) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(home.root)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "held"
        with dg.DagsterInstance.ephemeral() as instance:
            result = definitions.resolve_job_def(WATCH_JOB).execute_in_process(
                instance=instance, raise_on_error=False
            )
        assert not result.success
        assert any("en cours" in str(event.event_specific_data) for event in result.all_events)
    finally:
        other.kill()
        other.wait()


def stacks(error: object) -> list[str]:
    """Every line of a stack that an event shows, causes included."""
    if error is None:
        return []
    return [*error.stack, *stacks(error.cause), *stacks(error.context)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("where", ["a check", "a step", "the home"])
def test_a_fault_of_the_data_shows_its_sentence_and_no_stack(
    where: str, definitions: dg.Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: object) -> None:
        raise ValidationFailed(Problem("dossier.csv", 4, "MED21", "«\u00a0abc\u00a0»", "un nombre"))

    def unknown(*_arguments: object) -> None:
        raise PublicationError("dossier.csv manque")

    if where == "a check":
        monkeypatch.setattr(inputs, "validate_memberships", refused)
    elif where == "a step":
        monkeypatch.setattr(Workspace, "lend", refused)
    else:
        monkeypatch.setattr(workspace, "inputs", unknown)
    chosen = [dg.AssetKey(name) for name in (parts.TERRITORIES, parts.DEPOSITS)]
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(REFRESH).execute_in_process(
            instance=instance, raise_on_error=False, asset_selection=chosen
        )
    assert not result.success
    failures = [e for e in result.all_events if e.is_step_failure or e.is_job_failure]
    errors = [e.step_failure_data.error if e.is_step_failure else e.job_failure_data.error for e in failures]
    assert any("dossier.csv" in error.message for error in errors if error is not None)
    assert not [line for error in errors for line in stacks(error)]
    for event in result.all_events:
        assert "Traceback" not in (event.message or "") and 'File "' not in (event.message or "")


def test_a_dataset_says_its_producer_and_where_its_calendar_stands(
    definitions: dg.Definitions, catalogue: Catalogue
) -> None:
    graph = definitions.resolve_asset_graph()
    for dataset in catalogue.datasets.values():
        node = graph.get(dg.AssetKey(dataset.id))
        assert node.tags["producteur"] == dataset.group
        assert node.tags["millesime"].isdecimal() == parts.is_embedded(dataset)
        assert node.owners == OWNERS
        if not parts.is_embedded(dataset):
            assert node.metadata["millésime tenu"] == "aucun" and node.metadata["en retard"] is False
