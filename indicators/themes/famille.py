"""Theme « Famille »: single parents, people living alone, large families, age structure."""

from __future__ import annotations

from indicators.model import Direction, Indicator, Published, Ratio, Series, Theme, Unit, total
from indicators.themes.levels import COUNTS, QPV
from sources.vocabulary import Level

_YOUNG = ("y0t4", "y5t9", "y10t14", "y15t19")
_OLD = ("y60t64", "y65t69", "y70t74", "y75t79", "y80t84", "y85t89", "y90t94", "y_ge95")


def _both_sexes(*bands: str) -> tuple[str, ...]:
    return tuple(f"rp_pop_{sex}_{band}" for sex in "fh" for band in bands)


familles_monoparentales = Indicator(
    id="familles_monoparentales",
    number=1,
    theme=Theme.FAMILLE,
    title="Part des familles monoparentales",
    short_title="Familles monoparentales",
    definition=(
        "Familles formées d’un parent sans conjoint et d’un ou plusieurs enfants, rapportées à l’ensemble "
        "des familles, avec ou sans enfant. Recensement de la population, exploitation complémentaire."
    ),
    reading="{territory_in}, {value} des familles sont monoparentales ({year}).",
    headline=5,
    direction=Direction.HIGH_IS_NEED,
    need="La monoparentalité",
    equivalence=1.1,
    people=("des familles monoparentales", "des familles"),
    unit=Unit.PERCENT,
    synonyms=("monoparentalité", "mères seules", "parents isolés", "familles monoparentales"),
    instead=("divorces", "violences intrafamiliales"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rpc_fammono"), total("rpc_fam")),
            levels=COUNTS,
            concept="familles_monoparentales",
        ),
    ),
    caveats=(
        "Le dénominateur compte aussi les couples sans enfant. L’exploitation complémentaire est un "
        "sondage : la part est fragile dans les petites communes. Rien d’équivalent n’existe pour les "
        "quartiers prioritaires : la part des parents isolés parmi les allocataires de la CAF ne s’y compare "
        "pas."
    ),
    sampled="complementary",
)

allocataires_monoparents = Indicator(
    id="allocataires_monoparents",
    number=2,
    theme=Theme.FAMILLE,
    title="Part des parents isolés parmi les allocataires CAF",
    short_title="Allocataires parents isolés",
    definition=(
        "Foyers allocataires formés d’un parent isolé avec enfant à charge, rapportés à l’ensemble des "
        "foyers allocataires de la CAF au 31 décembre."
    ),
    reading=(
        "{territory_in}, {value} des foyers allocataires de la CAF sont des familles monoparentales ({year})."
    ),
    direction=Direction.HIGH_IS_NEED,
    need="La monoparentalité parmi les allocataires de la CAF",
    equivalence=1.1,
    people=("des parents isolés allocataires", "des allocataires de la CAF"),
    unit=Unit.PERCENT,
    series=(
        Series(
            id="caf",
            formula=Ratio(total("caf_am"), total("caf_a")),
            levels=frozenset({Level.QPV, Level.COMMUNE}),
            concept="allocataires_monoparents",
        ),
    ),
    caveats=(
        "La CAF ne publie cette répartition que par quartier prioritaire et par IRIS : à l’échelle "
        "communale, elle n’existe que pour les communes découpées en IRIS, par addition de ceux-ci. Les "
        "foyers relevant de la MSA ou non allocataires n’y sont pas."
    ),
)

menages_une_personne = Indicator(
    id="menages_une_personne",
    number=3,
    theme=Theme.FAMILLE,
    title="Part des ménages d’une personne",
    short_title="Ménages d’une personne",
    definition=(
        "Ménages formés d’une seule personne, quel que soit son âge, rapportés à l’ensemble des ménages. "
        "Recensement de la population, exploitation complémentaire ; pour les quartiers prioritaires, part "
        "publiée par l’INSEE."
    ),
    reading="{territory_in}, {value} des ménages ne comptent qu’une personne ({year}).",
    direction=Direction.DESCRIPTIVE,
    unit=Unit.PERCENT,
    synonyms=("personnes seules", "isolement", "personnes vivant seules"),
    instead=("personnes âgées isolées", "solitude"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rpc_menpseul"), total("rpc_men")),
            levels=COUNTS,
            concept="menages_une_personne",
        ),
        Series(
            id="qpv",
            formula=Published("qp_tx_men1"),
            levels=QPV,
            concept="menages_une_personne",
        ),
    ),
    caveats=(
        "Indicateur descriptif : vivre seul n’est pas en soi un besoin. L’exploitation complémentaire est un "
        "sondage, fragile dans les petites communes."
    ),
    sampled="complementary",
)

