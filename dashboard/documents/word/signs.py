"""Letters of the fonts that draw signs, as the signs that Unicode has for them."""

from __future__ import annotations

_WINGDINGS = dict(
    zip(
        b"\x4a\x4b\x4c\x6f\xa7\xa8\xd8\xdf\xe0\xe7\xe8\xf3\xfb\xfc\xfd\xfe",
        "☺😐☹□▪□➢←→⇐⇒⇔✗✓☒☑",
        strict=True,
    )
)
"""What Word writes in that font: boxes, ticks, bullets, and what it makes of « --> » or « :) »."""
UNKNOWN = "\ufffd"
"""Only its font says what another one draws: a box to tick would say something else."""


def drawn(font: str, code: int) -> str:
    """Return the sign that a letter of a font draws.

    Args:
        font: Its name, as the document has it.
        code: That of the letter; Word adds 0xF000 to it.
    """
    return _WINGDINGS.get(code & 0xFF, UNKNOWN) if font == "Wingdings" else UNKNOWN
