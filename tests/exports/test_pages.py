"""The pages of the PDF as they fall: no heading alone at the foot of one, no short table cut in two."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from local_files import COMMUNES

from dashboard.data.release_file import opened
from dashboard.documents.assemble import document
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.model import Paragraph, Table, stays
from dashboard.documents.pdf.writer import pdf

FOOT = 45.0
"""Points from the bottom under which stands only what every page bears."""
LINE = 10.0


def squeezed(text):
    return re.sub(r"[\s\u00a0\u202f\u200b\u00ad-]+", "", text)


def lines_of(page):
    """Return the height of each piece of text of a page."""
    found = []

    def visit(text, matrix, text_matrix, *_):
        if text.strip():
            found.append(text_matrix[5] * matrix[3] + matrix[5])

    page.extract_text(visitor_text=visit)
    return found


def headings(reader, items=None):
    for item in reader.outline if items is None else items:
        if isinstance(item, list):
            yield from headings(reader, item)
        else:
            yield item.title, reader.get_destination_page_number(item), float(item.top)


def checked(model, content):
    """Hold the pages of one document against what it is made of, and return how many things were held."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    heights = [lines_of(page) for page in reader.pages]
    held = 0
    for title, page, top in headings(reader):
        under = [y for y in heights[page] if FOOT < y < top - 2 * LINE]
        assert under, (model.name, title, page + 1)
        held += 1
    texts = [squeezed(page.extract_text()) for page in reader.pages]
    head = squeezed(f"{model.title}{model.subtitle}")
    sections = ([model.opening] if model.opening else []) + list(model.sections)
    for table in (b for section in sections for b in section.blocks if isinstance(b, Table) and b.short):
        wanted = [squeezed(row[0].text) for row in table.rows if row[0].text]
        caption = squeezed(table.caption)
        places = [text for text in texts if caption in text]
        assert any(all(one in text for one in wanted) for text in places), (model.name, table.caption)
        held += 1
    for section in model.sections:
        for rank, block in enumerate(section.blocks[1:], start=1):
            # « Source : … » is never alone over the page of what it is the source of.
            if isinstance(block, Paragraph) and block.text and stays(section.blocks, rank - 1):
                opens = [text.removeprefix(head).startswith(squeezed(block.text)) for text in texts]
                assert not any(opens), (model.name, block.text)
                held += 1
    assert len(texts[-1]) > 1200, (model.name, "a last page of a few lines")
    return held


@pytest.mark.parametrize("code", COMMUNES)
def test_no_heading_is_left_alone_and_no_short_table_is_cut(code, release):
    with opened(release) as file:
        library = Library(file)
        model = document(Dossier(library, code))
        assert checked(model, pdf(model)) > 15


@pytest.mark.whole
def test_nor_in_any_commune(release):
    with opened(release) as file:
        library = Library(file)
        for commune in library.barometer.communes():
            model = document(Dossier(library, commune.code))
            assert checked(model, pdf(model)) > 15, commune.name
