"""Stable addresses: ``/opendata/csv/value.csv`` is always the table of the published release.

They are served beside the pages, so that a spreadsheet, a notebook or a portal reads them without the
application. Only files the release published are served: the path is looked up, never followed.
"""

from __future__ import annotations

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.data import screen
from dashboard.data.release_file import ExportError
from dashboard.opendata.bundle import Bundle, bundle
from dashboard.opendata.files import PACKAGE

ADDRESS = "/opendata"


async def serve(request: Request) -> Response:
    """Answer with one file of the published release; without a name, with the description of all of them."""
    try:
        found = await run_in_threadpool(_published)
    except (screen.NoRelease, ExportError) as problem:
        return PlainTextResponse(f"Aucun fichier à donner : {problem}\n", 503)
    file = found.find(request.path_params.get("path") or PACKAGE)
    if file is None:
        return PlainTextResponse("Ce fichier n’est pas dans la version publiée.\n", 404)
    # The address is stable, its content is not: a reader asks again, and is told when nothing changed.
    headers = {
        "Cache-Control": "no-cache",
        "ETag": f'"{file.sha256}"',
        "X-Content-Type-Options": "nosniff",
    }
    if _known(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return FileResponse(
        found.folder / file.path,
        media_type=file.media_type,
        filename=Path(file.path).name,
        content_disposition_type="inline",
        headers=headers,
    )


def _known(asked: str, tag: str) -> bool:
    """Whether the reader already has the file: one of the tags it names is that of the file."""
    named = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return "*" in named or tag in named


def _published() -> Bundle:
    return bundle(screen.current().path)


def routes() -> list[Route]:
    """Return the addresses to serve beside the pages."""
    return [Route(ADDRESS, serve), Route(f"{ADDRESS}/{{path:path}}", serve)]
