"""Theme « Revenus »: living standards and poverty (Filosofi), benefits (CAF)."""

from __future__ import annotations

from indicators.model import Break, Direction, Indicator, Published, Ratio, Series, Theme, Unit, total
from indicators.themes.levels import COUNTS, FILOSOFI, QPV

FILOSOFI_BREAKS = (
    Break(
        2019,
        "Rupture de série de Filosofi entre les millésimes 2018 et 2019 : l’écart mêlerait l’évolution des "
        "revenus et le changement de méthode.",
    ),
    Break(
        2023,
        "Nouveau dispositif Filosofi 2 à partir du millésime 2023, sans millésime 2022 : la suppression de "
        "la taxe d’habitation a privé l’ancien de sa source. Les deux dispositifs ne se comparent pas.",
    ),
)

_FILOSOFI_CAVEAT = (
    "Chiffre publié par l’INSEE, jamais recalculé : il n’existe donc pas pour un groupe de communes. Donnée "
    "fiscale et sociale exhaustive, mais soumise au secret statistique dans les petites communes. Rupture de "
    "série en 2019, nouveau dispositif en 2023. Les revenus déclarés, avant impôts et prestations, n’entrent "
    "pas ici."
)

niveau_vie_median = Indicator(
    id="niveau_vie_median",
    number=6,
    theme=Theme.REVENUS,
    title="Niveau de vie médian",
    short_title="Niveau de vie médian",
    definition=(
        "Revenu disponible annuel par unité de consommation (après impôts directs et prestations sociales) "
        "tel que la moitié des personnes des ménages fiscaux ont moins, l’autre moitié plus. INSEE, "
        "Filosofi."
    ),
    reading="{territory_in}, la moitié des habitants ont un niveau de vie inférieur à {value} ({year}).",
    headline=2,
    direction=Direction.LOW_IS_NEED,
    need="La faiblesse des niveaux de vie",
    same_need="taux_pauvrete",
    equivalence=1.025,
    unit=Unit.EURO_PER_CU,
    synonyms=("revenu médian", "revenus", "salaire médian", "niveau de vie", "pouvoir d’achat"),
    instead=("patrimoine", "épargne", "surendettement"),
    series=(
        Series(
            id="filosofi",
            formula=Published("filo_med"),
            levels=FILOSOFI,
            concept="niveau_vie_median",
        ),
    ),
    decimals=0,
    bounds=(0, None),
    caveats=(
        _FILOSOFI_CAVEAT
        + " Montants en euros courants. UC : unité de consommation, qui compte 1 pour le premier adulte, 0,5 "
        "pour chaque autre personne de 14 ans ou plus et 0,3 pour chaque enfant de moins de 14 ans."
    ),
    breaks=FILOSOFI_BREAKS,
)

taux_pauvrete = Indicator(
    id="taux_pauvrete",
    number=7,
    theme=Theme.REVENUS,
    title="Taux de pauvreté (seuil 60 %)",
    short_title="Taux de pauvreté",
    definition=(
        "Part des personnes des ménages fiscaux dont le niveau de vie est inférieur à 60 % du niveau de vie "
        "médian de France métropolitaine. INSEE, Filosofi."
    ),
    reading="{territory_in}, {value} des habitants vivent sous le seuil de pauvreté ({year}).",
    headline=1,
    direction=Direction.HIGH_IS_NEED,
    need="La pauvreté monétaire",
    equivalence=1.1,
    people=("des personnes pauvres", "des habitants"),
    unit=Unit.PERCENT,
    synonyms=("pauvreté", "pauvre", "précarité", "seuil de pauvreté"),
    instead=(
        "pauvreté des enfants",
        "enfants pauvres",
        "pauvreté des mineurs",
        "mineurs",
        "pauvreté infantile",
        "pauvreté des jeunes",
        "pauvreté des personnes âgées",
    ),
    series=(
        Series(
            id="filosofi",
            formula=Published("filo_tp60"),
            levels=FILOSOFI,
            concept="taux_pauvrete",
        ),
    ),
    caveats=(
        _FILOSOFI_CAVEAT
        + " Beaucoup de communes n’en ont pas. À l’échelle communale, il est arrondi à l’unité, et un taux "
        "inférieur à 5 % est publié à 5 %."
    ),
    breaks=FILOSOFI_BREAKS,
)

rapport_interdecile = Indicator(
    id="rapport_interdecile",
    number=8,
    theme=Theme.REVENUS,
    title="Rapport interdécile D9/D1",
    short_title="Rapport interdécile",
    definition=(
        "Rapport entre le niveau de vie au-dessus duquel se trouvent les 10 % les plus aisés (D9) et celui "
        "au-dessous duquel se trouvent les 10 % les plus modestes (D1). INSEE, Filosofi."
    ),
    reading=(
        "{territory_in}, le niveau de vie plancher des 10 % les plus aisés vaut {value} fois le niveau de "
        "vie plafond des 10 % les plus modestes ({year})."
    ),
    direction=Direction.DESCRIPTIVE,
    unit=Unit.RATIO,
    synonyms=("inégalités de revenus", "inégalités", "écart entre riches et pauvres", "D9/D1"),
    series=(
        Series(
            id="filosofi",
            formula=Published("filo_rd"),
            levels=FILOSOFI,
            concept="rapport_interdecile",
        ),
    ),
    bounds=(1, None),
    caveats=(
        _FILOSOFI_CAVEAT
        + " Indicateur descriptif : un rapport faible peut dire une commune uniformément modeste aussi bien "
        "qu’uniformément aisée."
    ),
    breaks=FILOSOFI_BREAKS,
)

