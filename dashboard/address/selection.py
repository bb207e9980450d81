"""What the address says is chosen: parsed here, checked against the release, never trusted.

The address is the only place a choice is kept: widgets write it, pages read it. A link sent to
somebody reopens the same view, and the browser's arrows go from one choice to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from dashboard.address import parameters as known
from dashboard.address import thresholds
from dashboard.address.parameters import BY_NAME, PERIMETERS, written
from dashboard.address.screens import PAGES, Page
from dashboard.data.france import Place
from dashboard.data.records import Indicator, Territory
from dashboard.story.free_groups import FreeGroup
from dashboard.story.parts import FOLLOW_UP
from sources.vocabulary import Perimeter

_EITHER = (
    ((known.LEVEL, known.TERRITORY), (known.GROUP, known.GROUP_NAME)),
    ((known.OTHER,), (known.OTHER_GROUP, known.OTHER_NAME)),
)
"""A territory and a group exclude each other: the one now named replaces what was there."""


@dataclass(frozen=True)
class Selection:
    """A valid choice, and the notices about the address it comes from."""

    territory: Territory
    chosen: bool
    """Whether the address names the territory; else it is the page's own default."""
    understood: Mapping[str, str] = field(default_factory=dict)
    """Valid values of the address, by parameter."""
    notices: tuple[str, ...] = ()
    away: tuple[Place, ...] = ()
    """Territories of the rest of France it names, which another view shows."""
    group: FreeGroup | None = None
    """Communes the reader puts together as the territory; perhaps not yet enough of them."""
    other: Territory | None = None
    """What the territory is set beside, when it is not a mere reference."""
    other_group: FreeGroup | None = None
    indicator: Indicator | None = None
    """The indicator the address names."""
    settings: thresholds.Settings = field(default_factory=thresholds.Settings)

    def _value(self, name: str) -> str:
        """Return what a parameter says, else what no value means, else an empty text."""
        return self.understood.get(name) or BY_NAME[name].default or ""

    @property
    def reference(self) -> str:
        """Level of the reference, or the nearest one."""
        return self._value(known.REFERENCE)

    @property
    def theme(self) -> str | None:
        """The only theme shown."""
        return self.understood.get(known.THEME)

    @property
    def sheet(self) -> str | None:
        """Indicator whose sheet is open."""
        return self.understood.get(known.SHEET)

    @property
    def meeting(self) -> bool:
        """Larger and barer, for a projector: see :mod:`dashboard.widgets.meeting`."""
        return in_meeting(self.understood)

    @property
    def embedded(self) -> bool:
        """Held by a page of another site: without the links to the other pages."""
        return self._value(known.EMBEDDED) == "1"

    @property
    def concept(self) -> str | None:
        """Definition asked of the indicator; ``None`` for the main one."""
        return self.understood.get(known.VARIANT)

    @property
    def year(self) -> int | str | None:
        """Year asked: ``None`` where the producer states none, ``""`` for the default one."""
        return known.year_asked(self.understood)

    @property
    def twin(self) -> str | None:
        """What is set beside the map: another year, or another indicator."""
        return self.understood.get(known.TWIN)

    @property
    def view(self) -> str | None:
        """What is shown besides the indicator: its theme, or the comparisons of the contract."""
        return self.understood.get(known.VIEW)

    @property
    def pockets(self) -> bool:
        """Whether the map shows the pockets of poverty."""
        return self.understood.get(known.LAYER) == known.POCKETS

    @property
    def generation(self) -> str:
        """Generation of the quarters shown, as the address writes it."""
        return self._value(known.PERIMETER)

    @property
    def perimeter(self) -> Perimeter:
        """Generation of the quarters shown."""
        return PERIMETERS[self.generation]

    @property
    def question(self) -> str:
        """The question of the page « Priorités »."""
        return self._value(known.QUESTION)

    @property
    def part(self) -> int:
        """The part shown of the document of a commune, from 1."""
        asked = self._value(known.PART)
        return FOLLOW_UP if asked == known.FOLLOW_WORD else int(asked)

    @property
    def search(self) -> str:
        """What is looked for, as it was typed."""
        return self._value(known.SEARCH)

    @property
    def portrait(self) -> str | None:
        """What is open of the portrait of a commune: the communes like it, or its ages."""
        return self.understood.get(known.PORTRAIT)

    @property
    def list_page(self) -> int:
        """The page shown of a long list, from 1."""
        return int(self._value(known.LIST_PAGE))

    @property
    def table(self) -> str:
        """The table of the release whose columns are shown."""
        return self._value(known.TABLE)

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address parameters of this choice, defaults left out.

        Args:
            changes: Parameters to replace; ``None`` drops one.
        """
        kept: dict[str, str | None] = dict(self.understood)
        for one, another in _EITHER:
            for named_now, replaced in ((one, another), (another, one)):
                if any(name in changes for name in named_now):
                    kept.update(dict.fromkeys(replaced))
        return written({**kept, **changes})

    def elsewhere(self) -> dict[str, str]:
        """Return the address parameters every page reads, for a link to another: no sheet is open there."""
        kept = self.parameters(**{known.SHEET: None})
        return {name: value for name, value in kept.items() if BY_NAME[name].pages == PAGES}

    def with_settings(self, settings: thresholds.Settings) -> dict[str, str]:
        """Return the address parameters of this choice with other thresholds or weights."""
        return self.parameters(**settings.parameters())

    def swapped(self) -> dict[str, str]:
        """Return the address parameters of the same comparison, read the other way round."""
        assert self.other is not None
        return self.parameters(
            **(_group(self.other_group, known.GROUP, known.GROUP_NAME) or link(self.other)),
            **(
                _group(self.group, known.OTHER_GROUP, known.OTHER_NAME)
                or {known.OTHER: beside(self.territory)}
            ),
        )


def _group(group: FreeGroup | None, codes: str, name: str) -> dict[str, str | None]:
    return {} if group is None else {codes: group.codes, name: group.given_name or None}


def beside(territory: Territory) -> str:
    """Return how the address names the territory another one is set beside."""
    return f"{territory.level}-{territory.code}"


def link(territory: Territory) -> dict[str, str]:
    """Return the address parameters that name a territory."""
    return {known.LEVEL: territory.level, known.TERRITORY: territory.code}


def href(page: Page | None, parameters: Mapping[str, str]) -> str:
    """Return a link to a page, relative to any other; ``None`` for the page itself."""
    return f"{(page.url_path or './') if page else ''}?{urlencode(written(parameters))}"


def in_meeting(parameters: Mapping[str, str]) -> bool:
    """Whether an address asks for the meeting mode."""
    return parameters.get(known.MEETING) == "1"
