"""The Word file: real styles, contents, captions, words for each picture, content controls, no macro."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from dashboard.charts.raster import png
from dashboard.documents.model import (
    Block,
    Bullets,
    Callout,
    Document,
    Free,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Section,
    Table,
    belongs_above,
    stays,
)
from dashboard.documents.word import stamp, tables
from dashboard.documents.word import styles as docx_styles
from dashboard.documents.word import xml as docx_xml
from dashboard.documents.word.controls import free_field
from dashboard.documents.word.fields import read
from dashboard.documents.word.pages import heading_pages

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

PIXELS_PER_INCH = 300
_TONES = {"strength": "Strength", "fragility": "Fragility", "information": "Information"}


def docx(document: Document) -> bytes:
    """Return the document as a Word file, the same bytes for the same release."""
    return _Writer(document).bytes()


class _Writer:
    """One document being written, in order."""

    def __init__(self, document: Document) -> None:
        import docx as library

        self._document = document
        self._word: WordDocument = library.Document()
        self._tables = self._pictures = self._headings = self._fields = 0
        self._fresh = False
        docx_styles.apply(self._word)
        self._properties()

    def bytes(self) -> bytes:
        document = self._document
        self._title()
        if document.opening is not None:
            self._section(document.opening)
            self._contents()
            self._fresh = True
        for section in document.sections:
            self._section(section)
        self._number_contents()
        self._around()
        self._stamp()
        out = io.BytesIO()
        self._word.save(out)
        return _frozen(out.getvalue(), self._document)

    def _section(self, section: Section) -> None:
        self._heading(section.heading, 1)
        for rank, block in enumerate(section.blocks):
            if isinstance(block, Paragraph) and stays(section.blocks, rank):
                self._paragraph(block.text, "OpeningNote" if block.kind == "note" else "Opening")
            elif isinstance(block, Bullets):
                self._bullets(block, kept=stays(section.blocks, rank))
            elif isinstance(block, Table):
                self._table(block, noted=belongs_above(section.blocks, rank + 1))
            elif belongs_above(section.blocks, rank) and belongs_above(section.blocks, rank + 1):
                self._paragraph(block.text if isinstance(block, Paragraph) else "", "OpeningNote")
            else:
                self._block(block)

    def _add(self, xml: str) -> None:
        from docx.oxml import parse_xml

        body = self._word.element.body
        body.insert(len(body) - 1, parse_xml(xml))

    def _paragraph(self, text: str, style: str, *, whole: bool = False, kept: bool = False) -> None:
        self._add(docx_xml.paragraph(docx_xml.run(text), style, whole=whole, kept=kept))

    def _bullets(self, block: Bullets, *, kept: bool) -> None:
        for item in block.items:
            self._paragraph(item, "ListBullet", kept=kept and item is block.items[-1])

    def _heading(self, text: str, level: int) -> None:
        self._headings += 1
        self._add(docx_xml.heading(text, level, self._headings, fresh=self._fresh))
        self._fresh = False

    def _title(self) -> None:
        document = self._document
        self._paragraph(document.authority, "Note")
        self._paragraph(document.title, "Title")
        self._paragraph(document.subtitle, "Subtitle")
        for label, fact in document.facts:
            tab = "<w:r><w:tab/></w:r>"
            self._add(docx_xml.paragraph(docx_xml.run(label) + tab + docx_xml.run(fact), "Fact"))

    def _contents(self) -> None:
        opening = self._document.opening
        entries = [(opening.heading, 1)] if opening else []
        number = self._headings
        for section in self._document.sections:
            number += 1
            entries.append((section.heading, number))
            number += sum(isinstance(block, Heading) for block in section.blocks)
        self._add(docx_xml.contents(entries, "Sommaire"))

    def _number_contents(self) -> None:
        """Show the page of each part until Word works them out again."""
        from docx.oxml.ns import qn

        pages = heading_pages(self._word)
        for link in self._word.element.body.xpath(".//w:hyperlink[@w:anchor]"):
            *_, shown = link.iter(qn("w:t"))
            shown.text = str(pages[link.get(qn("w:anchor"))])

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(block.text, "Note" if block.kind == "note" else "Normal", whole=block.whole)
            case Bullets():
                self._bullets(block, kept=False)
            case Heading():
                self._heading(block.text, block.level)
            case Table():
                self._table(block, noted=False)
            case Picture():
                self._picture(block)
            case Callout():
                said = docx_xml.run(block.title, bold=True) + "<w:r><w:br/></w:r>" + docx_xml.run(block.text)
                self._add(docx_xml.paragraph(said, _TONES[block.tone]))
            case Free():
                self._fields += 1
                for piece in free_field(block, self._fields):
                    self._add(piece)
            case PageBreak():
                self._fresh = True

    def _table(self, block: Table, *, noted: bool) -> None:
        """Write a table; one with notes under it stays with the first of them."""
        self._tables += 1
        self._add(docx_xml.caption("Tableau", self._tables, block.caption))
        self._add(tables.table(block, kept=noted))
        # Two tables that touch would become one.
        self._paragraph("", "KeptSpacer" if noted else "Spacer")

    def _picture(self, block: Picture) -> None:
        from docx.shared import Cm

        self._pictures += 1
        self._add(docx_xml.caption("Figure", self._pictures, block.caption))
        image = io.BytesIO(png(block.svg, block.width, PIXELS_PER_INCH))
        shape = self._word.add_picture(image, width=Cm(block.width))
        for side in ("distT", "distB", "distL", "distR"):
            # Left out, each program supposes its own margin around the picture.
            shape._inline.set(side, "0")
        properties = shape._inline.docPr
        properties.set("id", str(self._pictures))
        properties.set("name", f"Figure {self._pictures}")
        properties.set("descr", docx_xml.plain(block.alternative))
        properties.set("title", docx_xml.plain(block.caption)[:250])

    def _around(self) -> None:
        """Write what every page bears: the commune at its head, at its foot the figures it shows."""
        from docx.oxml import parse_xml

        document, section = self._document, self._word.sections[0]
        head = docx_xml.run(f"{document.title}\t{document.subtitle}")
        foot = (
            docx_xml.run(f"{self._document.footer} – page ")
            + docx_xml.field("PAGE", "1")
            + docx_xml.run(" sur ")
            + docx_xml.field("NUMPAGES", "1")
        )
        for part, content, style in ((section.header, head, "PageHead"), (section.footer, foot, "PageFoot")):
            for old in list(part._element):
                part._element.remove(old)
            part._element.append(parse_xml(docx_xml.paragraph(content, style)))

    def _stamp(self) -> None:
        """Let the document remember its own paragraphs: what is changed outside the fields is then seen."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        section = self._word.sections[0]
        parts = (("En-tête", section.header._element), ("Pied de page", section.footer._element))
        reading = read((("", self._word.element.body), *parts))
        package = self._word.part.package
        content = stamp.properties(stamp.stamp(reading.passages), reading.objects)
        part = Part(PackURI(f"/{stamp.PART}"), stamp.CONTENT_TYPE, content, package)
        package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)

    def _properties(self) -> None:
        document, properties = self._document, self._word.core_properties
        package = self._word.part.package
        for key, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):
                # The library's model carries the picture of another document.
                del package.rels[key]
        moment = document.released.replace(microsecond=0, tzinfo=None)
        properties.title = docx_xml.plain(f"{document.title} – {document.subtitle}")[:250]
        properties.author = docx_xml.plain(document.authority)[:250]
        properties.last_modified_by = properties.author
        properties.identifier = document.release_id
        properties.language = "fr-FR"
        properties.comments = ""
        properties.created = properties.modified = moment
        properties.revision = 1


def _frozen(content: bytes, document: Document) -> bytes:
    """Write the archive again with the date of the release: the same release gives the same bytes."""
    day = document.released
    moment = (max(day.year, 1980), day.month, day.day, day.hour, day.minute, day.second)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name), compresslevel=6)
    return out.getvalue()
