"""The page of the review, served to this machine only and for as long as its command runs.

Belongs here: its HTML, its one form, what protects it. Does not belong here: what a decision does
(``review``).

It listens on 127.0.0.1, answers only requests addressed to it (another site cannot be made to speak to it
under its own name), and takes a form only with the token of this run. Every text of a file is escaped.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from pipelines.decisions import CHOICES, MEANINGS
from pipelines.home import Home
from pipelines.publication import PublicationError
from pipelines.review import Group, chosen, decide, grouped, held_things, place_of, reviewed

if TYPE_CHECKING:
    import polars as pl

LARGEST = 1 << 20
"""Bytes of a form beyond which it is not read."""

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: #1a1a1a;
} fieldset { border: 1px solid #767676; margin: 0 0 1rem; padding: .5rem 1rem; }
legend { font-weight: 600; }
dl { margin: .25rem 0 .5rem 1.6rem; } dt { font-weight: 600; } dd { margin: 0 0 .25rem; }
.barre { position: sticky; bottom: 0; background: #fff; border-top: 2px solid #1a1a1a; padding: .75rem 0; }
.barre label { margin-right: 1rem; } button { font: inherit; padding: .4rem .9rem; margin: .25rem .5rem 0 0; }
[role=status] { border-left: .3rem solid #0a6b3d; padding-left: .75rem; }
[role=alert] { border-left: .3rem solid #b00020; padding-left: .75rem; }
"""

