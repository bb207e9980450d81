"""The styles of the Word file: real ones, that a person can change once for the whole document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.documents.word.controls import LIST
from dashboard.documents.word.xml import DECLARED, TWIPS

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.shared import Length

FONT = "Arial"
"""Everywhere, or replaced by a face of the same widths: the tables keep their layout."""

PETROL, INK, GREY, RUST, TEAL = "163F5C", "1D2A2E", "59656A", "B3400F", "35788A"


def _side(side: str, size: int, space: int, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'


def _framed(colour: str) -> str:
    """A bar on the left and a pale ground."""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F4F1E8"/>'
    return f'<w:keepLines/><w:pBdr>{_side("left", 24, 8, colour)}</w:pBdr>{shade}<w:ind w:left="170"/>'


def _spaced(before: int, after: int, *more: str) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>{"".join(more)}'


def _font(size: int, colour: str = INK) -> str:
    return f'<w:color w:val="{colour}"/><w:sz w:val="{size}"/>'


_BOX = "".join(_side(side, 4, 4, GREY) for side in ("top", "left", "bottom", "right"))
_TAB = '<w:tabs><w:tab w:val="left" w:pos="2835"/></w:tabs>'

_DOTS = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9639"/></w:tabs>'
"""Where the page numbers of the contents stand."""
_RIGHT = _DOTS.replace(' w:leader="dot"', "")

# Identifier, French name, style it is based on, paragraph properties, character properties.
_STYLES = (
    ("TableText", "Tableau – texte", "Normal", _spaced(10, 10), _font(16)),
    ("TableStrong", "Tableau – chiffre", "TableText", "", "<w:b/>"),
    ("TableDetail", "Tableau – précision", "TableText", _spaced(0, 10), _font(14, GREY)),
    ("TableHeader", "Tableau – en-tête", "TableText", "<w:keepNext/>", f'<w:b/><w:color w:val="{PETROL}"/>'),
    ("Note", "Note", "Normal", _spaced(0, 60), _font(15, GREY)),
    ("OpeningNote", "Note – annonce", "Note", "<w:keepNext/>", ""),
    ("Opening", "Texte – annonce", "Normal", "<w:keepNext/>", ""),
    ("Spacer", "Intervalle", "Normal", _spaced(0, 40), _font(8)),
    ("KeptSpacer", "Intervalle – annonce", "Spacer", "<w:keepNext/>", ""),
    ("PageHead", "En-tête de page", "Normal", _RIGHT + _spaced(0, 0), _font(16, GREY)),
    ("PageFoot", "Bas de page", "Normal", _spaced(0, 0), _font(16, GREY)),
    ("Fact", "Repère", "Normal", _TAB + _spaced(0, 20, '<w:ind w:left="2835" w:hanging="2835"/>'), ""),
    ("Strength", "Point fort", "Normal", _framed(TEAL), ""),
    ("Fragility", "Fragilité", "Normal", _framed(RUST), ""),
    ("Information", "À savoir", "Normal", _framed(GREY), ""),
    ("FreeTitle", "Champ libre – titre", "Normal", "<w:keepNext/>" + _spaced(60, 30), "<w:b/>"),
    (
        "FreeField",
        "Champ libre",
        "Normal",
        f"<w:pBdr>{_BOX}</w:pBdr>" + _spaced(0, 0, '<w:ind w:left="142" w:right="142"/>'),
        "",
    ),
    ("TOC1", "toc 1", "Normal", _DOTS + _spaced(0, 30), ""),
)
_HEADINGS = ((1, 28, PETROL, 180), (2, 22, PETROL, 140), (3, 19, INK, 120))


def apply(document: WordDocument) -> None:
    """Set page, language, fonts and styles."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    _lightened(document)
    styles = document.styles.element
    for old in styles.xpath("w:style[starts-with(@w:styleId, 'TOC') and @w:styleId != 'TOCHeading']"):
        styles.remove(old)
    defaults = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for lang in defaults.findall(qn("w:lang")):
        defaults.remove(lang)
    defaults.append(parse_xml(f'<w:lang {DECLARED} w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/>'))
    # Word works out the pages of the contents when it opens the file.
    document.settings.element.insert(0, parse_xml(f'<w:updateFields {DECLARED} w:val="true"/>'))
    for lang in document.settings.element.findall(qn("w:themeFontLang")):
        lang.set(qn("w:val"), "fr-FR")
    _normal(document)
    for level, size, colour, before in _HEADINGS:
        _heading(document, level, size, colour, before)
    for identifier, name, base, paragraph, characters in _STYLES:
        # Those of the contents are Word's own: it must know them as such.
        custom = "" if identifier.startswith("TOC") else ' w:customStyle="1"'
        styles.append(
            parse_xml(
                f'<w:style {DECLARED} w:type="paragraph"{custom} w:styleId="{identifier}">'
                f'<w:name w:val="{name}"/><w:basedOn w:val="{base}"/><w:qFormat/>'
                f"<w:pPr>{paragraph}</w:pPr><w:rPr>{characters}</w:rPr></w:style>"
            )
        )
    styles.append(
        parse_xml(
            f'<w:style {DECLARED} w:type="character" w:styleId="PlaceholderText">'
            '<w:name w:val="Placeholder Text"/>'
            f'<w:rPr><w:color w:val="{GREY}"/></w:rPr></w:style>'
        )
    )
    styles.append(parse_xml(_TABLE))
    _lists(document)
    section = document.sections[0]
    section.page_width, section.page_height = _emu(21.0), _emu(29.7)
    section.left_margin = section.right_margin = _emu(2.0)
    section.top_margin = section.bottom_margin = _emu(1.6)
    section.header_distance = section.footer_distance = _emu(0.8)


