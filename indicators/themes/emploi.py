"""Theme « Emploi »: unemployment, employment, limited-term jobs, registered jobseekers."""

from __future__ import annotations

from indicators.model import Direction, Indicator, Published, Ratio, Series, Theme, Unit, total
from indicators.themes.levels import COUNTS, QPV

_CLOSE_CENSUSES = (
    "Deux recensements distants de moins de cinq ans partagent des enquêtes : ils ne disent pas une "
    "évolution."
)

taux_chomage_rp = Indicator(
    id="taux_chomage_rp",
    number=12,
    theme=Theme.EMPLOI,
    title="Taux de chômage au sens du recensement",
    short_title="Taux de chômage (recensement)",
    definition=(
        "Personnes de 15 à 64 ans qui se déclarent au chômage, rapportées aux actifs du même âge (en emploi "
        "ou au chômage). Recensement de la population, exploitation principale."
    ),
    reading="{territory_in}, {value} des actifs de 15 à 64 ans se déclarent au chômage ({year}).",
    headline=3,
    direction=Direction.HIGH_IS_NEED,
    need="Le chômage",
    equivalence=1.1,
    people=("des chômeurs", "des actifs"),
    unit=Unit.PERCENT,
    synonyms=("chômage", "chômeurs", "sans emploi", "demandeurs"),
    instead=("chômage des jeunes", "chômage des femmes", "taux de chômage localisé"),
    series=(
        Series(
            id="actifs",
            formula=Ratio(total("rp_chom1564"), total("rp_act1564")),
            levels=COUNTS,
            concept="taux_chomage_rp",
        ),
        Series(
            # Some tables give the two parts of the active population and not their total.
            id="actifs_additionnes",
            formula=Ratio(total("rp_chom1564"), total("rp_actocc1564", "rp_chom1564")),
            levels=COUNTS,
            concept="taux_chomage_rp",
        ),
    ),
    caveats=(
        "Ce n’est pas le taux de chômage au sens du BIT, plus bas : ici, chacun déclare sa "
        "situation. L’indicateur n’existe pas dans les quartiers prioritaires, où se lit "
        "le taux d’emploi. " + _CLOSE_CENSUSES
    ),
    by_age=tuple((f"rp_chom{band}", f"rp_act{band}") for band in ("1524", "2554", "5564")),
    sampled="principal",
)

taux_emploi = Indicator(
    id="taux_emploi",
    number=13,
    theme=Theme.EMPLOI,
    title="Taux d’emploi des 15-64 ans",
    short_title="Taux d’emploi",
    definition=(
        "Personnes de 15 à 64 ans qui ont un emploi, rapportées à l’ensemble des 15-64 ans. Recensement de "
        "la population, exploitation principale ; pour les quartiers prioritaires, taux publié par l’INSEE."
    ),
    reading="{territory_in}, {value} des 15-64 ans ont un emploi ({year}).",
    direction=Direction.LOW_IS_NEED,
    need="Le manque d’emploi",
    same_need="taux_chomage_rp",
    equivalence=1.1,
    people=("des personnes sans emploi", "des 15-64 ans"),
    unit=Unit.PERCENT,
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rp_actocc1564"), total("rp_pop1564")),
            levels=COUNTS,
            concept="taux_emploi",
        ),
        Series(
            id="qpv",
            formula=Published("qp_tx_empl"),
            levels=QPV,
            concept="taux_emploi",
        ),
    ),
    caveats=(
        "Les élèves, étudiants et retraités de moins de 65 ans comptent au dénominateur. "
        "C’est le meilleur indicateur commun aux communes et aux quartiers prioritaires. " + _CLOSE_CENSUSES
    ),
    sampled="principal",
)

