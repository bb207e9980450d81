"""What the files of ``sources/territories/<siren>/`` declare, one class per kind of row.

Belongs here: the shape of a declaration. Does not belong here: reading the files
(``sources.territory.files``) nor the tables made of them (``sources.territory.tables``).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from sources.authority import Noun, noun_of
from sources.model import Model
from sources.vocabulary import Level, Perimeter

# In the CSV files an empty cell is an unknown, and a flag is written oui or non.
Unknown = BeforeValidator(lambda cell: None if cell == "" else cell)
OuiNon = Annotated[bool, BeforeValidator(lambda cell: {"oui": True, "non": False}.get(cell, cell))]
Count = Annotated[int | None, Unknown]
Text = Annotated[str | None, Unknown]


class Place(Model):
    """A code and its name; ``nom_court`` where a long name would not fit on screen."""

    code: str
    nom: str
    nom_court: str | None = None

    @property
    def short(self) -> str:
        """Short name, without the article that would not fit inside a longer name."""
        return (self.nom_court or self.nom).removeprefix("La ")


class Authority(Place):
    """The authority itself; its common noun is that of its legal category unless it is declared."""

    nom_commun: str | None = None
    genre: Literal["féminin", "masculin"] = "féminin"

    @property
    def noun(self) -> Noun:
        """What it is called inside a sentence."""
        return Noun(self.nom_commun, self.genre == "féminin") if self.nom_commun else noun_of(self.nom)


class Contract(Model):
    """What the contract states: totals, checked against its own table, and the comparisons it draws."""

    nom: str
    """What it is called in a sentence and in the title of a document: « Contrat Quartiers 2030 »."""
    source: str
    habitants_qpv: int
    habitants: int
    communes: int
    note: str
    indicateurs: tuple[str, ...] = ()
    """Indicators the contract itself compares, between its priority and its complementary communes."""


class PastPerimeter(Model):
    """Years a producer published the authority's figures on other communes than today's."""

    donnees: str
    ancien_jusqu_a: int
    actuel_depuis: int
    ancien: str

    def note(self, year: int) -> str | None:
        """Return what to say of a figure of this year, None on today's perimeter."""
        if year >= self.actuel_depuis:
            return None
        if year <= self.ancien_jusqu_a:
            return f"Périmètre de l’année\u00a0: {self.ancien}."
        return f"Périmètre de {year} non connu\u00a0: l’intercommunalité d’alors ou celle d’aujourd’hui."

    @property
    def breaks(self) -> dict[int, str]:
        """Years from which figures are of other communes than the year before, or of unknown ones."""
        unknown = self.ancien_jusqu_a + 1
        changed = f"périmètre de l’intercommunalité ({self.ancien} jusqu’en {self.ancien_jusqu_a})"
        if unknown == self.actuel_depuis:
            return {unknown: changed}
        last = self.actuel_depuis - 1
        years = f"en {unknown}" if unknown == last else f"de {unknown} à {last}"
        # Two years of unknown perimeters are not joined either.
        between = dict.fromkeys(
            range(unknown, self.actuel_depuis),
            f"{changed}\u00a0; {years}, le producteur ne dit pas si c’est l’ancien ou l’actuel",
        )
        return {
            **between,
            self.actuel_depuis: "premiers chiffres sur le périmètre actuel de l’intercommunalité",
        }

    def incomparable(self, earlier: int, later: int) -> str | None:
        """Return why two years of the authority give no evolution, None when they do."""
        if earlier >= self.actuel_depuis or later <= self.ancien_jusqu_a:
            return None
        if earlier <= self.ancien_jusqu_a and later >= self.actuel_depuis:
            return f"l’intercommunalité n’avait pas le même périmètre ({self.ancien}) en {earlier}"
        year = earlier if earlier > self.ancien_jusqu_a else later
        return f"le périmètre de l’intercommunalité en {year} n’est pas connu"


class Outlines(Model):
    """Where the contours come from, as it is written under a map."""

    communes: str = "Contours des communes"
    qpv: str = "Contours des quartiers prioritaires"


class Home(Model):
    """The intercommunal authority and the areas it is compared with."""

    epci: Authority
    perimetres: tuple[PastPerimeter, ...] = ()
    departement: Place
    region: Place
    metropole: Place = Place(code="FM", nom="France métropolitaine")
    france: Place = Place(code="F", nom="France")
    references: tuple[Level, ...] = (
        Level.EPCI,
        Level.DEPARTEMENT,
        Level.REGION,
        Level.METROPOLE,
        Level.FRANCE,
    )
    contours: Outlines = Outlines()
    contrat: Contract | None = None
    """The city contract, where there is one."""

    @property
    def quarter_people(self) -> int | None:
        """Inhabitants of the quarters of 2024 as the contract states them, None without a contract."""
        return self.contrat.habitants_qpv if self.contrat else None

    @property
    def compared(self) -> tuple[str, ...]:
        """Indicators the contract itself compares."""
        return self.contrat.indicateurs if self.contrat else ()

    def place(self, level: Level) -> Place | None:
        """Return the only territory of a reference level, None for the other levels."""
        if level not in (Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.METROPOLE, Level.FRANCE):
            return None
        place: Place = getattr(self, level.value)
        return place


