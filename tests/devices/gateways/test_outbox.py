"""Whatever order things happen in, a message waits, has arrived, or was dropped, and is counted."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from devices.gateways.outbox import Message, Outbox

LIMIT = 5


def message(number: int) -> Message:
    return Message("telemetry/here/sample/device", str(number).encode(), "sample")


class OutboxMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.outbox = Outbox(LIMIT)
        self.waiting: list[Message] = []
        self.taken: list[Message] = []
        self.made = 0

    def expect_dropped(self, dropped: int) -> None:
        assert dropped == max(0, len(self.waiting) - LIMIT)
        del self.waiting[:dropped]

    @rule()
    def put(self):
        self.waiting.append(message(self.made))
        self.made += 1
        self.expect_dropped(self.outbox.put(self.waiting[-1]))

    @rule(most=st.integers(0, 8))
    def take(self, most):
        expected, self.waiting = self.waiting[:most], self.waiting[most:]
        assert self.outbox.take(most) == expected
        self.taken += expected

    @rule()
    def settle_the_oldest(self):
        if self.taken:
            self.taken.pop(0)
            self.outbox.settle(1)

    @rule()
    def give_back(self):
        returned, self.taken = self.taken, []
        self.waiting = returned + self.waiting
        self.expect_dropped(self.outbox.give_back(returned))

    @invariant()
    def counts_what_it_holds(self):
        assert len(self.outbox) == len(self.waiting) + len(self.taken)
        assert self.outbox.ready.is_set() == bool(self.waiting)


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(max_examples=50, stateful_step_count=30)


def test_a_closed_outbox_stays_ready():
    outbox = Outbox(LIMIT)
    outbox.close()
    outbox.put(message(1))
    outbox.take(1)
    assert outbox.ready.is_set()
