"""The unit of repair."""

from typing import NamedTuple

MOST_SPANS = 50_000
"""So many are remembered for repair. A region has some thousand at a time: a few hours of each kind
at each site; who sends readings of years at a hundred thousand made-up sites has millions."""


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
