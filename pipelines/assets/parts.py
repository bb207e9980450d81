"""What the assets share: their names, how checks and failures are reported.

Belongs here: names and small helpers of the graph. Does not belong here: an asset.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.faults import fault
from pipelines.publication import PublicationError
from sources.model import Dataset
from sources.problems import ExtractRefused, ValidationFailed

if TYPE_CHECKING:
    import polars as pl

    Result = dg.MaterializeResult[None]
    Results = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult | dg.AssetMaterialization]
else:
    # Dagster does not recognise the parametrised class.
    Result = dg.MaterializeResult
    Results = Iterator

CHAIN = "barometre"
TERRITORIES, DEPOSITS, OBSERVATIONS = "territoires", "extraits_deposes", "observations"
PLAUSIBLE = "vraisemblance"
VALUES, COMPARISONS, CANDIDATE, RELEASE = "valeurs_indicateurs", "comparaisons", "candidate", "publication"
ANALYSES, WATCH, DIAGNOSTICS = "analyses", "publications_attendues", "diagnostics"

OWNERS = ["team:observation_sociale"]
"""Who an agent asks about an asset."""

CONFORM = "conforme_aux_declarations"
AGREEMENT = "concordance"
COVERAGE, OVERDUE, JUMPS, CONTRACT = "couverture", "echeance", "revisions", "total_du_contrat"
HELD = "a_revoir"
SECRECY = "secret_complementaire"

LABELS: Mapping[str, str] = {
    TERRITORIES: "Territoires",
    DEPOSITS: "Extraits déposés",
    PLAUSIBLE: "Vraisemblance des fichiers déposés",
    OBSERVATIONS: "Observations réunies",
    VALUES: "Valeurs des indicateurs",
    COMPARISONS: "Comparaisons et faits publiés",
    ANALYSES: "Général ou concentré, priorités, évolutions",
    CANDIDATE: "Candidate, rouverte et vérifiée",
}
"""What a person reads while the common steps run; a dataset shows its title."""


_ERROR = dg.AssetCheckSeverity.ERROR


def is_embedded(dataset: Dataset) -> bool:
    """Return whether the project ships at least one extract of a dataset."""
    return any(millesime.extracts for millesime in dataset.millesimes)


def check(asset: str, name: str, description: str, *, blocking: bool = False) -> dg.AssetCheckSpec:
    """Declare a check of an asset; a blocking one stops what is downstream of it."""
    return dg.AssetCheckSpec(name, asset=asset, blocking=blocking, description=description)


def blocking(name: str, validate: Callable[[], None]) -> dg.AssetCheckResult:
    """Run a validation and report it as a check that stops what comes next."""
    try:
        validate()
    except ValidationFailed as error:
        return dg.AssetCheckResult(check_name=name, passed=False, description=str(error))
    return dg.AssetCheckResult(check_name=name, passed=True)


def warning(name: str, message: str | None) -> dg.AssetCheckResult:
    """Report a warning, or that there is nothing to say."""
    return dg.AssetCheckResult(
        check_name=name, passed=message is None, severity=dg.AssetCheckSeverity.WARN, description=message
    )


def concluded(result: dg.MaterializeResult[None]) -> Results:
    """Yield what an asset has to say; when a blocking check fails, the check alone, and stop there.

    Raises:
        DagsterError: a blocking check failed; its French sentence, without a stack.
    """
    refused = [one for one in result.check_results or () if one.severity is _ERROR and not one.passed]
    if not refused:
        yield result
        return
    yield from refused
    raise fault("\n".join(one.description or "" for one in refused))


@contextlib.contextmanager
def french_failure() -> Iterator[None]:
    """Show what is wrong with a file or figures as the failure itself, not as a traceback."""
    try:
        yield
    except (ExtractRefused, ValidationFailed, PublicationError) as error:
        raise fault(str(error)) from None


def account_text(accounts: pl.DataFrame) -> str:
    """Return the account of the files as a Markdown table; names of files are data, kept on one line."""
    heads = ("Fichier", "Édition", "Lues", "Retenues", "Hors territoire", "Secret", "Refusées")
    names = ("file", "edition", "rows_read", "rows_kept", "rows_outside", "rows_suppressed", "rows_refused")
    lines = [" | ".join(heads), " | ".join("---" for _ in heads)]
    lines += [
        " | ".join(str(cell).replace("|", "¦").replace("\n", " ") for cell in row)
        for row in accounts.select(names).iter_rows()
    ]
    return "\n".join(f"| {line} |" for line in lines)
