"""The temperature of the snow's surface: what it radiates away, and what sun and air give back."""

import numpy as np

from devices.arrays import Floats

ABSORBED_SHARE = 0.2  # of the sun's radiation; snow throws back the rest
CLEAR_SKY_LOSS_WM2 = 70.0  # of heat radiation, more than comes back
CLOUD_SHELTER = 0.8
STILL_AIR_WM2_PER_K = 8.0
WIND_WM2_PER_K_MPS = 4.0


def snow_surface_c(air_c: Floats, wind_mps: Floats, sun_wm2: Floats, cloud_ratio: float) -> Floats:
    """Return the temperature at which the surface gains as much as it loses, at most 0 °C."""
    lost_wm2 = CLEAR_SKY_LOSS_WM2 * (1.0 - CLOUD_SHELTER * cloud_ratio)
    exchange = STILL_AIR_WM2_PER_K + WIND_WM2_PER_K_MPS * wind_mps
    return np.minimum(air_c + (ABSORBED_SHARE * sun_wm2 - lost_wm2) / exchange, 0.0)
