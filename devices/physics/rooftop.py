"""Solar panels on roofs, as the meter in front of them sees them."""

import numpy as np

from devices.arrays import Floats
from devices.physics.photovoltaics import cell_temperature_c, power_ratio

PERFORMANCE = 0.8  # of what the rating says; angle, dirt, cables and inverter take the rest


def rooftop_w(rating_w: Floats, sun_wm2: float, air_c: Floats) -> Floats:
    """Return the power that panels of this rating feed in.

    Args:
        rating_w: At 1,000 W/m² and 25 °C, shape (n,); 0 where there are none.
        sun_wm2: Global radiation on level ground.
        air_c: Air temperature, shape (n,).
    """
    everywhere_wm2 = np.full_like(air_c, sun_wm2)
    cells_c = cell_temperature_c(air_c, everywhere_wm2)
    return PERFORMANCE * rating_w * power_ratio(everywhere_wm2, cells_c)
