"""The sheet of an indicator: all that answers « d’où vient ce chiffre ? » for one territory."""

from __future__ import annotations

from dashboard.data.methods import methods
from dashboard.data.provenance import added_lines, cells, interval_method
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Indicator, Series, Territory, Value
from dashboard.story import places, words
from dashboard.story.absence import awaited_words
from dashboard.story.evolution import breaks_of
from dashboard.story.markup import Fragment, definitions, element, table, text
from dashboard.story.readings import Reading, when
from dashboard.story.sentences import reading_sentence
from dashboard.widgets.row import DIRECTIONS
from dashboard.widgets.since import since
from dashboard.widgets.takeaway import page_view
from indicators.judgement import UNJUDGED
from indicators.model import Direction
from sources import french

_NO_RATIO = "sans objet : ce chiffre n’est pas une division faite ici, sa formule dit d’où il vient"
NOT_ITS_OWN = "pas de ligne propre à ce territoire : voir l’origine et la précision plus haut"
TOGETHER = "comparaisons"
"""Method of the gaps judged together."""
MOST_LINES = 8
MOST_CELLS = 30
"""Beyond, the cells are counted rather than listed: an index rests on many."""


def sheet_view(barometer: Barometer, territory: Territory, reading: Reading) -> None:
    """Show the sheet, and the buttons that download its tables."""
    key = f"tables_{reading.indicator.indicator}_{territory.level}_{territory.code}"
    page_view(key, barometer.identity, sheet(barometer, territory, reading))


def sheet(barometer: Barometer, territory: Territory, reading: Reading) -> Fragment:
    """Return the sheet as HTML."""
    indicator, shown = reading.indicator, reading.shown
    series = barometer.series.get((shown.indicator, shown.series)) if shown else None
    return element(
        "div",
        *_meaning(indicator, series, territory, shown),
        *(_calculation(barometer, territory, shown, indicator) if shown and shown.usable else []),
        *_comparisons(barometer, reading),
        *_awaited(barometer, indicator, territory, shown),
        *(_sources(barometer, shown) if shown and shown.extracts else []),
        *_cautions(barometer, indicator, series, reading),
        *(since(barometer, indicator, shown) if shown else []),
        *_history(barometer, indicator, territory, reading),
        css="sheet",
    )


def _meaning(
    indicator: Indicator, series: Series | None, territory: Territory, shown: Value | None
) -> list[Fragment]:
    parts = [text("h4", "Ce que dit ce chiffre"), text("p", indicator.definition)]
    if shown is not None and shown.value is not None and shown.usable:
        parts.append(text("p", reading_sentence(indicator, territory, shown)))
    parts.append(text("p", DIRECTIONS[Direction(indicator.direction)]))
    if series is not None and series.formula:
        parts += [text("h4", "Formule"), text("p", series.formula)]
    return parts


def _calculation(
    barometer: Barometer, territory: Territory, value: Value, indicator: Indicator
) -> list[Fragment]:
    assert value.value is not None

    def number(amount: float) -> str:
        return words.quantity(amount, indicator.unit, indicator.decimals)

    def count(amount: float | None) -> str:
        return "" if amount is None else french.number(amount, 0 if abs(amount) >= 100 else 1)

    year = value.denominator_millesime
    of_year = f" (année {year})" if year is not None and year != value.millesime else ""
    if value.denominator_next is not None:
        of_year = f" (interpolé entre {year} et {value.denominator_next})"
    interval = "aucun : ce chiffre n’est pas un sondage, ou sa marge d’erreur n’est pas connue"
    if value.lower is not None and value.upper is not None:
        interval = f"de {number(value.lower)} à {number(value.upper)} (à 95 %)"
    method = interval_method(barometer, indicator, value)
    small = ""
    if value.denominator is not None and value.denominator < 200:
        small = "Moins de 200 au dénominateur : une ou deux personnes changent le chiffre."
    bare = value.numerator is None and value.denominator is None
    return [
        text("h4", f"Calcul pour {places.the(territory.name, territory.level)}"),
        definitions(
            [
                (
                    "Valeur",
                    f"{number(value.value)} {words.unit_words(indicator.unit, indicator.unit_label)}".strip(),
                ),
                ("Année", when(value)),
                ("Numérateur", count(value.numerator)),
                ("Dénominateur", count(value.denominator) + of_year if value.denominator is not None else ""),
                ("Numérateur et dénominateur", _NO_RATIO if bare else ""),
                ("Intervalle de confiance", interval),
                ("Méthode de l’intervalle", f"{method.title}. {method.formula}" if method else ""),
                ("Référence de la méthode", method.reference if method else ""),
                (
                    "Statut",
                    words.status_sentence(value.status),
                ),
                ("Origine", words.ORIGINS.get(value.origin or "", value.origin or "")),
                ("Précision", value.note or ""),
                ("Petits effectifs", small),
            ]
        ),
    ]


