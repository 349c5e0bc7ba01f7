"""What is measured while a load runs."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.load.histogram import Histogram, HistogramData
from devices.load.outcomes import Outcome, Outcomes
from devices.load.schedule import Schedule

TINY_S = 1e-6

Event = tuple[float, list[int]]
"""When something happened, in seconds from the beginning, and to which messages."""


class Second(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in one second of a run.

    Attributes:
        at_s: When it began, in seconds from the beginning of the run.
        due: Messages that were due in it.
        sent: Messages sent in it.
        acknowledged: Messages acknowledged in it; at QoS 0, sent.
        latency: From due to acknowledged, of those acknowledged in it.
    """

    at_s: int
    due: int
    sent: int
    acknowledged: int
    latency: HistogramData


class Meter:
    """Takes down what connections tell, and makes figures of it.

    Latency is the time from when a message was *due*, not from when it was sent: where the broker
    or we ourselves stall, every message that had to wait shows it.

    Args:
        schedule: When messages are due.
        measured_from_s: Messages due earlier are counted and not timed: the warm-up.

    Attributes:
        sent: Messages written to a connection; one sent again is not counted again.
        acknowledged: Messages that the broker took.
        readings: Readings in them.
        refused: Messages that the broker refused.
        resent: Messages sent again over another connection.
        reasons: Reason codes of acknowledgements other than success, and why connections ended.
        connections: Connections that the broker accepted.
        reconnects: Those of them that took the place of one that broke.
        latency: From due to acknowledged (QoS 1) or sent (QoS 0).
        lateness: From due to sent.
        connecting: From the first byte to CONNACK.
        sent_by_due_s: Messages sent, by the second in which they were due.
        outcomes: What became of each message.
    """

    def __init__(self, schedule: Schedule, measured_from_s: float) -> None:
        self._schedule = schedule
        self._measured_from_s = measured_from_s
        self.outcomes = Outcomes(schedule.total)
        self.sent = self.acknowledged = self.readings = self.refused = self.resent = 0
        self.reasons: Counter[str] = Counter()
        self.connections = self.reconnects = 0
        self.latency, self.lateness, self.connecting = Histogram(), Histogram(), Histogram()
        self.sent_by_due_s = np.zeros(int(schedule.end_s) + 1, np.int64)
        self._seconds: list[Second] = []
        self._of_second = _OfSecond(0)
        self._sent: list[Event] = []
        self._settled: list[Event] = []

    def note_sent(self, at_s: float, numbers: list[int]) -> None:
        """Take down that messages were written to a connection for the first time."""
        self.sent += len(numbers)
        self._sent.append((at_s, numbers))

    def note_resent(self, numbers: list[int]) -> None:
        """Take down that messages were written once more, to another connection."""
        self.resent += len(numbers)
        self.outcomes.note_again(np.array(numbers))

    def note_settled(self, at_s: float, numbers: list[int], readings: int) -> None:
        """Take down that the broker has messages: acknowledged at QoS 1, sent at QoS 0."""
        self.acknowledged += len(numbers)
        self.readings += readings
        self._settled.append((at_s, numbers))

    def note_refused(self, number: int, reason: str) -> None:
        """Take down that the broker does not take a message."""
        self.refused += 1
        self.reasons[reason] += 1
        self.outcomes.note(np.array([number]), Outcome.REFUSED)

    def note_connected(self, took_s: float, *, again: bool) -> None:
        """Take down that the broker accepted a connection, and whether one before it broke."""
        self.connections += 1
        self.reconnects += again
        self.connecting.record(np.array([took_s]))

    def update(self, now_s: float) -> None:
        """Make figures of what was taken down since the last call."""
        sent, self._sent = self._sent, []
        settled, self._settled = self._settled, []
        self._time_sent(sent)
        while int(now_s) > self._of_second.at_s:
            end_s = self._of_second.at_s + 1
            self._count(*(_before(events, end_s) for events in (sent, settled)))
            sent, settled = _from(sent, end_s), _from(settled, end_s)
            self._seconds.append(self._of_second.closed(self._schedule))
            self._of_second = _OfSecond(end_s)
        self._count(sent, settled)

    def seconds(self) -> list[Second]:
        """Return the course of the run so far."""
        return [*self._seconds, self._of_second.closed(self._schedule)]

    def _time_sent(self, events: Sequence[Event]) -> None:
        timed = self._timed(events)
        self.outcomes.note(timed.numbers, Outcome.SENT)
        self.lateness.record(timed.waited_s[timed.due_s >= self._measured_from_s])
        whole_s = timed.due_s.astype(np.int64)
        self.sent_by_due_s += np.bincount(whole_s, minlength=len(self.sent_by_due_s))

    def _count(self, sent: Sequence[Event], settled: Sequence[Event]) -> None:
        timed = self._timed(settled)
        self.outcomes.note(timed.numbers, Outcome.ACKNOWLEDGED)
        waited_s = timed.waited_s[timed.due_s >= self._measured_from_s]
        self.latency.record(waited_s)
        self._of_second.latency.record(waited_s)
        self._of_second.sent += sum(len(numbers) for _, numbers in sent)
        self._of_second.acknowledged += len(timed.numbers)

    def _timed(self, events: Sequence[Event]) -> "_Timed":
        lengths = [len(numbers) for _, numbers in events]
        numbers = np.fromiter(chain.from_iterable(n for _, n in events), np.intp, sum(lengths))
        due = self.outcomes.due(numbers)
        due_s = self._schedule.times_s(due.astype(np.float64))
        at_s = np.repeat(np.array([at for at, _ in events], np.float64), lengths)
        return _Timed(numbers, due_s, at_s - due_s)


class _Timed(NamedTuple):
    """Messages of events: which, when they were due, and how long after that it happened."""

    numbers: NDArray[np.intp]
    due_s: Floats
    waited_s: Floats


class _OfSecond:
    def __init__(self, at_s: int) -> None:
        self.at_s = at_s
        self.sent = self.acknowledged = 0
        self.latency = Histogram()

    def closed(self, schedule: Schedule) -> Second:
        # What is due at the end of a second belongs to the next.
        due = [schedule.due(at_s - TINY_S) for at_s in (self.at_s, self.at_s + 1)]
        return Second(
            at_s=self.at_s,
            due=due[1] - due[0],
            sent=self.sent,
            acknowledged=self.acknowledged,
            latency=self.latency.data(),
        )


def _before(events: Sequence[Event], end_s: float) -> list[Event]:
    return [event for event in events if event[0] < end_s]


def _from(events: Sequence[Event], begin_s: float) -> list[Event]:
    return [event for event in events if event[0] >= begin_s]
