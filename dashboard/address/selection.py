"""What the address says is chosen: parsed here, checked against the release, never trusted.

The address is the only place a choice is kept: widgets write it, pages read it. A link sent to
somebody reopens the same view, and the browser's arrows go from one choice to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story.free_groups import COMPARED, MAIN, FreeGroup, read_group
from dashboard.story.readings import NEAREST, REFERENCE_ORDER
from sources.vocabulary import Level

LEVEL, TERRITORY, REFERENCE, THEME, SHEET = "niveau", "territoire", "reference", "theme", "fiche"
GROUP, GROUP_NAME = "groupe", "nom"
OTHER, OTHER_GROUP, OTHER_NAME = "avec", "avec_groupe", "avec_nom"
MEETING = "reunion"
"""Larger and barer, for a projector: see :mod:`dashboard.widgets.meeting`."""
KNOWN = (
    *(LEVEL, TERRITORY, REFERENCE, THEME, SHEET, MEETING),
    *(GROUP, GROUP_NAME, OTHER, OTHER_GROUP, OTHER_NAME),
)
_OURS_TO_IGNORE = frozenset({"embed", "embed_options"})


@dataclass(frozen=True)
class Selection:
    """A valid choice, and what had to be said of the address it comes from."""

    territory: Territory
    chosen: bool
    """Whether the address names the territory; else it is the page's own default."""
    reference: str = NEAREST
    theme: str | None = None
    sheet: str | None = None
    meeting: bool = False
    notices: tuple[str, ...] = ()
    group: FreeGroup | None = None
    """Communes the reader puts together as the territory; perhaps not yet enough of them."""
    other: Territory | None = None
    """What the territory is set beside, when it is not a mere reference."""
    other_group: FreeGroup | None = None

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address parameters of this choice, defaults left out.

        Args:
            changes: Parameters to replace; ``None`` drops one.
        """
        named = self.chosen and self.group is None
        current: dict[str, str | None] = {
            LEVEL: self.territory.level if named else None,
            TERRITORY: self.territory.code if named else None,
            **_group_parameters(self.group, GROUP, GROUP_NAME),
            REFERENCE: None if self.reference == NEAREST else self.reference,
            OTHER: beside(self.other) if self.other is not None and self.other_group is None else None,
            **_group_parameters(self.other_group, OTHER_GROUP, OTHER_NAME),
            THEME: self.theme,
            SHEET: self.sheet,
            MEETING: "1" if self.meeting else None,
        }
        # A territory and a group exclude each other: the one now named replaces what was there.
        for one, another in (
            ((LEVEL, TERRITORY), (GROUP, GROUP_NAME)),
            ((OTHER,), (OTHER_GROUP, OTHER_NAME)),
        ):
            for named_now, replaced in ((one, another), (another, one)):
                if any(name in changes for name in named_now):
                    current.update(dict.fromkeys(replaced))
        return {name: value for name, value in {**current, **changes}.items() if value is not None}

    def swapped(self) -> dict[str, str]:
        """Return the address parameters of the same comparison, read the other way round."""
        assert self.other is not None
        return replace(
            self,
            territory=self.other,
            chosen=True,
            group=self.other_group,
            other=self.territory,
            other_group=self.group,
        ).parameters()


def _group_parameters(group: FreeGroup | None, codes: str, name: str) -> dict[str, str | None]:
    return (
        {codes: None, name: None} if group is None else {codes: group.codes, name: group.given_name or None}
    )


def beside(territory: Territory) -> str:
    """Return how the address names the territory another one is set beside."""
    return f"{territory.level}-{territory.code}"


def link(territory: Territory) -> dict[str, str]:
    """Return the address parameters that name a territory."""
    return {LEVEL: territory.level, TERRITORY: territory.code}


def parse(parameters: Mapping[str, str], barometer: Barometer, *, groups: bool = False) -> Selection:
    """Return the choice an address makes; whatever is unknown is replaced and said politely.

    Args:
        parameters: Of the address.
        barometer: The release.
        groups: Whether the page shows groups made on the spot; if not, they are only kept in the links.
    """
    notices: list[str] = []
    selection = Selection(barometer.epci(), chosen=False, meeting=parameters.get(MEETING) == "1")
    if set(parameters) - set(KNOWN) - _OURS_TO_IGNORE:
        notices.append("Un élément de l’adresse n’est pas connu de ce baromètre : il a été ignoré.")

    level, code = parameters.get(LEVEL), parameters.get(TERRITORY)
    if GROUP in parameters:
        selection, said = _with_group(selection, parameters, barometer, groups)
        notices += said
    elif level is not None or code is not None:
        territory = _territory(level, code, barometer)
        if territory is None:
            notices.append(
                "Le territoire demandé dans l’adresse n’est pas dans ce baromètre : voici l’agglomération. "
                "Choisissez un territoire dans la liste."
            )
        else:
            selection = replace(selection, territory=territory, chosen=True)
    if OTHER_GROUP in parameters or OTHER in parameters:
        selection, said = _with_other(selection, parameters, barometer)
        notices += said if groups else ()

    reference = parameters.get(REFERENCE, NEAREST)
    if reference in (NEAREST, *REFERENCE_ORDER):
        selection = replace(selection, reference=str(reference))
    else:
        notices.append("La référence demandée n’existe pas : la plus proche disponible est montrée.")

    if parameters.get(MEETING, "1") not in ("0", "1"):
        notices.append("Le mode d’affichage demandé n’existe pas : la page est montrée comme d’habitude.")

    theme = parameters.get(THEME)
    if theme is not None:
        if theme in {row.theme for row in barometer.themes}:
            selection = replace(selection, theme=theme)
        else:
            notices.append("Le thème demandé n’existe pas : tous les thèmes sont montrés.")

    sheet = parameters.get(SHEET)
    if sheet is not None:
        if sheet in {row.indicator for row in barometer.indicators}:
            selection = replace(selection, sheet=sheet)
        else:
            notices.append("La fiche demandée n’existe pas : choisissez un indicateur ci-dessous.")
    return replace(selection, notices=tuple(dict.fromkeys(notices)))


def _territory(level: str | None, code: str | None, barometer: Barometer) -> Territory | None:
    """Find a territory; a level alone gives its first one, a code alone the commune of that code first."""
    if level is None:
        order = [Level.COMMUNE, Level.QPV, Level.EPCI, *Level]
        found = [t for t in barometer.territories if t.code == code]
        return min(found, key=lambda t: order.index(Level(t.level)), default=None)
    if code is None:
        return next((t for t in barometer.territories if t.level == level), None)
    return barometer.territory(level, code)


def _with_group(
    selection: Selection, parameters: Mapping[str, str], barometer: Barometer, shown: bool
) -> tuple[Selection, list[str]]:
    """Take the communes the address puts together; one alone is shown as the commune it is."""
    group, said = read_group(parameters[GROUP], parameters.get(GROUP_NAME, ""), barometer)
    selection = replace(selection, group=group)
    if not shown:
        return selection, ["Le groupe composé se lit sur la page Baromètre ; ici, voici l’agglomération."]
    if group.complete:
        selection = replace(selection, territory=group.territory(barometer, MAIN), chosen=True)
    elif group.communes:
        alone = barometer.territory(Level.COMMUNE, group.communes[0])
        selection = replace(selection, territory=alone or selection.territory, chosen=True)
    return selection, [said] if said else []


def _with_other(
    selection: Selection, parameters: Mapping[str, str], barometer: Barometer
) -> tuple[Selection, list[str]]:
    """Take what the territory is to be set beside."""
    if OTHER_GROUP in parameters:
        group, said = read_group(parameters[OTHER_GROUP], parameters.get(OTHER_NAME, ""), barometer)
        other = group.territory(barometer, COMPARED) if group.complete else barometer.epci()
        return replace(selection, other=other, other_group=group), [said] if said else []
    level, _, code = parameters[OTHER].partition("-")
    found = barometer.territory(level, code)
    if found is None:
        said = "Le territoire à comparer n’est pas dans ce baromètre : choisissez-en un dans la liste."
        return selection, [said]
    return replace(selection, other=found), []