_HEADERS = {
    "Content-Security-Policy": "; ".join(
        ("default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'")
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def server(home: Home, port: int) -> ThreadingHTTPServer:
    """Return the server of the page, listening on this machine only.

    Args:
        home: whose review it is.
        port: local port; 0 for any free one.
    """
    handler = type("Handler", (_Handler,), {"home": home, "token": secrets.token_urlsafe(24)})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


class _Handler(BaseHTTPRequestHandler):
    home: Home
    token: str

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on the terminal."""

    def _is_ours(self) -> bool:
        return self.headers.get("Host") in {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost")}

    @property
    def port(self) -> int:
        """Port the server listens on."""
        assert isinstance(self.server, ThreadingHTTPServer)
        return self.server.server_port

    def do_GET(self) -> None:
        """Answer the page or its style."""
        if not self._is_ours():
            self._send(HTTPStatus.FORBIDDEN, "Adresse refusée.", "text/plain")
        elif self.path == "/style.css":
            self._send(HTTPStatus.OK, STYLE, "text/css")
        elif self.path == "/":
            self._page()
        else:
            self._send(HTTPStatus.NOT_FOUND, "Page inconnue.", "text/plain")

    def do_POST(self) -> None:
        """Take a decision."""
        size = self.headers.get("Content-Length", "")
        if not self._is_ours() or not size.isascii() or not size.isdigit() or int(size) > LARGEST:
            self._send(HTTPStatus.FORBIDDEN, "Demande refusée.", "text/plain")
            return
        form = parse_qs(self.rfile.read(int(size)).decode("utf-8", errors="replace"), max_num_fields=50_000)
        if not secrets.compare_digest(_one(form, "jeton").encode(), self.token.encode()):
            self._send(HTTPStatus.FORBIDDEN, "Jeton refusé : rechargez la page.", "text/plain")
            return
        try:
            choice = next((name for name in CHOICES if name == _one(form, "decision")), None)
            if choice is None:
                raise PublicationError("Décision inconnue.")
            things = chosen(held_things(self.home), form.get("id", []))
            meaning = _one(form, "sens") or None
            count = decide(self.home, things, choice, _one(form, "par"), _one(form, "motif"), meaning)
        except PublicationError as error:
            self._page(alert=str(error))
        else:
            self._page(status=f"{count} décision(s) gardée(s).")

    def _page(self, status: str = "", alert: str = "") -> None:
        try:
            text = page(reviewed(self.home).release_id, held_things(self.home), self.token, status, alert)
        except PublicationError as error:
            self._send(HTTPStatus.OK, str(error), "text/plain")
        else:
            self._send(HTTPStatus.OK, text, "text/html")

    def _send(self, code: HTTPStatus, text: str, kind: str) -> None:
        body = text.encode("utf-8")
        self.send_response(code)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _one(form: dict[str, list[str]], name: str) -> str:
    return form.get(name, [""])[0]


def page(release_id: str, things: pl.DataFrame, token: str, status: str = "", alert: str = "") -> str:
    """Return the HTML of the review.

    Args:
        release_id: release under review.
        things: what is held, with its decisions.
        token: what its form must give back.
        status: what was just done.
        alert: what could not be done.
    """
    import polars as pl

    groups = grouped(things.filter(pl.col("decision").is_null()))
    decided = [
        row for group in grouped(things.filter(pl.col("decision").is_not_null())) for row in group.rows
    ]
    waiting = sum(len(group.rows) for group in groups)
    said = [f'<p role="status">{escape(status)}</p>'] if status else []
    said += [f'<p role="alert">{escape(alert)}</p>'] if alert else []
    count = f"{waiting} à revoir, {len(decided)} décidés"
    body = [
        "<h1>Revue avant publication</h1>",
        f"<p>Publication {escape(release_id)}\u00a0: {count}.</p>",
        *said,
        *(_contents(groups) if len(groups) > 1 else ()),
        '<form method="post" action="/">',
        f'<input type="hidden" name="jeton" value="{escape(token)}">',
        *(_group(rank, group) for rank, group in enumerate(groups)),
        _bar()
        if waiting
        else "<p>Tout est décidé. Pour en tenir compte\u00a0: <code>bcs actualiser</code></p>",
        "</form>",
        *_decided(decided),
    ]
    return (
        '<!doctype html>\n<html lang="fr"><head><meta charset="utf-8"><title>Revue avant publication</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css"></head>'
        f"<body><main>{''.join(body)}</main></body></html>"
    )


def _named(group: Group) -> str:
    return escape(f"{group.file}\u00a0: {group.rule} ({len(group.rows)})")


def _contents(groups: Sequence[Group]) -> list[str]:
    """List the groups: sixty cells are found by their file and rule."""
    return [
        "<ul>",
        *(f'<li><a href="#g{rank}">{_named(group)}</a></li>' for rank, group in enumerate(groups)),
        "</ul>",
    ]


def _group(rank: int, group: Group) -> str:
    why = "" if group.why is None else f"<p>{escape(group.why)}</p>"
    things = "".join(_thing(row, group.why is None) for row in group.rows)
    return f'<fieldset id="g{rank}"><legend>{_named(group)}</legend>{why}{things}</fieldset>'


def _thing(row: dict[str, Any], why: bool) -> str:
    facts: tuple[tuple[str, Any], ...] = (("Trouvé", row["found"]), ("Attendu", row["expected"]))
    if why:
        facts += (("Pourquoi", row["why"]),)
    if row["severity"] == "refuse":
        facts += (("Impossible", "À corriger à la source ou à écarter."),)
    listed = "".join(f"<dt>{name}</dt><dd>{escape(str(text))}</dd>" for name, text in facts)
    box = f'<input type="checkbox" name="id" value="{escape(row["id"])}">'
    return f"<label>{box} {escape(place_of(row))}</label><dl>{listed}</dl>"


def _bar() -> str:
    senses = "".join(f'<option value="{escape(name)}">{escape(name)}</option>' for name in MEANINGS)
    return (
        '<div class="barre"><label>Qui décide <input name="par" required autocomplete="name"></label>'
        '<label>Motif <input name="motif" required size="40"></label>'
        f'<label>Sens d’une marque <select name="sens">{senses}</select></label><br>'
        '<button name="decision" value="accepted">Accepter la sélection</button>'
        '<button name="decision" value="set_aside">Écarter la sélection</button>'
        '<button name="decision" value="declared">Déclarer la marque</button></div>'
    )


def _decided(rows: Iterable[dict[str, Any]]) -> list[str]:
    lines = [
        f"<li>{escape(row['file'])}, {escape(place_of(row))}\u00a0: {CHOICES[row['decision']]} "
        f"par {escape(row['decided_by'])} ({escape(row['reason'])})</li>"
        for row in rows
    ]
    return ["<h2>Décidé</h2><ul>", *lines, "</ul>"] if lines else []
