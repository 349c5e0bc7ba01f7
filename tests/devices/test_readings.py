"""What leaves a device: rounded, rolled over, in the order of the kind's fields."""

import json
from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.readings import decimals_of, finish
from devices.schema import Kind, boolean, counter, gauge, state


class Silent:
    """A model for kinds that are only looked at."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        self.of = population, rng

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        raise NotImplementedError


KIND = Kind(
    name="probe",
    family="meters",
    title="Probe",
    summary="A probe.",
    fields=(
        gauge("voltage_v", "Voltage", hard=(0, 500), resolution=0.1),
        counter("energy_kwh", "Energy", modulus=1_000, resolution=0.01),
        state("mode", "Mode", "off", "on"),
        boolean("door_open", "Door open"),
        gauge("power_w", "Power", hard=(-1e6, 1e6), resolution=100),
    ),
    interval_s=60,
    model=Silent,
)


def shown(field: str, *values: float) -> Floats:
    return finish(KIND, {field: np.array(values, dtype=float)})[:, KIND.column[field]]


def test_columns_follow_the_kind_and_absent_fields_are_nan():
    readings = finish(KIND, {"mode": np.array([1.0, 0.0]), "voltage_v": np.array([229.96, np.nan])})
    assert readings.shape == (2, 5)
    assert readings[0, [0, 2]].tolist() == [230.0, 1.0]
    assert np.isnan(readings[1, 0])
    assert np.isnan(readings[:, [1, 3, 4]]).all()


def test_an_array_without_a_field_is_a_mistake_of_the_model():
    with pytest.raises(ValueError, match="'probe' has no field voltag_v"):
        finish(KIND, {"voltag_v": np.zeros(1)})


def test_numbers_are_short_in_json():
    assert json.dumps(shown("voltage_v", 0.1 + 0.2, 229.9, -0.04).tolist()) == "[0.3, 229.9, 0.0]"
    assert shown("power_w", 1749.0, -20.0).tolist() == [1700.0, 0.0]


def test_a_counter_rolls_over_and_never_shows_its_modulus():
    got = shown("energy_kwh", 0.3, 999.99, 999.9999, 1000.0, 1000.014, 12_345.678)
    assert got.tolist() == [0.3, 999.99, 999.99, 0.0, 0.01, 345.67]


@given(values=st.lists(st.floats(0, 999.999), min_size=2, max_size=20))
def test_a_counter_never_goes_backwards_nor_ahead_of_what_was_counted(values):
    exact = np.sort(values)
    got = shown("energy_kwh", *exact)
    assert (np.diff(got) >= 0).all()
    assert (got <= exact + 1e-7).all()
    assert (got < 1000).all()


@given(value=st.floats(-1e6, 1e6))
def test_there_is_no_negative_zero(value):
    got = shown("power_w", value)[0]
    assert got < 0 or not np.signbit(got)


@given(value=st.floats(0, 500))
def test_rounding_stays_inside_the_hard_range(value):
    assert 0 <= shown("voltage_v", value)[0] <= 500


@pytest.mark.parametrize(("resolution", "decimals"), [(0.05, 2), (0.1, 1), (1, 0), (10.0, 0)])
def test_decimals_are_those_the_resolution_needs(resolution, decimals):
    assert decimals_of(resolution) == decimals
