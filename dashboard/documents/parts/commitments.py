"""Parts 5 to 10: what the commune, the agglomeration and their partners write and do (local layer)."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.documents import standouts, wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Cell, Column, Paragraph, table_or_reason
from dashboard.documents.parts.entries import (
    amount_cell,
    contract_list,
    numbered,
    reason_of,
    simple_table,
    source_of,
    sourced_table,
    text_cell,
)
from dashboard.story.quarters import unheld
from sources.french import capital, enumeration, lowered, typographic
from sources.local.kinds import QUARTERS_TEAM
from sources.territory.model import TEAM
from sources.vocabulary import Perimeter

Part = Callable[[Dossier], list[Block]]
NO_QUARTER = (
    "sans objet : l’abattement de TFPB ne porte que sur les logements sociaux des quartiers prioritaires"
)


def priorities(dossier: Dossier) -> list[Block]:
    """Part 5."""
    found = standouts.standouts(dossier)
    out: list[Block] = []
    if found.fragilities:
        needs = enumeration([lowered(h.reading.indicator.short_title) for h in found.fragilities])
        out.append(Paragraph(typographic(f"Les chiffres signalent d’abord : {needs}.")))
    ranks = dossier.findings("priority")
    missing = "Ordre de priorité : analyse non disponible dans cette version."
    out += [Paragraph(typographic(rank)) for rank in ranks] or [Paragraph(typographic(missing), "note")]
    out.append(priority_table(dossier, only_open=False))
    orientations, principles = (
        dossier.local.listed(name) for name in ("orientation", "principe_transversal")
    )
    if orientations and dossier.groups:
        said = f"Orientations du contrat : {numbered(orientations)}."
        if principles:
            named = enumeration([lowered(typographic(e["libelle"])) for e in principles])
            said += f" Principes transversaux : {named}."
        out += [Paragraph(typographic(said), "note"), source_of(orientations)]
    return out


def priority_table(dossier: Dossier, *, only_open: bool) -> Block:
    """Return the priorities of the commune, in their order."""
    entries = [
        e
        for e in dossier.local.own("priorites", dossier.commune.code)
        if not only_open or e["etat"] == "ouverte"
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(e["rang"]),
            Cell(
                typographic(e["enjeu"]),
                typographic(dossier.local.orientation(e.whole("orientation"))),
                strong=True,
            ),
            text_cell(e, "objectif"),
            text_cell(e, "echeance"),
            text_cell(e, "etat"),
        )
        for e in sorted(entries, key=lambda e: e.whole("rang") or 0)
    ]
    columns = (
        Column("Rang", 1.4),
        Column("Enjeu", 6.8),
        Column("Résultat attendu", 5.0),
        Column("Échéance", 1.9),
        Column("État", 1.9),
    )
    what = "Priorités ouvertes" if only_open else "Priorités"
    return table_or_reason(f"{what} de la commune", columns, rows, reason_of(dossier, what))


def programme(dossier: Dossier) -> list[Block]:
    """Part 6."""
    entries = dossier.local.own("programmation", dossier.commune.code)
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(e["annee"]),
            Cell(
                typographic(e["action"]),
                "action suivie de près" if e["suivie"] == "oui" else "",
                strong=True,
            ),
            Cell(typographic(dossier.local.orientation(e.whole("orientation"))) or wording.NONE),
            text_cell(e, "porteur"),
            amount_cell(e, "cout", typographic(e["financements"])),
        )
        for e in sorted(entries, key=lambda e: (e["annee"], e["action"]))
    ]
    columns = (
        Column("Année", 1.5),
        Column("Action", 5.5),
        Column("Orientation", 4.0),
        Column("Porteur", 3.0),
        Column("Coût", 3.0, right=True),
    )
    out: list[Block] = [
        table_or_reason(
            "Programmation annuelle du contrat",
            columns,
            rows,
            reason_of(dossier, "Programmation"),
        )
    ]
    out += contract_list(dossier, "action_suivie", "Trois actions suivies de près chaque année")
    out += contract_list(dossier, "outil_financement", "Outils de financement du contrat")
    out += contract_list(dossier, "renouvellement_urbain", "Renouvellement urbain dans la commune", own=True)
    return out


def property_tax(dossier: Dossier) -> list[Block]:
    """Part 7."""
    out: list[Block] = []
    if not dossier.current_quarters:
        said = f"{capital(NO_QUARTER)}. La commune n’en compte aucun en 2024."
        out.append(Paragraph(unheld(dossier.barometer, Perimeter.QPV_2024) or typographic(said)))
        return out
    axes = {e.whole("rang"): e["libelle"] for e in dossier.local.listed("axe_tfpb")}
    entries = dossier.local.of_commune("tfpb", dossier.commune.code)
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(typographic(f"{e['axe']}. {axes.get(e.whole('axe'), '')}")),
            text_cell(e, "bailleur"),
            text_cell(e, "action"),
            text_cell(e, "annee"),
            amount_cell(e, "montant"),
        )
        for e in sorted(entries, key=lambda e: (e.whole("axe") or 0, e["annee"]))
    ]
    columns = (
        Column("Axe", 5.0),
        Column("Bailleur", 3.0),
        Column("Action", 5.0),
        Column("Année", 1.6),
        Column("Montant", 2.4, right=True),
    )
    out.append(
        table_or_reason(
            "Programme d’abattement de TFPB", columns, rows, reason_of(dossier, "Programme de TFPB")
        )
    )
    listed = dossier.local.listed("axe_tfpb")
    if listed:
        said = f"Les huit axes du programme 2025-2030 : {numbered(listed)}."
        out += [Paragraph(typographic(said), "note"), source_of(listed)]
    out += contract_list(dossier, "bailleur", "Bailleurs signataires")
    return out


def participation(dossier: Dossier) -> list[Block]:
    """Part 8."""
    return simple_table(
        dossier,
        "participation",
        "Participation citoyenne",
        (
            ("instance", "Instance ou démarche", 5.0),
            ("periodicite", "Rythme", 3.6),
            ("contenu", "Contenu", 5.4),
        ),
    )


def steering(dossier: Dossier) -> list[Block]:
    """Part 9."""
    columns = (
        ("instance", "Instance", 4.0),
        ("periodicite", "Rythme", 3.6),
        ("role", "Rôle", 4.4),
        ("prochaine", "Prochaine réunion", 2.2),
    )
    return [
        *simple_table(dossier, "pilotage", "Pilotage", columns),
        *contract_list(dossier, "suivi", "Suivi et évaluation du contrat"),
    ]


def team(dossier: Dossier) -> list[Block]:
    """Part 10."""
    own = [group.code.removeprefix(TEAM) for group in dossier.groups if group.code.startswith(TEAM)]
    kept = [
        e
        for e in dossier.local.of_commune("equipe", dossier.commune.code)
        if e.commune
        or e["equipe"] in ("", *own)
        or (e["equipe"] == QUARTERS_TEAM and dossier.current_quarters)
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            text_cell(e, "poste"),
            text_cell(e, "orientation"),
            text_cell(e, "axe_transversal"),
        )
        for e in kept
    ]
    columns = (
        Column("Poste", 5.0),
        Column("Orientation suivie", 6.5),
        Column("Principe transversal", 5.5),
    )
    reason = reason_of(dossier, "Équipe")
    if dossier.local.published and not own and dossier.barometer.identity.contract:
        reason = "Le contrat ne rattache la commune à aucune équipe projet. " + reason
    caption = typographic("Ingénierie mobilisée : des fonctions, sans nom")
    return sourced_table(caption, columns, rows, kept, reason)
