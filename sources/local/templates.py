"""Templates of the files an agent fills: one CSV with an example line, its schema, explanations."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from sources.local.fields import FIELDS
from sources.local.model import SECTIONS, Section
from sources.local.texts import TEXTS_FILE
from sources.problems import typographic

README = "LISEZMOI.txt"


def template(section: Section) -> str:
    """Return the template of one file: its columns, then one line of example to replace."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(section.columns)
    writer.writerow([(section.model.model_fields[name].examples or [""])[0] for name in section.columns])
    return out.getvalue()


def write_templates(folder: Path) -> list[Path]:
    """Write into ``folder`` one template and one JSON schema per file, and the explanations.

    Templates are named ``modele_…``: they are never read as data, nor do they overwrite any.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for section in SECTIONS.values():
        model = folder / f"modele_{section.file}"
        # The mark makes spreadsheets read accents right.
        model.write_bytes(template(section).encode("utf-8-sig"))
        schema = folder / f"schema_{section.name}.json"
        schema.write_text(json.dumps(section.schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written += [model, schema]
    readme = folder / README
    readme.write_text(explanations(), encoding="utf-8")
    return [*written, readme]


def explanations() -> str:
    """Return what each file and each column is for."""
    lines = [
        "Volet local du baromètre : ce que l’agglomération et les communes écrivent elles-mêmes.",
        "",
        "Copiez un modèle sans « modele_ » dans son nom et remplacez la ligne d’exemple.",
        "Enregistrez en CSV UTF-8.",
        "Le contenu de départ (listes du contrat) est déjà là : n’ajoutez que vos lignes.",
    ]
    for section in SECTIONS.values():
        lines += ["", f"{section.file} – {section.title}"]
        for name in section.columns:
            field = section.model.model_fields[name]
            need = "obligatoire" if field.is_required() else "facultatif"
            lines.append(f"  {name} ({need}) : {field.description}")
    lines += ["", f"{TEXTS_FILE} – textes libres des documents, par commune :"]
    lines += ['  "59172":', "    enjeux: Le texte de la commune.", "  Champs :"]
    lines += [f"  {field.key} (partie {field.part}) : {field.title}" for field in FIELDS]
    return "\n".join(map(typographic, lines)) + "\n"
