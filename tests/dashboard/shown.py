"""What a page shows, read back from a run of the application."""

from __future__ import annotations

import html
import re

from streamlit.testing.v1 import AppTest


def markup_of(app: AppTest) -> str:
    """Everything the page shows through HTML, as one text."""
    return "\n".join(element.proto.body for element in app.get("html"))


def text_of(app: AppTest) -> str:
    """The words of the page, without markup nor style sheet."""
    without_style = re.sub(r"<style>.*?</style>", "", markup_of(app), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", without_style)))
