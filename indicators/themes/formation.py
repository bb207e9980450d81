"""Theme « Formation »: diplomas, schooling, young people out of work and training."""

from __future__ import annotations

from indicators.model import Direction, Indicator, Published, Ratio, Series, Theme, Unit, total
from indicators.themes.levels import COUNTS, OWN_ROWS, QPV

_LEVELS = ("diplmin", "bepc", "capbep", "bac", "sup2", "sup34", "sup5")
# Tables by level of diploma give no total: it is the sum of the seven levels.
OUT_OF_SCHOOL = total(*(f"rp_nscol15p_{level}" for level in _LEVELS))

sans_diplome = Indicator(
    id="sans_diplome",
    number=17,
    theme=Theme.FORMATION,
    title="Part des 15 ans et + non scolarisés sans diplôme ou CEP",
    short_title="Sans diplôme",
    definition=(
        "Personnes de 15 ans ou plus qui ne poursuivent pas d’études et n’ont aucun diplôme, ou au plus le "
        "certificat d’études primaires (CEP), rapportées à l’ensemble des 15 ans ou plus non scolarisés. "
        "Recensement de la population, exploitation principale."
    ),
    reading=(
        "{territory_in}, {value} des 15 ans ou plus sortis du système scolaire n’ont aucun diplôme, ou le "
        "CEP ({year})."
    ),
    headline=4,
    direction=Direction.HIGH_IS_NEED,
    need="L’absence de diplôme",
    equivalence=1.1,
    people=("des personnes sans diplôme", "des personnes sorties des études"),
    unit=Unit.PERCENT,
    synonyms=("diplômes", "niveau de diplôme", "peu diplômés", "illettrisme"),
    instead=("décrochage scolaire", "échec scolaire", "résultats au brevet"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rp_nscol15p_diplmin"), total("rp_nscol15p")),
            levels=COUNTS,
            concept="sans_diplome",
            years=(2017, None),
        ),
        Series(
            id="sept_niveaux",
            formula=Ratio(total("rp_nscol15p_diplmin"), OUT_OF_SCHOOL),
            levels=COUNTS,
            concept="sans_diplome",
            years=(2017, None),
        ),
        Series(
            # Until the census of 2016 INSEE's DIPLMIN also holds the brevet: there is no BEPC column, and
            # the four levels of that grid add up to the total in each of the 47 communes.
            id="brevet_compris",
            formula=Ratio(total("rp_nscol15p_diplmin"), total("rp_nscol15p")),
            levels=COUNTS,
            concept="sans_diplome_ou_brevet",
            label="Sans diplôme ou au plus le brevet (grille du recensement de 2016)",
            caveat=(
                "Jusqu’au recensement de 2016, l’INSEE réunissait dans un même niveau l’absence de diplôme, "
                "le CEP et le brevet des collèges : la part est plus élevée et ne se compare pas à celle des "
                "recensements suivants."
            ),
            scored=False,
            years=(None, 2016),
            reading=(
                "{territory_in}, {value} des 15 ans ou plus sortis du système scolaire ont au plus le brevet "
                "des collèges ({year})."
            ),
        ),
    ),
    caveats=(
        "Les personnes âgées, souvent sans diplôme, pèsent dans cette part : elle se lit avec la structure "
        "par âge. Jusqu’au recensement de 2016, le brevet était compté avec l’absence de diplôme : cette "
        "année est montrée à part. Aucun fichier par quartier prioritaire n’est disponible."
    ),
    sampled="principal",
)

diplomes_superieur = Indicator(
    id="diplomes_superieur",
    number=18,
    theme=Theme.FORMATION,
    title="Part des diplômés du supérieur",
    short_title="Diplômés du supérieur",
    definition=(
        "Personnes de 15 ans ou plus non scolarisées dont le plus haut diplôme est de l’enseignement "
        "supérieur (bac + 2 ou plus), rapportées à l’ensemble des 15 ans ou plus non scolarisés. Recensement "
        "de la population, exploitation principale."
    ),
    reading=(
        "{territory_in}, {value} des 15 ans ou plus sortis du système scolaire sont diplômés du supérieur "
        "({year})."
    ),
    direction=Direction.LOW_IS_NEED,
    need="Le manque de diplômés du supérieur",
    same_need="sans_diplome",
    equivalence=1.1,
    people=("des personnes sans diplôme du supérieur", "des personnes sorties des études"),
    unit=Unit.PERCENT,
    synonyms=("bac+2", "études supérieures", "enseignement supérieur"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(
                total("rp_nscol15p_sup2", "rp_nscol15p_sup34", "rp_nscol15p_sup5"), total("rp_nscol15p")
            ),
            levels=COUNTS,
            concept="diplomes_superieur",
        ),
        Series(
            id="sept_niveaux",
            formula=Ratio(total("rp_nscol15p_sup2", "rp_nscol15p_sup34", "rp_nscol15p_sup5"), OUT_OF_SCHOOL),
            levels=COUNTS,
            concept="diplomes_superieur",
        ),
        Series(
            # The grid of 2016 has one column for all higher education.
            id="superieur_ensemble",
            formula=Ratio(total("rp_nscol15p_sup"), total("rp_nscol15p")),
            levels=COUNTS,
            concept="diplomes_superieur",
        ),
    ),
    caveats=(
        "Les étudiants, encore scolarisés, ne comptent pas. Aucun fichier par quartier prioritaire n’est "
        "disponible. Deux recensements distants de moins de cinq ans partagent des enquêtes : ils ne disent "
        "pas une évolution."
    ),
    sampled="principal",
)

