"""What verifying finds when somebody has been at the database."""

from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import mqtt5
import numpy as np
import pytest

from devices.faults.parse import parse_faults
from devices.load.delivery import FaultyDelivery
from devices.load.outcomes import Outcome, Outcomes
from devices.load.plan import LoadPlan
from devices.load.workload import Workload
from devices.registry import kinds
from ingest.core.frame import Frame
from ingest.parts import make_decoder
from ingest.settings import ValidationSettings
from ingest.stores.duckdb_file import DuckdbFile
from ingest.stores.duckdb_reader import DuckdbReader
from ingest.stores.influxdb_reader import InfluxdbReader
from snowgrid.loading import expected
from snowgrid.loading.sending import Sending
from snowgrid.loading.verification import FaultFound, FieldCount, Verification, added
from snowgrid.loading.verify import verify
from tests.devices.load.loads import START_MS, plan_of, workload_of
from tests.ingest.stores.stores import drained, influxdb_settings, influxdb_store

READINGS = 1_000


def frames_of(workload: Workload) -> list[Frame]:
    """Return the workload as the service takes it."""
    stage = FaultyDelivery(workload.faults, 0, workload.devices, workload.schedule.total)
    packets = [
        mqtt5.PublishPacket(message.topic, message.payload)
        for some in [*workload.messages(START_MS), ()]
        for message in stage(some)
    ]
    decoder = make_decoder(kinds(), ValidationSettings())
    return decoder.decode(packets, START_MS + 10_000).frames


class Stored:
    """A load that has gone all the way into a DuckDB file."""

    def __init__(self, path: Path, plan: LoadPlan) -> None:
        self.path = path
        self._plan = plan
        workload = self.workload()
        self.outcomes = Outcomes(workload.schedule.total)
        self.outcomes.note(np.arange(workload.schedule.total), Outcome.ACKNOWLEDGED)
        with closing(DuckdbFile(path)) as file:
            file.commit(frames_of(workload))

    def workload(self) -> Workload:
        return workload_of(self._plan)

    def change(self, sql: str) -> None:
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(sql)

    async def verified(self) -> Verification:
        reader = DuckdbReader(self.path)
        async with reader:
            return await verify(reader, "it", Sending(self.workload, START_MS, self.outcomes))


@pytest.fixture(params=[1, 5])
def stored(request, tmp_path):
    rate = READINGS / request.param
    plan = plan_of(rate_per_s=rate, duration_s=1.0, batch=request.param)
    return Stored(tmp_path / "load.duckdb", plan)


async def test_what_was_stored_as_it_was_sent_is_good(stored):
    found = await stored.verified()
    assert found.good
    assert found.acknowledged == found.present == READINGS


async def test_it_is_as_good_when_compared_in_many_spans(stored, monkeypatch):
    monkeypatch.setattr(expected, "SLICE_READINGS", 150)
    found = await stored.verified()
    assert found.good
    assert found.present == READINGS


async def test_a_reading_that_was_deleted_is_missing(stored):
    stored.change("DELETE FROM server WHERE device = 'server-017' AND ts = (SELECT max(ts) "
                  "FROM server WHERE device = 'server-017')")  # fmt: skip
    found = await stored.verified()
    assert (found.missing, found.doubled, found.altered, found.unexpected) == (1, 0, 0, 0)
    assert [(f.what, f.device) for f in found.findings] == [("missing", "server-017")]
    assert found.devices == 1


async def test_a_reading_that_is_there_twice_is_doubled(stored):
    stored.change("INSERT INTO server SELECT * FROM server WHERE device = 'server-003' LIMIT 1")
    found = await stored.verified()
    assert (found.missing, found.doubled, found.altered, found.unexpected) == (0, 1, 0, 0)
    assert [(f.what, f.device) for f in found.findings] == [("doubled", "server-003")]


async def test_a_value_that_was_changed_is_altered_and_its_field_named(stored):
    stored.change("UPDATE server SET inlet_temperature_c = inlet_temperature_c + 0.1 "
                  "WHERE device = 'server-042'")  # fmt: skip
    found = await stored.verified()
    assert (found.missing, found.doubled, found.unexpected) == (0, 0, 0)
    assert found.altered == 5
    assert found.fields == {"server.inlet_temperature_c": FieldCount(altered=5)}
    assert found.findings[0].field == "inlet_temperature_c"


async def test_a_value_that_is_gone_is_missing_in_its_field(stored):
    stored.change("UPDATE server SET inlet_temperature_c = NULL WHERE device = 'server-042'")
    found = await stored.verified()
    assert found.altered == 5
    assert found.fields == {"server.inlet_temperature_c": FieldCount(missing=5)}


async def test_a_reading_that_was_never_sent_is_unexpected(stored):
    stored.change("UPDATE server SET ts = ts + INTERVAL 3 MILLISECOND WHERE device = "
                  "'server-009' AND ts = (SELECT min(ts) FROM server "
                  "WHERE device = 'server-009')")  # fmt: skip
    found = await stored.verified()
    assert (found.missing, found.unexpected) == (1, 1)


