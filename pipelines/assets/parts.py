"""What the assets share: their names, how failures are reported.

Belongs here: names and small helpers of the graph. Does not belong here: an asset.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pipelines.faults import Fault
from pipelines.publication import PublicationError
from sources.model import Dataset
from sources.problems import ExtractRefused, ValidationFailed

if TYPE_CHECKING:
    import polars as pl

TERRITORIES, DEPOSITS, OBSERVATIONS = "territoires", "extraits_deposes", "observations"
PLAUSIBLE = "vraisemblance"
VALUES, COMPARISONS, CANDIDATE, RELEASE = "valeurs_indicateurs", "comparaisons", "candidate", "publication"
ANALYSES, WATCH, DIAGNOSTICS = "analyses", "publications_attendues", "diagnostics"

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


def is_embedded(dataset: Dataset) -> bool:
    """Return whether the project ships at least one extract of a dataset."""
    return any(millesime.extracts for millesime in dataset.millesimes)


@contextlib.contextmanager
def french_failure() -> Iterator[None]:
    """Show what is wrong with a file or figures as the failure itself, not as a traceback."""
    try:
        yield
    except (ExtractRefused, ValidationFailed, PublicationError) as error:
        raise Fault(str(error)) from None


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
