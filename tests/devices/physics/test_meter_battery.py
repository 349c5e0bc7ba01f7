"""Cells that are flat for years, fall at the end, and feel the cold."""

import numpy as np

from devices.physics.meter_battery import LithiumCells

YEAR_S = 365.25 * 86_400.0
ROOM_C = np.full(3000, 20.0)


def test_a_cell_falls_little_for_years_and_fast_at_the_end():
    cells = LithiumCells(3000, np.random.default_rng(7))
    by_year_v = np.array([cells.step(YEAR_S * (year > 0), ROOM_C) for year in range(12)])
    lost_v = -np.diff(by_year_v, axis=0)
    assert (np.median(lost_v, axis=1) < 0.05)[:2].all()
    assert (lost_v.max(axis=0) > 0.5).all()
    assert by_year_v.min() >= 1.0


def test_the_cold_costs_voltage():
    warm, cold = (
        LithiumCells(3000, np.random.default_rng(7)).step(0.0, np.full(3000, air_c)).mean()
        for air_c in (20.0, -20.0)
    )
    assert 0.05 < warm - cold < 0.15
