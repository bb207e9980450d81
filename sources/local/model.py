"""The files of the local layer: one model per file, whence its template, its checks and its schema."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import Field

from sources.local.kinds import (
    LEAST,
    QUARTERS_TEAM,
    Amount,
    AnyCommune,
    AnyIndicator,
    AnyNumber,
    AnyYear,
    Axis,
    CommuneCode,
    Count,
    Deadline,
    Domain,
    Kept,
    ListName,
    Nature,
    Number,
    Optional,
    Orientation,
    People,
    Place,
    Progress,
    Rank,
    Required,
    State,
    Sum,
    TargetYear,
    Team,
    Year,
    YesNo,
)
from sources.model import Model

LONGEST_SHEET = 31
"""Characters of the name of a sheet."""


class Row(Model):
    """One line of a file. ``commune`` empty means every commune, where the file allows it."""

    source: Required = Field(description="D’où vient l’information", examples=["Commune, mars 2026"])


class Equipement(Row):
    """One facility people use."""

    commune: CommuneCode = Field(description="Code Insee de la commune, ou son nom", examples=["59172"])
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

    commune: CommuneCode = Field(description="Code Insee de la commune, ou son nom", examples=["59172"])
    annee: Year = Field(description="Année de la programmation", examples=["2026"])
    action: Required = Field(description="Intitulé de l’action", examples=["Ateliers cuisine (exemple)"])
    orientation: Orientation = Field(None, description="Orientation du contrat, de 1 à 6", examples=["2"])
    porteur: Optional = Field(
        None, description="Structure qui porte l’action", examples=["Association (exemple)"]
    )
    cout: Amount = Field(None, description="Coût total, en euros", examples=["4500"])
    financements: Optional = Field(
        None, description="Financeurs", examples=["État, intercommunalité, commune"]
    )
    suivie: YesNo = Field(None, description="Action suivie de près (oui ou non)", examples=["non"])
    avancement: Progress = Field(
        None, description="prévue, en cours, terminée ou abandonnée", examples=["en cours"]
    )
    bilan: Optional = Field(
        None, description="Ce qui a été fait, en une phrase", examples=["12 ateliers tenus (exemple)"]
    )


class Funding(Row):
    """What one funder pays of one action of the programme."""

    commune: CommuneCode = Field(description="Code Insee de la commune, ou son nom", examples=["59172"])
    annee: Year = Field(description="Année de la programmation", examples=["2026"])
    action: Required = Field(
        description="Intitulé de l’action, comme dans la programmation",
        examples=["Ateliers cuisine (exemple)"],
    )
    financeur: Required = Field(description="Qui finance", examples=["État"])
    montant: Sum = Field(description="Montant, en euros", examples=["4500"])


class Commitment(Row):
    """One commitment of a partner of the contract."""

    commune: AnyCommune = Field(None, description="Code Insee ; vide pour toutes les communes", examples=[""])
    orientation: Orientation = Field(None, description="Orientation du contrat, de 1 à 6", examples=["1"])
    partenaire: Required = Field(description="Qui s’engage", examples=["Département (exemple)"])
    engagement: Required = Field(description="À quoi", examples=["Deux permanences par mois (exemple)"])
    nature: Nature = Field(description="droit commun ou crédits spécifiques", examples=["droit commun"])
    montant: Amount = Field(None, description="Montant, en euros", examples=["12500"])
    echeance: Deadline = Field(None, description="Échéance : jour ou année", examples=["31/12/2028"])
    etat: Kept = Field(None, description="prévu, en cours, tenu ou abandonné", examples=["en cours"])
    bilan: Optional = Field(
        None, description="Bilan, en une phrase", examples=["Permanences ouvertes en mars (exemple)"]
    )
    indicateur: AnyIndicator = Field(
        None, description="Indicateur du baromètre que l’engagement doit faire bouger", examples=[""]
    )


class Watched(Row):
    """What the lead of one of the three actions followed closely reports to one steering committee."""

    annee: Year = Field(description="Année de la programmation", examples=["2026"])
    domaine: Domain = Field(description="santé, insertion-emploi ou éducation / jeunes", examples=["santé"])
    action: Required = Field(description="Action suivie", examples=["Dépistage en quartier (exemple)"])
    referent: Required = Field(
        description="Référent unique : une fonction, sans nom", examples=["Chargé de mission santé (exemple)"]
    )
    objectif: Required = Field(description="Objectif", examples=["200 personnes dépistées par an"])
    indicateur: AnyIndicator = Field(
        None, description="Indicateur du baromètre que l’action doit faire bouger", examples=[""]
    )
    copil: Deadline = Field(None, description="Comité de pilotage : jour ou année", examples=["15/10/2026"])
    avancement: Required = Field(
        description="Avancement dit à ce comité", examples=["80 personnes dépistées (exemple)"]
    )


class Cohort(Row):
    """One count about one cohort at one date: never a person, never fewer than eleven of them."""

    cohorte: Required = Field(description="Nom de la cohorte", examples=["Jeunes sortis en 2026 (exemple)"])
    date: Deadline = Field(None, description="Date de l’observation : jour ou année", examples=["01/06/2027"])
    mesure: Required = Field(description="Ce qui est compté", examples=["En emploi ou en formation"])
    effectif: People = Field(description=f"Personnes suivies, {LEAST} au moins", examples=["48"])
    concernes: Count = Field(
        description=f"Parmi elles, celles que la mesure compte : aucune, toutes, ou {LEAST} au moins de "
        "chaque côté",
        examples=["21"],
    )


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
    avancement: Progress = Field(
        None, description="prévue, en cours, terminée ou abandonnée", examples=["en cours"]
    )
    bilan: Optional = Field(
        None, description="Ce qui a été fait, en une phrase", examples=["Halls repeints (exemple)"]
    )


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

    commune: CommuneCode = Field(description="Code Insee de la commune, ou son nom", examples=["59172"])
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

    territoire: Place = Field(
        description="Code Insee de la commune ou code du QPV de 2024", examples=["59172"]
    )
    indicateur: Required = Field(description="Identifiant de l’indicateur", examples=["identifiant"])
    annee: TargetYear = Field(description="Année visée, de 2024 à 2030", examples=["2030"])
    valeur: Number = Field(description="Valeur visée, dans l’unité de l’indicateur", examples=["52,5"])


class BaseLine(Row):
    """One starting value of the follow-up, fixed once: no later release moves it."""

    territoire: Place = Field(
        description="Code Insee de la commune ou code du QPV de 2024", examples=["59172"]
    )
    indicateur: Required = Field(description="Identifiant de l’indicateur", examples=["identifiant"])
    definition: Required = Field(description="Définition du chiffre", examples=["identifiant"])
    annee: AnyYear = Field(None, description="Année du chiffre", examples=["2022"])
    edition: AnyYear = Field(None, description="Édition du fichier du producteur", examples=["2024"])
    valeur: Number = Field(description="Valeur de départ, dans l’unité de l’indicateur", examples=["17,6"])
    reference: AnyNumber = Field(
        None, description="Celle de l’intercommunalité, même année", examples=["15,2"]
    )
    plus_petit_changement: AnyNumber = Field(
        None,
        description="Plus petit changement que la source pourrait montrer d’ici à 2030",
        examples=["1,4"],
    )
    publication: Required = Field(description="Publication d’où vient la valeur", examples=["identifiant"])


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
    by_hand: bool = True
    """Whether a person fills it; else a command of the barometer does."""

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that tell one line from another."""
        return self.once or self.columns

    @property
    def sheet(self) -> str:
        """Name of its sheet in a workbook: its title, or its own name where a title would be cut."""
        return self.title if len(self.title) <= LONGEST_SHEET else self.name.capitalize().replace("_", " ")

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
        return _schema(self.model)


