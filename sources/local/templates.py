"""Templates of the files an agent fills: one CSV with an example line, its schema, explanations."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sources.french import typographic
from sources.local.fields import FIELDS
from sources.local.model import SECTIONS, Section
from sources.local.spreadsheet import GUIDE, MODEL, example_of, is_filled
from sources.local.texts import TEXTS_FILE
from sources.local.workbooks import workbook


def template(section: Section) -> str:
    """Return the template of one file: its columns, then one line of example to replace."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(section.columns)
    writer.writerow(example_of(section))
    return out.getvalue()


@dataclass(frozen=True)
class Codes:
    """What the lines may name under one heading: code and name of each, and in which columns."""

    heading: str
    entries: Sequence[tuple[str, str]]
    columns: tuple[str, ...]


def write_templates(folder: Path, codes: Sequence[Codes] = ()) -> tuple[list[Path], list[Path]]:
    """Write into ``folder`` each template, as a workbook and as a CSV, its JSON schema, and the explanations.

    Templates are named ``modele_…``: they are never read as data, nor do they overwrite any. One that
    somebody began to fill is left as it is.

    Args:
        folder: where to write.
        codes: what the explanations list at their end.

    Returns:
        The files written, then the templates left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written, left = [], []
    by_column: dict[str, list[tuple[str, str]]] = {}
    for one in codes:
        for column in one.columns:
            by_column.setdefault(column, []).extend(one.entries)
    for section in (s for s in SECTIONS.values() if s.by_hand):
        for suffix in (".csv", ".xlsx"):
            model = folder / f"{MODEL}{section.name}{suffix}"
            if is_filled(model, section):
                left.append(model)
                continue
            # The mark makes spreadsheets read accents right.
            model.write_bytes(
                template(section).encode("utf-8-sig") if suffix == ".csv" else workbook(section, by_column)
            )
            written.append(model)
        schema = folder / f"schema_{section.name}.json"
        schema.write_text(json.dumps(section.schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(schema)
    readme = folder / GUIDE
    readme.write_text(explanations(codes), encoding="utf-8")
    return [*written, readme], left


def explanations(codes: Sequence[Codes]) -> str:
    """Return what each file and each column is for, and the codes a line may name."""
    lines = [
        "Volet local du baromètre : ce que l’intercommunalité et les communes écrivent elles-mêmes.",
        "",
        f"Copiez un modèle sans « {MODEL} » dans son nom et remplacez la ligne d’exemple.",
        "Enregistrez en XLSX, en ODS ou en CSV (séparateur point-virgule, de préférence en UTF-8).",
        "« 12 500 € », « 25 % » et « 31/12/2028 » sont compris. Vérifiez avant tout : bcs verifier-local",
        "Le contenu de départ (listes du contrat) est déjà là : n’ajoutez que vos lignes.",
    ]
    for section in (s for s in SECTIONS.values() if s.by_hand):
        lines += ["", f"{section.file} – {section.title}"]
        for name in section.columns:
            field = section.model.model_fields[name]
            need = "obligatoire" if field.is_required() else "facultatif"
            lines.append(f"  {name} ({need}) : {field.description}")
    lines += ["", f"{TEXTS_FILE} – textes libres des documents, par commune :"]
    lines += ['  "59172":', "    enjeux: Le texte de la commune.", "  Champs :"]
    lines += [f"  {field.key} (partie {field.part}) : {field.title}" for field in FIELDS]
    for one in codes:
        lines += ["", one.heading, *(f"  {code} : {name}" for code, name in one.entries)]
    return "\n".join(map(typographic, lines)) + "\n"
