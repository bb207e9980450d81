"""The sheets that explain each statistical method in French, for the page « Données et méthode ».

Every constant is read where the method uses it: a sheet cannot say another number than the computation.

Belongs here: words. Does not belong here: any computation.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from indicators.analysis import answers, robustness, scaling, selection, typology, zones
from indicators.analysis.choice import REFERENCES
from indicators.analysis.gaps import STABLE_GAP
from indicators.analysis.reference_set import ENOUGH_COMMUNES
from indicators.judgement import NEGLIGIBLE
from indicators.mortality import CONFIDENCE, DEFAULT_PERIOD, EARLIER_PERIOD, FINE_CENSUS
from indicators.multiple import BY_CHANCE
from indicators.noise import STEP
from indicators.notes import FRAGILE_DENOMINATOR
from indicators.references import KNOWN_COMMUNES, KNOWN_SHARE
from indicators.uncertainty import LARGE_COMMUNE, SAMPLING
from indicators.years import CENSUS_YEARS_APART, PUBLICATION_LAG
from sources.french import number, percent
from sources.model import Dataset
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl


_THRESHOLD = Dataset.model_fields["threshold"].default


@dataclass(frozen=True)
class Method:
    """One sheet; every field is French and ready to be shown."""

    method: str
    title: str
    purpose: str
    """The question the method answers."""
    formula: str
    constants: str
    limits: str
    reference: str


def rows() -> pl.DataFrame:
    """Return the table ``method``: one row per sheet, in reading order.

    Returns:
        One column of French text per field of :class:`Method`.
    """
    import polars as pl

    schema = dict.fromkeys((field.name for field in fields(Method)), pl.String)
    return pl.DataFrame([asdict(sheet) for sheet in sheets()], schema=schema)


def sheets() -> tuple[Method, ...]:
    """Return every sheet: the reading of need, its uncertainty, the orders, time, the IDH-4."""
    return (*_answers(), *_references(), *_uncertainty(), *_orders(), *_composites())


def _answers() -> tuple[Method, ...]:
    c = answers.CONSTANTS
    order = ", puis ".join(level.label for level in REFERENCES[Level.COMMUNE])
    return (
        Method(
            "reponse",
            "Deux réponses, et le mot qui en découle",
            "Le besoin est-il général ou concentré ?",
            "Deux questions, deux réponses : le niveau (le besoin est-il plus élevé que dans la référence "
            "?) et la répartition (est-il partout, plus marqué par endroits, ou concentré ?). Le mot se "
            "lit dans le tableau affiché avec les réponses. Un thème range ses besoins sous chaque mot ; "
            "de plusieurs mesures d’un même besoin, il en cite une, la mieux connue.",
            "Chaque réponse a sa certitude. Établi : l’intervalle tient tout entier dans la réponse ; pour "
            "un niveau, celui qui est écrit à côté de l’écart exclut zéro, ou tient dans la bande "
            "d’équivalence. "
            f"Probable : pour une répartition, l’intervalle à {percent(answers.LIKELY)}, ou réponse lue sur "
            "des taux faute d’effectifs. À la limite : ni l’un ni l’autre, ou répartition qui change quand "
            f"un seuil est déplacé de {percent(answers.STABILITY_CHANGE)}. Inconnu : rien ne permet de "
            "répondre.",
            "Les seuils sont des conventions, modifiables à l’écran. Une valeur reçue du canton n’est pas "
            "jugée à l’échelle de la commune. Une commune sans quartier prioritaire n’a que la première "
            "réponse.",
            "Règles propres au baromètre ; D. G. Altman et J. M. Bland, Absence of evidence is not evidence "
            "of absence, BMJ 311, 1995, pour la bande d’équivalence.",
        ),
        Method(
            "niveau",
            "Niveau du besoin et bande d’équivalence",
            "Le besoin est-il plus élevé que dans la référence ?",
            "L’écart est mesuré sur une échelle où le sens et l’unité de l’indicateur ne changent rien : "
            "rapport des cotes pour une part (cote : part concernée sur part non concernée), rapport pour "
            "un revenu ou un indice, points pour un écart. Le niveau est le jugement de cet écart, le même "
            "qu’à chaque ligne du baromètre : « moins bien » se lit plus élevé, « mieux » plus faible, "
            "« comparable » et « pas de différence établie » comparable.",
            f"Référence : la première qui a la même année et la même notion, dans l’ordre {order}. Année : "
            "celle du chiffre montré ou, s’il n’a pas de référence, la plus récente qui en a une. Bande : "
            "rapport des cotes de 1,1 pour une part, rapport "
            "de 1,025 pour un revenu médian, 1,05 pour la mortalité, 1,1 pour les autres ; 1 point pour un "
            "écart.",
            "Sans référence de la même année, le besoin reste à comparer. Les deux chiffres sont pris comme "
            "indépendants, ce qui est prudent pour une commune et son intercommunalité.",
            "D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987 (équivalence) ; "
            "R. G. Newcombe, Statistics in Medicine 17, 1998 ; G. Y. Zou et A. Donner, ibid. 27, 2008.",
        ),
        Method(
            "repartition",
            "Répartition du besoin dans un territoire",
            "Faut-il agir partout, ou en quelques endroits ?",
            "Les zones sont les communes, coupées entre leurs quartiers prioritaires et le reste quand des "
            "effectifs le permettent. Plus marqué par endroits : inégalité entre zones, ou entre quartiers "
            f"et reste, d’au moins {percent(c.uneven)}. Concentré : inégalité entre zones d’au moins "
            f"{percent(c.concentrated)} et moitié du besoin là où vit au plus {percent(0.5 - c.half)} de "
            "la population concernée ; ou inégalité entre quartiers et reste d’au moins "
            f"{percent(c.concentrated)}, les quartiers réunissant au moins {percent(c.share)} du besoin. "
            "Sinon, partout. Dans une commune, seuls les quartiers se lisent.",
            f"Intervalles : {zones.DRAWS} tirages de chaque zone dans son erreur de sondage ou de petits "
            "nombres, graine fixe ; ce que le hasard ajoute à l’inégalité en est ôté. Une médiane ou un "
            "indice est lu par l’intensité qui change d’autant qu’une part quand chacun se déplace de sa "
            "bande d’équivalence ; les communes sont alors pesées par leur population, et la réponse est "
            "au mieux probable.",
            "Seuls comptent les quartiers situés tout entiers dans le territoire. À l’intérieur d’une "
            "commune sans quartier, rien n’est vu.",
            "O. D. Duncan et B. Duncan, American Sociological Review 20, 1955 ; B. Efron, The Jackknife, "
            "the Bootstrap and Other Resampling Plans, 1982 ; M. O. Lorenz, Publications of the American "
            "Statistical Association 9, 1905.",
        ),
        Method(
            "quotient_localisation",
            "Poids des quartiers prioritaires dans le besoin",
            "Les quartiers prioritaires portent-ils plus que leur part du besoin ?",
            "Part du besoin qui se trouve dans les quartiers, divisée par la part de la population "
            "concernée qui y vit : c’est le quotient de localisation. La réponse est lue sur le rapport "
            "des cotes des quartiers et du reste, qui ne dépend ni du poids des quartiers ni du sens de "
            "l’indicateur. Faute d’effectifs, place du quartier du milieu : un taux ne se moyenne pas.",
            "Seuls comptent les quartiers situés tout entiers dans le territoire ; ceux qui en débordent "
            "sont montrés à part. Quand le producteur ne dit pas l’année, l’année du territoire la plus "
            f"proche de l’édition, sauf si une rupture de série tombe dans les {PUBLICATION_LAG} ans "
            "qui la précèdent. Limites : Wilson pour la part du besoin, Woolf pour le rapport des cotes.",
            "Numérateurs et dénominateurs viennent parfois de deux sources ou de deux dates voisines.",
            "P. Sargant Florence, Report on the Location of Industry, 1939 ; B. Woolf, Annals of Human "
            "Genetics 19, 1955.",
        ),
        Method(
            "dissimilarite",
            "Inégalité entre zones : indice de dissimilarité",
            "Le besoin est-il réparti comme la population, ou rassemblé dans quelques zones ?",
            "D = ½ Σ |nᵢ/N − oᵢ/O|, où nᵢ compte les personnes concernées de la zone et oᵢ les autres : la "
            "part des personnes concernées qui devraient changer de zone. C’est l’indice entre le besoin "
            "et la population, rapporté à son maximum ; il est le même pour un besoin et pour son "
            "complément.",
            f"{percent(c.uneven)} est l’inégalité de deux moitiés d’un territoire dont les cotes sont dans "
            f"un rapport de 1,5 ; {percent(c.concentrated)}, de 2,25.",
            "Il ne voit que les zones connues, et rien à l’intérieur d’une zone.",
            "O. D. Duncan et B. Duncan, American Sociological Review 20, 1955.",
        ),
        Method(
            "theil",
            "Indice de Theil et sa décomposition",
            "L’inégalité se joue-t-elle entre les communes, ou à l’intérieur de chacune ?",
            "H = Σ mᵢ (E − Eᵢ) / (M E), où E est l’entropie du partage entre personnes concernées et "
            "autres dans l’ensemble, et Eᵢ dans la zone : l’information que donne la zone, rapportée à son "
            "maximum. H est exactement la somme d’une part entre communes et d’une part intérieure.",
            "Aucune.",
            "La part intérieure n’existe que là où des quartiers situés dans une seule commune ont des "
            "effectifs. Elle est un minimum : à l’intérieur du reste, rien n’est vu.",
            "H. Theil, Statistical Decomposition Analysis, 1972.",
        ),
        Method(
            "typologie",
            "Typologie des communes et des quartiers",
            "Quels territoires se ressemblent par leurs besoins ?",
            "Classification ascendante hiérarchique selon Ward des scores de thème centrés et réduits. Le "
            "nombre de classes est celui dont la silhouette moyenne est la plus forte ; chaque classe "
            "porte le nom des thèmes qui l’éloignent le plus de la moyenne.",
            f"De {min(typology.CLASSES)} à {max(typology.CLASSES)} classes ; un thème nomme une classe à "
            f"partir de {number(typology.TELLING, 1)} écart-type, {typology.TRAITS} thèmes au plus.",
            f"Une silhouette moyenne sous {number(typology.WEAK_STRUCTURE, 2)} dit un dégradé plus que des "
            "groupes tranchés. Les classes disent des ressemblances, non un ordre. Un territoire à qui un "
            "thème manque n’est pas classé.",
            "J. H. Ward, Journal of the American Statistical Association 58, 1963 ; P. Rousseeuw, Journal "
            "of Computational and Applied Mathematics 20, 1987 ; L. Kaufman et P. Rousseeuw, Finding "
            "Groups in Data, 1990.",
        ),
    )


def _uncertainty() -> tuple[Method, ...]:
    confidence = percent(CONFIDENCE)
    complementary, principal = SAMPLING["complementary"], SAMPLING["principal"]
    return (
        Method(
            "wilson",
            "Intervalle de confiance d’une part du recensement",
            "De combien un pourcentage pourrait-il différer, du seul fait du sondage ?",
            "Intervalle de Wilson sur l’effectif réellement enquêté : dénominateur multiplié par le taux "
            "de sondage. Pour un regroupement, les variances de ses communes s’ajoutent.",
            f"Niveau de confiance {confidence}. Communes d’au moins {number(LARGE_COMMUNE)} habitants : "
            f"{percent(principal.large)} des logements enquêtés. Plus petites : exhaustif à "
            f"l’exploitation principale, {percent(complementary.small)} à l’exploitation complémentaire. "
            "Département, région, France, ou intercommunalité dont toutes les communes ne sont pas connues : "
            f"le taux le plus bas de l’exploitation, {percent(min(principal.large, principal.small))} ou "
            f"{percent(min(complementary.large, complementary.small))}, quelle que soit la part des "
            "grandes et des petites communes.",
            "Le sondage se fait par logement, ce qui élargit un peu l’intervalle réel ; la correction de "
            "population finie, qui le resserrerait d’autant, n’est pas faite. Pour un département, une "
            "région ou la France, l’intervalle est donc plutôt trop large. Une donnée exhaustive n’a "
            f"pas d’intervalle. Un dénominateur de moins de {FRAGILE_DENOMINATOR} est signalé comme "
            "fragile.",
            "E. B. Wilson, Journal of the American Statistical Association 22, 1927 ; L. Kish, Survey "
            "Sampling, 1965.",
        ),
        Method(
            "comparaisons",
            "Plusieurs écarts jugés ensemble",
            "Sur vingt écarts montrés, un peut sembler établi par hasard : combien faut-il en croire ?",
            "Les écarts d’un même indicateur (toutes les communes d’une année) et ceux d’un même territoire "
            "(tous ses indicateurs) sont jugés ensemble par la méthode de Benjamini et Hochberg. Chacun a "
            "ensuite l’intervalle du niveau de confiance qui retient exactement les mêmes : le jugement "
            "est toujours celui de l’intervalle imprimé à côté.",
            f"Au plus {percent(BY_CHANCE)} des écarts dits établis d’une page le sont par hasard. Du "
            "niveau de la page de l’indicateur et de celui de la page du territoire, le plus exigeant sert.",
            "Les années anciennes d’un territoire ne sont jugées qu’avec celles des autres territoires. Les "
            "écarts d’une page dépendent un peu les uns des autres, ce que la méthode supporte quand ils "
            "vont dans le même sens.",
            "Y. Benjamini et Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995 ; Y. Benjamini "
            "et D. Yekutieli, Journal of the American Statistical Association 100, 2005.",
        ),
        Method(
            "poisson",
            "Intervalle de confiance d’un nombre de décès",
            "De combien un nombre d’événements pourrait-il différer par le seul hasard ?",
            "Intervalle exact de la loi de Poisson, par les quantiles du khi-deux ; l’approximation de "
            "Byar en donne une valeur presque égale.",
            f"Niveau de confiance {confidence}.",
            "Il suppose des événements indépendants et des dénominateurs connus sans erreur.",
            "F. Garwood, Biometrika 28, 1936 ; N. E. Breslow et N. E. Day, Statistical Methods in Cancer "
            "Research, vol. II, 1987 (approximation de Byar).",
        ),
        Method(
            "secret",
            "Secret statistique des données non publiées",
            "Un petit effectif permet-il de reconnaître quelqu’un ?",
            "Une part est masquée quand les personnes concernées, ou celles qui ne le sont pas, sont moins "
            "nombreuses que le seuil. D’autres chiffres sont masqués ensuite, jusqu’à ce qu’aucun ne puisse "
            "être retrouvé en ôtant les autres d’un total (intercommunalité, groupe, canton).",
            f"Seuil : {_THRESHOLD}, sauf seuil propre à la source (5 pour ceux de la CAF).",
            "Ne s’applique qu’aux données qu’aucun producteur n’a publiées : un chiffre publié est montré "
            f"tel quel, et signalé comme fragile si son dénominateur est inférieur à {FRAGILE_DENOMINATOR}. "
            "La différence entre une commune et ses quartiers n’est pas un total : elle n’est pas examinée.",
            "A. Hundepool et al., Statistical Disclosure Control, 2012, chapitre 4.",
        ),
        Method(
            "newcombe",
            "Intervalle de confiance d’un écart",
            "La différence entre deux parts dépasse-t-elle ce que le sondage explique ?",
            "Les distances de chaque part à ses propres limites de Wilson sont combinées par la racine de "
            "la somme de leurs carrés.",
            f"Niveau de confiance {confidence}.",
            "Les deux parts sont prises comme indépendantes : une commune et son intercommunalité ne le sont "
            "pas tout à fait, ce qui rend la méthode prudente.",
            "R. G. Newcombe, Statistics in Medicine 17, 1998 (méthode 10) ; G. Y. Zou et A. Donner, ibid. "
            "27, 2008.",
        ),
        Method(
            "jugement",
            "Mieux, moins bien, comparable, pas de différence établie",
            "Peut-on dire qu’un territoire va mieux ou moins bien que sa référence ?",
            "Un écart dont l’intervalle exclut zéro est une différence, bonne ou mauvaise selon le sens de "
            "l’indicateur ; s’il tient dans la bande d’équivalence de l’indicateur, il est établi et trop "
            "petit pour compter : « comparable ». Quand l’intervalle contient zéro : « pas de différence "
            "établie ». L’intervalle compte l’erreur des deux chiffres : sondage ou, pour un comptage "
            "exhaustif, hasard des petits nombres, et arrondi du producteur. Quand l’erreur d’un chiffre "
            "n’est pas connue, ou qu’il est repris du canton, l’écart est donné sans jugement.",
            f"Niveau de confiance {confidence}. Même notion et même année des deux côtés.",
            "Sur quarante territoires comparés, deux différences peuvent apparaître par hasard.",
            "Public Health England, Fingertips, guide technique.",
        ),
    )


def _orders() -> tuple[Method, ...]:
    plan = robustness.Plan()
    low, high = scaling.WINSORISED
    return (
        Method(
            "priorite",
            "Ordre de priorité et intervalles de rang",
            "Où agir d’abord, et cet ordre tient-il si la méthode change ?",
            "Chaque indicateur orienté est ramené entre 0 et 1 parmi toutes les communes de la région "
            f"quand {ENOUGH_COMMUNES} au moins ont chacun des chiffres, sinon parmi les communes suivies : "
            "l’ensemble est le même pour tous, et nommé. Ce qui vient du canton, ou ne varie pas, n’entre "
            "pas. Chaque thème est la moyenne des siens, l’ensemble la moyenne pondérée des thèmes. Puis "
            "tout est tiré de nouveau : mise à l’échelle, agrégation, poids, indicateur laissé de côté, "
            "erreur de sondage, hasard des petits effectifs, arrondi. On publie l’intervalle des rangs et "
            "la part des tirages dans le quart le plus en besoin, jamais un rang seul.",
            f"{number(plan.draws)} tirages, graine {plan.seed} ; valeurs ramenées aux centiles {low} et "
            f"{high} ; un thème demande {percent(selection.ENOUGH)} de ses indicateurs et pèse moins "
            f"quand il en a moins de {selection.FULL_THEME} ; de deux "
            f"indicateurs d’un thème corrélés à plus de {number(selection.TOO_CORRELATED, 1)}, un seul est "
            f"gardé ; quart le plus en besoin : {percent(robustness.WORST_SHARE)}.",
            "Un score relatif : il dit qui a plus de besoin parmi les territoires suivis, non combien. "
            "Les quartiers ont leur propre ordre et ne sont jamais rangés avec les communes.",
            "Handbook on Constructing Composite Indicators, OCDE et Centre commun de recherche, 2008 ; M. "
            "Saisana, A. Saltelli et S. Tarantola, Journal of the Royal Statistical Society A 168, 2005.",
        ),
        Method(
            "evolution",
            "Évolutions et ruptures de série",
            "Le besoin recule-t-il ?",
            "Différence entre deux millésimes de même notion, de même périmètre et de même définition. "
            "Sinon, « évolution non calculable », avec la raison.",
            f"Deux recensements comparés sont séparés d’au moins {CENSUS_YEARS_APART} ans. Un sens n’est dit "
            "que si l’intervalle de la différence exclut zéro\u00a0: sondage, ou hasard des effectifs "
            "même exhaustifs (Wilson pour une part, ou pour un rapport de deux effectifs disjoints, Byar "
            "pour un nombre), puis arrondi compté au pire aux deux bouts "
            f"(Cnaf et Dares\u00a0: au multiple de {STEP}\u00a0; publié\u00a0: au "
            "dernier chiffre). Un changement établi, mais d’un seul chiffre affiché ou de moins de "
            f"{percent(NEGLIGIBLE)} de la bande d’équivalence de l’indicateur, est "
            "«\u00a0presque stable\u00a0». Des euros se comparent en euros de la dernière année, l’arrondi "
            "de l’indice "
            "des prix compris.",
            "Une rupture de méthode (Filosofi, suroccupation, salaires) interdit la comparaison, même "
            "entre deux années qui se suivent.",
            "Insee, Conseils pour l’utilisation des résultats statistiques du recensement de la "
            "population\u00a0; Insee, indice des prix à la consommation, moyennes annuelles.",
        ),
        Method(
            "convergence",
            "Écart à la référence dans le temps",
            "L’écart entre les quartiers et l’intercommunalité se réduit-il ?",
            "Différence entre l’écart le plus récent et l’écart le plus ancien, sur des millésimes "
            "comparables des deux côtés.",
            "Un sens n’est dit que si l’intervalle du changement exclut zéro\u00a0; sans marge d’erreur "
            "connue, aucun ne l’est. Un écart de revenu, en part de la référence, qui varie de moins de "
            f"{percent(STABLE_GAP)} de ce qu’il était est dit stable.",
            "Le périmètre est figé, non sa population : des ménages y entrent et en sortent.",
            "Loi n° 2014-173 du 21 février 2014 de programmation pour la ville et la cohésion urbaine, "
            "article 1.",
        ),
    )


def _references() -> tuple[Method, ...]:
    return (
        Method(
            "references",
            "Chiffres de référence : ligne du producteur, sinon somme des communes",
            "D’où vient le chiffre du département, de la région ou de la France ?",
            "La ligne que le producteur publie pour ce territoire, quand elle existe. Sinon, pour ce qui se "
            "compte, la somme des numérateurs de ses communes divisée par celle de leurs dénominateurs ; la "
            "remarque de la valeur dit combien de communes et quelle part de la population. Quand le secret "
            "cache des communes, la remarque donne les deux chiffres extrêmes : aucune des personnes cachées "
            "n’est concernée, ou toutes le sont ; l’intervalle les contient.",
            f"Une somme demande des communes connues pour {percent(KNOWN_SHARE)} de la population du "
            f"territoire ({percent(KNOWN_COMMUNES)} des communes quand la population "
            "de l’une manque), et la table d’appartenance géographique, qui les liste.",
            "Une médiane ou un taux de pauvreté ne s’additionne pas : sans ligne du producteur, il manque. "
            "Une commune qu’un inventaire d’équipements ne liste pas compte pour zéro dans un département "
            "que l’inventaire couvre.",
            "Insee, Comparateur de territoires ; somme sans pondération, comme le fait le producteur.",
        ),
    )


def _composites() -> tuple[Method, ...]:
    return (
        Method(
            "mortalite",
            "Indice comparatif de mortalité estimé",
            "Meurt-on plus ici qu’en France, à âge égal ?",
            "Décès observés divisés par les décès attendus si chaque sexe et chaque âge quinquennal mourait "
            "comme en France en 2018, multiplié par 100 (standardisation indirecte). Les communes d’un "
            "canton "
            "sont réunies. L’intervalle réunit deux erreurs indépendantes, dont les carrés s’ajoutent : le "
            "hasard des décès (Poisson, limites exactes) et le modèle, mesuré par l’écart au même calcul en "
            "sept "
            "grandes tranches d’âge sans distinction de sexe.",
            f"Période {DEFAULT_PERIOD.label}, centrée sur le recensement de {FINE_CENSUS}, le seul qui "
            f"donne les "
            f"communes par sexe et âge quinquennal ; pour {EARLIER_PERIOD.label} (sensibilité), chaque "
            f"grande "
            f"tranche est ramenée à sa population interpolée entre {EARLIER_PERIOD.census_before} et "
            f"{EARLIER_PERIOD.census_after}.",
            "Une commune ou un quartier reçoit l’indice de son canton et n’en a pas de propre. Les taux "
            "français sont ceux de 2018 : l’indice compare à la France de cette année-là. "
            "L’estimation laisse la place au chiffre de l’observatoire régional de la santé dès qu’il est "
            "déposé.",
            "N. E. Breslow et N. E. Day, Statistical Methods in Cancer Research, vol. II, 1987.",
        ),
        Method(
            "idh4",
            "Indice de développement humain (IDH-4) et sa sensibilité",
            "Où en est le territoire en santé, en éducation et en niveau de vie, en un seul chiffre ?",
            "Moyenne de trois sous-indices entre 0 et 1 : santé, par l’indice comparatif de mortalité ; "
            "éducation, par la part des diplômés ; niveau de vie, par le logarithme du revenu médian. "
            "Chacun est situé entre un minimum et un maximum figés. La sensibilité refait le calcul avec "
            "la moyenne géométrique, l’autre lecture des diplômes, d’autres bornes et les intervalles de "
            "la mortalité et des diplômes. L’intervalle de l’indice réunit les erreurs indépendantes de ses "
            "trois données : de chaque côté, la racine de la somme de leurs carrés, divisée par trois. La "
            "mortalité a celle d’un nombre de décès (Poisson), les diplômes celle de Wilson ; le revenu est "
            "exhaustif, comme les diplômes des "
            "communes de moins de 10 000 habitants.",
            "Bornes de l’aire de référence, datées et sourcées, sur la fiche de l’indice.",
            "Une valeur hors des bornes est gardée et signalée. Il manque une dimension : pas d’indice.",
            "Région Hauts-de-France, GéoTerritoires, fiche IDH-4 ; Programme des Nations unies pour le "
            "développement, Rapport sur le développement humain, 1990 ; G. Y. Zou et A. Donner, Statistics "
            "in Medicine 27, 2008.",
        ),
    )
