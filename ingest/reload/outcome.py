"""What came of a reload, for the log and for who asked."""

import logging
from dataclasses import dataclass, field

from ingest.reload.difference import Change, RuleChanges

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All of it, or nothing: where there are problems, everything is as it was.

    Attributes:
        problems: What is wrong with the new settings or rules, a line each, with place and fix.
        changed: Settings that the service goes by from now on.
        rules: Alert rules that it goes by from now on.
        restart: Settings that are not as the service runs, and wait for a restart.
        notes: What a person should know besides.
    """

    problems: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    rules: RuleChanges = field(default_factory=RuleChanges)
    restart: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing was taken over because something is wrong."""
        return bool(self.problems)

    @property
    def complaint(self) -> str:
        """What a person must mend, in one line, or an empty string."""
        if not self.problems:
            return ""
        more = len(self.problems) - 1
        others = f" (and {more} more)" if more else ""
        return f"the last reload was refused: {self.problems[0]}{others}"

    def log(self) -> None:
        """Write it down."""
        for problem in self.problems:
            logger.error("not reloaded, going on as before: %s", problem)
        if self.changed or self.rules:
            facts = {"settings": "; ".join(map(str, self.changed)), "rules": str(self.rules)}
            logger.info("reloaded", extra={key: fact for key, fact in facts.items() if fact})
        elif not self.refused:
            logger.info("reloaded; nothing has changed")
        for note in self.notes:
            logger.warning("%s", note)
        self.log_restart()

    def log_restart(self) -> None:
        """Write down what waits for a restart."""
        for change in self.restart:
            logger.warning("takes effect after a restart: %s", change)
