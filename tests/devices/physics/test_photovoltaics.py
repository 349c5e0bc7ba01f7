"""Tilted planes and passing clouds, against geometry that is known."""

from dataclasses import replace

import numpy as np
import pytest

from devices.environment.region import Region
from devices.environment.solar import radiation_wm2, sine_of_elevation
from devices.environment.weather import Sky
from devices.physics.photovoltaics import (
    Irradiance,
    Plane,
    power_ratio,
    through_clouds_wm2,
    voltage_ratio,
)
from tests.devices.places import LANGFANG, moment

NOON = moment("2026-01-15 12:20")


def clear_sky(now) -> Sky:
    sine = sine_of_elevation(now, LANGFANG.latitude_deg, LANGFANG.longitude_deg)
    sky = Region(1).at(LANGFANG).weather.sky(now)
    clear_wm2 = radiation_wm2(sine, 0.0, LANGFANG.elevation_m)
    return replace(sky, cloud_ratio=0.0, solar_radiation_wm2=clear_wm2)


def test_a_level_plane_receives_what_the_ground_receives():
    sun = Plane(LANGFANG, tilt_deg=0, azimuth_deg=0).irradiance(NOON, clear_sky(NOON))
    assert sun.beam_wm2 + sun.diffuse_wm2 == pytest.approx(clear_sky(NOON).solar_radiation_wm2)


def test_a_winter_noon_is_worth_twice_as_much_on_a_steep_southern_plane():
    level, steep = (
        Plane(LANGFANG, tilt_deg=tilt, azimuth_deg=0).irradiance(NOON, clear_sky(NOON))
        for tilt in (0, 60)
    )
    # At noon in mid-January the sun stands 29.5° high: the beam grows by sin(89.5°)/sin(29.5°).
    assert steep.beam_wm2 / level.beam_wm2 == pytest.approx(1 / np.sin(np.radians(29.5)), rel=0.02)


def test_a_plane_that_faces_north_sees_no_winter_sun():
    sun = Plane(LANGFANG, tilt_deg=60, azimuth_deg=180).irradiance(NOON, clear_sky(NOON))
    assert sun.beam_wm2 == 0
    assert sun.diffuse_wm2 > 0


def test_east_and_west_mirror_each_other_about_solar_noon():
    solar_noon = moment("2026-06-13 12:13")  # 116.7° east is 13.2 min behind the zone's 120°
    before, after = solar_noon.replace(hour=9), solar_noon.replace(hour=15)
    east = Plane(LANGFANG, tilt_deg=30, azimuth_deg=-70).irradiance(before, clear_sky(before))
    west = Plane(LANGFANG, tilt_deg=30, azimuth_deg=70).irradiance(after, clear_sky(after))
    assert east.beam_wm2 == pytest.approx(west.beam_wm2, rel=0.02)


@pytest.mark.parametrize("cloud_ratio", [0.2, 0.5, 0.8])
def test_passing_clouds_keep_the_mean(cloud_ratio):
    sun = Irradiance(beam_wm2=300.0, diffuse_wm2=150.0, most_beam_wm2=700.0)
    clouds = np.random.default_rng(1).standard_normal(50_000)
    received = through_clouds_wm2(sun, cloud_ratio, clouds)
    assert received.mean() == pytest.approx(450.0, rel=0.03)
    assert 150.0 - 1e-9 <= received.min() < received.max() <= 850.0 + 1e-9


def test_cells_lose_four_per_mille_of_power_for_each_kelvin():
    sun = np.array([1000.0, 1000.0, 500.0])
    assert power_ratio(sun, np.array([25.0, 50.0, 25.0])) == pytest.approx([1.0, 0.9, 0.5])


def test_the_voltage_is_nearly_there_in_weak_light():
    sun = np.array([1000.0, 50.0])
    full, weak = voltage_ratio(sun, np.array([25.0, 25.0]))
    assert full == pytest.approx(1.0)
    assert 0.88 < weak < 0.95
