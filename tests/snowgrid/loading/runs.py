"""Reports of runs that never were."""

from typing import Any

import msgspec
import numpy as np

from devices.load.histogram import Histogram, HistogramData
from devices.load.meter import Second
from devices.load.report import LoadReport
from snowgrid.loading.order import LoadOrder
from snowgrid.loading.result import RunReport
from snowgrid.loading.service import ServiceFigures
from snowgrid.loading.usage import Usage


def latency_of(*durations_s: float) -> HistogramData:
    histogram = Histogram()
    histogram.record(np.array(durations_s, np.float64))
    return histogram.data()


def load_of(**given: Any) -> LoadReport:
    """Return a good load of 100 messages in two seconds, but for what is given."""
    latency = latency_of(*([0.002] * 99), 0.01)
    load = LoadReport(
        devices=50,
        connections=2,
        reconnects=0,
        start_ms=1_790_000_000_000,
        elapsed_s=2.0,
        stopped=False,
        intended=100,
        sent=100,
        acknowledged=100,
        readings=100,
        refused=0,
        resent=0,
        reasons={},
        latency=latency,
        lateness=latency_of(0.001),
        connecting=latency_of(0.003, 0.004),
        opening_s=0.5,
        seconds=[
            Second(at_s=at, due=50, sent=50, acknowledged=50, latency=latency) for at in (0, 1)
        ],
        sent_by_due_s=[50, 50],
        cpu_s=0.1,
        memory_bytes=60 << 20,
    )
    return msgspec.structs.replace(load, **given)


def service_of(**given: Any) -> ServiceFigures:
    """Return a service that stored 100 readings, but for what is given."""
    service = ServiceFigures(
        at_s=2.0,
        received=100,
        committed=100,
        rejected={},
        skipped=0,
        in_flight=0,
        balance=0,
        stored=100,
        refused=0,
        lost=0,
        spooled=0,
        unknown_fields=0,
        lost_upstream=0,
        devices=0,
        backlog=0,
        cpu_s=0.5,
        memory_bytes=1,
        open_files=20,
    )
    return msgspec.structs.replace(service, **given)


def run_of(load: LoadReport | None = None, **given: Any) -> RunReport:
    """Return a good run at 50 messages a second, but for what is given."""
    run = RunReport(
        order=LoadOrder(rate_per_s=50.0, duration_s=2.0, warmup_s=0.0, devices=50),
        broker="mqtt://127.0.0.1:1883",
        shards=["1/1"],
        load=load or load_of(),
        service=service_of(),
        usage=Usage(by_role={"publisher": 0.1, "broker": 0.2, "ingest": 0.3}, busy=1, processors=2),
    )
    return msgspec.structs.replace(run, **given)
