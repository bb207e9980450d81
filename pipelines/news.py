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

from indicators.changes import COMPARED, HELD, Changes, changes
from indicators.news import Names, Part, paragraphs, parts, summary
from pipelines.release import read_table
from sources.french import typographic

if TYPE_CHECKING:
    import polars as pl

_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>|#]")


@dataclass(frozen=True)
class News:
    """What a release changes to another one."""

    before: str
    after: str
    changes: Changes
    names: Names

    @property
    def title(self) -> str:
        """Return the title of the whole."""
        return f"De la version {self.before} à la version {self.after}"

    @property
    def summary(self) -> str:
        """Return one sentence that counts what changed."""
        return typographic(summary(self.changes))

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
    return News(first, second, changes(old, new), Names.read(old, new))


def _tables(path: Path) -> dict[str, pl.DataFrame]:
    found = {name: read_table(path, name) for name in COMPARED}
    found[HELD] = read_table(path, "observation").select("dataset", "edition", "millesime").unique()
    return found


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
