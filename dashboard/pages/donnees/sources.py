"""Where the figures come from: each source with its years and reservations, each file with its account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dashboard.data import accounts, observations
from dashboard.data.accounts import Record
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Dataset
from dashboard.story import words
from dashboard.story.markup import Fragment, definitions, element, group, table, text
from dashboard.widgets.freshness import freshness_words, next_words
from sources.french import capital, enumeration, number, plural
from sources.vocabulary import Level

KINDS = {
    "producer": "fichier du producteur",
    "transcription": "relevé d’une copie publique du fichier officiel",
}

_NAMES = {
    Level.COMMUNE: ("commune",),
    Level.QPV: ("quartier prioritaire", "quartiers prioritaires"),
    Level.EPCI: ("intercommunalité",),
    Level.DEPARTEMENT: ("département",),
    Level.REGION: ("région",),
}

_COUNTS = (
    ("rows_read", "Lignes lues"),
    ("rows_kept", "Lignes gardées"),
    ("rows_outside", "Lignes hors du territoire"),
    ("rows_suppressed", "Lignes sous secret"),
    ("rows_refused", "Lignes refusées"),
    ("cells_read", "Cellules lues"),
    ("cells_observed", "Cellules observées"),
    ("cells_estimated", "Cellules estimées"),
    ("cells_suppressed", "Cellules sous secret"),
    ("cells_not_published", "Cellules non diffusées"),
    ("cells_not_applicable", "Cellules sans objet"),
    ("cells_missing", "Cellules manquantes"),
)
_ROWS = ("rows_kept", "rows_outside", "rows_suppressed", "rows_refused")


def years_words(years: Sequence[int]) -> str:
    """Return the years held: « 2015 à 2024 » when none is missing between the first and the last."""
    if not years:
        return "année non précisée par le producteur"
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} à {years[-1]}"
    return enumeration([str(year) for year in years])


@kept
def source_list(barometer: Barometer, today: dt.date) -> Fragment:
    """Return every source as HTML, folded: what it brings, what is held of it, what to be careful about."""
    about = accounts.about(barometer.release)
    years = observations.years(barometer.release)
    editions = accounts.editions(barometer.release)
    parts = []
    for held, title in ((True, "Sources détenues"), (False, "Sources attendues")):
        chosen = [d for d in barometer.datasets.values() if d.held == held]
        if chosen:
            parts.append(text("h3", title))
            parts += [
                _source(d, about[d.dataset], years.get(d.dataset, []), editions.get(d.dataset, []), today)
                for d in chosen
            ]
    return group(*parts)


def _source(
    dataset: Dataset, about: Record, years: Sequence[int], editions: Sequence[Record], today: dt.date
) -> Fragment:
    state = years_words(years) if dataset.held else "pas encore reçu"
    terms = [
        ("Producteur", dataset.producer),
        ("Ce qu’elle apporte", about["description"] or ""),
        ("Licence", dataset.licence),
        ("À citer", dataset.citation),
        ("Page du producteur", dataset.page or "adresse non renseignée"),
        ("Années détenues", state if dataset.held else "aucune"),
        ("Fraîcheur", freshness_words(dataset, today)),
        ("Prochaine parution habituelle", next_words(dataset)),
        ("Adresse", "a déjà répondu" if about["address_verified"] else "jamais vérifiée en ligne"),
        (
            "Structure du fichier",
            "vérifiée sur un vrai fichier"
            if about["layout_verified"]
            else "supposée, à vérifier sur le premier fichier",
        ),
        *((f"Édition {row['edition']}", edition_words(row)) for row in editions),
    ]
    return element(
        "details",
        text("summary", f"{dataset.title} – {dataset.producer} : {state}"),
        definitions(terms),
        css="source",
    )


def edition_words(edition: Record) -> str:
    """Return what is to be known of one edition: kind of file, dates, provenance, reservations."""
    kind = str(KINDS.get(edition["kind"], edition["kind"]))
    # A transcription says itself where it comes from.
    parts = [] if edition["provenance"] else [kind]
    if edition["published"]:
        parts.append(f"publié le {words.date(edition['published'])}")
    if edition["accessed"]:
        parts.append(f"relevé le {words.date(edition['accessed'])}")
    said = f"{capital(', '.join(parts))}." if parts else ""
    sentences = [said, edition["provenance"] or "", edition["reservations"] or ""]
    return " ".join(filter(None, sentences))


def balanced(account: Record) -> bool:
    """Whether every line read of a file is accounted for."""
    return bool(account["rows_read"] == sum(account[name] or 0 for name in _ROWS))


@kept
def opening(barometer: Barometer) -> str:
    """Return the sentence that opens the page: how many sources, files and lines, and what became of them."""
    held = sum(dataset.held for dataset in barometer.datasets.values())
    total = len(barometer.datasets)
    sentence = f"Le baromètre tient {plural(held, 'source')} sur les {total} de son catalogue."
    counted = [
        account for account in accounts.accounts(barometer.release) if account["rows_read"] is not None
    ]
    if not counted:
        return sentence
    read, *others = (sum(a[name] or 0 for a in counted) for name in ("rows_read", *_ROWS))
    kept, outside, hidden, refused = others
    return (
        f"{sentence} Lignes lues dans {plural(len(counted), 'fichier')} : {number(read)}, soit "
        f"{_lines(kept, 'gardée')}, {_lines(outside)} hors du territoire, {_lines(hidden)} sous secret "
        f"statistique et {_lines(refused, 'refusée')}."
    )


def _lines(count: int, word: str = "") -> str:
    """Return a number of lines: « aucune refusée », « 2 gardées »."""
    if not count:
        return f"aucune {word}".strip()
    return plural(count, word) if word else number(count)


@kept
def account_table(barometer: Barometer) -> tuple[Fragment, Fragment]:
    """Return whether the account of the files balances, and that of every file, as HTML."""
    counted = [
        account for account in accounts.accounts(barometer.release) if account["rows_read"] is not None
    ]
    if not counted:
        return text("p", "Cette version ne dit pas ce qui a été lu de chaque fichier."), Fragment()
    wrong = [account["file"] for account in counted if not balanced(account)]
    verdict = (
        f"Le compte n’est pas juste pour {enumeration(wrong)}."
        if wrong
        else "Le compte est juste pour chaque fichier : lignes lues = gardées + hors du territoire + sous "
        "secret + refusées."
    )
    shown = [(name, title) for name, title in _COUNTS if name in counted[0]]
    rows = []
    for account in counted:
        dataset = barometer.datasets.get(account["dataset"])
        counts = ("" if account[name] is None else number(account[name]) for name, _ in shown)
        source = dataset.title if dataset else account["dataset"]
        rows.append((account["file"], source, str(account["edition"]), *counts, account["extract"]))
    header = ("Fichier", "Source", "Édition", *(title for _, title in shown), "Empreinte (début)")
    numeric = range(3, 3 + len(shown))
    return text("p", verdict), table("Compte de chaque fichier lu", header, rows, numeric=tuple(numeric))


@kept
def account_notes(barometer: Barometer) -> Fragment:
    """Return what the accounts say in words as HTML, folded by file: communes mapped, rows refused."""
    notes = accounts.notes(barometer.release)
    parts = []
    for account in accounts.accounts(barometer.release):
        said = notes.get((account["extract"], account["dataset"], account["edition"]))
        if said:
            title = f"{account['file']} : {plural(len(said), 'remarque')}"
            items = element("ul", *(text("li", note) for note in said))
            parts.append(element("details", text("summary", title), items, css="source"))
    if not parts:
        return Fragment()
    intro = (
        "Communes qui ont changé depuis l’édition du fichier, et lignes qui n’ont pas pu être rattachées :"
    )
    return text("p", intro) + group(*parts)


def elsewhere(barometer: Barometer) -> Fragment:
    """Return as HTML how much of the rest of France the release also holds, empty when it holds none."""
    counts = accounts.elsewhere(barometer.release)
    if not counts:
        return Fragment()
    said = enumeration(
        [plural(counts[level.value], *_NAMES[level]) for level in _NAMES if level.value in counts]
    )
    return text(
        "p",
        f"Cette version contient aussi les chiffres de {said} du reste de la France, tirés des fichiers "
        "nationaux déposés. Les pages montrent les territoires suivis ; les autres valeurs, et les cellules "
        "dont elles sont faites, sont dans les fichiers Parquet et DuckDB.",
    )
