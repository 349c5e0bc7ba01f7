"""The life of an alert, written down once more, slowly: one device, one reading at a time."""

from dataclasses import dataclass, field


@dataclass
class OracleLevel:
    """A level of a rule about one device."""

    fire: float
    clear: float
    for_s: int
    keep_s: int
    holds: bool = False
    since: int | None = None
    firing: bool = False
    quiet: int | None = None

    def deadline(self) -> int | None:
        if self.firing:
            return None if self.quiet is None else self.quiet + self.keep_s
        return None if self.since is None else self.since + self.for_s

    def turn(self) -> None:
        self.firing = not self.firing
        self.quiet = None

    def see(self, at: int, value: float) -> None:
        self.holds = (
            value >= self.clear if self.holds and self.clear < self.fire else value > self.fire
        )
        if self.holds:
            self.since = at if self.since is None else self.since
            self.quiet = None
        else:
            self.since = None
            if self.firing and self.quiet is None:
                self.quiet = at


@dataclass
class OracleDevice:
    """All levels of a rule about one device."""

    levels: list[OracleLevel]
    last: int | None = None
    history: list[tuple[int, int]] = field(default_factory=list)  # when, and the level shown

    def shown(self) -> int:
        return max((at for at, level in enumerate(self.levels) if level.firing), default=-1)

    def run_timers(self, before: int) -> None:
        while True:
            due = [level.deadline() for level in self.levels]
            soonest = min((at for at in due if at is not None), default=before)
            if soonest >= before:
                return
            self._turn_at(soonest)

    def _turn_at(self, at: int) -> None:
        was = self.shown()
        for level in self.levels:
            deadline = level.deadline()
            if deadline is not None and deadline <= at:
                level.turn()
        if self.shown() != was:
            self.history.append((at, self.shown()))

    def take(self, at: int, value: float) -> None:
        if self.last is not None and at <= self.last:
            return
        self.last = at
        self.run_timers(at)
        for level in self.levels:
            level.see(at, value)
        self._turn_at(at)
