"""Keeps other people's pages away from the boards.

A page from elsewhere may send requests to this machine. It cannot read what comes back, as no
answer allows that, unless its name is made to point here (DNS rebinding): so requests must name
this machine. And it must not make us ask the store: so a browser must say that its request comes
from our own page.
"""

import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS: Final = {
    # The chart library sets style attributes in what it draws as HTML.
    "Content-Security-Policy": (
        "default-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
HOST = re.compile(r"(?:\[(?P<address>[^\]]*)\]|(?P<name>[^:@\[\]]*))(?::\d+)?")
OWN_PAGE = frozenset({"same-origin", "none"})


def guard(host: str) -> Middleware:
    """Return what refuses requests that do not mean us.

    Args:
        host: What is listened on.
    """
    known = {"localhost", host.lower(), socket.gethostname().lower()}

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _means_us(request, known):
            raise web.HTTPMisdirectedRequest(text=f"these boards are not at {request.host!r}")
        if request.headers.get("Sec-Fetch-Site", "none") not in OWN_PAGE and _asks(request):
            raise web.HTTPForbidden(text="another site's page asked for this")
        return await handler(request)

    return guarded


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Tell browsers with every answer what they must not do with it; a signal."""
    response.headers.update(HEADERS)


def _means_us(request: web.Request, known: set[str]) -> bool:
    """Tell whether the Host header is an address, or one of our names."""
    named = HOST.fullmatch(request.host.lower())
    if named is None:
        return False
    try:
        ipaddress.ip_address(named["address"] or named["name"])
    except ValueError:
        return named["name"] in known
    return True


def _asks(request: web.Request) -> bool:
    """Tell whether the request costs work; a link from elsewhere to a page may be followed."""
    return request.path.startswith("/api/")
