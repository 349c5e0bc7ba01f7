"""Compares what was promised with what is there.

The guarantee: what the service acknowledged to the broker is in the database, once and with the
right values, or among the dead letters. What the broker acknowledged to the publisher and never
delivered is the broker's loss, and accepted only where a killed broker may have lost it: it was
promised a short while before, and the service has not acknowledged it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ingest.core.rejection import DeadLetter
from tests.torture.damage import Flip
from tests.torture.publisher import NOT_YET
from tests.torture.readings import Letter, Readings, Row

BROKER_SAVES_S = 5.0  # it saves every second, and looks at its clock now and then
HEARD_LATE_S = 1.0  # a promise may be read from the socket after its giver was killed


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known at the end of a run.

    Attributes:
        readings: What was published.
        sent: Messages with lower numbers were sent at least once.
        promised_at: By number, when the broker acknowledged it, or `NOT_YET`.
        acknowledged: Tells whether the service acknowledged a number.
        rows: What the database holds.
        letters: What the dead letters hold.
        broker_killed_at: When the broker was killed, on the clock of `promised_at`.
        flips: Bits that were flipped in the spool.
        told_of: Tells whether the service's log says that a segment was damaged.
        clock_was_back: Whether the service's clock was ever behind.
    """

    readings: Readings
    sent: int
    promised_at: Sequence[float]
    acknowledged: Callable[[int], bool]
    rows: Iterable[Row]
    letters: Iterable[DeadLetter]
    broker_killed_at: Sequence[float] = ()
    flips: Sequence[Flip] = ()
    told_of: Callable[[Flip], bool] = lambda _: True
    clock_was_back: bool = False


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What was found.

    Attributes:
        violations: What breaks the guarantee, in words; empty if nothing does.
        sent: Messages published.
        promised: Messages that the broker acknowledged.
        acknowledged: Messages that the service acknowledged.
        stored: Readings in the database.
        letters: Different dead letters, by reason.
        repeated_letters: Dead letters that were there already, after a redelivery.
        lost_by_broker: Messages that a killed broker promised and forgot.
        oldest_lost_s: How long before the kill the oldest of them was promised.
        lost_by_disk: Readings that a flipped bit cost.
        set_aside_by_clock: Good readings among the dead letters because the clock was behind.
    """

    violations: list[str] = field(default_factory=list)
    sent: int = 0
    promised: int = 0
    acknowledged: int = 0
    stored: int = 0
    letters: dict[str, int] = field(default_factory=dict)
    repeated_letters: int = 0
    lost_by_broker: int = 0
    oldest_lost_s: float = 0.0
    lost_by_disk: int = 0
    set_aside_by_clock: int = 0


def judge(evidence: Evidence) -> Verdict:
    """Look at everything and say what is wrong."""
    return _Judge(evidence).verdict


class _Judge:
    def __init__(self, evidence: Evidence) -> None:
        self.verdict = Verdict(sent=evidence.sent)
        self._evidence = evidence
        self._readings = evidence.readings
        self._damaged = {n: flip for flip in evidence.flips for n in flip.numbers}
        self._untold: set[Flip] = set()
        stored = self._look_at_rows()
        letters, late = self._look_at_letters()
        for number in range(evidence.sent):
            self._look_at(number, stored=stored, letters=letters, late=late)

    def _look_at_rows(self) -> bytearray:
        stored = bytearray(self._evidence.sent)
        for row in self._evidence.rows:
            number = self._readings.number_of_row(row)
            if number is None or number >= len(stored) or self._readings.row(number) is None:
                self._violation(f"the database holds what nobody sent: {row}")
            elif row != self._readings.row(number):
                self._violation(f"altered: {self._name(number)} is stored as {row}", number)
                stored[number] = 1
            elif stored[number]:
                self._violation(f"doubled: {self._name(number)} is stored twice", number)
            else:
                stored[number] = 1
                self.verdict.stored += 1
        return stored

    def _look_at_letters(self) -> tuple[set[int], set[int]]:
        """Return the numbers of right letters, and of those set aside by a clock behind."""
        right: set[int] = set()
        late: set[int] = set()
        for letter in self._evidence.letters:
            number = self._readings.number_of(letter.topic, letter.payload)
            seen = Letter(letter.topic, letter.reason, letter.payload)
            if number is None or number >= self._evidence.sent:
                self._violation(f"the dead letters hold what nobody sent: {letter}")
            elif seen == self._readings.letter(number):
                self._count_letter(letter, number, right)
            elif self._evidence.clock_was_back and seen == self._readings.letter_of_a_slow_clock(
                number
            ):
                self._count_letter(letter, number, late)
            else:
                self._violation(f"a dead letter that should be none, or another: {letter}", number)
        return right, late

    def _count_letter(self, letter: DeadLetter, number: int, seen: set[int]) -> None:
        if number in seen:
            self.verdict.repeated_letters += 1
        else:
            counts = self.verdict.letters
            counts[letter.reason] = counts.get(letter.reason, 0) + 1
        seen.add(number)

    def _look_at(
        self, number: int, *, stored: bytearray, letters: set[int], late: set[int]
    ) -> None:
        promised = self._evidence.promised_at[number] != NOT_YET
        acknowledged = self._evidence.acknowledged(number)
        self.verdict.promised += promised
        self.verdict.acknowledged += acknowledged
        if not promised and not acknowledged:
            return
        row, letter = self._readings.row(number), self._readings.letter(number)
        self.verdict.set_aside_by_clock += row is not None and number in late
        if row is not None and not stored[number] and number not in late:
            self._missing(number, "in the database", acknowledged=acknowledged)
        elif letter is not None and number not in letters and (row or number not in late):
            self._missing(number, "among the dead letters", acknowledged=acknowledged)

    def _missing(self, number: int, where: str, *, acknowledged: bool) -> None:
        if flip := self._damaged.get(number):
            self.verdict.lost_by_disk += 1
            if not self._evidence.told_of(flip) and flip not in self._untold:
                self._untold.add(flip)
                self._violation(f"{flip.segment} was damaged, and the log does not tell", number)
            return
        promised_at = self._evidence.promised_at[number]
        lost_s = None if acknowledged else self._lost_by_broker_s(promised_at)
        if lost_s is not None:
            self.verdict.lost_by_broker += 1
            self.verdict.oldest_lost_s = max(self.verdict.oldest_lost_s, lost_s)
            return
        who = "the service" if acknowledged else "the broker, though it was not killed then,"
        self._violation(
            f"missing: {self._name(number)}, {who} acknowledged it, is not {where}", number
        )

    def _lost_by_broker_s(self, promised_at: float) -> float | None:
        """Return how long before a kill of the broker that was, if it can have lost it then."""
        ages_s = [killed_at - promised_at for killed_at in self._evidence.broker_killed_at]
        possible = [age_s for age_s in ages_s if -HEARD_LATE_S <= age_s <= BROKER_SAVES_S]
        return min(possible, default=None)

    def _name(self, number: int) -> str:
        return f"device {self._readings.device(number)} seq {self._readings.seq(number)}"

    def _violation(self, text: str, number: int | None = None) -> None:
        sort = "" if number is None else f" ({self._readings.sort(number)})"
        self.verdict.violations.append(f"{text}{sort}")
