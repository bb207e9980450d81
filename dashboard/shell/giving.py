"""The address of the files a view gives: each is made when its link is followed."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashboard.story.markup import element, text
from dashboard.widgets.download import MEDIA
from dashboard.widgets.given import ADDRESS, find

GONE = (
    "Ce fichier n’est plus prêt à être donné : la vue qui l’offrait a été ouverte il y a longtemps, ou le "
    "baromètre a redémarré depuis."
)
ADVICE = "Revenez à la page précédente, rechargez-la, puis demandez de nouveau le fichier."


async def give(request: Request) -> Response:
    """Answer with the file of a link, or say what to do when nothing is left to make it from."""
    file = find(request.path_params["view"], request.path_params["key"])
    if file is None:
        return HTMLResponse(_gone(), 410, headers={"Cache-Control": "no-store"})
    content = await run_in_threadpool(file.content)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(file.name)}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=MEDIA[PurePath(file.name).suffix], headers=headers)


def _gone() -> str:
    title = "Ce fichier n’est plus prêt"
    head = element("head", element("meta", charset="utf-8"), text("title", title))
    body = element("main", text("h1", title), text("p", GONE), text("p", ADVICE))
    return f"<!doctype html>\n{element('html', head, element('body', body), lang='fr')}\n"


def route() -> Route:
    """Return the address to serve beside the pages."""
    return Route(f"/{ADDRESS}/{{view}}/{{key}}/{{name}}", give)
