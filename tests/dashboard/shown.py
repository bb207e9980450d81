"""What a page shows, read back from a run of the application."""

from __future__ import annotations

import html
import re
from itertools import pairwise

from streamlit.testing.v1 import AppTest


def markup_of(app: AppTest) -> str:
    """Everything the page shows through HTML, as one text."""
    return "\n".join(element.proto.body for element in app.get("html"))


def links_of(app: AppTest) -> dict[str, tuple[str, str]]:
    """The files the page gives by a link: by key, the address and the words of each."""
    found = re.findall(r'<a href="(emporter/[^/"]+/([^/"]+)/[^"]+)">([^<]+)</a>', markup_of(app))
    return {key: (href, html.unescape(label)) for href, key, label in found}


def text_of(app: AppTest) -> str:
    """The words of the page, without markup nor style sheet."""
    without_style = re.sub(r"<style>.*?</style>", "", markup_of(app), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", without_style)))


def words_of(markup: str) -> str:
    """The words of a page, each element on a line of its own, their spaces untouched."""
    without_style = re.sub(r"<style>.*?</style>", "", markup, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "\n", without_style))


def headings_go_down_one_step_at_a_time(app: AppTest) -> None:
    """One heading of the first rank, at the top, and none that skips a rank."""
    ranks = [int(rank) for rank in re.findall(r"<h(\d)", markup_of(app))]
    assert ranks[0] == 1
    assert ranks.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(ranks)), ranks


def lands_with_a_polite_sentence(app: AppTest) -> None:
    """A hostile address gives a valid page that says what it did not understand."""
    assert not app.exception
    assert not app.error
    assert len(app.info) == 1
    assert app.info[0].value.endswith(".")
    assert "<script" not in markup_of(app)
