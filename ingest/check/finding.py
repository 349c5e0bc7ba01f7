"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether the service can work with it."""

    GOOD = "good"
    DOUBTFUL = "doubtful"  # it works, but a person should know
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was checked.

    Attributes:
        about: What was looked at: `settings`, `broker`, `store`, `spool`, `dead letters`.
        verdict: See `Verdict`.
        what: What was found, in a sentence.
        fix: What to do about it; empty when good, or where `what` tells it.
    """

    about: str
    verdict: Verdict
    what: str
    fix: str = ""


def good(about: str, what: str) -> Finding:
    """Make a finding that needs nothing done."""
    return Finding(about=about, verdict=Verdict.GOOD, what=what)


def doubtful(about: str, what: str, fix: str) -> Finding:
    """Make a finding that does not keep the service from working."""
    return Finding(about=about, verdict=Verdict.DOUBTFUL, what=what, fix=fix)


def wrong(about: str, what: str, fix: str = "") -> Finding:
    """Make a finding that keeps the service from working."""
    return Finding(about=about, verdict=Verdict.WRONG, what=what, fix=fix)
