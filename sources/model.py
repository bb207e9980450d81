"""Pydantic models of the catalogue: what a dataset is and how it is laid out.

One YAML file of ``sources/catalogue/`` is one :class:`Dataset`. A new millésime is one
:class:`Millesime` block there; a renamed column is one more name in a :class:`Column`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sources.vocabulary import Level, Perimeter, Status


class Model(BaseModel):
    """Frozen base: an unknown key in a YAML file is an error, not a silent no-op."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _as_tuple(value: object) -> object:
    """Let the YAML say ``column: A`` as well as ``column: [A, B]``."""
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class YearRule(Model):
    """Where the reference year of the data comes from (never the edition by default).

    ``header``: the ``{yy}`` or ``{yyyy}`` of the column's own name; ``edition``: the file's
    edition plus ``offset``; ``column``: the four digits of a column of the row; ``unstated``: the
    producer gives none, and the millésime stays null.
    """

    source: Literal["header", "edition", "column", "unstated"]
    offset: int = 0
    column: str | None = None
    month: int | None = Field(default=None, ge=1, le=12)
    """Reference month of a column of dates: the rows of another month are set aside, and reported."""
    last: bool = False
    """The column holds periods (``2013-2018``) known by their last year."""

    @model_validator(mode="after")
    def _column_named(self) -> YearRule:
        if (self.source == "column") != (self.column is not None):
            raise ValueError("une règle d’année « column » nomme sa colonne, et elle seule")
        if (self.month or self.last) and self.source != "column":
            raise ValueError("un mois de référence ou une période se lit dans une colonne (column)")
        return self


class Column(Model):
    """One variable of ours and the producer's column that gives it."""

    column: Names
    """Producer's names, current one first; ``{yy}``/``{yyyy}`` stand for a year."""
    label: str
    unit: str
    """``personnes``, ``ménages``, ``%``, ``€``… as a reader sees it."""
    additive: bool = False
    """True for counts: they may be summed over territories. Rates and medians never."""
    bounds: tuple[float | None, float | None] = (0, None)
    part_of: str | None = None
    """Variable of the same dataset this one is a part of: part ≤ total is checked."""
    required: bool = True
    """A file of this dataset without this column is refused."""
    year: YearRule | None = None
    """When it differs from the dataset's rule."""
    note: str | None = None
    """Column of disclosure codes that explains this one's blanks (``NOTE_FILO``)."""
    where: dict[str, Names] = {}
    """Long layouts: the rows that hold this variable, by values of dimension columns (``*``: any). A
    dimension of the file that is not named here is taken at its total (``_T``) where it has one."""
    counts_rows: bool = False
    """Each row is one thing (a place, a facility) that this column identifies: the figure of a row is 1, and
    the rows of a territory add up (``aggregate: sum``)."""
    meta: str | None = None
    """Regular expression of the column's label in the file's own ``meta_*`` description, for a
    column whose name is not known beforehand."""


class TerritoryRule(Model):
    """One pattern of territory code: what level it is and which code it stands for."""

    match: str
    """Regular expression over the whole cell; its first group, if any, is the code."""
    level: Level
    code: str | None = None
    """Fixed code when the cell's own is not the standard one (``F``, ``Ensemble``)."""
    perimeter: Perimeter | None = None
    file: str | None = None
    """Regular expression that what names the part read must match for the rule to hold (file, member of the
    archive, sheet, lines above the header): ``32`` is a région in ``FILO2019_DISP_REG.csv`` and a département
    in ``FILO2019_DISP_DEP.csv``."""
    beside: str | None = None
    """Regular expression a code of the same file must match: « Ensemble » is that of the quarters around."""
    where: dict[str, str] = {}
    """Regular expressions other columns of the row must match (``GEO_OBJECT``: ``COM``)."""
    outside: bool = False
    """A row of this rule stands for no territory of ours (unlocated figures, other geographies)."""

    @model_validator(mode="after")
    def _compiles(self) -> TerritoryRule:
        for pattern in (self.match, self.file or "", self.beside or "", *self.where.values()):
            re.compile(pattern)
        return self


class FixedTerritory(Model):
    """The one territory of a file whose rows do not name any (a table on the whole of France)."""

    level: Level
    code: str
    perimeter: Perimeter | None = None


