"""What changed between two releases, read from their files and written for a person.

Belongs here: reading the tables compared, Markdown and HTML. Does not belong here: what changed and its words
(``indicators.changes``, ``indicators.news``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.changes import COMPARED, OBSERVED, Changes, changes
from indicators.frames import VALUE_KEY
from indicators.news import Names, Part, paragraphs, parts, summary
from pipelines.release import read_table
from sources.french import number, plural, typographic

if TYPE_CHECKING:
    import polars as pl

_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>|#]")


@dataclass(frozen=True)
class Elsewhere:
    """How many figures of the territories that are not followed one release changes to another."""

    added: int = 0
    lost: int = 0
    revised: int = 0

    @property
    def told(self) -> str | None:
        """Return one French sentence; None where nothing changes."""
        counts = (self.added, "en plus"), (self.lost, "en moins")
        told = [f"{number(count)}\u00a0{words}" for count, words in counts if count]
        told += [plural(self.revised, "changé", "changés")] if self.revised else []
        return f"Reste de la France, en chiffres\u00a0: {', '.join(told)}." if told else None


@dataclass(frozen=True)
class News:
    """What a release changes to another one."""

    before: str
    after: str
    changes: Changes
    names: Names
    elsewhere: Elsewhere

    @property
    def title(self) -> str:
        """Return the title of the whole."""
        return f"De la version {self.before} à la version {self.after}"

    @property
    def summary(self) -> str:
        """Return one sentence that counts what changed, and one for the rest of France."""
        told = (summary(self.changes), self.elsewhere.told)
        return typographic(" ".join(sentence for sentence in told if sentence))

    def parts(self, most: int | None = None) -> list[Part]:
        """Return what changed, part by part, ``most`` rows each."""
        return parts(self.changes, self.names, most)


def compared(before: Path, after: Path) -> News:
    """Compare two releases.

    Args:
        before: file of the older one.
        after: file of the newer one.
    """
    old, new = _tables(before), _tables(after)
    first, second = (path.stem.removeprefix("release-") for path in (before, after))
    return News(first, second, changes(old, new), Names.read(old, new), _elsewhere(before, after))


def _elsewhere(before: Path, after: Path) -> Elsewhere:
    """Count what changes in the rest of France, indicator by indicator: most are told the same by a sum."""
    import duckdb

    key = [name for name in VALUE_KEY if name != "indicator"]
    same = " AND ".join(f"x.{name} IS NOT DISTINCT FROM y.{name}" for name in key)
    # Names are declared in this package; the path of a release is a literal, its quotes doubled.
    with duckdb.connect() as connection:
        sums = []
        for name, path in (("x", before), ("y", after)):
            file = str(path).replace("'", "''")
            connection.execute(f"ATTACH '{file}' AS {name}_file (READ_ONLY)")
            connection.execute(
                f"CREATE VIEW {name} AS SELECT indicator, {', '.join(key)}, value "  # noqa: S608
                f"FROM {name}_file.main.value WHERE NOT followed AND value IS NOT NULL"
            )
            told = connection.execute(
                f"SELECT indicator, (count(*), sum(hash({', '.join(key)}, value))) "  # noqa: S608
                f"FROM {name} GROUP BY ALL"
            )
            sums.append(dict(told.fetchall()))
        differing = [name for name in {**sums[0], **sums[1]} if sums[0].get(name) != sums[1].get(name)]
        if not differing:
            return Elsewhere()
        some = "WHERE indicator IN (SELECT unnest($some))"
        counts = connection.execute(
            "SELECT count(*) FILTER (x.value IS NULL), count(*) FILTER (y.value IS NULL), "  # noqa: S608
            "count(*) FILTER (abs(x.value - y.value) > 1e-9 * greatest(abs(x.value), abs(y.value))) "
            f"FROM (FROM x {some}) x FULL JOIN (FROM y {some}) y ON x.indicator = y.indicator AND {same}",
            {"some": differing},
        ).fetchone()
    assert counts is not None
    return Elsewhere(*counts)


def _tables(path: Path) -> dict[str, pl.DataFrame]:
    found = {name: read_table(path, name) for name in COMPARED}
    observed = read_table(path, "observation")
    return found | {name: observed.select(of).unique() for name, of in OBSERVED.items()}


def markdown(news: News) -> str:
    """Return everything that changed as a Markdown document."""
    lines = [f"# {_plain(news.title)}", "", _plain(news.summary)]
    for part in news.parts():
        lines += ["", f"## {_plain(part.title)}", ""]
        if part.rows:
            rule = ("---:" if i in part.numeric else "---" for i in range(len(part.header)))
            lines += [_row(part.header), f"| {' | '.join(rule)} |", *map(_row, part.rows)]
        lines += [f"- {_plain(line)}" for line in part.lines]
    told = paragraphs(news.changes, news.names)
    if told:
        lines += ["", "## Commune par commune"]
        for text in told.values():
            lines += ["", _plain(text)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """Return a text as Markdown that shows it as it is."""
    return _MARKDOWN.sub(r"\\\g<0>", typographic(text).replace("\n", " "))


_PAGE = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font-family: sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; }}
th, td {{ border-bottom: 1px solid #767676; padding: .2rem .6rem; text-align: left; }}
.n {{ text-align: right; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def page(news: News) -> str:
    """Return everything that changed as an HTML page that needs nothing else."""
    body = [_element("p", news.summary)]
    for part in news.parts():
        body.append(_element("h2", part.title))
        if part.rows:
            body.append(_table(part))
        if part.lines:
            body.append(f"<ul>{''.join(_element('li', line) for line in part.lines)}</ul>")
    told = paragraphs(news.changes, news.names)
    if told:
        body += [_element("h2", "Commune par commune"), *(_element("p", text) for text in told.values())]
    return _PAGE.format(title=html.escape(typographic(news.title)), body="\n".join(body))


def _table(part: Part) -> str:
    def row(tag: str, cells: Sequence[str]) -> str:
        kinds = (' class="n"' if i in part.numeric else "" for i in range(len(cells)))
        return f"<tr>{''.join(_element(tag, c, k) for c, k in zip(cells, kinds, strict=True))}</tr>"

    rows = "\n".join(row("td", cells) for cells in part.rows)
    return f"<table><thead>{row('th', part.header)}</thead>\n<tbody>{rows}</tbody></table>"


def _element(tag: str, text: str, attributes: str = "") -> str:
    return f"<{tag}{attributes}>{html.escape(typographic(text))}</{tag}>"
