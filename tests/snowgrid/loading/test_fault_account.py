"""What the load tester says must become of faulty messages, against what the service does."""

from collections import Counter
from functools import partial

import mqtt5
import numpy as np
import pytest

from devices.errors import FaultInvalid
from devices.faults.catalog import CATALOG
from devices.faults.parse import parse_faults
from devices.load.delivery import FaultyDelivery
from devices.load.outcomes import Outcome, Outcomes
from devices.load.plan import LoadPlan
from devices.registry import kinds
from ingest.core.decode import Decoded
from ingest.core.sequence import SequenceWatch
from ingest.parts import make_decoder
from ingest.settings import ValidationSettings
from snowgrid.loading.account import account_of, label_of
from snowgrid.loading.fault_counts import FaultAccount, Range, added_accounts
from snowgrid.loading.limits import Limits
from snowgrid.loading.sending import Sending
from tests.devices.load.loads import START_MS, plan_of, workload_of

DEVICES = 100
EVERYTHING = (
    "duplicate=4%,out-of-order=4%,late=4%,late=2%:40d,gap=4%,retained=2%,wrong-site=4%,"
    "bad-topic=4%,unknown-kind=4%,garbage=4%,truncated=4%,wrong-type=4%,unknown-field=4%,"
    "oversized=2%,spike=8%:3,clock-skew=5%,clock-skew=3%:10m,clock-skew=3%:40d,clock-drift=5%,"
    "stuck=5%,unit-error=5%,silent=5%:1s"
)


class Sent:
    """A load that a broker took and the service decoded; `refused` are messages it did not take."""

    def __init__(self, plan: LoadPlan, refused: tuple[int, ...] = ()) -> None:
        self.outcomes = Outcomes(workload_of(plan, DEVICES).schedule.total)
        self.sending = Sending(partial(workload_of, plan, DEVICES), START_MS, self.outcomes)
        self.watch = SequenceWatch()
        self.decoded: list[Decoded] = []
        workload = self.sending.workload()
        stage = FaultyDelivery(plan.faults, plan.seed, workload.devices, workload.schedule.total)
        decoder = make_decoder(kinds(), ValidationSettings())
        for messages in [*workload.messages(START_MS), ()]:
            for message in stage(messages):
                number, due = message.number, max(message.number, message.due)
                if message.due >= 0:
                    number = self.outcomes.add(number, message.due)
                taken = message.number not in refused
                outcome = Outcome.ACKNOWLEDGED if taken else Outcome.REFUSED
                self.outcomes.note(np.array([number]), outcome)
                if not taken:
                    continue
                now_ms = START_MS + int(workload.schedule.times_s(np.array([float(due)]))[0] * 1e3)
                packet = mqtt5.PublishPacket(message.topic, message.payload)
                self.decoded.append(decoder.decode([packet], now_ms + 20))
                self.watch.take(self.decoded[-1].frames)

    @property
    def rejected(self) -> Counter[str]:
        return Counter(letter.reason for decoded in self.decoded for letter in decoded.dead_letters)

    def account(self) -> FaultAccount:
        return account_of(self.sending, {})


@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("seed", [0, 1])
def test_everything_comes_to_what_is_foretold(batch, seed):
    faults = parse_faults(EVERYTHING)
    sent = Sent(plan_of(faults=faults, batch=batch, seed=seed, rate_per_s=800.0, duration_s=2.0))
    account = sent.account()
    assert {reason: range_.least for reason, range_ in account.rejected.items()} == sent.rejected
    assert all(range_.least == range_.most for range_ in account.rejected.values())
    unknown = sum(decoded.unknown_fields.total() for decoded in sent.decoded)
    assert account.unknown_fields == Range(unknown, unknown)
    assert account.lost_upstream == sent.watch.lost > 0
    assert sent.rejected.keys() == {
        *("topic", "kind", "size", "json", "schema", "range", "future", "stale")
    }
    assert all(count.sent and count.devices for count in account.faults)