def _lightened(document: WordDocument) -> None:
    """Leave out what the library's model carries for others: four fifths of the text of the file."""
    styles = document.styles.element
    for unused in styles.xpath("w:style[@w:type='table' and not(@w:default='1')]"):
        styles.remove(unused)
    relations = document.part.rels
    for key, relation in list(relations.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            del relations[key]


def _lists(document: WordDocument) -> None:
    """Declare the list of the free fields, with its nine levels."""
    from docx.oxml import parse_xml

    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="–"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{142 + 284 * (level + 1)}" w:hanging="284"/></w:pPr>'
        "</w:lvl>"
        for level in range(9)
    )
    made = parse_xml(
        f'<w:abstractNum {DECLARED} w:abstractNumId="{LIST}">'
        f'<w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
    )
    # The definitions come before the lists that use them.
    numbering.insert(0, made)
    numbering.append(
        parse_xml(f'<w:num {DECLARED} w:numId="{LIST}"><w:abstractNumId w:val="{LIST}"/></w:num>')
    )


def _normal(document: WordDocument) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name in ("Normal", "Title", "Subtitle", "Caption", "List Bullet", "TOC Heading"):
        style = document.styles[name]
        style.font.name = FONT
        fonts = style.element.rPr.rFonts
        for attribute in list(fonts.attrib):
            if "heme" in attribute:
                del fonts.attrib[attribute]
        fonts.set(qn("w:eastAsia"), FONT)
    normal = document.styles["Normal"]
    normal.font.size = Pt(9)
    normal.font.color.rgb = RGBColor.from_string(INK)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.0
    title = document.styles["Title"]
    title.font.size, title.font.color.rgb = Pt(12), RGBColor.from_string(PETROL)
    for border in title.element.xpath(".//w:pBdr"):
        border.getparent().remove(border)
    subtitle = document.styles["Subtitle"]
    subtitle.font.size, subtitle.font.bold, subtitle.font.italic = Pt(22), True, False
    subtitle.font.color.rgb = RGBColor.from_string(PETROL)
    caption = document.styles["Caption"]
    caption.font.size, caption.font.bold = Pt(8.5), False
    caption.font.color.rgb = RGBColor.from_string(GREY)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_after = Pt(2)
    for name in ("Title", "Subtitle"):
        document.styles[name].paragraph_format.space_after = Pt(4)


def _heading(document: WordDocument, level: int, size: int, colour: str, before: int) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style = document.styles[f"Heading {level}"]
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size / 2), True
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.rFonts
    for attribute in list(fonts.attrib):
        if "heme" in attribute:
            del fonts.attrib[attribute]
    fonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_before = Pt(before / 20)
    style.paragraph_format.space_after = Pt(3)
    style.paragraph_format.keep_with_next = True


def _emu(centimetres: float) -> Length:
    from docx.shared import Cm

    return Cm(centimetres)


_MARGIN = f'w:w="{round(0.12 * TWIPS)}" w:type="dxa"'
_TABLE = (
    f'<w:style {DECLARED} w:type="table" w:customStyle="1" w:styleId="BcsTable">'
    '<w:name w:val="Tableau du baromètre"/><w:tblPr><w:tblBorders>'
    f"{_side('top', 6, 0, PETROL)}{_side('bottom', 6, 0, PETROL)}{_side('insideH', 4, 0, 'D8D2C2')}"
    f"</w:tblBorders><w:tblCellMar><w:left {_MARGIN}/><w:right {_MARGIN}/></w:tblCellMar>"
    "</w:tblPr></w:style>"
)
