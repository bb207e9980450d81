"""What Streamlit says in English before or instead of our pages, put into French."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

_SCRIPT = Path(__file__).resolve().parent / "static" / "page.js"

# A screen reader takes its language from the first one; the others are the page's only own words.
_REPLACEMENTS = (
    ('<html lang="en">', '<html lang="fr">'),
    ("<title>Streamlit</title>", "<title>Baromètre de cohésion sociale</title>"),
    ('href="./favicon.png"', 'href="./app/static/favicon.svg"'),
    (
        "You need to enable JavaScript to run this app.",
        "Le baromètre a besoin de JavaScript : activez-le dans votre navigateur.",
    ),
)


class FrenchPages(BaseHTTPMiddleware):
    """Middleware that rewrites the shell page Streamlit serves for every address."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Pass everything through, but the HTML pages, which are rewritten."""
        if "text/html" in request.headers.get("accept", ""):
            # The page must reach us as text, not compressed.
            MutableHeaders(scope=request.scope)["accept-encoding"] = "identity"
        response = await call_next(request)
        page = response.status_code == 200 and response.headers.get("content-type", "").startswith(
            "text/html"
        )
        body = getattr(response, "body_iterator", None)
        if request.method != "GET" or not page or body is None:
            return response
        text = b"".join([chunk async for chunk in body]).decode("utf-8")
        for english, french in _REPLACEMENTS:
            text = text.replace(english, french)
        text = text.replace("</head>", f"<script>{_script()}</script></head>", 1)
        headers = {key: value for key, value in response.headers.items() if key != "content-length"}
        return Response(text, response.status_code, headers)


@cache
def _script() -> str:
    """What puts Streamlit’s own names into French and readies charts for paper, once the page is drawn."""
    return _SCRIPT.read_text(encoding="utf-8")


def report_error(error: Exception) -> bool:
    """Log an unforeseen error and show a French sentence in place of Streamlit's box."""
    logging.getLogger(__name__).error("Erreur dans une page du baromètre", exc_info=error)
    st.error(
        "Cette page a rencontré une erreur imprévue. Les autres pages restent consultables ; "
        "le détail est dans le journal du serveur."
    )
    return True
