"""The page of a commune that travels alone, opened without a network on a computer and on a telephone."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Literal

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from dashboard.documents import export

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    releases = release_home / "releases"
    release = releases / (releases / "CURRENT").read_text(encoding="utf-8").strip()
    return export(release, "59172", ("html",), tmp_path_factory.mktemp("html"))[0]


@pytest.mark.parametrize("width", [390, 1280])
def test_it_opens_alone(browser: Browser, file: Path, width: int) -> None:
    """« Puis-je l’ouvrir depuis un courriel ? »: the page of a commune asks nothing of anybody."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [file.as_uri()] and said == []
    assert page.locator("h1").inner_text() == "Denain"
    context.close()


def test_it_is_short_until_a_part_is_opened_and_whole_on_paper(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollHeight") < 8 * 844
    last = page.locator("details").last
    inside = last.locator("p").first
    assert not inside.is_visible()
    last.locator("summary").focus()
    page.keyboard.press("Enter")
    assert inside.is_visible()
    page.keyboard.press("Enter")
    told = inside.text_content() or ""
    printed = pypdf.PdfReader(io.BytesIO(page.pdf()))
    paper = "".join(one.extract_text() for one in printed.pages)
    # Its letters may be joined in pairs on paper.
    assert "".join(told[:60].split()) in "".join(unicodedata.normalize("NFKC", paper).split())
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_violation(browser: Browser, file: Path, width: int, scheme: Literal["light", "dark"]) -> None:
    # The rule of the page that allows no script would stop axe as well.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, bypass_csp=True, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = Axe().run(page).response["violations"]
    assert not [(v["id"], v["nodes"][0]["html"][:200]) for v in found]
    context.close()