class TerritoryKey(Model):
    """Which column holds the territory and how its codes are read, or the file's only territory."""

    column: Names | None = None
    label: Names | None = None
    communes: str | None = None
    """Column of the communes a quarter lies in, their codes or their names separated by commas."""
    rules: tuple[TerritoryRule, ...] = ()
    fixed: FixedTerritory | None = None

    @model_validator(mode="after")
    def _one_way(self) -> TerritoryKey:
        by_column = self.column is not None and bool(self.rules)
        nothing_by_column = self.column is None and not self.rules
        if not (nothing_by_column if self.fixed is not None else by_column):
            raise ValueError("un territoire se lit dans une colonne avec ses règles, ou il est fixé (fixed)")
        return self


class Dimension(Model):
    """A column whose values split a variable: ``SEX`` = F, M; or ``type`` = tennis.

    ``values`` maps the producer's value to the token that replaces ``{name}`` in the names of
    variables; several values may share a token (their figures are then added, ``aggregate: sum``).
    A value that is not listed is an error unless ``others`` is ``ignore``, in which case the row is
    accounted as outside the declared scope. A dimension no variable names only selects rows.
    """

    column: str
    values: dict[str, str]
    others: Literal["refuse", "ignore", "zero"] = "refuse"
    """``zero``: a row of another value shows that its territory was surveyed and counts 0 of each
    variable."""


class Flag(Model):
    """A column of flags of a long layout: what each one makes of the row's figure."""

    values: dict[str, Status | None]
    """Flag → status; null leaves the figure as it is."""
    others: Status | None = None
    """Status of a row whose flag is not listed."""


class Layout(Model):
    """How a producer lays its file out, and our names for what it holds."""

    format: Literal["csv", "xlsx", "xls", "parquet", "zip"] = "csv"
    """How the producer distributes it; a file is opened by what its first bytes say it is."""
    encoding: Literal["utf-8-sig", "cp1252"] = "utf-8-sig"
    separator: Literal[";", ",", "\t"] = ";"
    decimal: Literal[",", ".", "either"] = "."
    """``either``: the producer changed between editions; a file has one of them, never both."""
    scientific: bool = False
    """Whether ``7.5e-05`` is a number here; elsewhere it betrays a spreadsheet."""
    thousands: tuple[str, ...] = ()
    """Characters removed between digits; usually the spaces (U+0020, U+00A0, U+202F)."""
    final_newline: bool | None = None
    """Whether every real file at hand ends with a line break: one that does not is then cut, be it in its
    last cell; false where some do not, and nothing is asked of them. Unknown otherwise: one that does not is
    held for review."""
    header_row: int = 1
    """Where the header is expected; it is looked for in the first rows otherwise."""
    units_rows: int = Field(default=0, ge=0, le=3)
    """Rows of units or of labels between the header and the data."""
    sheet: str | None = None
    """Regular expression of the sheets to read in a workbook; its group ``year``, if any, becomes
    the column ``_sheet``. With a group ``level``, each sheet is a table of its own, of one level; a workbook
    with none of them is read as it would be without this expression. By default, the first sheet that has the
    header."""
    edition_column: str | None = None
    """Name of the columns whose year is that of the edition (``CODGEO_{yyyy}``), the latest of them."""
    aliases: dict[str, str] = {}
    """Other names of columns → the names they have here: an export with labels in place of names. What such
    an export leaves out is reported."""
    above: str | None = None
    """Regular expression of what these files write above their header; another one proves nothing."""
    elsewhere: dict[str, str] = {}
    """Columns of these files that are not read, by regular expression of their name: where to find them."""
    needs: tuple[str, ...] = ()
    """Columns of every file of this layout, besides those of its variables."""
    since: dict[str, int] = {}
    """Columns all the editions have since one: a file of such an edition without them is an older one under a
    new name."""
    flags: dict[str, Flag] = {}
    """Columns of flags (``CONF_STATUS``, ``OBS_STATUS``); one that is absent says nothing."""
    territory: TerritoryKey
    year: YearRule
    dimensions: dict[str, Dimension] = {}
    aggregate: Literal["sum"] | None = None
    """``sum``: several rows per territory and variable are added up (BPE); else duplicates are errors."""
    partial: bool = False
    """The producer covers some territories of a level only: those absent are missed where an earlier file had
    them."""
    marks: dict[str, Status] = {"": Status.SUPPRESSED}
    """Text of a cell that is not a number → what it means."""
    note_codes: dict[str, Status] = {}
    """Meaning of the disclosure codes of the ``note`` columns for a blank cell."""
    columns: dict[str, Column]
    """Our variable → the producer's column. ``{dimension}`` tokens allowed in the variable."""


