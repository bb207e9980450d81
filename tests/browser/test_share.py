"""A view shared: its link copied, the view held by a page of another site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ASKED = "indicateur=taux_chomage_rp&niveau=commune&territoire=59172"


def test_the_link_copied_is_that_of_the_view(page: Page, address: str) -> None:
    """« Comment montrer cette page à un collègue ? »: one button copies its link."""
    page.goto(f"{address}/indicateur?{ASKED}")
    expect(page.locator(".bcs-footer")).to_be_visible(timeout=60_000)
    button = page.locator(".bcs-copy-link")
    button.click()
    expect(button).to_have_text("Lien copié")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url and parse_qs(urlsplit(copied).query)["territoire"] == ["59172"]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder another site serves, from another host and another port, and its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("view", ["carte", "evolution", "communes"])
def test_another_site_holds_one_view(
    page: Page, address: str, elsewhere: tuple[Path, str], view: str
) -> None:
    source = f"{address}/indicateur?{ASKED}&vue={view}&embarque=1".replace("&", "&amp;")
    held = f'<!doctype html><iframe title="Vue" width="800" height="800" src="{source}"></iframe>'
    folder, site = elsewhere
    (folder / "index.html").write_text(held, encoding="utf-8")
    page.goto(site)
    inside = page.frame_locator("iframe")
    foot = inside.locator(".bcs-embedded")
    expect(foot).to_contain_text("Version", timeout=60_000)
    expect(inside.locator("h2")).to_have_count(1)
    assert inside.locator(".st-key-bandeau, .stSelectbox").count() == 0
    assert "Source\u00a0: INSEE" in inside.locator(".stMain").inner_text()
    whole = foot.get_by_role("link", name="Voir la page entière")
    asked = parse_qs(urlsplit(whole.get_attribute("href") or "").query)
    assert whole.get_attribute("target") == "_blank" and not {"vue", "embarque"} & asked.keys()
    with page.context.expect_page() as opened:
        whole.click()
    expect(opened.value.locator(".st-key-bandeau")).to_be_visible(timeout=60_000)
    assert opened.value.url.startswith(f"{address}/indicateur?")
