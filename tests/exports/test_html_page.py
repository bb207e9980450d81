"""The page that travels by e-mail: alone, escaped, and with the figures of the release."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

import pytest
from local_files import COMMUNES
from lxml import html
from test_exports_everywhere import Release
from word_files import plain, read_number

from dashboard.charts import description as charts
from dashboard.charts.palette import LIGHT
from dashboard.data.release_file import opened
from dashboard.documents import export
from dashboard.documents.assemble import page
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.html import writer
from dashboard.documents.model import (
    Bullets,
    Callout,
    Cell,
    Column,
    Document,
    Paragraph,
    Picture,
    Section,
    Table,
)
from dashboard.documents.parts import essential
from dashboard.story.markup import safe


@pytest.fixture(scope="module")
def pages(release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("html")
    return {
        code: export(release, code, ("html",), folder)[0].read_text(encoding="utf-8") for code in COMMUNES
    }


@pytest.mark.parametrize("code", COMMUNES)
def test_it_asks_for_nothing_outside_itself(pages, code):
    content = pages[code]
    tree = html.fromstring(content)
    assert not tree.xpath("//script | //link | //iframe | //object | //form | //base | //img | //image")
    assert not [name for e in tree.iter(html.etree.Element) for name in e.attrib if name.startswith("on")]
    addresses = tree.xpath("//@src | //@href | //@srcset | //@action | //@data")
    assert addresses and all(address.startswith("#") for address in addresses), addresses
    assert {address[1:] for address in addresses} <= set(tree.xpath("//@id"))
    # A namespace is a name, not an address.
    assert set(re.findall(r"\w+://[^\"' <]+", content)) <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in content and not re.search(r"url\((?!#)", content)
    assert len(content) < 400_000


@pytest.mark.parametrize("code", COMMUNES)
def test_it_reads_without_seeing_it(pages, code):
    tree = html.fromstring(pages[code])
    assert tree.get("lang") == "fr"
    assert COMMUNES[code] in tree.findtext("head/title") and COMMUNES[code] == tree.findtext("body/header/h1")
    for landmark in ("header", "main", "footer", "nav"):
        assert len(tree.xpath(f"//{landmark}")) == 1, landmark
    ranks = [int(heading.tag[1]) for heading in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert ranks[0] == 1 and all(after <= before + 1 for before, after in pairwise(ranks))
    drawings = tree.xpath("//svg")
    assert len(drawings) > 3
    assert all(d.getparent().get("role") == "img" and d.getparent().get("aria-label") for d in drawings)
    assert all(table.findtext("caption") for table in tree.xpath("//table"))


def _tables(tree):
    """Yield each table: its caption, then its rows as text by title of column."""
    for table in tree.xpath("//table"):
        titles = [head.text_content() for head in table.xpath("./thead//th")]
        rows = [r.xpath("./th | ./td") for r in table.xpath("./tbody/tr")]
        cells = [["\n".join(c.itertext()) for c in row] for row in rows if len(row) == len(titles)]
        yield table.findtext("caption"), titles, cells


def test_every_figure_is_that_of_the_release(pages, connection):
    kept, checked = Release(connection), 0
    for code, content in pages.items():
        for _, titles, rows in _tables(html.fromstring(content)):
            if titles[0] != "Indicateur" or titles[1] not in (COMMUNES[code], "Commune"):
                continue
            for title, own, beside, *_ in rows:
                indicator = kept.named(title)[0]
                assert kept.has(own, "commune", code, indicator), (code, title, own)
                assert kept.has(beside, *kept.beside(beside), indicator), (code, title, beside)
                checked += read_number(own.split("\n")[0]) is not None
    assert checked > 80


def test_it_says_what_the_document_says(release):
    with opened(release) as file:
        library = Library(file)
        for code in COMMUNES:
            said = safe_words(writer.html(page(Dossier(library, code))).decode())
            for block in essential.blocks(Dossier(library, code)):
                for one in block.items if isinstance(block, Bullets) else [getattr(block, "text", "")]:
                    assert plain(one) in said, (code, one)


def safe_words(content):
    return plain(" ".join(html.fromstring(content).text_content().split()))


def test_whatever_a_text_holds_is_shown_as_text():
    hostile = "<script>alert(1)</script> & \" onload='x' 🎭"
    drawn = charts.Picture((charts.Panel((), charts.Scale(), hostile),), charts.Scale(), LIGHT)
    blocks = (
        Paragraph(hostile),
        Callout("fragility", hostile, hostile),
        Table(hostile, (Column(hostile, 2.0),), ((Cell(hostile, hostile),),)),
        Picture(drawn, hostile, hostile, 8.0, (200.0, 100.0)),
    )
    released = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    made = Document(
        "x",
        hostile,
        hostile,
        hostile,
        hostile,
        released,
        ((hostile, hostile),),
        (Section(None, hostile, blocks),),
    )
    content = writer.html(made).decode()
    assert "<script" not in content and safe(hostile) in content
    assert not html.fromstring(content).xpath("//@onload")
