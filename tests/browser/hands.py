"""Readers at a desk, on a tablet, on a telephone: their screens, the same gestures by mouse or finger."""

from __future__ import annotations

from typing import Any, Literal

from playwright.sync_api import Locator, Page

Held = Literal["bureau", "tablette", "téléphone"]
SIZES: dict[Held, tuple[int, int]] = {
    "bureau": (1280, 900),
    "tablette": (820, 1180),
    "téléphone": (390, 844),
}


def options(held: Held) -> dict[str, Any]:
    """Return what the browser opens for such a reader."""
    width, height = SIZES[held]
    return {
        "viewport": {"width": width, "height": height},
        "locale": "fr-FR",
        "has_touch": held != "bureau",
    }


def touch(target: Locator) -> None:
    """Click, or touch where the screen is touched."""
    if target.page.evaluate("navigator.maxTouchPoints"):
        target.tap()
    else:
        target.click()


def go_to(page: Page, label: str) -> int:
    """Follow the link to a page, the links unfolded first where they are folded; return the gestures."""
    menu = page.locator(".bcs-menu summary")
    folded = menu.is_visible()
    if folded:
        touch(menu)
    links = page.get_by_role("navigation", name="Pages du baromètre")
    touch(links.get_by_role("link", name=label, exact=True))
    return 1 + folded
