"""The shell page Streamlit serves for every address: in French, with our sheets, scripts and first needs."""

from __future__ import annotations

import json
import logging
import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dashboard import ROOT, STATIC
from dashboard.address.screens import PAGES
from dashboard.charts import signs
from dashboard.shell.astray import astray
from dashboard.shell.before import before
from dashboard.story.markup import Fragment, element, group, rules

_SHEETS = ("barometre.css", "accueil.css", "territoires.css", "priorites.css", "comparaison.css")
_SCRIPTS = ("server.js", "french.js", "page.js")
_CHUNKS = Path(st.__file__).resolve().parent / "static" / "static" / "js"
_FIRST = ("Html", "PageLink", "Button", "Selectbox")
"""Parts of Streamlit the top of every page is made of. Not the charts: they would be run before the text."""
_IMPORTED = re.compile(r'(?:from|import)"\./([\w.~-]+\.js)"')
_THEIR_FONT = re.compile(r'<link\s+rel="preload"[^>]*SourceSans[^>]*>')

_THEIR_AGENTS = re.compile(r"<p>\s*Reading this without a browser.*?(?=</noscript>)", re.DOTALL)
_READ_WITHOUT = "<style>.bcs-before { position: static; }</style>"
"""Without scripts, what the page opens with is read under the sentence that asks for them."""
_ROOT = '<div id="root">'
_VALIDATORS = ("if-none-match", "if-modified-since")
_OF_THE_FILE = ("content-length", "etag", "last-modified")

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass straight through all that is no page: its scripts need not go through :meth:`dispatch`."""
        page = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        await (super().__call__ if page else self.app)(scope, receive, send)

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Pass everything through, but the HTML pages, which are rewritten."""
        asked = MutableHeaders(scope=request.scope)
        # The page must reach us as text, not compressed, and whole: what we write in it changes.
        asked["accept-encoding"] = "identity"
        for kept in _VALIDATORS:
            del asked[kept]
        response = await call_next(request)
        page = response.status_code == 200 and response.headers.get("content-type", "").startswith(
            "text/html"
        )
        body = getattr(response, "body_iterator", None)
        if request.method != "GET" or not page or body is None:
            return response
        if lost := astray(request):
            return lost
        text = _rewritten(b"".join([chunk async for chunk in body]))
        opening = await before(request.url.path, request.query_params)
        headers = {key: value for key, value in response.headers.items() if key not in _OF_THE_FILE}
        return Response(text.replace(_ROOT, f"{opening}{_ROOT}", 1), response.status_code, headers)


@lru_cache(maxsize=8)
def _rewritten(page: bytes) -> str:
    """The page in French with our needs; every address is answered by the same one, but for its opening."""
    text = page.decode("utf-8")
    for english, french in _REPLACEMENTS:
        text = text.replace(english, french)
    text = _THEIR_AGENTS.sub(_READ_WITHOUT, _THEIR_FONT.sub("", text))
    text = text.replace("</head>", f"{_hints(text)}<script>{_script()}</script></head>", 1)
    # In the body, so that our rules come after those Streamlit writes in the head.
    return text.replace("<body>", f"<body>{_style()}", 1)


def _style() -> Fragment:
    """The style sheets, there from the first paint on: what comes later would move what is already read."""
    sheets = ((STATIC / name).read_text(encoding="utf-8") for name in _SHEETS)
    return rules("\n".join((*_theme(), *sheets, signs.sheet())))


def _theme() -> Iterable[str]:
    """What Streamlit sets once its scripts have run, and what a page opens with needs before: fonts, size."""
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for face in theme["fontFaces"]:
        yield (
            f"@font-face {{ font-family: {face['family']}; src: url(./{face['url']}) format('woff2'); "
            f"font-weight: {face['weight']}; font-style: {face['style']}; font-display: swap; }}"
        )
    yield f"html:has(.bcs-before) {{ font-size: {theme['baseFontSize']}px; }}"


def _script() -> str:
    """What puts Streamlit’s own words into French and completes the page once it is drawn."""
    pages = json.dumps([page.url_path for page in PAGES if page.url_path])
    written = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return written.replace("__PAGES__", pages)


def _hints(shell: str) -> Fragment:
    """What the browser may fetch while it still reads the shell, instead of one round after another.

    Args:
        shell: The page, whose own hints are not repeated.
    """
    fonts = sorted((STATIC / "fonts").glob("*.woff2"))
    links = [
        element(
            "link",
            rel="preload",
            href=f"./app/static/fonts/{font.name}",
            as_="font",
            type="font/woff2",
            crossorigin="anonymous",
        )
        for font in fonts
    ]
    waiting = [found.name for name in _FIRST for found in sorted(_CHUNKS.glob(f"{name}.*.js"))]
    known: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known or name in shell or not (_CHUNKS / name).is_file():
            continue
        known.add(name)
        waiting += _IMPORTED.findall((_CHUNKS / name).read_text(encoding="utf-8", errors="replace"))
    links += [
        element("link", rel="modulepreload", crossorigin="anonymous", href=f"./static/js/{name}")
        for name in sorted(known)
    ]
    return group(*links)


def report_error(error: Exception) -> bool:
    """Log an unforeseen error and show a French sentence in place of Streamlit's box."""
    logging.getLogger(__name__).error("Erreur dans une page du baromètre", exc_info=error)
    st.error(
        "Cette page a rencontré une erreur imprévue. Les autres pages restent consultables ; "
        "le détail est dans le journal du serveur."
    )
    return True