class Extract(Model):
    """One file held for a millésime, embedded in the project."""

    file: str
    """Path below ``sources/extracts/``."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    rows: int = Field(ge=1)


class Millesime(Model):
    """One edition of a dataset: where it is published and which files of it we hold."""

    edition: int = Field(ge=1990, le=2100)
    url: str | None = None
    sha256: str | None = None
    published: dt.date | None = None
    accessed: dt.date | None = None
    geography: int | None = None
    """Year of the official geographic code (COG) the file is in."""
    extracts: tuple[Extract, ...] = ()
    kind: Literal["producer", "transcription"] = "producer"
    """``transcription``: typed from a public copy of the producer's file (see ``provenance``)."""
    provenance: str | None = None
    reservations: str | None = None
    """What a reader must know of this copy, in French; shown on every sheet that uses it."""
    estimated: tuple[str, ...] = ()
    """Variables whose figures in this copy are approximate (status estimated): ``variable`` for
    every year of the file, ``variable@YYYY`` for one reference year only."""
    tolerance: float = 0
    """By how much an ``estimated`` figure of this copy may be too low."""
    decimal: Literal[",", "."] | None = None
    """Decimal mark of this edition's files when it is not the layout's."""


class Dataset(Model):
    """One dataset of one producer, with the layout of its files."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str
    producer: str
    group: str = Field(pattern=r"^[a-z0-9_]+$")
    """Producer's group in the asset graph: insee, caf, sig_ville, drees, …"""
    licence: str
    citation: str
    page: str | None = None
    url: str | None = None
    """Address of the producer's current file, whatever its edition."""
    url_template: str | None = Field(default=None, pattern=r"\{yyyy\}|\{yy\}")
    """Address of an edition; ``{yyyy}`` or ``{yy}`` stands for its year."""
    description: str
    publication_month: int | None = Field(default=None, ge=1, le=12)
    publication_lag: int | None = None
    """Years between the reference year and the expected publication."""
    published: bool = True
    """False for counts no producer has made public: secrecy is then ours to apply
    (``indicators.secrecy``)."""
    threshold: int = Field(default=11, ge=1)
    """Count under which a figure of an unpublished dataset is hidden (5 for counts like those of the CAF)."""
    address_verified: bool = False
    layout_verified: bool = True
    """False: no real file of this layout was at hand when it was declared."""
    copied: bool = False
    """Layout and names of a copy of ours, no producer's: only its header proves a file to be one of them."""
    priority: int = 50
    """When two datasets give the same variable of the same year, the lowest number wins."""
    kind: Literal["figures", "geography", "passage", "list"] = "figures"
    """``geography``: a table of territories; ``passage``: what became of the communes of an earlier year;
    ``list``: territories and their names. None of them holds a figure."""
    files: Names
    """Regular expressions of file names; the group ``edition`` (yy or yyyy) where there is one."""
    layout: Layout
    millesimes: tuple[Millesime, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Dataset:
        for pattern in self.files:
            re.compile(pattern)
        known = set(self.layout.columns)
        for variable, column in self.layout.columns.items():
            if column.part_of is not None and column.part_of not in known:
                raise ValueError(f"{self.id}.{variable} : total « {column.part_of} » non déclaré")
        editions = [m.edition for m in self.millesimes]
        if len(editions) != len(set(editions)):
            raise ValueError(f"{self.id} : une édition est déclarée deux fois")
        for millesime in self.millesimes:
            unknown = {e for e in millesime.estimated if re.sub(r"@\d{4}$", "", e) not in known}
            if unknown:
                raise ValueError(f"{self.id} {millesime.edition} : variables inconnues {sorted(unknown)}")
        return self

    def year_rule(self, column: Column) -> YearRule:
        """Return the rule that gives the reference year of a column."""
        return column.year or self.layout.year
