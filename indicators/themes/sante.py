"""Theme « Santé »: comparative mortality, access to doctors, complementary health cover."""

from __future__ import annotations

from indicators import mortality
from indicators.model import (
    Composite,
    Direction,
    Indicator,
    Published,
    Ratio,
    Series,
    Theme,
    Unit,
    WeightedMean,
    total,
)
from indicators.themes.levels import COUNTS, QPV
from sources.vocabulary import Level

surmortalite = Indicator(
    id="surmortalite",
    number=28,
    theme=Theme.SANTE,
    title="Indice comparatif de mortalité (France = 100)",
    short_title="Indice comparatif de mortalité",
    definition=(
        "Décès des habitants rapportés à ceux qu’on observerait si chaque âge avait la mortalité de la "
        "France, multipliés par 100. Indice de l’OR2S par canton ; à défaut, estimation par standardisation "
        "indirecte sur la période indiquée."
    ),
    reading=(
        "{territory_in}, l’indice comparatif de mortalité est de {value} : au-dessus de 100, on meurt plus "
        "qu’en France à structure par âge comparable ({year})."
    ),
    direction=Direction.HIGH_IS_NEED,
    need="La surmortalité",
    equivalence=1.05,
    unit=Unit.INDEX,
    synonyms=("mortalité", "espérance de vie", "décès"),
    instead=("cancer", "obésité", "addictions", "santé mentale"),
    series=(
        Series(
            id="or2s",
            formula=Published("or2s_icm", lower="or2s_icm_bas", upper="or2s_icm_haut"),
            levels=frozenset({Level.CANTON, Level.COMMUNE, Level.QPV}),
            concept="surmortalite_or2s",
            caveat="Indice publié par canton ; chaque commune, chaque quartier reçoit celui de son canton.",
        ),
        Series(
            id="estime",
            formula=Composite("estimated_icm", mortality.inputs()),
            # France is 100 by construction: the reference of every index.
            levels=frozenset(
                {Level.CANTON, Level.COMMUNE, Level.EPCI, Level.GROUPE, Level.QPV, Level.FRANCE}
            ),
            concept="surmortalite_estimee",
            label="Indice comparatif de mortalité estimé (France = 100)",
            caveat=(
                "Estimation en attendant le fichier de l’OR2S : décès domiciliés, population du recensement "
                "par sexe et âge quinquennal, taux de mortalité français par sexe et âge de l’ONU (WPP 2019) "
                "recalés sur les décès de 2018. Chaque commune, chaque quartier reçoit la valeur de la "
                "partie "
                "de son canton située dans l’intercommunalité."
            ),
        ),
    ),
    decimals=0,
    bounds=(0, None),
    caveats=(
        "Une commune ou un quartier n’a pas d’indice propre, et ne se compare donc pas à son voisin de "
        "canton : il reçoit celui de son canton, comme le fait l’OR2S. L’estimation, signalée par le mot "
        "« estimé », porte un intervalle qui réunit le hasard des décès et l’erreur du modèle ; elle cède "
        "la place au fichier de l’OR2S dès "
        "son dépôt."
    ),
)

acces_generalistes = Indicator(
    id="acces_generalistes",
    number=29,
    theme=Theme.SANTE,
    title="Accessibilité aux médecins généralistes (APL)",
    short_title="Accès aux généralistes",
    definition=(
        "Accessibilité potentielle localisée (APL) : nombre de consultations de médecins généralistes "
        "accessibles par an et par habitant, selon la distance, l’activité des médecins et les besoins liés "
        "à l’âge. DREES."
    ),
    reading=(
        "{territory_in}, l’offre accessible de médecins généralistes s’établit à {value} consultations "
        "par an et par habitant ({year})."
    ),
    direction=Direction.LOW_IS_NEED,
    need="Le manque de médecins généralistes",
    equivalence=1.1,
    unit=Unit.CONSULTATIONS,
    synonyms=("médecins", "déserts médicaux", "généralistes", "docteur", "APL médecins"),
    instead=("dentistes", "spécialistes", "pharmacies"),
    series=(
        Series(
            id="drees",
            formula=Published("apl_mg"),
            levels=COUNTS - {Level.EPCI, Level.GROUPE},
            concept="acces_generalistes",
        ),
        Series(
            id="moyenne_ponderee",
            formula=WeightedMean("apl_mg", "apl_pop_std"),
            levels=frozenset({Level.EPCI, Level.GROUPE}),
            concept="acces_generalistes",
            caveat=(
                "Moyenne des communes pondérée par la population standardisée de la DREES, comme le veut sa "
                "méthode."
            ),
        ),
    ),
    decimals=2,
    bounds=(0, None),
    caveats=(
        "L’indicateur tient compte des médecins des communes voisines : une commune sans médecin n’est pas à "
        "zéro. Tous les généralistes comptent, quel que soit leur âge. L’intercommunalité et les groupes "
        "attendent la population standardisée de la DREES."
    ),
)

beneficiaires_c2s = Indicator(
    id="beneficiaires_c2s",
    number=30,
    theme=Theme.SANTE,
    title="Part des bénéficiaires de la C2S",
    short_title="Bénéficiaires de la C2S",
    definition=(
        "Personnes couvertes par la complémentaire santé solidaire (C2S), avec ou sans participation, "
        "rapportées à l’ensemble des personnes couvertes par la Caisse nationale de l’assurance maladie "
        "(Cnam)."
    ),
    reading="{territory_in}, {value} des personnes couvertes par la Cnam bénéficient de la C2S ({year}).",
    direction=Direction.HIGH_IS_NEED,
    need="Le besoin de complémentaire santé solidaire",
    equivalence=1.1,
    people=("des bénéficiaires de la complémentaire santé solidaire", "des assurés"),
    unit=Unit.PERCENT,
    synonyms=("CMU", "CSS", "mutuelle", "complémentaire santé", "couverture maladie"),
    series=(
        Series(
            id="cnam",
            formula=Ratio(total("cnam_c2snp", "cnam_c2sp"), total("cnam_c")),
            levels=COUNTS | QPV,
            concept="beneficiaires_c2s",
        ),
    ),
    caveats=(
        "Seules les personnes relevant de la Cnam comptent : la MSA n’y est pas. Tous les ayants droit ne "
        "demandent pas la C2S : une part faible peut aussi dire des droits non demandés."
    ),
)

INDICATORS = (surmortalite, acces_generalistes, beneficiaires_c2s)
