"""The index against the table of HJ 633-2012."""

import numpy as np
import pytest

from devices.physics.air_quality_index import air_quality_index


def index(**concentrations_ugm3: float) -> float:
    return float(
        air_quality_index({name: np.array([each]) for name, each in concentrations_ugm3.items()})[0]
    )


@pytest.mark.parametrize(
    ("pollutant", "concentration_ugm3", "expected"),
    [
        ("pm25", 35, 50),
        ("pm25", 75, 100),
        ("pm25", 150, 200),
        ("pm25", 250, 300),
        ("pm10", 150, 100),
        ("pm10", 350, 200),
        ("no2", 200, 100),
        ("o3", 160, 50),
        ("o3", 200, 100),
        ("pm25", 900, 500),
    ],
)
def test_breakpoints_of_the_standard(pollutant, concentration_ugm3, expected):
    assert index(**{pollutant: concentration_ugm3}) == expected


def test_between_breakpoints_it_is_interpolated_and_rounded_up():
    assert index(pm25=36.0) == 52  # 50 + 50/40 = 51.25


def test_the_worst_pollutant_decides():
    assert index(pm25=10.0, pm10=40.0, no2=20.0, o3=200.0) == 100
