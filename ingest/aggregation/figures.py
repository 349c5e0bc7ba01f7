"""What the service knows of its rollups: metrics, health and the log line read it."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class RollupFigures:
    """State of the rollups.

    Attributes:
        rows: Rows of closed windows made durable since the start.
        repaired: Spans computed anew since the start.
        backlog: Spans that wait to be computed anew.
        given_up: Spans that will not be, because too many waited, since the start.
        write_complaint: What keeps rows from being made durable, or an empty string.
        repair_complaint: What keeps spans from being repaired, or an empty string.
    """

    rows: int = 0
    repaired: int = 0
    backlog: int = 0
    given_up: int = 0
    write_complaint: str = ""
    repair_complaint: str = ""

    @property
    def complaint(self) -> str:
        """What a person must know or fix, or an empty string."""
        return "; ".join(filter(None, (self.write_complaint, self.repair_complaint)))
