"""What comparing the rollups of a store with a load found, in figures that can be added up."""

from collections.abc import Sequence

import msgspec

MOST_EXAMPLES = 20


class WindowsFound(msgspec.Struct, frozen=True, kw_only=True):
    """Rollups compared with what was sent.

    Attributes:
        windows: Windows of devices that were looked at.
        wrong: Those that count too many readings, or too few.
        findings: Examples.
    """

    windows: int
    wrong: int
    findings: list[str]


def added_windows(parts: Sequence[WindowsFound]) -> WindowsFound:
    """Add up what was found of different devices."""
    return WindowsFound(
        windows=sum(part.windows for part in parts),
        wrong=sum(part.wrong for part in parts),
        findings=[finding for part in parts for finding in part.findings][:MOST_EXAMPLES],
    )
