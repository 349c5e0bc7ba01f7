"""What a lithium iron phosphate cell shows at its terminals: flat, with a knee at either end."""

import numpy as np

from devices.arrays import Floats

# Open-circuit voltage at 25 °C, typical of the cells' data sheets.
CHARGE_PCT = (0.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 60.0, 65.0, 70.0, 95.0, 98.0, 99.0, 100.0)
OPEN_V = (2.60, 2.90, 3.08, 3.19, 3.245, 3.275, 3.29, 3.30, 3.32, 3.33, 3.34, 3.37, 3.42, 3.55)

DROP_V_PER_C = 0.09  # resistance and polarisation, for a current that empties the cell in an hour


def terminal_voltage_v(charge_pct: Floats, discharge_c: Floats) -> Floats:
    """Return the voltage of cells at work, shape (n,).

    Args:
        charge_pct: State of charge of the cell.
        discharge_c: Current as a share of the capacity per hour; negative while charging.
    """
    return np.interp(charge_pct, CHARGE_PCT, OPEN_V) - DROP_V_PER_C * discharge_c
