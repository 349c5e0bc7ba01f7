"""The seam between the alerts and whoever is told of them."""

from collections.abc import Sequence
from typing import Protocol

from ingest.rules.alert import Alert


class Output(Protocol):
    """One way to tell people or programs."""

    @property
    def complaint(self) -> str:
        """What keeps it from telling, for a person, or an empty string."""
        ...

    def tell(self, transitions: Sequence[Alert], firing: Sequence[Alert]) -> None:
        """Take what changed; quick, never blocks, never raises, bounded in memory.

        Args:
            transitions: Alerts that began to fire, changed their severity, or were resolved.
            firing: All that fire now; called with no transitions after a start, so that what was
                told in an earlier run can be brought up to date.
        """
        ...

    async def run(self) -> None:
        """Tell until cancelled; goes on trying whatever the other side does."""
        ...

    async def finish(self) -> None:
        """Return when nothing waits to be told; the caller sets the deadline."""
        ...
