"""Stable addresses: ``/opendata/csv/value.csv`` is always the table of the published release.

They are served beside the pages, so that a spreadsheet, a notebook or a portal reads them without the
application, from any other site too. Only files the release published are served: the path is looked up,
never followed. ``csv/value.csv`` takes ``?indicateur=&code=&annee=``; any other parameter is refused.
``nouveautes.atom`` lists what the release changes.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.data import screen
from dashboard.data.release_file import ExportError
from dashboard.data.reuse import asked as rows_asked
from dashboard.data.reuse import known
from dashboard.data.tables import write_csv
from dashboard.opendata import dcat
from dashboard.opendata.bundle import Bundle, bundle
from dashboard.opendata.files import PACKAGE, RECORD
from dashboard.opendata.news import FEED, MEDIA_TYPE, feed

ADDRESS = "/opendata"


PUBLIC = "BCS_ADRESSE_PUBLIQUE"
"""Variable that declares the address the site is known by, when a proxy hides it."""

_FILTERED = "csv/value.csv"
_FILTERS = ("indicateur", "code", "annee")
_HEADERS = {
    # The address is stable, its content is not: a reader asks again, and gets 304 when nothing changed.
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    # Public data, read only: any page may read them, with no right to anything else here.
    "Access-Control-Allow-Origin": "*",
}
_PREFLIGHT = {
    **_HEADERS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    # What a program that reads a part of a file, or only what changed, asks a browser to send.
    "Access-Control-Allow-Headers": "Range, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


async def serve(request: Request) -> Response:
    """Answer with one file of the published release; without a name, with the description of all of them."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_PREFLIGHT)
    try:
        if request.path_params.get("path") == FEED:
            news = await run_in_threadpool(lambda: feed(screen.current().path, _base(request)))
            return Response(news, media_type=MEDIA_TYPE, headers=_HEADERS)
        found = await run_in_threadpool(_published)
    except (screen.NoRelease, ExportError) as problem:
        return PlainTextResponse(f"Aucun fichier à donner : {problem}\n", 503, headers=_HEADERS)
    file = found.find(request.path_params.get("path") or PACKAGE)
    if file is None:
        return PlainTextResponse("Ce fichier n’est pas dans la version publiée.\n", 404, headers=_HEADERS)
    if request.query_params:
        return await run_in_threadpool(_filtered, request, file.path)
    headers = {**_HEADERS, "ETag": f'"{file.sha256}"'}
    if _known(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if file.path == RECORD:
        entry = dcat.absolute(json.loads(found.content(file)), _base(request))
        return JSONResponse(entry, media_type=file.media_type, headers=_HEADERS)
    return FileResponse(
        found.folder / file.path,
        media_type=file.media_type,
        filename=Path(file.path).name,
        content_disposition_type="inline",
        headers=headers,
    )


def _base(request: Request) -> str:
    """Return the address of the folder: the declared one, else that of the request.

    ``X-Forwarded-Host`` is never read: anyone may send it, and a harvester would keep what it says.
    """
    declared = os.environ.get(PUBLIC, "").strip()
    if declared and "://" not in declared:
        declared = f"https://{declared}"
    return f"{(declared or str(request.base_url)).rstrip('/')}{ADDRESS}/"


def _filtered(request: Request, path: str) -> Response:
    """Answer with the rows of one indicator, one territory, one year."""
    asked = request.query_params
    unknown = sorted(set(asked) - set(_FILTERS))
    repeated = sorted(name for name in set(asked) if len(asked.getlist(name)) > 1)
    year = asked.get("annee")
    if path != _FILTERED:
        return _refused(f"Seul {_FILTERED} se filtre.")
    if unknown or repeated:
        what = f"Paramètre inconnu : {', '.join(unknown)}" if unknown else f"Répété : {', '.join(repeated)}"
        return _refused(f"{what}. Paramètres possibles, une fois chacun : {', '.join(_FILTERS)}.")
    if year is not None and not (year.isascii() and year.isdigit() and len(year) == 4):
        return _refused("annee : une année en quatre chiffres est attendue.")
    release, indicator = screen.current(), asked.get("indicateur")
    if indicator is not None and not known(release, indicator):
        return _refused("indicateur : cet identifiant n’est pas dans la version publiée (csv/indicator.csv).")
    out = io.BytesIO()
    write_csv(rows_asked(release, indicator, asked.get("code"), int(year) if year else None), out)
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=_HEADERS)


def _refused(why: str) -> Response:
    return PlainTextResponse(f"{why}\n", 400, headers=_HEADERS)


def _known(asked: str, tag: str) -> bool:
    """Whether the reader already has the file: one of the tags it names is that of the file."""
    named = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return "*" in named or tag in named


def _published() -> Bundle:
    return bundle(screen.current().path)


def routes() -> list[Route]:
    """Return the addresses to serve beside the pages."""
    methods = ["GET", "OPTIONS"]
    return [Route(path, serve, methods=methods) for path in (ADDRESS, f"{ADDRESS}/{{path:path}}")]
