"""The page and the scripts that come with the package."""

from importlib.resources import files
from pathlib import Path

from aiohttp import hdrs, web

STATIC = Path(str(files("dashboards.web"))) / "static"
INDEX = STATIC / "index.html"

REVALIDATED = "no-cache"  # a browser keeps a file, and asks each time whether its ETag still holds


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the page, which is the same for every board, and of what it loads."""
    return [
        web.get("/", _index),
        web.get("/b/{uid}", _index),
        web.static("/static", STATIC),
    ]


async def let_be_kept(_: web.Request, response: web.StreamResponse) -> None:
    """Say of every file that it may be kept; a signal of the application."""
    response.headers.setdefault(hdrs.CACHE_CONTROL, REVALIDATED)


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(INDEX)