emplois_duree_limitee = Indicator(
    id="emplois_duree_limitee",
    number=14,
    theme=Theme.EMPLOI,
    title="Part des emplois à durée limitée",
    short_title="Emplois à durée limitée",
    definition=(
        "Salariés de 15 ans ou plus en contrat à durée déterminée, intérim, emploi aidé, apprentissage ou "
        "stage rémunéré, rapportés à l’ensemble des salariés de 15 ans ou plus. Recensement de la "
        "population, exploitation principale ; pour les quartiers prioritaires, part publiée par l’INSEE."
    ),
    reading="{territory_in}, {value} des emplois sont à durée limitée ({year}).",
    direction=Direction.HIGH_IS_NEED,
    need="La précarité des emplois",
    equivalence=1.1,
    people=("des salariés en emploi à durée limitée", "des salariés"),
    unit=Unit.PERCENT,
    synonyms=("CDD", "intérim", "emplois précaires", "précarité de l’emploi", "contrats courts"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(
                total("rp_sal15p_cdd", "rp_sal15p_interim", "rp_sal15p_empaid", "rp_sal15p_appr"),
                total("rp_sal15p"),
            ),
            levels=COUNTS,
            concept="emplois_duree_limitee",
        ),
        Series(
            id="qpv",
            formula=Published("qp_tx_edlim"),
            levels=QPV,
            concept="emplois_duree_limitee",
            caveat=(
                "Pour les quartiers prioritaires, la part porte sur les 15-64 ans ; pour les communes, sur "
                "les salariés de 15 ans ou plus. Avant 2020, l’INSEE parlait d’emplois précaires."
            ),
        ),
    ),
    caveats=(
        "Les âges diffèrent : 15 ans ou plus à l’échelle communale, 15-64 ans dans les quartiers "
        "prioritaires ; la comparaison se lit avec cette réserve."
    ),
    sampled="principal",
)

demandeurs_emploi = Indicator(
    id="demandeurs_emploi",
    number=15,
    theme=Theme.EMPLOI,
    title="Demandeurs d’emploi ABC pour 100 habitants",
    short_title="Demandeurs d’emploi ABC",
    definition=(
        "Demandeurs d’emploi des catégories A, B et C inscrits à France Travail (tenus de chercher un "
        "emploi, sans activité ou en activité réduite), en moyenne du quatrième trimestre, rapportés à la "
        "population municipale du recensement le plus proche."
    ),
    reading=(
        "{territory_in}, le nombre de demandeurs d’emploi des catégories A, B et C s’établit à {value} "
        "pour 100 habitants ({year})."
    ),
    direction=Direction.HIGH_IS_NEED,
    need="La recherche d’emploi",
    same_need="taux_chomage_rp",
    equivalence=1.1,
    people=("des demandeurs d’emploi", "des habitants"),
    unit=Unit.PER_100,
    synonyms=("France Travail", "Pôle emploi", "inscrits à France Travail", "DEFM"),
    series=(
        Series(
            id="dares_communes",
            formula=Ratio(total("defm_abc"), total("rp_pop"), denominator_year="interpolated"),
            levels=COUNTS,
            concept="demandeurs_emploi",
        ),
        Series(
            id="qpv",
            formula=Ratio(total("defm_abc"), total("qp_pop_mun"), denominator_year="interpolated"),
            levels=QPV,
            concept="demandeurs_emploi",
        ),
    ),
    caveats=(
        "Ce n’est pas un taux de chômage : le dénominateur est toute la population, enfants et retraités "
        "compris. Effectifs communaux arrondis à un multiple de 5. L’année du recensement employé au "
        "dénominateur est indiquée."
    ),
)

demandeurs_longue_duree = Indicator(
    id="demandeurs_longue_duree",
    number=16,
    theme=Theme.EMPLOI,
    title="Part des demandeurs d’emploi de longue durée",
    short_title="Demandeurs de longue durée",
    definition=(
        "Demandeurs d’emploi des catégories A, B et C inscrits depuis un an ou plus, rapportés à l’ensemble "
        "des demandeurs d’emploi de ces catégories."
    ),
    reading="{territory_in}, {value} des demandeurs d’emploi sont inscrits depuis un an ou plus ({year}).",
    direction=Direction.HIGH_IS_NEED,
    need="Le chômage de longue durée",
    equivalence=1.1,
    people=("des demandeurs d’emploi de longue durée", "des demandeurs d’emploi"),
    unit=Unit.PERCENT,
    synonyms=("chômage de longue durée", "longue durée"),
    series=(
        Series(
            id="dares_communes",
            formula=Ratio(total("defm_abc_1an"), total("defm_abc")),
            levels=COUNTS,
            concept="demandeurs_longue_duree",
        ),
        Series(
            id="qpv",
            formula=Ratio(total("defm_abc_dur3", "defm_abc_dur4"), total("defm_abc")),
            levels=QPV,
            concept="demandeurs_longue_duree",
        ),
    ),
    caveats=(
        "La durée est celle de l’inscription, non celle de l’absence d’emploi. Le fichier communal de la "
        "Dares par ancienneté est attendu ; seuls les quartiers prioritaires sont renseignés sans lui."
    ),
)

INDICATORS = (
    taux_chomage_rp,
    taux_emploi,
    emplois_duree_limitee,
    demandeurs_emploi,
    demandeurs_longue_duree,
)
