"""Word refuses a file whose elements are not in the order of its schema (ECMA-376, part 1, transitional)."""

from __future__ import annotations

import io
import zipfile

import pytest
from local_files import COMMUNES
from lxml import etree

from dashboard.documents import export

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

ORDERS = {
    "sdt": "sdtPr sdtEndPr sdtContent",
    "sdtPr": "rPr alias tag id lock placeholder temporary showingPlcHdr dataBinding label tabIndex "
    "docPartObj text",
    "docPartObj": "docPartGallery docPartCategory docPartUnique",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc "
    "tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign "
    "hideMark",
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr "
    "shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi "
    "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
    "textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "pBdr": "top left bottom right between bar",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText "
    "vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed "
    "qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders "
    "lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
}
PARTS = ("word/document.xml", "word/styles.xml", "word/footer1.xml")


@pytest.fixture(scope="module")
def archives(files, release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dialogue")
    short = next(p for p in export(release, "59172", ("dialogue",), folder) if p.suffix == ".docx")
    return [*(files[code, "docx"] for code in COMMUNES), short.read_bytes()]


def faults(root):
    for node in root.iter(etree.Element):
        name = etree.QName(node).localname
        if not node.tag.startswith(W) or name not in ORDERS:
            continue
        order = ORDERS[name].split()
        children = [etree.QName(child).localname for child in node if isinstance(child.tag, str)]
        unknown = [child for child in children if child not in order]
        ranks = [order.index(child) for child in children if child in order]
        if unknown or ranks != sorted(ranks):
            yield name, children
        repeated = {c for c in children if children.count(c) > 1} - {
            *("tr", "tc", "p", "headerReference", "footerReference", "tblStylePr", "bookmarkStart"),
            "bookmarkEnd",
        }
        if repeated:
            yield name, sorted(repeated)


def test_elements_are_in_the_order_word_demands(archives):
    seen = set()
    for content in archives:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in PARTS:
                root = etree.fromstring(archive.read(part))
                assert list(faults(root)) == []
                seen |= {etree.QName(n).localname for n in root.iter(etree.Element)}
    assert {"sdtPr", "tblPr", "tcPr", "pPr", "rPr", "pBdr"} <= seen


def test_the_order_is_looked_at():
    wrong = f'<w:pPr xmlns:w="{W[1:-1]}"><w:jc/><w:pStyle/></w:pPr>'
    assert list(faults(etree.fromstring(wrong)))


def test_identifiers_are_unique_and_relations_lead_somewhere(archives):
    for content in archives:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            assert len(set(names)) == len(names)
            body = etree.fromstring(archive.read("word/document.xml"))
            relations = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
            targets = {r.get("Id"): r.get("Target") for r in relations if r.get("TargetMode") is None}
            assert {f"word/{t}" for t in targets.values() if not t.startswith(("/", "../"))} <= set(names)
            used = {
                v
                for n in body.iter()
                for k, v in n.attrib.items()
                if k.endswith(("}embed", "relationships}id"))
            }
            assert used <= set(targets)
        for tag in ("bookmarkStart", "docPr"):
            found = [
                n.get(f"{W}id") or n.get("id") for n in body.iter(etree.Element) if n.tag.endswith(f"}}{tag}")
            ]
            # The dialogue holds no picture.
            assert found or tag == "docPr"
            assert len(set(found)) == len(found)
        for cell in body.iter(f"{W}tc"):
            assert cell[-1].tag == f"{W}p"


def test_nothing_in_the_archive_can_run(archives):
    for content in archives:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            types = archive.read("[Content_Types].xml").decode()
            assert "macro" not in types.lower()
            names = [name.lower() for name in archive.namelist()]
            assert not [name for name in names if "vba" in name or "activex" in name]
            # The library's model brings a picture of another document.
            assert not [name for name in names if "thumbnail" in name]
