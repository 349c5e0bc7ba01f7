import logging
from collections.abc import Sequence

import pytest

from ingest.crowding import SAY_EVERY_S, Crowding
from ingest.throttle import Throttle
from ingest.vitals import Vitals
from tests.ingest.core.examples import NOW_MS, Publish, make_decoder


class Crowd:
    """Devices that report once each, to a service that takes in ten."""

    def __init__(self) -> None:
        self.now = 0.0
        self.vitals = Vitals(started_at=0.0, broker="broker:1883")
        self._decoder = make_decoder(max_devices=10)
        throttle = Throttle(SAY_EVERY_S, lambda: self.now)
        self._crowding = Crowding(self._decoder.registry, self.vitals, throttle)

    def report(self, site: str, devices: Sequence[int]) -> None:
        topics = [f"telemetry/{site}/boiler/b-{device}" for device in devices]
        publishes = [Publish(b'{"pressure_bar":1}', topic) for topic in topics]
        self._crowding.take(self._decoder.decode(publishes, NOW_MS))


def test_a_full_registry_is_complained_about_with_the_sites_that_fill_it(
    caplog: pytest.LogCaptureFixture,
):
    crowd = Crowd()
    crowd.report("town", range(2))
    crowd.report("flood", range(100))
    assert (crowd.vitals.devices, crowd.vitals.max_devices) == (10, 10)
    (complaint,) = crowd.vitals.complaints
    assert complaint == (
        "10 devices are known, as many as validation.max_devices allows; readings of others are "
        "dead letters (flood: 8, town: 2)"
    )
    record = caplog.records[-1]
    assert record.levelno == logging.ERROR
    assert "raise validation.max_devices" in record.getMessage()
    assert (vars(record)["rejected"], vars(record)["largest_sites"]) == (92, "flood: 8, town: 2")


def test_a_flood_is_said_once_a_minute_with_what_it_came_to(caplog: pytest.LogCaptureFixture):
    crowd = Crowd()
    for moment in range(0, 61, 10):
        crowd.now = float(moment)
        crowd.report("flood", range(100))
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [vars(record)["rejected"] for record in errors] == [90, 630]


def test_a_registry_that_fills_up_is_warned_of_once_before_it_is_full(
    caplog: pytest.LogCaptureFixture,
):
    crowd = Crowd()
    crowd.report("town", range(8))
    assert not caplog.records
    crowd.report("town", range(9))
    crowd.report("town", range(10))
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert crowd.vitals.complaints == ()