async def test_what_was_not_acknowledged_may_be_missing_and_what_was_not_sent_must_be(stored):
    stored.outcomes.states[10] = Outcome.SENT
    stored.outcomes.states[20] = Outcome.INTENDED
    found = await stored.verified()
    batch = READINGS // len(stored.outcomes)
    assert (found.missing, found.unexpected) == (0, batch)
    assert found.acknowledged == READINGS - 2 * batch


async def test_a_store_without_the_table_misses_everything(stored):
    stored.change("DROP TABLE server")
    found = await stored.verified()
    assert found.missing == READINGS
    assert len(found.findings) == 50


FAULTY = (
    "duplicate=5%,out-of-order=5%,late=10%,gap=5%,wrong-site=10%,garbage=5%,wrong-type=5%,"
    "unknown-field=5%,oversized=2%,spike=10%:2,clock-skew=10%:3s,clock-drift=5%,stuck=5%,"
    "unit-error=5%:1.01,silent=5%:0.3s"
)
GARBAGE, LATE, WRONG_SITE, SPIKE, SKEW = 6, 3, 5, 10, 11


@pytest.fixture(params=[1, 5])
def faulty(request, tmp_path):
    rate = READINGS / request.param
    plan = plan_of(
        rate_per_s=rate, duration_s=1.0, batch=request.param, faults=parse_faults(FAULTY)
    )
    return Stored(tmp_path / "load.duckdb", plan)


@pytest.mark.parametrize("readings", [200_000, 150])
async def test_what_faulty_devices_said_is_there_as_they_said_it(faulty, monkeypatch, readings):
    monkeypatch.setattr(expected, "SLICE_READINGS", readings)
    found = await faulty.verified()
    assert found.good, found
    assert found.present == found.acknowledged > READINGS / 2
    counts = found.faults
    assert counts[LATE].present > 0
    assert counts[WRONG_SITE].present > 0
    assert counts[SKEW].present > 0
    assert counts[SPIKE].present > 0
    assert GARBAGE not in counts
    assert all(count.missing == count.altered == 0 for count in counts.values())


async def test_a_late_reading_that_is_not_there_is_missing(faulty):
    before = (await faulty.verified()).faults[LATE].present
    faulty.change("DELETE FROM server WHERE ts < (SELECT max(ts) - INTERVAL 1 HOUR FROM server)")
    found = await faulty.verified()
    assert found.missing == found.faults[LATE].missing == before
    assert found.faults[LATE].present == 0


async def test_what_was_said_under_another_site_is_missing_where_it_is_moved_home(faulty):
    before = (await faulty.verified()).faults[WRONG_SITE].present
    faulty.change("UPDATE server SET site = 'load-1' WHERE site = 'x-load-1'")
    found = await faulty.verified()
    assert found.faults[WRONG_SITE].missing == found.missing == found.unexpected == before


async def test_a_clock_that_somebody_set_right_is_told_by_what_is_missing(faulty):
    faulty.change("UPDATE server SET ts = ts + INTERVAL 3 SECOND "
                  "WHERE ts < (SELECT max(ts) - INTERVAL 3 SECOND FROM server) "
                  "AND ts > (SELECT max(ts) - INTERVAL 1 HOUR FROM server)")  # fmt: skip
    found = await faulty.verified()
    assert found.faults[SKEW].missing > 0


async def test_an_implausible_value_that_was_stored_all_the_same_was_not_expected(faulty):
    faulty.change("INSERT INTO server SELECT * REPLACE (ts + INTERVAL 1 MILLISECOND AS ts, "
                  "101 AS cpu_utilization_pct) FROM server WHERE site = 'load-1' "
                  "AND device = 'server-003' ORDER BY ts DESC LIMIT 1")  # fmt: skip
    assert (await faulty.verified()).unexpected == 1


async def test_parts_of_a_verification_add_up(stored):
    stored.change("UPDATE server SET inlet_temperature_c = 1 WHERE device = 'server-042'")
    found = await stored.verified()
    both = added([found, found])
    assert both.altered == 2 * found.altered
    assert added([Verification(store="it", faults={1: FaultFound(present=3)})] * 2).faults == {
        1: FaultFound(present=6)
    }
    assert both.fields["server.inlet_temperature_c"].altered == 2 * found.altered


async def test_an_influxdb_is_compared_just_as_well(tmp_path, influxdb):
    plan = plan_of(rate_per_s=400.0, duration_s=1.0)
    outcomes = Outcomes(400)
    outcomes.note(np.arange(400), Outcome.ACKNOWLEDGED)
    frames = frames_of(workload_of(plan, kind="smart_meter"))
    frame = frames[0]
    frame.values[7, 0] += 0.1
    kept = replace(
        frame, device=frame.device[1:], ts_ms=frame.ts_ms[1:], seq=frame.seq[1:],
        values=frame.values[1:],
    )  # fmt: skip
    settings = influxdb_settings(influxdb)
    async with influxdb_store(tmp_path, settings) as store:
        await store.commit([kept])
        await drained(store)
    async with InfluxdbReader(settings) as reader:
        sending = Sending(partial(workload_of, plan, kind="smart_meter"), START_MS, outcomes)
        found = await verify(reader, "it", sending)
    assert len(frames) == 1
    assert (found.missing, found.altered, found.doubled, found.unexpected) == (1, 1, 0, 0)
    assert found.fields == {"smart_meter.voltage_l1_v": FieldCount(altered=1)}
