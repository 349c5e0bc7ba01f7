"""China's air quality index: the worst of the single pollutants decides (HJ 633-2012)."""

from collections.abc import Mapping

import numpy as np

from devices.arrays import Floats

INDEX = (0.0, 50.0, 100.0, 150.0, 200.0, 300.0, 400.0, 500.0)

# Concentrations in µg/m³ that stand for these values, as the hourly index uses them: particles
# by the limits of a day, gases by those of an hour.
BREAKPOINTS: Mapping[str, tuple[float, ...]] = {
    "pm25": (0.0, 35.0, 75.0, 115.0, 150.0, 250.0, 350.0, 500.0),
    "pm10": (0.0, 50.0, 150.0, 250.0, 350.0, 420.0, 500.0, 600.0),
    "no2": (0.0, 100.0, 200.0, 700.0, 1200.0, 2340.0, 3090.0, 3840.0),
    "o3": (0.0, 160.0, 200.0, 300.0, 400.0, 800.0, 1000.0, 1200.0),
}


def air_quality_index(concentrations_ugm3: Mapping[str, Floats]) -> Floats:
    """Return the index, 0…500, in whole numbers rounded up.

    Args:
        concentrations_ugm3: By pollutant, a key of `BREAKPOINTS`; arrays of one shape.
    """
    single = [
        np.interp(values, BREAKPOINTS[pollutant], INDEX)
        for pollutant, values in concentrations_ugm3.items()
    ]
    index: Floats = np.ceil(np.max(single, axis=0))
    return index