part_prestations_sociales = Indicator(
    id="part_prestations_sociales",
    number=9,
    theme=Theme.REVENUS,
    title="Part des prestations sociales dans le revenu disponible",
    short_title="Part des prestations sociales",
    definition=(
        "Prestations familiales, aides au logement et minima sociaux, rapportés au revenu disponible de "
        "l’ensemble des ménages fiscaux. INSEE, Filosofi."
    ),
    reading=(
        "{territory_in}, les prestations sociales forment {value} du revenu disponible des ménages ({year})."
    ),
    direction=Direction.HIGH_IS_NEED,
    need="Le poids des prestations sociales dans les revenus",
    equivalence=1.1,
    unit=Unit.PERCENT,
    synonyms=("aides sociales", "prestations", "allocations"),
    series=(
        Series(
            id="filosofi",
            formula=Published("filo_ppsoc"),
            levels=FILOSOFI,
            concept="part_prestations_sociales",
        ),
    ),
    caveats=_FILOSOFI_CAVEAT,
    breaks=FILOSOFI_BREAKS,
)

allocataires_rsa = Indicator(
    id="allocataires_rsa",
    number=10,
    theme=Theme.REVENUS,
    title="Part des allocataires CAF au RSA",
    short_title="Allocataires au RSA",
    definition=(
        "Foyers allocataires qui perçoivent le revenu de solidarité active (RSA), rapportés à l’ensemble des "
        "foyers allocataires de la CAF au 31 décembre."
    ),
    reading="{territory_in}, {value} des foyers allocataires de la CAF perçoivent le RSA ({year}).",
    direction=Direction.HIGH_IS_NEED,
    need="Le poids du RSA parmi les allocataires de la CAF",
    equivalence=1.1,
    people=("des allocataires du RSA", "des allocataires de la CAF"),
    unit=Unit.PERCENT,
    synonyms=("RSA", "revenu de solidarité active", "minima sociaux"),
    instead=("prime d’activité", "AAH", "allocation adulte handicapé", "handicap"),
    series=(
        Series(
            id="caf_communes",
            formula=Ratio(total("caf_foyers_rsa"), total("caf_foyers")),
            levels=COUNTS,
            concept="allocataires_rsa",
        ),
        Series(
            id="caf_qpv",
            formula=Ratio(total("caf_arsas"), total("caf_a")),
            levels=QPV,
            concept="allocataires_rsa",
            caveat=(
                "Pour les quartiers prioritaires, la CAF compte les bénéficiaires du RSA socle ; pour les "
                "communes, ceux du RSA. Les deux notions sont très proches, la comparaison se lit avec cette "
                "réserve."
            ),
        ),
    ),
    caveats=(
        "Part des foyers allocataires, non de la population. Effectifs communaux arrondis à un multiple de "
        "5 : un zéro peut vouloir dire « quelques-uns ». RSA à l’échelle communale, RSA socle dans les "
        "quartiers prioritaires. Les foyers relevant de la MSA n’y sont pas."
    ),
)

population_couverte_caf = Indicator(
    id="population_couverte_caf",
    number=11,
    theme=Theme.REVENUS,
    title="Part de la population couverte par la CAF",
    short_title="Population couverte par la CAF",
    definition=(
        "Personnes des foyers qui perçoivent au moins une prestation de la CAF au 31 décembre (allocataire, "
        "conjoint, enfants et autres personnes à charge), rapportées à la population municipale du "
        "recensement le plus proche."
    ),
    reading="{territory_in}, {value} de la population est couverte par une prestation de la CAF ({year}).",
    direction=Direction.DESCRIPTIVE,
    unit=Unit.PERCENT,
    synonyms=("CAF", "allocataires", "caisse d’allocations familiales"),
    instead=("APL logement", "aide au logement"),
    series=(
        Series(
            id="caf_communes",
            formula=Ratio(total("caf_personnes"), total("rp_pop"), denominator_year="interpolated"),
            levels=COUNTS,
            concept="population_couverte_caf",
        ),
        Series(
            id="caf_qpv",
            formula=Ratio(total("caf_percou"), total("qp_pop_mun"), denominator_year="interpolated"),
            levels=QPV,
            concept="population_couverte_caf",
        ),
    ),
    # Two sources of two different years: a little over 100 is possible, far over is an error.
    bounds=(0, 200),
    caveats=(
        "Indicateur descriptif. Le numérateur et la population sont de sources et souvent d’années "
        "différentes : l’année du recensement employé est indiquée. Effectifs communaux arrondis à un "
        "multiple de 5."
    ),
)

INDICATORS = (
    niveau_vie_median,
    taux_pauvrete,
    rapport_interdecile,
    part_prestations_sociales,
    allocataires_rsa,
    population_couverte_caf,
)
