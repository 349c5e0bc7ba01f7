"""One front, three trades: meters, snowmakers and the data hall see it as it passes them."""

from datetime import datetime, timedelta

import numpy as np

from devices.arrays import Floats
from devices.environment.events import Event
from devices.environment.region import Region
from devices.environment.site import Site
from devices.kinds import smart_meter, snow_gun
from devices.schema import Kind
from tests.devices.environment.made import event
from tests.devices.places import CHONGLI, LANGFANG, population

MILD = event("heat-wave", "2025-11-16 00:00", hours=144)  # no gun runs, the hall has to chill
FRONT = event("cold-front", "2025-11-19 06:00", hours=72)
SEED = 25
EVERY_S = 600
BEFORE = 24 * 3600 // EVERY_S


def stepped(kind: Kind, site: Site, field: str, events: tuple[Event, ...]) -> Floats:
    """The sum of a field over some devices, from a day before the front reaches them on."""
    top_m = 300.0 if kind.family == "ski" else 0.0
    options = {"night_heating_share": 1.0, "pv_share": 0.0} if kind is smart_meter.KIND else {}
    devices = population(60, site=site, top_m=top_m, **options)
    model = kind.model(devices, np.random.default_rng(1))
    environment = Region(SEED, events).at(site)
    arrays = [
        model.step(now, EVERY_S if step else 0.0, environment)[field]
        for step, now in enumerate(times_around_arrival(site))
    ]
    sums: Floats = np.nansum(np.array(arrays), axis=1)
    return sums


def times_around_arrival(site: Site) -> list[datetime]:
    arrival = FRONT.start + timedelta(seconds=Region(SEED).at(site).weather.front_delay_s)
    return [arrival + timedelta(seconds=EVERY_S * step) for step in range(-BEFORE, BEFORE)]


def difference(kind: Kind, site: Site, field: str) -> Floats:
    return stepped(kind, site, field, (MILD, FRONT)) - stepped(kind, site, field, (MILD,))


def test_homes_heat_more_from_the_arrival_on_and_not_before():
    more_w = difference(smart_meter.KIND, LANGFANG, "active_power_w")
    assert (more_w[:BEFORE] == 0).all()
    assert more_w[-BEFORE // 2 :].mean() > 60 * 300


def test_snow_guns_start_behind_the_front_and_not_before():
    more_lpm = difference(snow_gun.KIND, CHONGLI, "water_flow_lpm")
    assert (more_lpm[: BEFORE + 1] == 0).all()
    assert more_lpm[-BEFORE // 2 :].mean() > 1000


def test_the_hall_cools_for_less_from_the_arrival_on_and_not_before():
    site = LANGFANG  # further up, outdoor air chills for nothing all winter
    with_it, without = (
        np.array(
            [Region(SEED, made).at(site).hall.pue_ratio(now) for now in times_around_arrival(site)]
        )
        for made in ((MILD, FRONT), (MILD,))
    )
    saved = without - with_it
    assert (saved[:BEFORE] == 0).all()
    assert (saved >= 0).all()
    assert saved.max() > 0.01


def test_all_three_trades_see_it_the_same_day():
    delays_s = [Region(SEED).at(site).weather.front_delay_s for site in (LANGFANG, CHONGLI)]
    assert all(0 <= delay_s < 8 * 3600 for delay_s in delays_s)
    assert delays_s[0] > delays_s[1]