def _comparisons(barometer: Barometer, reading: Reading) -> list[Fragment]:
    """Every reference of the shown value, the groups of communes included."""
    indicator = reading.indicator
    rows = []
    for comparison in reading.comparisons:
        found = barometer.territory(comparison.reference_level, comparison.reference_code)
        name = french.typographic(found.name) if found else comparison.reference_code
        rows.append(
            (
                name,
                words.year(comparison.reference_millesime),
                words.quantity(comparison.reference_value, indicator.unit, indicator.decimals),
                words.apart(comparison.reference_value, comparison.value, indicator.unit, indicator.decimals),
                _limits(comparison, indicator),
                comparison.judgement or UNJUDGED,
            )
        )
    if not rows:
        return []
    header = ("Référence", "Année", "Valeur", "Écart", "Intervalle de l’écart", "Jugement")
    caption = (
        "Comparaisons, de même définition et de même année : les territoires du plus proche au plus large, "
        "puis les groupes"
    )
    parts = [text("h4", "Comparaisons"), table(caption, header, rows, numeric=(2, 3, 4))]
    together = methods(barometer.release).get(TOGETHER)
    if together is not None:
        parts.append(text("p", f"{together.formula} {together.constants}", "note"))
    return parts


def _limits(comparison: Comparison, indicator: Indicator) -> str:
    """The interval of a gap, and its level, which grows with the number of gaps judged together."""
    limits = words.gap_limits(comparison.gap_lower, comparison.gap_upper, indicator.decimals)
    level = comparison.gap_confidence
    return f"{limits} à {french.percent(level, 1)}" if limits and level is not None else limits


def _awaited(
    barometer: Barometer, indicator: Indicator, territory: Territory, shown: Value | None
) -> list[Fragment]:
    if shown is not None and shown.usable:
        return []
    status = shown.status if shown else "not_published"
    parts = [
        text("h4", "Pourquoi il n’y a pas de chiffre ici"),
        text("p", words.status_sentence(status)),
    ]
    parts += [text("p", said) for said in awaited_words(barometer, indicator, territory.level)]
    if shown is not None and shown.note:
        parts.append(text("p", shown.note))
    return parts


def _sources(barometer: Barometer, value: Value) -> list[Fragment]:
    parts = [text("h4", "Sources")]
    places_read = _places_read(barometer, value)
    for extract in barometer.extracts(value.extracts or ""):
        dataset = barometer.datasets.get(extract.dataset)
        parts.append(
            definitions(
                [
                    ("Jeu de données", dataset.title if dataset else extract.dataset),
                    ("Producteur", dataset.producer if dataset else ""),
                    ("Millésime", f"{words.year(value.millesime)}, édition {extract.edition}"),
                    ("Publié le", words.date(extract.published) if extract.published else ""),
                    ("Licence", dataset.licence if dataset else ""),
                    ("À citer", dataset.citation if dataset else ""),
                    ("Page du producteur", (dataset.page or "") if dataset else ""),
                    ("Fichier", extract.file),
                    ("Empreinte (sha256)", extract.sha256),
                    ("Où dans le fichier", places_read.get(extract.extract, NOT_ITS_OWN)),
                    ("Provenance", extract.provenance or ""),
                    ("Réserves", extract.reservations or ""),
                ]
            )
        )
    return [*parts, *_cells_table(barometer, value)]


