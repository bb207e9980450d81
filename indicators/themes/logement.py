"""Theme « Logement »: social housing, vacancy, overcrowding, old dwellings."""

from __future__ import annotations

from indicators.model import Break, Direction, Indicator, Published, Ratio, Series, Theme, Unit, total
from indicators.themes.levels import COUNTS, QPV

_CLOSE_CENSUSES = (
    "Deux recensements distants de moins de cinq ans partagent des enquêtes : ils ne disent pas une "
    "évolution."
)

logements_hlm = Indicator(
    id="logements_hlm",
    number=24,
    theme=Theme.LOGEMENT,
    title="Part des résidences principales HLM",
    short_title="Résidences principales HLM",
    definition=(
        "Résidences principales louées vides à un organisme HLM, d’après la déclaration des occupants, "
        "rapportées à l’ensemble des résidences principales. Recensement de la population, exploitation "
        "principale."
    ),
    reading="{territory_in}, {value} des résidences principales sont des logements HLM ({year}).",
    direction=Direction.DESCRIPTIVE,
    unit=Unit.PERCENT,
    synonyms=("HLM", "logement social", "logements sociaux", "bailleurs"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rp_rp_lochlmv"), total("rp_rp")),
            levels=COUNTS,
            concept="logements_hlm",
        ),
        Series(
            id="rpls_qpv",
            formula=Published("qp_tx_lls"),
            levels=QPV,
            concept="logements_sociaux_rpls",
            label="Logements locatifs sociaux pour 100 ménages (RPLS)",
            caveat=(
                "Notion voisine, montrée à part : logements du répertoire des bailleurs sociaux, occupés ou "
                "vacants, rapportés aux ménages. Elle peut dépasser 100 et ne se compare pas à la part "
                "déclarée au recensement."
            ),
            scored=False,
            reading=(
                "{territory_in}, le nombre de logements locatifs sociaux représente {value} du nombre de "
                "ménages ({year})."
            ),
        ),
    ),
    # No upper bound: the register's count over households exceeds 100 in a QPV. The census share is held
    # below 100 by « part ≤ total » in the catalogue.
    bounds=(0, None),
    caveats=(
        "Indicateur descriptif. La hausse de 2012 à 2023 tient en partie au changement de "
        "statut d’anciens logements miniers : elle ne se lit pas comme de la construction "
        "neuve. Déclaration des occupants au recensement, répertoire des bailleurs (RPLS) "
        "dans les quartiers prioritaires : les deux ne se comparent pas. " + _CLOSE_CENSUSES
    ),
    sampled="principal",
)

logements_vacants = Indicator(
    id="logements_vacants",
    number=25,
    theme=Theme.LOGEMENT,
    title="Part des logements vacants",
    short_title="Logements vacants",
    definition=(
        "Logements inoccupés (proposés à la vente ou à la location, en attente d’occupation, sans "
        "affectation), rapportés à l’ensemble des logements. Recensement de la population, exploitation "
        "principale."
    ),
    reading="{territory_in}, {value} des logements sont vacants ({year}).",
    direction=Direction.HIGH_IS_NEED,
    need="La vacance des logements",
    equivalence=1.1,
    people=("des logements vacants", "des logements"),
    unit=Unit.PERCENT,
    synonyms=("vacance", "logements vides"),
    instead=("logement indigne", "insalubrité"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rp_logvac"), total("rp_log")),
            levels=COUNTS,
            concept="logements_vacants",
        ),
    ),
    caveats=(
        "La vacance est difficile à mesurer et comprend celle, brève, du marché ordinaire. "
        "Une opération de renouvellement urbain en cours peut l’élever sans que ce soit un "
        "défaut. " + _CLOSE_CENSUSES
    ),
    sampled="principal",
)

suroccupation = Indicator(
    id="suroccupation",
    number=26,
    theme=Theme.LOGEMENT,
    title="Part des résidences principales suroccupées",
    short_title="Résidences suroccupées",
    definition=(
        "Résidences principales qui ont moins de pièces que la norme de peuplement n’en demande au ménage, "
        "rapportées aux résidences principales. Recensement de la population, exploitation complémentaire."
    ),
    reading="{territory_in}, {value} des résidences principales sont suroccupées ({year}).",
    direction=Direction.HIGH_IS_NEED,
    need="La suroccupation des logements",
    equivalence=1.1,
    people=("des logements suroccupés", "des résidences principales"),
    unit=Unit.PERCENT,
    synonyms=("surpeuplement", "logements trop petits"),
    series=(
        Series(
            id="norme_2022",
            formula=Ratio(
                total("rpc_rp_surocc_mod", "rpc_rp_surocc_acc"),
                total(
                    "rpc_rp_norme",
                    "rpc_rp_sousocc_mod",
                    "rpc_rp_sousocc_acc",
                    "rpc_rp_sousocc_tacc",
                    "rpc_rp_surocc_mod",
                    "rpc_rp_surocc_acc",
                ),
            ),
            levels=COUNTS,
            concept="suroccupation_2022",
            caveat="Suroccupation modérée ou accentuée, parmi toutes les résidences principales.",
            years=(2022, None),
        ),
        Series(
            id="hors_studios",
            formula=Ratio(total("rpc_rp_hstu1p_surocc"), total("rpc_rp_hstu1p")),
            levels=COUNTS,
            concept="suroccupation_hors_studios",
            label="Résidences suroccupées, hors studios d’une personne (jusqu’en 2021)",
            caveat="Ancienne définition : les studios occupés par une personne sont exclus des deux termes.",
            years=(None, 2021),
        ),
    ),
    caveats=(
        "La définition change au recensement de 2022 : aucune évolution ne se calcule de part et d’autre. "
        "L’exploitation complémentaire est un sondage, fragile dans les petites communes."
    ),
    breaks=(
        Break(
            2022,
            "Définition nouvelle au recensement de 2022 : la suroccupation modérée ou accentuée se mesure "
            "sur toutes les résidences principales ; auparavant, les studios d’une personne étaient exclus.",
        ),
    ),
    sampled="complementary",
)

logements_avant_1946 = Indicator(
    id="logements_avant_1946",
    number=27,
    theme=Theme.LOGEMENT,
    title="Part des résidences principales d’avant 1946",
    short_title="Logements d’avant 1946",
    definition=(
        "Résidences principales dont la construction s’est achevée avant 1946, rapportées aux résidences "
        "principales dont la période d’achèvement est connue. Recensement de la population, exploitation "
        "principale."
    ),
    reading="{territory_in}, {value} des résidences principales datent d’avant 1946 ({year}).",
    direction=Direction.HIGH_IS_NEED,
    need="L’ancienneté des logements",
    equivalence=1.1,
    people=("des résidences principales d’avant 1946", "des résidences principales"),
    unit=Unit.PERCENT,
    synonyms=("logement ancien", "habitat ancien", "vétusté"),
    instead=("précarité énergétique", "passoires thermiques"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rp_rp_ach19", "rp_rp_ach45"), total("rp_rp_achtot")),
            levels=COUNTS,
            concept="logements_avant_1946",
        ),
    ),
    caveats=(
        "L’âge du bâti, déclaré par les occupants, ne dit ni son état ni sa rénovation. Les constructions "
        "des trois dernières années sont hors du dénominateur."
    ),
    sampled="principal",
)

INDICATORS = (logements_hlm, logements_vacants, suroccupation, logements_avant_1946)
