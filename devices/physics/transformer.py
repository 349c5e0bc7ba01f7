"""Oil-filled transformers: how warm their load makes them."""

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Lag

# IEC 60076-7, medium power transformer with natural or forced air (ONAN, ONAF).
TOP_OIL_RISE_K = 52.0  # at full load
LOSS_RATIO = 6.0  # load loss divided by no-load loss, at full load
OIL_EXPONENT = 0.8
OIL_LAG_S = 180 * 60.0


class TransformerOil:
    """The top oil of n transformers; it follows load and weather over hours."""

    def __init__(self) -> None:
        self._rise = Lag(OIL_LAG_S)
        self._air = Lag(OIL_LAG_S)

    def step(self, dt_s: float, load_ratio: Floats, air_c: Floats) -> Floats:
        """Return the temperatures in °C after `dt_s`.

        Args:
            dt_s: Seconds since the last step.
            load_ratio: Apparent power divided by the rating, shape (n,).
            air_c: Air temperature, shape (n,).
        """
        losses = (1.0 + LOSS_RATIO * load_ratio**2) / (1.0 + LOSS_RATIO)
        rise_k = self._rise.step(dt_s, TOP_OIL_RISE_K * np.power(losses, OIL_EXPONENT))
        return self._air.step(dt_s, air_c) + rise_k
