"""A drawing as pixels: typst reads the SVG with our fonts, as it does for the documents."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

from dashboard import ROOT

FONTS = ROOT / "documents" / "pdf" / "fonts"
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
        source, font_paths=_font_paths(), ignore_system_fonts=True, sys_inputs=inputs, **options
    )
    assert isinstance(made, bytes)
    return made


@functools.cache
def _font_paths() -> list[str]:
    """Return our fonts, then the one that comes with matplotlib and knows far more signs."""
    found = importlib.util.find_spec("matplotlib")
    places = [
        Path(p) / "mpl-data" / "fonts" / "ttf"
        for p in (found.submodule_search_locations if found else None) or ()
    ]
    return [str(FONTS), *(str(p) for p in places if p.is_dir())]


@functools.cache
def _covered(names: tuple[str, ...]) -> frozenset[int]:
    """Return the code points that one of our fonts can draw, of those whose file matches a pattern."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    files = [
        path for folder in map(Path, _font_paths()) for name in names for path in sorted(folder.glob(name))
    ]
    return frozenset(code for path in files for code in TTFont(path, lazy=True).getBestCmap() or ())


def printable(text: str) -> str:
    """Replace what no font of ours can draw by its code point: a sign is never dropped in silence."""
    unusual = {ord(c) for c in text if ord(c) > 0x2FF} - _INVISIBLE
    for names in (("bcs-*.ttf",), ("DejaVuSans.ttf",), ("*.ttf",)):
        unusual = {code for code in unusual if code not in _covered(names)} if unusual else unusual
    return text.translate({code: f"[U+{code:04X}]" for code in unusual}) if unusual else text
