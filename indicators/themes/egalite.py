"""Theme « Égalité hommes-femmes »: gaps in activity, employment, part time and pay."""

from __future__ import annotations

from indicators.model import (
    Break,
    Difference,
    Direction,
    Indicator,
    Published,
    Ratio,
    Series,
    Theme,
    Unit,
    total,
)
from indicators.themes.levels import COUNTS, OWN_ROWS, QPV

ecart_taux_activite = Indicator(
    id="ecart_taux_activite",
    number=31,
    theme=Theme.EGALITE,
    title="Écart de taux d’activité hommes − femmes",
    short_title="Écart de taux d’activité",
    definition=(
        "Taux d’activité des hommes de 15 à 64 ans (en emploi ou au chômage) moins celui des femmes du même "
        "âge, en points. Recensement de la population, exploitation principale."
    ),
    reading=(
        "{territory_in}, l’écart entre le taux d’activité des hommes et celui des femmes est de {value} "
        "({year})."
    ),
    direction=Direction.HIGH_IS_NEED,
    need="L’écart d’activité entre les femmes et les hommes",
    equivalence=1.0,
    unit=Unit.POINTS,
    synonyms=("activité des femmes",),
    series=(
        Series(
            id="recensement",
            formula=Difference(
                Ratio(total("rp_hact1564"), total("rp_h1564")),
                Ratio(total("rp_fact1564"), total("rp_f1564")),
            ),
            levels=COUNTS,
            concept="ecart_taux_activite",
        ),
    ),
    bounds=(-100, 100),
    caveats=(
        "Un écart négatif veut dire que les femmes sont plus souvent actives que les hommes. Petits "
        "effectifs dans les petites communes : l’écart y varie d’un recensement à l’autre sans que rien ne "
        "change."
    ),
    sampled="principal",
)

taux_emploi_femmes = Indicator(
    id="taux_emploi_femmes",
    number=32,
    theme=Theme.EGALITE,
    title="Taux d’emploi des femmes",
    short_title="Taux d’emploi des femmes",
    definition=(
        "Femmes de 15 à 64 ans qui ont un emploi, rapportées à l’ensemble des femmes du même âge. "
        "Recensement de la population, exploitation principale ; pour les quartiers prioritaires, taux "
        "publié par l’INSEE."
    ),
    reading="{territory_in}, {value} des femmes de 15 à 64 ans ont un emploi ({year}).",
    direction=Direction.LOW_IS_NEED,
    need="Le manque d’emploi des femmes",
    equivalence=1.1,
    people=("des femmes sans emploi", "des femmes de 15 à 64 ans"),
    unit=Unit.PERCENT,
    synonyms=("emploi des femmes", "femmes"),
    instead=("violences faites aux femmes",),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rp_factocc1564"), total("rp_f1564")),
            levels=COUNTS,
            concept="taux_emploi_femmes",
        ),
        Series(
            id="qpv",
            formula=Published("qp_tx_f_empl"),
            levels=QPV,
            concept="taux_emploi_femmes",
        ),
    ),
    caveats="Les étudiantes et les retraitées de moins de 65 ans comptent au dénominateur.",
    sampled="principal",
)

ecart_temps_partiel = Indicator(
    id="ecart_temps_partiel",
    number=33,
    theme=Theme.EGALITE,
    title="Écart de temps partiel femmes − hommes",
    short_title="Écart de temps partiel",
    definition=(
        "Part des femmes salariées de 15 ans ou plus à temps partiel moins la même part chez les hommes, en "
        "points. Recensement de la population, exploitation principale."
    ),
    reading=(
        "{territory_in}, l’écart entre la part du temps partiel chez les femmes salariées et chez les hommes "
        "salariés est de {value} ({year})."
    ),
    direction=Direction.HIGH_IS_NEED,
    need="L’écart de temps partiel entre les femmes et les hommes",
    equivalence=1.0,
    unit=Unit.POINTS,
    synonyms=("temps partiel",),
    series=(
        Series(
            id="recensement",
            formula=Difference(
                Ratio(total("rp_fsal15p_tp"), total("rp_fsal15p")),
                Ratio(total("rp_hsal15p_tp"), total("rp_hsal15p")),
            ),
            levels=COUNTS,
            concept="ecart_temps_partiel",
        ),
    ),
    bounds=(-100, 100),
    caveats=(
        "Le recensement ne dit pas si le temps partiel est choisi ou subi. Un écart négatif veut dire qu’il "
        "est plus fréquent chez les hommes."
    ),
    sampled="principal",
)

ecart_salaire = Indicator(
    id="ecart_salaire",
    number=34,
    theme=Theme.EGALITE,
    title="Écart de salaire net femmes / hommes",
    short_title="Écart de salaire",
    definition=(
        "Écart entre le salaire net moyen des hommes et celui des femmes, rapporté au salaire des hommes. "
        "Salariés selon leur commune de résidence. INSEE, base Tous salariés."
    ),
    reading=(
        "{territory_in}, l’écart de salaire net entre hommes et femmes représente {value} du salaire des "
        "hommes ({year})."
    ),
    direction=Direction.HIGH_IS_NEED,
    need="L’écart de salaire entre les femmes et les hommes",
    equivalence=1.0,
    unit=Unit.PERCENT,
    synonyms=("salaires des femmes", "inégalités salariales", "égalité salariale"),
    series=(
        Series(
            # Mean wages, not counts: computed on each territory's own row, never on sums.
            id="mensuel_eqtp",
            formula=Ratio({"sal_eqtp_h": 1.0, "sal_eqtp_f": -1.0}, total("sal_eqtp_h")),
            levels=OWN_ROWS,
            concept="ecart_salaire",
        ),
        Series(
            id="horaire",
            formula=Ratio({"sal_snhmh": 1.0, "sal_snhmf": -1.0}, total("sal_snhmh")),
            levels=OWN_ROWS,
            concept="ecart_salaire_horaire",
            label="Écart de salaire net horaire femmes / hommes (jusqu’en 2022)",
        ),
    ),
    bounds=(-100, 100),
    caveats=(
        "Salaires moyens publiés : ils ne s’additionnent pas, l’écart n’existe donc pas pour un groupe de "
        "communes. Il n’est pas corrigé du métier, de l’âge ni du secteur. L’INSEE ne publie que les "
        "communes assez peuplées. Un écart négatif veut dire que les femmes gagnent davantage."
    ),
    breaks=(
        Break(
            2023,
            "Salaire horaire jusqu’alors, salaire mensuel en équivalent temps plein dans la diffusion "
            "Melodi : les deux écarts ne se comparent pas.",
        ),
    ),
)

INDICATORS = (ecart_taux_activite, taux_emploi_femmes, ecart_temps_partiel, ecart_salaire)
