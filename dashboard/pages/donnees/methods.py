"""How the figures are made and read: methods, statuses, published facts, goalposts, changes of definition."""

from __future__ import annotations

from dashboard.data.kept import kept
from dashboard.data.methods import Goalpost, estimated_series, goalposts, methods, status_counts
from dashboard.data.questions import Barometer
from dashboard.data.records import Fact
from dashboard.story import places, words
from dashboard.story.markup import Fragment, definitions, element, group, table, text
from indicators.model import Theme
from sources.french import capital, number, typographic
from sources.vocabulary import Level, Status

_FIELDS = (
    ("purpose", "Question"),
    ("formula", "Formule"),
    ("constants", "Constantes"),
    ("limits", "Limites"),
    ("reference", "Référence"),
)
FACT_KINDS = {
    "reproduce": "retrouvé",
    "confront": "confronté",
    "quote": "cité",
}
DIMENSIONS = {
    "sante_icm": "Santé : indice comparatif de mortalité",
    "education_cap_bep": "Éducation : au moins un CAP ou un BEP",
    "education_tout_diplome": "Éducation : tout diplôme",
    "niveau_de_vie": "Niveau de vie médian",
}

# Not the statistics: the rules every screen follows. Those of the computations are in the release.
RULES = (
    (
        "Une comparaison",
        (
            "Deux valeurs ne sont comparées que si elles mesurent la même chose la même année. L’écart "
            "est jugé « mieux » ou « moins bien » quand son intervalle, celui qui est écrit à côté, exclut "
            "zéro ; « comparable » quand il l’exclut mais que l’écart est trop petit pour compter ; sinon il "
            "n’y a pas de différence établie. L’intervalle compte l’erreur des deux chiffres : sondage ou "
            "hasard des petits nombres, et arrondi. Quand elle n’est pas connue, l’écart est montré sans "
            "jugement ; un chiffre repris du canton ne juge pas la commune."
        ),
    ),
    (
        "Une intercommunalité, un groupe de communes",
        (
            "Les effectifs s’additionnent ; les taux sont recalculés à partir de ces sommes. Une médiane "
            "ou un taux de pauvreté ne se recalcule pas : seul le chiffre du producteur est montré, sinon"
            " il est dit non calculable."
        ),
    ),
    (
        "Un quartier prioritaire",
        (
            "Les contours de 2015 et de 2024 ne sont jamais mis bout à bout. Un quartier à cheval sur "
            "plusieurs communes est montré dans chacune et compté une fois. Le reste d’une commune n’est "
            "jamais obtenu par soustraction."
        ),
    ),
    (
        "Le secret statistique",
        (
            "Un producteur masque un chiffre qui porte sur trop peu de personnes ou de ménages. Il est "
            "dit sous secret : ni zéro, ni estimé, ni déduit. Une somme où il manque un chiffre masqué "
            "est masquée aussi."
        ),
    ),
    (
        "Une rupture de série",
        (
            "Quand la définition ou la source change, les chiffres d’avant et d’après ne se comparent "
            "pas. La rupture est dite et dessinée."
        ),
    ),
)


def rule_list() -> Fragment:
    """Return the rules of reading as HTML."""
    return definitions(RULES)


@kept
def method_list(barometer: Barometer) -> Fragment:
    """Return the methods as HTML, folded: those the release describes, else what its declarations say."""
    known = methods(barometer.release)
    if known:
        return group(
            *(
                _folded(method.title, [(title, getattr(method, field)) for field, title in _FIELDS])
                for method in known.values()
            )
        )
    return group(*_declared(barometer))


def _declared(barometer: Barometer) -> list[Fragment]:
    """The index, then every series with estimated figures, in the words of their declarations."""
    found = [
        _folded(
            indicator.title,
            [
                ("Définition", indicator.definition),
                ("Lecture", typographic(indicator.caveats or "")),
            ],
        )
        for indicator in barometer.indicators
        if indicator.theme == Theme.IDH4
    ]
    for key in estimated_series(barometer.release):
        series = barometer.series.get(key)
        title = next((i.title for i in barometer.indicators if i.indicator == key[0]), key[0])
        if series is not None:
            found.append(
                _folded(
                    series.label or title,
                    [
                        ("Indicateur", title),
                        ("Formule", series.formula or ""),
                        ("Lecture", series.caveat or ""),
                    ],
                )
            )
    return found


