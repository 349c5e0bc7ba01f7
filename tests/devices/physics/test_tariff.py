"""The tariff: every hour has one price, sharp only where and when the grid is short."""

from collections import Counter

from devices.physics.tariff import STATES, tariff
from tests.devices.places import moments


def hours_of(day: str) -> Counter[str]:
    return Counter(STATES[tariff(now)] for now in moments(f"{day} 00:00", every_s=3600, count=24))


def test_winter_and_summer_evenings_are_sharp_and_nights_are_cheap():
    assert hours_of("2026-01-13") == {"valley": 8, "flat": 8, "peak": 5, "sharp": 3}
    assert hours_of("2026-07-13") == hours_of("2026-01-13")


def test_spring_knows_no_sharp_price():
    assert hours_of("2026-04-13") == {"valley": 8, "flat": 8, "peak": 8}