def _places_read(barometer: Barometer, value: Value) -> dict[str, str]:
    """Say where in each file a value was read: its own line, or those that were added up."""
    found: dict[str, str] = {}
    by_file: dict[str, set[int]] = {}
    read = cells(barometer, value)
    for cell in read:
        by_file.setdefault(cell.extract, set()).add(cell.line)
    for extract, numbers in by_file.items():
        listed = french.enumeration([str(n) for n in sorted(numbers)[:MOST_LINES]])
        more = (
            f", et {french.plural(len(numbers) - MOST_LINES, 'autre')}" if len(numbers) > MOST_LINES else ""
        )
        found[extract] = f"ligne {listed}" if len(numbers) == 1 else f"lignes {listed}{more}"
    for lines in [] if read else added_lines(barometer, value):
        summed = french.plural(lines.territories, "commune additionnée", "communes additionnées")
        found.setdefault(lines.extract, f"{summed}, de la ligne {lines.first} à la ligne {lines.last}")
    return found


def _cells_table(barometer: Barometer, value: Value) -> list[Fragment]:
    found = cells(barometer, value)
    if not found or len(found) > MOST_CELLS:
        return []
    names = {extract.extract: extract.file for extract in barometer.extracts(value.extracts or "")}
    rows = [
        (
            names.get(cell.extract, cell.extract),
            str(cell.line),
            cell.column,
            words.status_label(cell.status) if cell.value is None else _plain_number(cell.value),
        )
        for cell in found
    ]
    header = ("Fichier", "Ligne", "Colonne ou clé", "Lu")
    return [table("Les cases lues dans les fichiers", header, rows, numeric=(1, 3))]


def _plain_number(amount: float) -> str:
    return french.number(amount, 0 if amount == int(amount) else 2)


def _cautions(
    barometer: Barometer, indicator: Indicator, series: Series | None, reading: Reading
) -> list[Fragment]:
    lines = [indicator.caveats or "", (series.caveat or "") if series else ""]
    for value in reading.apart:
        other = barometer.series.get((value.indicator, value.series))
        lines.append((other.caveat or "") if other else "")
    lines += [f"Rupture en {b.year} : {b.reason}" for b in breaks_of(barometer, indicator)]
    kept = [text("li", line) for line in dict.fromkeys(lines) if line]
    return [text("h4", "Précautions de lecture"), element("ul", *kept)] if kept else []


def _history(
    barometer: Barometer, indicator: Indicator, territory: Territory, reading: Reading
) -> list[Fragment]:
    """Table of the other years; a change of definition is a line of its own, never crossed silently."""
    dated = [value for value in reading.history if value.millesime is not None]
    if len(dated) < 2:
        return []
    rows: list[tuple[str, str, str]] = []
    breaks = sorted(breaks_of(barometer, indicator), key=lambda b: b.year, reverse=True)
    after = dated[0].millesime
    for value in dated:
        assert value.millesime is not None
        assert after is not None
        rows += [
            (f"Rupture en {gone.year}", "Les chiffres du dessus et du dessous ne se comparent pas", "")
            for gone in breaks
            if value.millesime < gone.year <= after
        ]
        after = value.millesime
        series = barometer.series.get((value.indicator, value.series))
        label = series.label if series and series.label else ""
        if value.usable and value.value is not None:
            shown = words.quantity(value.value, indicator.unit, indicator.decimals)
            rows.append(
                (
                    str(value.millesime),
                    shown,
                    " ; ".join(filter(None, (words.status_label(value.status), label))),
                )
            )
        else:
            rows.append((str(value.millesime), words.status_label(value.status), label))
    caption = (
        f"{indicator.short_title} {places.at(territory.name, territory.level)}, toutes les années connues"
    )
    return [text("h4", "Autres années"), table(caption, ("Année", "Valeur", "Statut"), rows)]