class Commune(Model):
    """One commune of the authority and its canton, where cantons are followed."""

    code: str
    nom: str
    canton: Text = None


class Neighbour(Model):
    """A commune of another authority, named because a quarter of ours runs into it."""

    code: str
    nom: str
    epci: str


class Canton(Model):
    """One canton; ``communes_du_canton`` counts those outside the authority too."""

    code: str
    nom: str
    communes_du_canton: int


class Qpv(Model):
    """One quarter of one generation; inhabitants of ours as the contract states them, and of all."""

    code: str
    perimetre: Perimeter
    nom: str
    habitants_contrat: Count = None
    habitants_quartier: Count = None
    note: Text = None


class Membership(Model):
    """One quarter in one commune."""

    qpv: str
    commune: str
    habitants_contrat: Count = None
    source: str


class Successor(Model):
    """A quarter of 2015 and the one of 2024 that stands for it; perimeters differ all the same."""

    qpv_2015: str
    qpv_2024: str
    nature: Literal["même nom", "nom changé", "fusion"]
    source: str


class GroupMember(Model):
    """A commune of a group, or the part of it that belongs."""

    commune: str
    entiere: bool = True
    perimetre: str | None = None
    habitants_2020: int | None = None


TEAM = "equipe_"
"""A group whose code begins so is followed by the project team named after it."""


class Group(Model):
    """A named set of communes; without members it is still to be filled, or published as a whole."""

    code: str
    nom: str
    description: str
    source: str
    membres: tuple[GroupMember, ...] = ()
    habitants_2020: int | None = None
    perimetre: Perimeter | None = None
    role: Literal["prioritaire", "complementaire"] | None = None
    """Which side of the contract's own comparison it is."""
    national: bool = False

    @property
    def summable(self) -> bool:
        """Whether totals of its communes are totals of the group."""
        return bool(self.membres) and all(member.entiere for member in self.membres)


class Pocket(Model):
    """A pocket of poverty: a part of a commune with an estimated population and no rate."""

    commune: str
    perimetre: str
    habitants: int


class Pockets(Model):
    """The pockets of the contract and their stated total."""

    source: str
    habitants: int
    liste: tuple[Pocket, ...]


class GroupFile(Model):
    """Content of ``groupes.yaml``."""

    groupes: tuple[Group, ...] = ()
    poches: Pockets | None = None


class NationalGroups(Model):
    """Content of ``groupes_nationaux.yaml``: rows producers give of all the quarters of France."""

    groupes: tuple[Group, ...]


class Fact(Model):
    """A figure published elsewhere, to reproduce, to confront with ours, or only to quote."""

    id: str
    titre: str
    valeur: float
    unite: str
    annee: int | None = None
    niveau: Level | None = None
    territoire: str | None = None
    source: str
    nature: Literal["reproduce", "confront", "quote"]
    indicateur: str | None = None
    tolerance: float | None = None
    echelle: str | None = None
    """Scale of the figure when it is not ours: it is then set beside ours, never compared."""
    calcul: (
        Literal[
            "evolution_cinq_ans",
            "ecart_quartiers",
            "ensemble_quartiers",
            "nombre_de_quartiers",
            "communes_des_quartiers",
            "habitants_des_quartiers",
        ]
        | None
    ) = None
    """How our data are read beside it, where that is not one figure of the same territory and year."""
    commentaire: str | None = None


class FactFile(Model):
    """Content of ``faits.yaml``."""

    faits: tuple[Fact, ...] = ()


class Goalpost(Model):
    """The frozen extremes one dimension of the IDH-4 is measured between."""

    set: str
    dimension: Literal["niveau_de_vie", "education_cap_bep", "education_tout_diplome", "sante_icm"]
    aire_de_reference: str
    millesime: Count
    min: float
    max: float
    territoire_min: Text
    territoire_max: Text
    statut: Literal["observé", "provisoire"]
    par_defaut: OuiNon
    note: str


class Around(Model):
    """The outline of a commune that touches ours, its geometry kept as GeoJSON text (WGS84)."""

    code: str
    name: str
    geojson: str
    source: str


class Contour(Model):
    """One contour, its geometry kept as GeoJSON text (WGS84)."""

    level: Level
    code: str
    perimeter: Perimeter | None
    geojson: str
    source: str
