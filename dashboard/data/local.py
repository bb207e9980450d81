"""The local layer as the release publishes it: lines by section, free texts by commune."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from dashboard.data.release import Release
from sources.local.cells import cell
from sources.local.fields import Field

NOT_PUBLISHED = "Le volet local n’est pas publié dans cette version du baromètre."


@dataclass
class Entry:
    """One line of a section: its cells by column."""

    section: str
    commune: str | None
    origin: str
    source: str
    cells: dict[str, str] = field(default_factory=dict)
    reader: str = ""
    """The commune whose document shows it."""
    written: Mapping[str, str] = field(default_factory=dict)
    """What this commune wrote itself, by key of field."""

    def to_fill(self, column: str) -> Field:
        """Return the field a document offers in place of an empty cell."""
        return cell(self.section, self.cells, column)

    def filled(self, declared: Field) -> str:
        """Return what the commune wrote in a field, empty when nothing."""
        return self.written.get(declared.key, "")

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def whole(self, column: str) -> int | None:
        """Return a cell as a whole number, ``None`` when it is empty."""
        return int(self.cells[column]) if self.cells.get(column) else None


@dataclass(frozen=True)
class Local:
    """Everything of the local layer of one release."""

    published: bool
    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, release: Release) -> Local:
        """Read the table ``local``, which an older release does not have."""
        if "local" not in release.tables:
            return cls(published=False)
        rows = release.query('SELECT * FROM local ORDER BY section, "row", field')
        found: dict[tuple[str, int], Entry] = {}
        for row in rows.iter_rows(named=True):
            key = (row["section"], row["row"])
            entry = found.setdefault(key, Entry(row["section"], row["commune"], row["origin"], row["source"]))
            entry.cells[row["field"]] = row["value"]
        return cls(True, tuple(found.values()))

    def section(self, section: str) -> list[Entry]:
        """Return the lines of a section, in their order."""
        return [e for e in self.entries if e.section == section]

    def of_commune(self, section: str, commune: str) -> list[Entry]:
        """Return the lines of a section that concern a commune: its own first, then everybody's."""
        kept = [e for e in self.entries if e.section == section and e.commune in (None, commune)]
        return sorted(self._read_by(commune, kept), key=lambda entry: entry.commune is None)

    def _read_by(self, commune: str, entries: list[Entry]) -> list[Entry]:
        written = {
            k: v
            for e in self.entries
            if (e.section, e.commune) == ("textes", commune)
            for k, v in e.cells.items()
        }
        return [replace(entry, reader=commune, written=written) for entry in entries]

    def own(self, section: str, commune: str) -> list[Entry]:
        """Return the lines of a section that name a commune."""
        kept = [e for e in self.entries if e.section == section and e.commune == commune]
        return kept if section == "textes" else self._read_by(commune, kept)

    def listed(self, name: str, commune: str | None = None) -> list[Entry]:
        """Return the lines of one list of the contract, in their order."""
        kept = [e for e in self._lists.get(name, []) if e.commune in (None, commune)]
        return sorted(kept, key=lambda entry: entry.whole("rang") or 0)

    @cached_property
    def _lists(self) -> Mapping[str, list[Entry]]:
        lists: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.section == "listes":
                lists.setdefault(entry["liste"], []).append(entry)
        return lists

    def text(self, commune: str, key: str) -> str:
        """Return a free text of a commune, empty when nobody wrote it."""
        return next((e[key] for e in self.own("textes", commune) if key in e.cells), "")

    def orientation(self, number: int | None) -> str:
        """Return the short wording of an orientation: its number, then its title."""
        title = next((e["libelle"] for e in self.listed("orientation") if e.whole("rang") == number), "")
        return f"{number}. {title}" if number and title else str(number or "")
