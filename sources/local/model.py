"""The files of the local layer: one model per file, whence its template, its checks and its schema."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from sources.model import Model

LONGEST = 5000
"""Characters in one cell: more is a text for the document, not a label."""

QUARTER = re.compile(r"Q[NP][0-9A-Z]{6}")
"""Code of a QPV, of either generation."""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def _empty(cell: object) -> object:
    return None if cell == "" else cell


def _number(cell: object) -> object:
    """Read a number as a person writes it: decimal comma, spaces between thousands."""
    if not isinstance(cell, str):
        return cell
    plain = re.sub(r"[\s\u00a0\u202f€]", "", cell)
    if not plain:
        return None
    return float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else cell


def _lower_case(cell: object) -> object:
    """Read a word of a closed list whatever the case it is written in; an empty cell stays empty."""
    return (cell.casefold() or None) if isinstance(cell, str) else cell


def _readable(text: str) -> str:
    if any(ord(c) < 32 and c not in "\t\n\r" for c in text):
        raise ValueError("caractère de contrôle invisible")
    return text


Required = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_readable)]
Optional = Annotated[
    Annotated[str, Field(max_length=LONGEST), AfterValidator(_readable)] | None, BeforeValidator(_empty)
]
CommuneCode = Annotated[str, Field(pattern=r"^\d[\dAB]\d{3}$")]
AnyCommune = Annotated[CommuneCode | None, BeforeValidator(_empty)]
Year = Annotated[int, Field(ge=2015, le=2040)]
AnyYear = Annotated[Year | None, BeforeValidator(_empty)]
Amount = Annotated[Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, BeforeValidator(_number)]
Number = Annotated[Annotated[float, Field(allow_inf_nan=False)], BeforeValidator(_number)]
Orientation = Annotated[Annotated[int, Field(ge=1, le=6)] | None, BeforeValidator(_empty)]
Axis = Annotated[int, Field(ge=1, le=8)]
Rank = Annotated[int, Field(ge=1)]
YesNo = Annotated[Literal["oui", "non"] | None, BeforeValidator(_lower_case)]
QUARTERS_TEAM = "quartiers"
Team = Annotated[str | None, BeforeValidator(_lower_case)]
State = Annotated[
    Literal["ouverte", "atteinte", "abandonnée"], BeforeValidator(lambda c: _lower_case(c) or "ouverte")
]
ListName = Literal[
    "orientation",
    "principe_transversal",
    "axe_tfpb",
    "bailleur",
    "renouvellement_urbain",
    "outil_financement",
    "action_suivie",
    "suivi",
    "ensemble_a_definir",
]
"""The lists the document shows: under another name, a line would be read and never seen."""


class Row(Model):
    """One line of a file. ``commune`` empty means every commune, where the file allows it."""

    source: Required = Field(description="D’où vient l’information", examples=["Commune, mars 2026"])


class Equipement(Row):
    """One facility people use."""

    commune: CommuneCode = Field(description="Code Insee de la commune", examples=["59172"])
    nom: Required = Field(description="Nom de l’équipement", examples=["Médiathèque (exemple)"])
    type: Required = Field(description="Nature de l’équipement", examples=["culture"])
    quartier: Optional = Field(None, description="Quartier ou code du QPV", examples=["QN05950M"])
    adresse: Optional = Field(None, description="Adresse", examples=["1 rue de l’Exemple"])
    public: Optional = Field(None, description="Public accueilli", examples=["tout public"])


class Service(Row):
    """One service or scheme, and who offers it."""

    commune: AnyCommune = Field(None, description="Code Insee ; vide pour toutes les communes", examples=[""])
    orientation: Orientation = Field(None, description="Orientation du contrat, de 1 à 6", examples=["1"])
    partenaire: Required = Field(description="Qui le propose", examples=["Association (exemple)"])
    dispositif: Required = Field(
        description="Service ou dispositif", examples=["Permanence emploi (exemple)"]
    )


class Action(Row):
    """One action of the yearly programme."""

    commune: CommuneCode = Field(description="Code Insee de la commune", examples=["59172"])
    annee: Year = Field(description="Année de la programmation", examples=["2026"])
    action: Required = Field(description="Intitulé de l’action", examples=["Ateliers cuisine (exemple)"])
    orientation: Orientation = Field(None, description="Orientation du contrat, de 1 à 6", examples=["2"])
    porteur: Optional = Field(
        None, description="Structure qui porte l’action", examples=["Association (exemple)"]
    )
    cout: Amount = Field(None, description="Coût total, en euros", examples=["4500"])
    financements: Optional = Field(None, description="Financeurs", examples=["État, agglomération, commune"])
    suivie: YesNo = Field(None, description="Action suivie de près (oui ou non)", examples=["non"])


class Abatement(Row):
    """One action paid by the abatement of property tax on social housing in a quarter."""

    commune: AnyCommune = Field(
        None, description="Code Insee ; vide pour toutes les communes", examples=["59172"]
    )
    axe: Axis = Field(description="Axe du programme, de 1 à 8", examples=["3"])
    bailleur: Required = Field(description="Bailleur", examples=["Bailleur (exemple)"])
    action: Required = Field(description="Action", examples=["Sur-entretien des halls (exemple)"])
    annee: AnyYear = Field(None, description="Année", examples=["2026"])
    montant: Amount = Field(None, description="Montant, en euros", examples=["12000"])


class Participation(Row):
    """One way inhabitants take part."""

    commune: AnyCommune = Field(
        None, description="Code Insee ; vide pour toutes les communes", examples=["59172"]
    )
    instance: Required = Field(description="Instance ou démarche", examples=["Conseil citoyen (exemple)"])
    periodicite: Optional = Field(None, description="Rythme", examples=["deux fois par an"])
    contenu: Optional = Field(None, description="Ce qui s’y fait", examples=["Avis sur la programmation"])


class Priority(Row):
    """One priority of a commune."""

    commune: CommuneCode = Field(description="Code Insee de la commune", examples=["59172"])
    rang: Rank = Field(description="Ordre de priorité, à partir de 1", examples=["1"])
    orientation: Orientation = Field(None, description="Orientation du contrat, de 1 à 6", examples=["1"])
    enjeu: Required = Field(description="Enjeu", examples=["Lever les freins à l’emploi (exemple)"])
    objectif: Optional = Field(None, description="Résultat attendu", examples=["Deux relais ouverts"])
    echeance: AnyYear = Field(None, description="Année d’échéance", examples=["2028"])
    etat: State = Field("ouverte", description="ouverte, atteinte ou abandonnée", examples=["ouverte"])


class Steering(Row):
    """One steering body."""

    commune: AnyCommune = Field(None, description="Code Insee ; vide pour toutes les communes", examples=[""])
    instance: Required = Field(description="Instance", examples=["Comité de suivi (exemple)"])
    periodicite: Optional = Field(None, description="Rythme", examples=["au moins une fois par an"])
    role: Optional = Field(
        None, description="Ce qu’elle décide ou prépare", examples=["Suit la programmation"]
    )
    prochaine: Optional = Field(None, description="Prochaine réunion", examples=["octobre 2026"])


class Post(Row):
    """One post of the engineering team: a function, never a name."""

    commune: AnyCommune = Field(
        None, description="Code Insee ; vide si le poste suit une équipe", examples=[""]
    )
    equipe: Team = Field(
        None,
        description="Équipe projet du territoire, ou quartiers ; vide pour toutes les communes",
        examples=[QUARTERS_TEAM],
    )
    poste: Required = Field(description="Fonction, sans nom", examples=["Chef de projet (exemple)"])
    orientation: Optional = Field(None, description="Orientation suivie", examples=["Santé"])
    axe_transversal: Optional = Field(
        None, description="Principe transversal suivi", examples=["Inclusion numérique"]
    )


class Target(Row):
    """One target: where an indicator of a territory should be one year."""

    territoire: Annotated[str, Field(pattern=r"^(\d[\dAB]\d{3}|QN[0-9A-Z]{6})$")] = Field(
        description="Code Insee de la commune ou code du QPV de 2024", examples=["59172"]
    )
    indicateur: Required = Field(description="Identifiant de l’indicateur", examples=["identifiant"])
    annee: Annotated[int, Field(ge=2024, le=2030)] = Field(
        description="Année visée, de 2024 à 2030", examples=["2030"]
    )
    valeur: Number = Field(description="Valeur visée, dans l’unité de l’indicateur", examples=["52,5"])


class Group(Row):
    """One commune of a group the agents name themselves; one line for each commune."""

    nom: Required = Field(description="Nom du groupe", examples=["Ostrevant (exemple)"])
    commune: CommuneCode = Field(description="Code Insee d’une commune du groupe", examples=["59172"])


class Listed(Row):
    """One line of a list of the contract."""

    liste: ListName = Field(description="Liste", examples=["orientation"])
    rang: Rank = Field(description="Rang dans la liste", examples=["1"])
    libelle: Required = Field(description="Libellé", examples=["Libellé (exemple)"])
    detail: Optional = Field(None, description="Précision", examples=[""])
    commune: AnyCommune = Field(None, description="Code Insee ; vide pour toutes les communes", examples=[""])


@dataclass(frozen=True)
class Section:
    """One file of the local layer."""

    name: str
    title: str
    model: type[Row]
    once: tuple[str, ...] = ()
    """Columns that no two lines may share; all of them when none is named."""

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that tell one line from another."""
        return self.once or self.columns

    @property
    def file(self) -> str:
        """Name of the file."""
        return f"{self.name}.csv"

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns, the source last."""
        return (*(name for name in self.model.model_fields if name != "source"), "source")

    def declared(self, column: str) -> dict[str, Any]:
        """Return what the schema says of a filled cell of a column; ``empty`` when it may be left empty."""
        told = self.schema()["properties"][column]
        offered = told.get("anyOf", [told])
        kept = [choice for choice in offered if choice.get("type") != "null"]
        return {**told, **kept[0], "empty": len(kept) < len(offered)}

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a line."""
        return self.model.model_json_schema()


SECTIONS: dict[str, Section] = {
    section.name: section
    for section in (
        Section("equipements", "Équipements du quartier vécu", Equipement),
        Section("services", "Services et dispositifs", Service),
        Section("programmation", "Programmation annuelle du contrat", Action),
        Section("tfpb", "Programme d’abattement de TFPB", Abatement),
        Section("participation", "Participation citoyenne", Participation),
        Section("priorites", "Priorités et enjeux", Priority),
        Section("pilotage", "Pilotage", Steering),
        Section("equipe", "Équipe d’ingénierie", Post),
        Section("cibles", "Cibles du suivi 2024-2030", Target, ("territoire", "indicateur", "annee")),
        Section("groupes", "Groupes de communes de l’agglomération", Group, ("nom", "commune")),
        Section("listes", "Listes du contrat", Listed),
    )
}
