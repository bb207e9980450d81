"""A refresh that could not go to its end for a reason that is not in the files."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from pipelines import publication, publishing
from pipelines.assets import publication as assets
from pipelines.home import Home
from tests.pipeline.conftest import HOLD, Bcs, state


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_stopped_step_is_told_in_french_and_loses_nothing(
    error: type[BaseException], published: Home, bcs: Bcs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_arguments: object) -> None:
        if error is KeyboardInterrupt:
            signal.raise_signal(signal.SIGINT)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(assets.release, "build_release", stopped)
    present, before = publication.current(published), state(published)
    assert present is not None
    result = bcs("actualiser", "--publier", "--tout")
    said = "Mise à jour arrêtée" if error is KeyboardInterrupt else "plus de place sur le disque"
    assert result.exit_code == (130 if error is KeyboardInterrupt else 1)
    assert said in result.stderr
    assert f"la publication {present.release_id} reste en place" in result.stderr
    assert (" : refusé".replace(" :", "\u00a0:") in result.output) == (error is OSError)
    for technical in ("Erreur inattendue", "dagster", "Traceback", "No space"):
        assert technical not in result.output, result.output
    assert state(published) == before


def test_a_second_refresh_at_the_same_time_is_told_to_wait(published: Home, bcs: Bcs) -> None:
    call = [sys.executable, "-c", HOLD, str(published.root)]
    other = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "held"
        result = bcs("actualiser", "--publier", "--tout")
    finally:
        other.kill()
        other.wait()
    assert result.exit_code == 1
    assert "Une autre mise à jour est en cours" in result.stderr
    assert "Erreur inattendue" not in result.output and "Timeout" not in result.output


def test_what_a_failed_build_wrote_beside_the_file_goes_with_it(published: Home) -> None:
    before = state(published)

    def build(path: object) -> None:
        published.releases.joinpath("release-x.building").write_bytes(b"0")
        published.releases.joinpath("release-x.building.wal").write_bytes(b"0")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        publishing.build(published, lambda size: pytest.fail("never"), build, lambda path: None, "x")
    assert state(published) == before
