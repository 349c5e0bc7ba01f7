"""One POST of JSON, its failures put into words."""

import aiohttp

TIMEOUT_S = 10.0
MOST_SHOWN = 200


class NotTold(Exception):
    """The other side did not take it; the message says why, for a person.

    Attributes:
        hopeless: Whether it refuses these very bytes, so that sending them again is no use.
    """

    def __init__(self, message: str, *, hopeless: bool = False) -> None:
        super().__init__(message)
        self.hopeless = hopeless


async def post_json(session: aiohttp.ClientSession, url: str, body: bytes) -> None:
    """Send a body and return when it was taken.

    Raises:
        NotTold: It was not.
    """
    headers = {"Content-Type": "application/json"}
    try:
        async with session.post(url, data=body, headers=headers) as answer:
            if answer.status >= 400:
                said = (await answer.text(errors="replace"))[:MOST_SHOWN].strip()
                hopeless = answer.status in {400, 413, 422}
                raise NotTold(f"{url}: {answer.status} {said}", hopeless=hopeless)
    except TimeoutError:
        raise NotTold(f"{url}: no answer within {TIMEOUT_S:g} s") from None
    except (aiohttp.ClientError, OSError) as error:
        raise NotTold(f"{url}: {error or type(error).__name__}") from error


def new_session() -> aiohttp.ClientSession:
    """Return a session; to be made and closed inside a running event loop."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