@cache
def _schema(model: type[Row]) -> dict[str, Any]:
    """Return the schema pydantic derives: asked for at every column of every file."""
    return model.model_json_schema()


SECTIONS: dict[str, Section] = {
    section.name: section
    for section in (
        Section("equipements", "Équipements du quartier vécu", Equipement),
        Section("services", "Services et dispositifs", Service),
        Section("programmation", "Programmation annuelle du contrat", Action, ("commune", "annee", "action")),
        Section(
            "financements",
            "Financements des actions de la programmation",
            Funding,
            ("commune", "annee", "action", "financeur"),
        ),
        Section(
            "engagements",
            "Engagements des partenaires",
            Commitment,
            ("commune", "orientation", "partenaire", "engagement"),
        ),
        Section("actions_suivies", "Trois actions suivies de près", Watched, ("annee", "domaine", "copil")),
        Section("cohortes", "Suivis de cohortes", Cohort, ("cohorte", "date", "mesure")),
        Section(
            "tfpb",
            "Programme d’abattement de TFPB",
            Abatement,
            ("commune", "axe", "bailleur", "action", "annee"),
        ),
        Section("participation", "Participation citoyenne", Participation),
        Section("priorites", "Priorités et enjeux", Priority),
        Section("pilotage", "Pilotage", Steering),
        Section("equipe", "Équipe d’ingénierie", Post),
        Section("cibles", "Cibles du suivi 2024-2030", Target, ("territoire", "indicateur", "annee")),
        Section("socle", "Base de suivi 2024-2030", BaseLine, ("territoire", "indicateur"), by_hand=False),
        Section("groupes", "Groupes de communes de l’intercommunalité", Group, ("nom", "commune")),
        Section("listes", "Listes du contrat", Listed),
    )
}