@pytest.mark.parametrize("name", [name for name in CATALOG if name != "reconnect-storm"])
def test_each_fault_alone_comes_to_what_is_foretold(name):
    sent = Sent(plan_of(faults=parse_faults(f"{name}=20%"), duration_s=1.0))
    account = sent.account()
    assert {reason: range_.least for reason, range_ in account.rejected.items()} == sent.rejected
    assert account.lost_upstream == sent.watch.lost
    (count,) = account.faults
    assert count.sent > 40 or name == "silent"
    accepted = sum(decoded.readings for decoded in sent.decoded)
    assert accepted >= count.fates.get("stored", 0)


def test_what_the_broker_refused_is_expected_nowhere():
    plan = plan_of(faults=parse_faults("garbage=50%"))
    all_taken = Sent(plan).account()
    some_refused = Sent(plan, refused=tuple(range(100)))
    account = some_refused.account()
    assert account.faults[0].refused > 30
    assert account.faults[0].refused + account.rejected["json"].least == (
        all_taken.rejected["json"].least
    )
    assert account.rejected["json"].least == some_refused.rejected["json"]
    assert account.lost_upstream == some_refused.watch.lost


def test_what_was_sent_again_may_have_come_twice():
    sent = Sent(plan_of(faults=parse_faults("garbage=100%")))
    sent.outcomes.note_again(np.arange(7))
    assert sent.account().rejected == {"json": Range(500, 507)}


def test_of_a_load_that_was_stopped_only_the_beginning_counts():
    sent = Sent(plan_of(faults=parse_faults("gap=50%")))
    sent.outcomes.states[100:] = Outcome.NONE
    (count,) = sent.account().faults
    assert 30 < count.sent < 70
    assert count.sent == count.fates["never sent"]


def test_storms_are_counted_by_the_connections_that_they_broke():
    sent = Sent(plan_of(faults=parse_faults("gap=1%,reconnect-storm=1/min")))
    assert account_of(sent.sending, {2: 40}).faults[1].sent == 40


def test_accounts_of_several_publishers_add_up():
    one = Sent(plan_of(faults=parse_faults("garbage=20%,gap=10%,unknown-field=5%"))).account()
    both = added_accounts([one, one])
    assert both.rejected["json"].least == 2 * one.rejected["json"].least
    assert both.lost_upstream == 2 * one.lost_upstream
    assert both.unknown_fields.most == 2 * one.unknown_fields.most
    assert [c.sent for c in both.faults] == [2 * c.sent for c in one.faults]
    assert both.faults[1].fates["never sent"] == 2 * one.faults[1].fates["never sent"]


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ("oversized=1%:50000", "oversized: payload_bytes: the service takes 65,536"),
        ("clock-skew=1%:5m", "clock-skew: by: the service rejects as `future`"),
        ("late=1%:30d", "late: by: the service rejects as `stale`"),
    ],
)
def test_a_fault_too_near_to_a_limit_to_tell_is_refused(faults, said):
    with pytest.raises(FaultInvalid) as problem:
        Limits().check(parse_faults(faults))
    assert said in str(problem.value)


def test_limits_are_those_of_the_settings():
    settings = ValidationSettings(max_payload_bytes=1_000, unknown_fields="reject")
    limits = Limits.of(settings)
    assert (limits.max_payload_bytes, limits.reject_unknown) == (1_000, True)
    assert Limits.of(ValidationSettings()) == Limits()


def test_a_service_that_rejects_unknown_fields_is_expected_to():
    sent = Sent(plan_of(faults=parse_faults("unknown-field=50%")))
    strict = sent.sending._replace(limits=Limits(reject_unknown=True))
    account = account_of(strict, {})
    assert account.rejected["schema"].least == account.faults[0].sent
    assert account.unknown_fields == Range()


def test_faults_of_one_name_are_told_apart_by_their_main_parameter():
    plan = parse_faults("late=1%:2h,late=1%:40d,late=1%:90s,gap=1%,spike=1%:2.5,oversized=1%")
    assert [label_of(entry) for entry in plan.entries] == [
        *("late 2h", "late 40d", "late 90s", "gap", "spike 2.5", "oversized 100,000")
    ]
