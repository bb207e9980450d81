"""The only parser of addresses: what is unknown is left out, and a sentence says what is shown instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.address import screens, thresholds
from dashboard.address.parameters import (
    BY_NAME,
    GROUP,
    GROUP_NAME,
    INDICATOR,
    LEVEL,
    OTHER,
    OTHER_GROUP,
    OTHER_NAME,
    PARAMETERS,
    PERIMETER,
    PERIMETERS,
    SHEET,
    TERRITORY,
    Parameter,
    perimeter,
    place_instead,
    replaced,
)
from dashboard.address.screens import Page
from dashboard.address.selection import Selection, beside, link
from dashboard.data.france import Place, place
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story.free_groups import COMPARED, MAIN, FreeGroup, read_group
from sources.vocabulary import Level, Perimeter

_NOT_OURS = frozenset({"embed", "embed_options"})
_CODE_ALONE = (Level.COMMUNE, Level.QPV, Level.EPCI, *Level)
"""Which territory a code names without its level, the first that has it."""
_NOT_HERE = "n’est pas dans ce baromètre"
_NOT_FOLLOWED = "n’est pas de ceux que ce baromètre suit"
_TOGETHER = frozenset({LEVEL, TERRITORY, GROUP, GROUP_NAME, OTHER, OTHER_GROUP, OTHER_NAME})
"""Parameters that are read together, before the others."""


def parse(parameters: Mapping[str, str], barometer: Barometer, page: Page) -> Selection:
    """Return the choice an address makes; whatever is unknown is left out, and reported in one sentence.

    Args:
        parameters: Of the address.
        barometer: The release.
        page: The page it is for, which reads the parameters declared for it.
    """
    return _Parser(parameters, barometer, page).selection()


@dataclass
class _Parser:
    asked: Mapping[str, str]
    barometer: Barometer
    page: Page
    understood: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[Parameter, str, str]] = field(default_factory=list)
    """Parameter, value refused and why; its sentence is written once all the rest is read."""
    said: list[str] = field(default_factory=list)
    away: list[Place] = field(default_factory=list)

    def selection(self) -> Selection:
        """Read the territories, then each parameter in the order of its declaration."""
        unknown = self._unknown()
        territory, group = self._territory()
        other, other_group = self._other()
        for parameter in PARAMETERS:
            value = self.asked.get(parameter.name)
            if value is None or self.page not in parameter.pages or parameter.name in _TOGETHER:
                continue
            if parameter.accepts(value, self.barometer, self.understood):
                self.understood[parameter.name] = value
            else:
                self._refuse(parameter.name, value)
        self._generation(territory)
        if self.page is screens.INDICATOR and SHEET in self.understood:
            # The page is that of the indicator whose sheet is open, and stays so once it is closed.
            self.understood.setdefault(INDICATOR, self.understood[SHEET])
        settings, crossed = thresholds.settings(self.understood)
        named = self.understood.get(INDICATOR)
        notices = [unknown, *map(self._sentence, self.refused), *self.said, crossed]
        return Selection(
            territory or self.barometer.epci(),
            chosen=territory is not None,
            understood=self.understood,
            notices=tuple(dict.fromkeys(filter(None, notices))),
            away=tuple(dict.fromkeys(self.away)),
            group=group,
            other=other,
            other_group=other_group,
            indicator=next((i for i in self.barometer.indicators if i.indicator == named), None),
            settings=settings,
        )

    def _refuse(self, name: str, value: str, why: str = "") -> None:
        self.refused.append((BY_NAME[name], value, why or BY_NAME[name].why))

    def _not_here(self, name: str, level: str | None, code: str) -> None:
        """Refuse a territory; one of the rest of France is kept, for the page to lead to its figures."""
        found = place(self.barometer.release, level, code)
        if found is not None:
            self.away.append(found)
        self._refuse(
            name, code if level is None else f"{level}-{code}", _NOT_FOLLOWED if found else _NOT_HERE
        )

    def _sentence(self, refused: tuple[Parameter, str, str]) -> str:
        parameter, value, why = refused
        instead = parameter.instead
        shown = instead if isinstance(instead, str) else instead(self.barometer, self.page, self.understood)
        return replaced(parameter.asked, value, why, shown)

    def _unknown(self) -> str:
        """Say that the page does not read something of the address."""
        ours = {parameter.name for parameter in PARAMETERS if self.page in parameter.pages}
        unknown = next((name for name in self.asked if name not in ours | _NOT_OURS), None)
        if unknown is None:
            return ""
        return replaced("un élément demandé", unknown, "n’est pas connu de cette page", "il est ignoré")

    def _territory(self) -> tuple[Territory | None, FreeGroup | None]:
        """Read what the page is about; a code alone is that of a commune first."""
        level, code = self.asked.get(LEVEL), self.asked.get(TERRITORY)
        if GROUP in self.asked:
            return self._main_group()
        if code is None:
            if level is not None:
                known = BY_NAME[LEVEL].accepts(level, self.barometer, {})
                self._refuse(LEVEL, level, "ne dit pas de quel territoire il s’agit" if known else "")
            return None, None
        found = [t for t in self.barometer.territories if t.code == code and level in (None, t.level)]
        territory = min(found, key=lambda t: _CODE_ALONE.index(Level(t.level)), default=None)
        if territory is None:
            self._not_here(TERRITORY, level, code)
        else:
            self.understood.update(link(territory))
        return territory, None

    def _main_group(self) -> tuple[Territory | None, FreeGroup]:
        """Read the communes the address puts together; one alone is shown as the commune it is."""
        group, said = self._group(GROUP, GROUP_NAME)
        if self.page is not screens.BAROMETER:
            shown = place_instead(self.barometer, self.page, self.understood)
            self.said.append(f"Le groupe composé se lit sur la page Baromètre ; ici, {shown}.")
            return None, group
        self.said.append(said)
        if group.complete:
            return group.territory(self.barometer, MAIN), group
        alone = self.barometer.territory(Level.COMMUNE, group.communes[0]) if group.communes else None
        return alone, group

    def _other(self) -> tuple[Territory | None, FreeGroup | None]:
        """Read what the territory is set beside; only the page that compares says what is wrong with it."""
        said = ""
        other, group = None, None
        if OTHER_GROUP in self.asked:
            group, said = self._group(OTHER_GROUP, OTHER_NAME)
            other = group.territory(self.barometer, COMPARED) if group.complete else self.barometer.epci()
        elif OTHER in self.asked:
            level, _, code = self.asked[OTHER].partition("-")
            other = self.barometer.territory(level, code)
            if other is not None:
                self.understood[OTHER] = beside(other)
            elif self.page is screens.BAROMETER:
                self._not_here(OTHER, level, code)
        if self.page is screens.BAROMETER:
            self.said.append(said)
        return other, group

    def _group(self, codes: str, name: str) -> tuple[FreeGroup, str]:
        group, said = read_group(self.asked[codes], self.asked.get(name, ""), self.barometer)
        self.understood.update({codes: group.codes, **({name: group.given_name} if group.given_name else {})})
        return group, said

    def _generation(self, territory: Territory | None) -> None:
        """Show the generation of the quarter named, else the one asked for, else the latest there is."""
        if self.page not in BY_NAME[PERIMETER].pages:
            return
        shown = perimeter(self.barometer, self.understood)
        if territory is not None and territory.level == Level.QPV and territory.perimeter in set(Perimeter):
            own = Perimeter(territory.perimeter)
            if PERIMETER in self.understood and shown != own:
                self.said.append(
                    f"Le quartier demandé est un quartier du {own.label} : c’est ce périmètre qui est "
                    "montré. Les deux ne se mélangent pas."
                )
            shown = own
        self.understood[PERIMETER] = next(year for year, known in PERIMETERS.items() if known == shown)
