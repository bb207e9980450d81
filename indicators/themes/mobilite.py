"""Theme « Mobilité »: households without a car, ways of going to work."""

from __future__ import annotations

from indicators.model import Direction, Indicator, Ratio, Series, Theme, Unit, total
from indicators.themes.levels import COUNTS

_COMMUTING_CAVEAT = (
    "Indicateur descriptif : il ne dit pas à lui seul un besoin. Un seul mode, le principal, est retenu par "
    "personne. Deux recensements distants de moins de cinq ans partagent des enquêtes : ils ne disent pas "
    "une évolution."
)

menages_sans_voiture = Indicator(
    id="menages_sans_voiture",
    number=21,
    theme=Theme.MOBILITE,
    title="Part des ménages sans voiture",
    short_title="Ménages sans voiture",
    definition=(
        "Ménages qui n’ont aucune voiture, rapportés à l’ensemble des ménages (un par résidence principale). "
        "Recensement de la population, exploitation principale."
    ),
    reading="{territory_in}, {value} des ménages n’ont pas de voiture ({year}).",
    direction=Direction.HIGH_IS_NEED,
    need="L’absence de voiture",
    equivalence=1.1,
    people=("des ménages sans voiture", "des ménages"),
    unit=Unit.PERCENT,
    synonyms=("voiture", "sans voiture", "motorisation"),
    instead=("permis de conduire", "précarité mobilité"),
    series=(
        Series(
            id="recensement",
            formula=Ratio({"rp_rp": 1.0, "rp_rp_voit1p": -1.0}, total("rp_rp")),
            levels=COUNTS,
            concept="menages_sans_voiture",
        ),
    ),
    caveats=(
        "Obtenu par différence entre les ménages et ceux qui ont au moins une voiture. Ne pas avoir de "
        "voiture n’est pas toujours subi : l’offre de transport et la taille du ménage comptent."
    ),
    sampled="principal",
)

trajets_voiture = Indicator(
    id="trajets_voiture",
    number=22,
    theme=Theme.MOBILITE,
    title="Part des actifs allant travailler en voiture",
    short_title="Trajets en voiture",
    definition=(
        "Personnes de 15 ans ou plus en emploi qui vont travailler principalement en voiture, camion ou "
        "fourgonnette, rapportées à l’ensemble des personnes en emploi. Recensement de la population, "
        "exploitation principale."
    ),
    reading="{territory_in}, {value} des personnes en emploi vont travailler en voiture ({year}).",
    direction=Direction.DESCRIPTIVE,
    unit=Unit.PERCENT,
    synonyms=("domicile-travail", "déplacements"),
    instead=("covoiturage", "vélo"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rp_actocc15p_voiture"), total("rp_actocc15p")),
            levels=COUNTS,
            concept="trajets_voiture",
        ),
    ),
    caveats=_COMMUTING_CAVEAT,
    sampled="principal",
)

trajets_transports_collectifs = Indicator(
    id="trajets_transports_collectifs",
    number=23,
    theme=Theme.MOBILITE,
    title="Part des actifs allant travailler en transports collectifs",
    short_title="Trajets en transports collectifs",
    definition=(
        "Personnes de 15 ans ou plus en emploi qui vont travailler principalement en transports en commun, "
        "rapportées à l’ensemble des personnes en emploi. Recensement de la population, exploitation "
        "principale."
    ),
    reading=(
        "{territory_in}, {value} des personnes en emploi vont travailler en transports en commun ({year})."
    ),
    direction=Direction.DESCRIPTIVE,
    unit=Unit.PERCENT,
    synonyms=("transports en commun", "bus", "tramway", "train"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rp_actocc15p_commun"), total("rp_actocc15p")),
            levels=COUNTS,
            concept="trajets_transports_collectifs",
        ),
    ),
    caveats=_COMMUTING_CAVEAT,
    sampled="principal",
)

INDICATORS = (menages_sans_voiture, trajets_voiture, trajets_transports_collectifs)
