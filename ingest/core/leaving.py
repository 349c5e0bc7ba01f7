"""Leaves alone what another service takes of the same stream."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from ingest.core.decode import Decoded, Decoder, Message
from ingest.core.filters import matches

TOPICS_REMEMBERED = 262_144


def is_among(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return a function that tells whether a topic matches any of these filters; it remembers."""

    @lru_cache(maxsize=TOPICS_REMEMBERED)
    def among(topic: str) -> bool:
        return any(matches(pattern, topic) for pattern in patterns)

    return among


class LeavingDecoder:
    """Decodes what is ours of a stream, and counts the rest.

    Args:
        decoder: For what is ours.
        patterns: Filters of what is not.

    Attributes:
        registry: All devices of ours heard so far.
    """

    def __init__(self, decoder: Decoder, patterns: Sequence[str]) -> None:
        self.registry = decoder.registry
        self._decoder = decoder
        self._is_left = is_among(patterns)

    def decode(self, messages: Sequence[Message], now_ms: int) -> Decoded:
        """See `Decoder.decode`."""
        is_left = self._is_left
        positions = [at for at, message in enumerate(messages) if not is_left(message.topic)]
        decoded = self._decoder.decode([messages[at] for at in positions], now_ms)
        taken = decoded.messages
        # Where arrays ended it early, the next one of ours is where to go on.
        decoded.messages = positions[taken] if taken < len(positions) else len(messages)
        decoded.left = decoded.messages - taken
        return decoded
