"""`POST /reload`: the one request that changes anything, for who is on this machine."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from ipaddress import ip_address

from aiohttp import web

from ingest.reload.outcome import Outcome

PATH = "/reload"
PASSED_ON = ("Forwarded", "X-Forwarded-For", "Origin")
"""Headers of a proxy or of a browser's page, which ask for somebody else."""


Reload = Callable[[], Awaitable[Outcome]]


def reload_by(
    current: Callable[[], Reload | None],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return the handler of a service: 200 when it goes by the new settings, 422 when it refuses.

    The answer is an `Outcome` as JSON.

    Args:
        current: Returns what reloads the service, or None where that cannot be.
    """

    async def reload(request: web.Request) -> web.Response:
        if not _is_local(request):
            error = "only who is on the service's machine may reload it; or send it SIGHUP"
            return web.json_response({"error": error}, status=403)
        renew = current()
        if renew is None:
            error = "this service goes by the settings it was started with"
            return web.json_response({"error": error}, status=404)
        outcome = await renew()
        return web.json_response(asdict(outcome), status=422 if outcome.refused else 200)

    return reload


def _is_local(request: web.Request) -> bool:
    if any(header in request.headers for header in PASSED_ON):
        return False
    try:
        address = ip_address((request.remote or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
