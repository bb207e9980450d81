"""An address no page answers: sent to the page it names otherwise, else told: Streamlit speaks English."""

from __future__ import annotations

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard.address.screens import PAGES
from dashboard.story.markup import element, text
from dashboard.story.search import fold

NOWHERE = "Cette adresse ne mène à aucune page du baromètre"
ADVICE = "Le lien est peut-être coupé ou mal recopié. Les pages du baromètre :"

VIEWPORT = element("meta", name="viewport", content="width=device-width")


def astray(request: Request) -> Response | None:
    """Return what to answer to an address that is no page's; None where a page answers it.

    Upper case, accents and a stroke at the end are no mistake: they lead to the page.
    """
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    path = request.url.path.removeprefix(f"/{base}" if base else "")
    name = path.removeprefix("/")
    if any(name == (page.url_path or "") for page in PAGES):
        return None
    up = "../" * name.count("/") or "./"
    meant = next((page for page in PAGES if page.url_path and page.url_path == fold(name.rstrip("/"))), None)
    if meant is not None:
        asked = f"?{request.query_params}" if request.query_params else ""
        return RedirectResponse(f"{up}{meant.url_path}{asked}")
    links = (element("li", text("a", page.label, href=f"{up}{page.url_path or ''}")) for page in PAGES)
    style = element("link", rel="icon", href=f"{up}app/static/favicon.svg")
    head = element("head", element("meta", charset="utf-8"), VIEWPORT, text("title", NOWHERE), style)
    body = element("main", text("h1", NOWHERE), text("p", ADVICE), element("ul", *links))
    shown = element("html", head, element("body", body), lang="fr")
    return HTMLResponse(f"<!doctype html>\n{shown}\n", 404, headers={"Cache-Control": "no-store"})
