"""Oil that warms as the standard says, and takes its hours."""

import numpy as np
import pytest

from devices.physics.transformer import TOP_OIL_RISE_K, TransformerOil

AIR_C = np.array([20.0])


def test_full_load_warms_the_oil_by_its_rated_rise():
    oil_c = TransformerOil().step(0.0, np.array([1.0]), AIR_C)
    assert oil_c == pytest.approx(20.0 + TOP_OIL_RISE_K)


def test_half_the_load_costs_much_less_than_half_the_losses_and_none_still_some():
    half, none = (TransformerOil().step(0.0, np.array([load]), AIR_C)[0] for load in (0.5, 0.0))
    assert none > 25.0
    assert none < half < 20.0 + 0.5 * TOP_OIL_RISE_K


def test_a_jump_of_the_load_is_felt_hours_later():
    oil = TransformerOil()
    before_c = oil.step(0.0, np.array([0.2]), AIR_C)[0]
    soon_c = oil.step(600.0, np.array([1.0]), AIR_C)[0]
    late_c = oil.step(12 * 3600.0, np.array([1.0]), AIR_C)[0]
    assert soon_c - before_c < 0.1 * (late_c - before_c)
    assert late_c == pytest.approx(20.0 + TOP_OIL_RISE_K, abs=1.0)
