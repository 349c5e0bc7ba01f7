"""The unit of repair."""

from typing import NamedTuple


class Span(NamedTuple):
    """One window of the longest tier of one kind at one site, with all shorter ones inside it.

    Attributes:
        kind: Name of the kind.
        site: Topic level.
        start_ms: Its first millisecond, Unix time.
    """

    kind: str
    site: str
    start_ms: int
