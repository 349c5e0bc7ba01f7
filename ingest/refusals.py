"""Lines that the database refused become dead letters that can be sent again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from ingest.core.line_protocol import to_message
from ingest.core.rejection import DeadLetter
from ingest.dead_letters import DeadLetters


def refusals_into(
    dead_letters: DeadLetters, now_ms: Callable[[], int]
) -> Callable[[Sequence[bytes], str], Awaitable[None]]:
    """Return what a store calls with lines that its database refused, and with the reason.

    When it returns, the readings of these lines are durable among the dead letters.

    Args:
        dead_letters: Where they go.
        now_ms: Unix milliseconds.
    """

    async def refuse(lines: Sequence[bytes], message: str) -> None:
        letters = [_dead_letter(line, message, now_ms()) for line in lines]
        await asyncio.to_thread(dead_letters.append, letters)

    return refuse


def _dead_letter(line: bytes, message: str, now_ms: int) -> DeadLetter:
    try:
        topic, payload = to_message(line)
    except ValueError:  # spooled by another version, or by other hands
        topic, payload = "", line
    return DeadLetter(
        arrived_ms=now_ms,
        topic=topic,
        reason="refused",
        place="",
        message=message,
        payload=payload,
        size_bytes=len(payload),
    )
