"""The page of a commune that travels alone, opened without a network on a computer and on a telephone."""

from __future__ import annotations

from pathlib import Path

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
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [file.as_uri()] and said == []
    assert page.locator("h1").inner_text() == "Denain"
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_violation(browser: Browser, file: Path, width: int) -> None:
    # The rule of the page that allows no script would stop axe as well.
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(file.as_uri())
    found = Axe().run(page).response["violations"]
    assert not [(v["id"], v["nodes"][0]["html"][:200]) for v in found]
    context.close()
