"""What the release shown changes to the one before: compared once for all readers, in a few lines."""

from __future__ import annotations

from dashboard.address import screens
from dashboard.address.selection import href, link
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.data.release_file import ExportError
from dashboard.data.revisions import Compared, Kept, compared, previous
from dashboard.story import places, words
from dashboard.story.markup import Fragment, element, text
from dashboard.widgets.choice import kept_mode
from indicators.news import paragraph, parts, summary
from sources.french import capital, lowered, plural
from sources.vocabulary import Level

TITLE = "Ce qui a changé depuis la version précédente"
FIRST = "Première publication : aucune version précédente n’est gardée."
ANCHOR = "nouveautes"
"""Section of the page of data that tells every change."""
MOST = 4
"""New years listed before the reader is sent there."""


@kept
def before(barometer: Barometer) -> Kept | None:
    """Return the release kept before the one shown, ``None`` for the first."""
    return previous(barometer.release.path)


@kept
def compared_to(barometer: Barometer, earlier: Kept) -> Compared:
    """Return what the release shown changes to an earlier one.

    Raises:
        ExportError: One of them cannot be read.
    """
    return compared(earlier, barometer.release.path)


def changes_block(barometer: Barometer, territory: Territory) -> Fragment:
    """Return what changed of a commune, on one line to unfold, or of the whole release for any other place.

    Args:
        barometer: The release shown.
        territory: A commune, or the territory whose whole release is summed up.
    """
    earlier = before(barometer)
    if earlier is None:
        return text("p", FIRST, "note")
    version = f"version du {words.date(earlier.created_at)}"
    try:
        found = compared_to(barometer, earlier)
    except ExportError:
        return text("p", f"{TITLE} : la {version} ne peut plus être lue.", "note status")
    address = f"{href(screens.DATA, kept_mode(link(territory)))}#{ANCHOR}"
    leads = element(
        "p", element("a", text("span", "Toutes les nouveautés, chiffre par chiffre"), href=address)
    )
    if territory.level == Level.COMMUNE:
        return _of_commune(found, territory, version, leads)
    told = [line for part in parts(found.changes, found.names) for line in part.lines][:MOST]
    listed = element("ul", *(text("li", line) for line in told)) if told else Fragment()
    said = f"Depuis la {version} : {lowered(summary(found.changes))}"
    return text("h2", TITLE) + text("p", said) + listed + leads


def _of_commune(found: Compared, commune: Territory, version: str, leads: Fragment) -> Fragment:
    said = paragraph(found.changes, found.names, commune.code)
    if not said:
        where = capital(places.at(commune.name, commune.level))
        return text("p", f"{where}, rien n’a changé depuis la {version}.", "note")
    count = found.changes.figures.filter(level=Level.COMMUNE.value, code=commune.code).height
    many = plural(count, "chiffre changé", "chiffres changés")
    summed = text("summary", f"Ce qui a changé depuis la {version} : {many}")
    return element("details", summed, text("p", said), leads)
