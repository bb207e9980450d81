"""Theme « Culture et sport »: sports licences, sports facilities and cultural places."""

from __future__ import annotations

from indicators.model import Direction, Indicator, Published, Ratio, Series, Theme, Unit, total
from indicators.themes.levels import COUNTS, OWN_ROWS, QPV

licences_sportives = Indicator(
    id="licences_sportives",
    number=35,
    theme=Theme.CULTURE_SPORT,
    title="Licences sportives pour 100 habitants",
    short_title="Licences sportives",
    definition=(
        "Licences délivrées par les fédérations sportives aux habitants du territoire, rapportées à la "
        "population municipale du recensement le plus proche. INJEP."
    ),
    reading=(
        "{territory_in}, le nombre de licences sportives s’établit à {value} pour 100 habitants ({year})."
    ),
    direction=Direction.LOW_IS_NEED,
    need="Le manque de pratique sportive en club",
    equivalence=1.1,
    people=("des habitants sans licence sportive", "des habitants"),
    unit=Unit.PER_100,
    synonyms=("sport", "clubs", "licenciés"),
    series=(
        Series(
            id="injep_communes",
            formula=Ratio(total("injep_licences"), total("rp_pop"), denominator_year="interpolated"),
            levels=COUNTS,
            concept="licences_sportives",
        ),
        Series(
            id="injep_qpv",
            formula=Ratio(total("injep_licences"), total("qp_pop_mun"), denominator_year="interpolated"),
            levels=QPV,
            concept="licences_sportives",
        ),
        Series(
            id="licences_0_14",
            formula=Published("licsport_014"),
            levels=OWN_ROWS,
            concept="licences_0_14",
            label="Part des 0-14 ans licenciés",
            caveat=(
                "Variante publiée par l’Observatoire des territoires, montrée à part et jamais notée : la "
                "valeur, donnée telle que publiée, dépasse 100 dans quelques communes."
            ),
            scored=False,
            unit=Unit.PERCENT,
            reading=(
                "{territory_in}, les licences sportives des 0-14 ans représentent {value} des enfants de cet "
                "âge ({year})."
            ),
        ),
    ),
    # One person may hold several licences: over 100 is published in a few communes.
    bounds=(0, None),
    caveats=(
        "On compte des licences, non des personnes : la valeur peut dépasser 100. La pratique sans licence "
        "n’y est pas. En attendant le fichier de l’INJEP, seule la part des 0-14 ans licenciés est "
        "renseignée, à part."
    ),
)

equipements_culture_sport = Indicator(
    id="equipements_culture_sport",
    number=36,
    theme=Theme.CULTURE_SPORT,
    title="Équipements culturels et sportifs pour 1\u202f000 habitants",
    short_title="Équipements culture et sport",
    definition=(
        "Équipements sportifs et lieux culturels situés sur le territoire, rapportés à la population "
        "municipale du recensement le plus proche. INSEE, base permanente des équipements (BPE)."
    ),
    reading=(
        "{territory_in}, le nombre d’équipements sportifs et culturels s’établit à {value} pour "
        "1\u202f000 habitants ({year})."
    ),
    direction=Direction.LOW_IS_NEED,
    need="Le manque d’équipements culturels et sportifs",
    equivalence=1.1,
    unit=Unit.PER_1000,
    synonyms=("culture", "bibliothèques", "piscine", "stades"),
    instead=("cinéma", "théâtre", "musées"),
    series=(
        Series(
            id="bpe",
            formula=Ratio(
                total("bpe_culture_sport"),
                total("rp_pop"),
                scale=1000,
                denominator_year="interpolated",
                absent_is_zero=True,
            ),
            levels=COUNTS,
            concept="equipements_culture_sport",
        ),
        Series(
            # The counts at hand list neither cinemas nor theatres nor museums: absent, not zero.
            id="sport_bibliotheques",
            formula=Ratio(
                total("bpe_sport_bibliotheque"),
                total("rp_pop"),
                scale=1000,
                denominator_year="interpolated",
            ),
            levels=COUNTS,
            concept="equipements_sport_bibliotheques",
            label="Équipements sportifs et bibliothèques pour 1\u202f000 habitants",
            caveat=(
                "Équipements sportifs et bibliothèques seulement : les cinémas, théâtres et musées manquent "
                "au fichier disponible, ce qui ne veut pas dire qu’il n’y en a pas. Une commune où rien "
                "n’est listé compte pour zéro, valeur estimée : la liste ne sépare pas l’absence du non "
                "publié."
            ),
            reading=(
                "{territory_in}, le nombre d’équipements sportifs et de bibliothèques s’établit à {value} "
                "pour 1\u202f000 habitants ({year})."
            ),
        ),
        Series(
            id="bpe_qpv",
            formula=Ratio(
                total("bpe_culture_sport"), total("qp_pop_mun"), scale=1000, denominator_year="interpolated"
            ),
            levels=QPV,
            concept="equipements_culture_sport_qpv",
            label="Équipements situés dans le quartier pour 1\u202f000 habitants",
            caveat=(
                "Équipements situés dans le périmètre : ceux de la rue d’en face n’y sont pas. Non "
                "comparable aux communes."
            ),
            scored=False,
        ),
    ),
    bounds=(0, None),
    caveats=(
        "On compte des équipements, sans leur taille, leur état ni leurs horaires. Un type absent de la "
        "liste d’une commune peut être nul ou non publié. Les petites communes ont mécaniquement un rapport "
        "élevé dès leur premier équipement."
    ),
)

INDICATORS = (licences_sportives, equipements_culture_sport)
