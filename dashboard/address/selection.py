"""What the address says is chosen: parsed here, checked against the release, never trusted.

The address is the only place a choice is kept: widgets write it, pages read it. A link sent to
somebody reopens the same view, and the browser's arrows go from one choice to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from dashboard.address import thresholds
from dashboard.address.parameters import (
    BY_NAME,
    DEFAULT_TABLE,
    EMBEDDED,
    FOLLOW_WORD,
    GROUP,
    GROUP_NAME,
    LAYER,
    LEVEL,
    LIST_PAGE,
    MEETING,
    OTHER,
    OTHER_GROUP,
    OTHER_NAME,
    PART,
    PERIMETER,
    PERIMETERS,
    POCKETS,
    PORTRAIT,
    QUESTION,
    QUESTIONS,
    REFERENCE,
    SEARCH,
    SHEET,
    TABLE,
    TERRITORY,
    THEME,
    UNSTATED,
    VARIANT,
    VIEW,
    YEAR,
    written,
)
from dashboard.address.screens import PAGES, Page
from dashboard.data.records import Indicator, Territory
from dashboard.story.free_groups import FreeGroup
from dashboard.story.parts import FOLLOW_UP
from dashboard.story.readings import NEAREST
from sources.vocabulary import Perimeter

_EITHER = (((LEVEL, TERRITORY), (GROUP, GROUP_NAME)), ((OTHER,), (OTHER_GROUP, OTHER_NAME)))
"""A territory and a group exclude each other: the one now named replaces what was there."""


@dataclass(frozen=True)
class Selection:
    """A valid choice, and what had to be said of the address it comes from."""

    territory: Territory
    chosen: bool
    """Whether the address names the territory; else it is the page's own default."""
    understood: Mapping[str, str] = field(default_factory=dict)
    """Valid values of the address, by parameter."""
    notices: tuple[str, ...] = ()
    group: FreeGroup | None = None
    """Communes the reader puts together as the territory; perhaps not yet enough of them."""
    other: Territory | None = None
    """What the territory is set beside, when it is not a mere reference."""
    other_group: FreeGroup | None = None
    indicator: Indicator | None = None
    """The indicator the address names."""
    settings: thresholds.Settings = field(default_factory=thresholds.Settings)

    @property
    def reference(self) -> str:
        """Level of the reference, or the nearest one."""
        return self.understood.get(REFERENCE, NEAREST)

    @property
    def theme(self) -> str | None:
        """The only theme shown."""
        return self.understood.get(THEME)

    @property
    def sheet(self) -> str | None:
        """Indicator whose sheet is open."""
        return self.understood.get(SHEET)

    @property
    def meeting(self) -> bool:
        """Larger and barer, for a projector: see :mod:`dashboard.widgets.meeting`."""
        return in_meeting(self.understood)

    @property
    def embedded(self) -> bool:
        """Held by a page of another site: without the links to the other pages."""
        return self.understood.get(EMBEDDED) == "1"

    @property
    def concept(self) -> str | None:
        """Definition asked of the indicator; ``None`` for the main one."""
        return self.understood.get(VARIANT)

    @property
    def year(self) -> int | str | None:
        """Year asked: ``None`` where the producer states none, ``""`` for the default one."""
        asked = self.understood.get(YEAR, "")
        return None if asked == UNSTATED else int(asked) if asked else ""

    @property
    def view(self) -> str | None:
        """What is shown besides the indicator: its theme, or the comparisons of the contract."""
        return self.understood.get(VIEW)

    @property
    def pockets(self) -> bool:
        """Whether the map shows the pockets of poverty."""
        return self.understood.get(LAYER) == POCKETS

    @property
    def generation(self) -> str:
        """Generation of the quarters shown, as the address writes it."""
        return self.understood.get(PERIMETER, next(iter(PERIMETERS)))

    @property
    def perimeter(self) -> Perimeter:
        """Generation of the quarters shown."""
        return PERIMETERS[self.generation]

    @property
    def question(self) -> str:
        """The question of the page « Priorités »."""
        return self.understood.get(QUESTION, next(iter(QUESTIONS)))

    @property
    def part(self) -> int:
        """The part shown of the document of a commune, from 1."""
        asked = self.understood.get(PART, "1")
        return FOLLOW_UP if asked == FOLLOW_WORD else int(asked)

    @property
    def search(self) -> str:
        """What is looked for, as it was typed."""
        return self.understood.get(SEARCH, "")

    @property
    def portrait(self) -> str | None:
        """What is open of the portrait of a commune: the communes like it, or its ages."""
        return self.understood.get(PORTRAIT)

    @property
    def list_page(self) -> int:
        """The page shown of a long list, from 1."""
        return int(self.understood.get(LIST_PAGE, "1"))

    @property
    def table(self) -> str:
        """The table of the release whose columns are shown."""
        return self.understood.get(TABLE, DEFAULT_TABLE)

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
        kept = self.parameters(**{SHEET: None})
        return {name: value for name, value in kept.items() if BY_NAME[name].pages == PAGES}

    def with_settings(self, settings: thresholds.Settings) -> dict[str, str]:
        """Return the address parameters of this choice with other thresholds or weights."""
        return self.parameters(**settings.parameters())

    def swapped(self) -> dict[str, str]:
        """Return the address parameters of the same comparison, read the other way round."""
        assert self.other is not None
        return self.parameters(
            **(_group(self.other_group, GROUP, GROUP_NAME) or link(self.other)),
            **(_group(self.group, OTHER_GROUP, OTHER_NAME) or {OTHER: beside(self.territory)}),
        )


def _group(group: FreeGroup | None, codes: str, name: str) -> dict[str, str | None]:
    return {} if group is None else {codes: group.codes, name: group.given_name or None}


def beside(territory: Territory) -> str:
    """Return how the address names the territory another one is set beside."""
    return f"{territory.level}-{territory.code}"


def link(territory: Territory) -> dict[str, str]:
    """Return the address parameters that name a territory."""
    return {LEVEL: territory.level, TERRITORY: territory.code}


def href(page: Page | None, parameters: Mapping[str, str]) -> str:
    """Return a link to a page, relative to any other; ``None`` for the page itself."""
    return f"{(page.url_path or './') if page else ''}?{urlencode(written(parameters))}"


def in_meeting(parameters: Mapping[str, str]) -> bool:
    """Whether an address asks for the meeting mode."""
    return parameters.get(MEETING) == "1"