def _folded(title: str, terms: list[tuple[str, str]]) -> Fragment:
    return element("details", text("summary", title), definitions(terms), css="source")


@kept
def status_table(barometer: Barometer) -> Fragment:
    """Return what each status means and how many values of the release have it, as HTML."""
    counts = status_counts(barometer.release)
    rows = [
        (capital(status.label), words.STATUS_EXPLANATIONS[status], number(counts.get(status, 0)))
        for status in Status
    ]
    caption = "Statuts d’une valeur, et nombre de valeurs de cette version"
    return table(caption, ("Statut", "Ce qu’il veut dire", "Valeurs"), rows, numeric=(2,))


def own_decimals(amount: float) -> int:
    """Return the decimals a published number is written with, two at most."""
    return next((n for n in (0, 1) if abs(round(amount, n) - amount) < 1e-9), 2)


@kept
def fact_table(barometer: Barometer) -> Fragment:
    """Return the published figures beside ours, as HTML."""
    decimals = {row.indicator: row.decimals for row in barometer.indicators}
    rows = []
    for fact in barometer.facts:
        shown = decimals.get(fact.indicator or "", own_decimals(fact.value))
        rows.append(
            (
                fact.title,
                _place(barometer, fact),
                str(fact.year) if fact.year else "non précisée",
                number(fact.value, own_decimals(fact.value)),
                "non recalculé" if fact.computed is None else number(fact.computed, shown),
                "sans objet" if fact.difference is None else _signed(fact.difference, shown),
                fact.unit,
                fact.answer or "",
                FACT_KINDS.get(fact.kind, fact.kind),
                " ".join(filter(None, (f"{fact.source}.", fact.comment))),
            )
        )
    if not rows:
        return text("p", "Cette version ne confronte aucun chiffre publié.")
    header = (
        "Chiffre",
        "Territoire",
        "Année",
        "Publié",
        "Notre calcul",
        "Écart",
        "Unité",
        "Ce que disent nos données",
        "Traitement",
        "Source",
    )
    return table("Chiffres publiés ailleurs, et les nôtres", header, rows, numeric=(3, 4, 5))


def _signed(amount: float, decimals: int) -> str:
    written = number(amount, decimals)
    return f"+{written}" if amount > 0 and written != number(0, decimals) else written


def _place(barometer: Barometer, fact: Fact) -> str:
    found = barometer.territory(fact.territory_level or "", fact.territory_code or "")
    return places.short(found) if found else "non précisé"


@kept
def goalpost_table(barometer: Barometer) -> Fragment:
    """Return the bounds of the index as HTML, those it uses first."""
    found = goalposts(barometer.release)
    if not found:
        return text("p", "Cette version ne contient pas les bornes de l’IDH-4.")
    rows = [_goalpost(barometer, row) for row in found]
    header = ("Dimension", "Aire", "Année", "Minimum", "Maximum", "Statut", "Employée", "Précision")
    return table("Bornes de l’IDH-4", header, rows, numeric=(3, 4))


def _goalpost(barometer: Barometer, row: Goalpost) -> tuple[str, ...]:
    def bound(amount: float, code: str | None) -> str:
        found = barometer.territory(Level.COMMUNE, code or "")
        where = f" ({found.name if found else code})" if code else ""
        return f"{number(amount, own_decimals(amount))}{where}"

    return (
        DIMENSIONS.get(row.dimension, row.dimension),
        row.area,
        str(row.millesime or "non précisée"),
        bound(row.low, row.code_low),
        bound(row.high, row.code_high),
        row.status,
        "oui" if row.is_default else "non",
        row.note or "",
    )


@kept
def break_table(barometer: Barometer) -> Fragment:
    """Return every change of definition as HTML."""
    titles = {row.indicator: row.title for row in barometer.indicators}
    rows = [(titles.get(b.indicator, b.indicator), str(b.year), b.reason) for b in barometer.breaks]
    if not rows:
        return text("p", "Aucune rupture de série n’est déclarée.")
    return table("Ruptures de série", ("Indicateur", "À partir de", "Raison"), rows)