scolarisation_18_24 = Indicator(
    id="scolarisation_18_24",
    number=19,
    theme=Theme.FORMATION,
    title="Taux de scolarisation des 18-24 ans",
    short_title="Scolarisation des 18-24 ans",
    definition=(
        "Personnes de 18 à 24 ans inscrites dans un établissement d’enseignement, y compris en "
        "apprentissage, rapportées à l’ensemble des 18-24 ans. Recensement de la population, exploitation "
        "principale."
    ),
    reading="{territory_in}, {value} des 18-24 ans sont scolarisés ({year}).",
    direction=Direction.LOW_IS_NEED,
    need="L’arrêt des études entre 18 et 24 ans",
    equivalence=1.1,
    people=("des 18-24 ans qui n’étudient plus", "des 18-24 ans"),
    unit=Unit.PERCENT,
    synonyms=("étudiants", "études", "lycéens", "école"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rp_scol1824"), total("rp_pop1824")),
            levels=COUNTS,
            concept="scolarisation_18_24",
        ),
        Series(
            id="qpv_16_24",
            formula=Published("qp_tx_scol_16a24"),
            levels=QPV,
            concept="scolarisation_16_24",
            label="Taux de scolarisation des 16-24 ans",
            caveat=(
                "Notion voisine, montrée à part : les 16-24 ans comprennent des lycéens encore proches de "
                "l’obligation scolaire. Elle ne se compare pas au taux des 18-24 ans des communes."
            ),
            scored=False,
            reading="{territory_in}, {value} des 16-24 ans sont scolarisés ({year}).",
        ),
    ),
    caveats=(
        "Les jeunes sont recensés là où ils résident la plus grande partie de l’année : ceux partis étudier "
        "ailleurs ne comptent pas, ce qui abaisse le taux des communes sans établissement supérieur. Petits "
        "effectifs dans les petites communes."
    ),
    sampled="principal",
)

jeunes_non_inseres = Indicator(
    id="jeunes_non_inseres",
    number=20,
    theme=Theme.FORMATION,
    title="Part des jeunes ni en emploi ni en formation",
    short_title="Jeunes non insérés",
    definition=(
        "Jeunes de 15 à 24 ans qui ne sont ni en emploi ni scolarisés, rapportés à l’ensemble des jeunes du "
        "même âge. Observatoire des territoires, d’après le recensement ; pour les quartiers prioritaires, "
        "part publiée par l’INSEE."
    ),
    reading="{territory_in}, {value} des jeunes ne sont ni en emploi ni en formation ({year}).",
    direction=Direction.HIGH_IS_NEED,
    need="La non-insertion des jeunes",
    equivalence=1.1,
    people=("des jeunes ni en emploi ni en formation", "des jeunes"),
    unit=Unit.PERCENT,
    sampled="complementary",
    synonyms=("NEET", "jeunes sans emploi", "ni en emploi ni en formation", "mission locale"),
    series=(
        Series(
            id="observatoire",
            formula=Published("neet_part_non_inseres", among="rp_pop1524"),
            levels=OWN_ROWS,
            concept="jeunes_non_inseres",
        ),
        Series(
            id="qpv",
            formula=Published("qp_tx_nsne_16a25"),
            levels=QPV,
            concept="jeunes_non_inseres",
            caveat=(
                "Pour les quartiers prioritaires, la part porte sur les 16-25 ans ni scolarisés ni en "
                "emploi ; pour les communes, sur les 15-24 ans. La comparaison se lit avec cette réserve."
            ),
        ),
    ),
    caveats=(
        "Chiffre publié, jamais recalculé : il n’existe pas pour un groupe de communes. Les âges diffèrent "
        "entre communes et quartiers prioritaires. L’intervalle, que le producteur ne donne pas, est celui "
        "d’une part du nombre de jeunes compté au recensement le plus proche."
    ),
)

INDICATORS = (sans_diplome, diplomes_superieur, scolarisation_18_24, jeunes_non_inseres)
