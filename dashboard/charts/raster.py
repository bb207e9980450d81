"""A drawing as pixels: typst reads the SVG with our fonts, as it does for the documents."""

from __future__ import annotations

import functools
import re
from typing import Any

from dashboard import ROOT

FONTS = ROOT / "documents" / "pdf" / "fonts"
"""Ours, and DejaVu Sans, which knows far more signs."""
_UNUSUAL = re.compile("[^\x00-\u02ff]")
_INVISIBLE = {0x200B, 0x200D, 0x2060, 0xFE0F, 0x00AD}


def png(svg: str, width: float, ppi: float = 300) -> bytes:
    """Return a drawing as pixels, for documents that take no drawing.

    Args:
        svg: the drawing.
        width: its width on the page, in centimetres.
        ppi: pixels per inch.
    """
    page = (
        f"#set page(width: {width:.3f}cm, height: auto, margin: 0pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)\n'
    )
    return bytes(typeset(page.encode("utf-8"), {"svg": printable(svg)}, format="png", ppi=ppi))


def typeset(source: bytes, inputs: dict[str, str], **options: Any) -> bytes:  # noqa: ANN401
    """Return what typst makes of a source, with our fonts and no other."""
    import typst

    made = typst.compile(
        source, font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs=inputs, **options
    )
    assert isinstance(made, bytes)
    return made


@functools.cache
def _covered() -> frozenset[int]:
    """Return the code points that one of our fonts can draw."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    return frozenset(
        code for path in FONTS.glob("*.ttf") for code in TTFont(path, lazy=True).getBestCmap() or ()
    )


def printable(text: str) -> str:
    """Replace what no font of ours can draw by its code point: a sign is never dropped in silence."""
    unusual = set(map(ord, _UNUSUAL.findall(text))) - _INVISIBLE
    missing = unusual - _covered() if unusual else unusual
    return text.translate({code: f"[U+{code:04X}]" for code in missing}) if missing else text