familles_nombreuses = Indicator(
    id="familles_nombreuses",
    number=4,
    theme=Theme.FAMILLE,
    title="Part des familles de 3 enfants ou plus",
    short_title="Familles de 3 enfants ou plus",
    definition=(
        "Familles comptant au moins trois enfants de moins de 25 ans, rapportées à l’ensemble des familles, "
        "avec ou sans enfant. Recensement de la population, exploitation complémentaire."
    ),
    reading="{territory_in}, {value} des familles ont au moins trois enfants de moins de 25 ans ({year}).",
    direction=Direction.DESCRIPTIVE,
    unit=Unit.PERCENT,
    synonyms=("familles nombreuses", "trois enfants"),
    series=(
        Series(
            id="recensement",
            formula=Ratio(total("rpc_ne24f3", "rpc_ne24f4p"), total("rpc_fam")),
            levels=COUNTS,
            concept="familles_nombreuses",
        ),
        Series(
            id="caf_qpv",
            formula=Ratio(total("caf_ac3enf"), total("caf_a")),
            levels=QPV,
            concept="familles_nombreuses_caf",
            label="Couples de 3 enfants ou plus parmi les allocataires CAF",
            caveat=(
                "Notion voisine, montrée à part : seuls les couples comptent, parmi les foyers allocataires. "
                "Elle ne se compare pas à la part des familles du recensement."
            ),
            scored=False,
            reading=(
                "{territory_in}, {value} des foyers allocataires de la CAF sont des couples d’au moins trois "
                "enfants ({year})."
            ),
        ),
    ),
    caveats=(
        "Indicateur descriptif. L’exploitation complémentaire est un sondage, fragile dans les petites "
        "communes. Les quartiers prioritaires n’ont qu’une notion voisine, issue de la CAF et montrée à "
        "part."
    ),
    sampled="complementary",
)

indice_jeunesse = Indicator(
    id="indice_jeunesse",
    number=5,
    theme=Theme.FAMILLE,
    title="Indice de jeunesse (0-19 / 60 et +)",
    short_title="Indice de jeunesse",
    definition=(
        "Nombre de personnes de moins de 20 ans rapporté au nombre de personnes de 60 ans ou plus. "
        "Recensement de la population, exploitation principale ; pour les quartiers prioritaires, indice "
        "publié par l’INSEE."
    ),
    reading=(
        "{territory_in}, le rapport entre les moins de 20 ans et les 60 ans ou plus est de {value} ({year})."
    ),
    direction=Direction.DESCRIPTIVE,
    unit=Unit.RATIO,
    synonyms=("jeunes", "vieillissement", "âge", "jeunesse"),
    instead=("crèches", "petite enfance", "accueil du jeune enfant", "enfants de moins de 3 ans"),
    series=(
        Series(
            id="grandes_tranches",
            formula=Ratio(
                total("rp_pop0014", "rp_pop1519"),
                total("rp_pop6074", "rp_pop7589", "rp_pop90p"),
                scale=1,
            ),
            levels=COUNTS,
            concept="indice_jeunesse",
        ),
        Series(
            id="tranches_quinquennales",
            formula=Ratio(total(*_both_sexes(*_YOUNG)), total(*_both_sexes(*_OLD)), scale=1),
            levels=COUNTS,
            concept="indice_jeunesse",
        ),
        Series(
            id="qpv",
            formula=Published("qp_ind_jeune"),
            levels=QPV,
            concept="indice_jeunesse",
        ),
    ),
    bounds=(0, None),
    caveats=(
        "Indicateur descriptif. L’indice des quartiers prioritaires est publié avec une seule décimale ; le "
        "calcul des communes vient, selon le recensement, de grandes tranches d’âge ou de tranches de cinq "
        "ans, avec le même résultat. Deux recensements distants de moins de cinq ans partagent des "
        "enquêtes : ils ne disent pas une évolution."
    ),
    sampled="principal",
)

INDICATORS = (
    familles_monoparentales,
    allocataires_monoparents,
    menages_une_personne,
    familles_nombreuses,
    indice_jeunesse,
)
