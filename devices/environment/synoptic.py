"""The weather over the whole region, before any site makes its own of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from devices.environment.events import Event
from devices.environment.fronts import Fronts
from devices.environment.heat import HeatWaves
from devices.environment.localtime import winter_share
from devices.environment.noise import Noise

HOUR_S = 3600.0
DAY_S = 86_400.0
DIAGONAL = math.sqrt(0.5)

WETNESS_OF_RAIN = 1.1  # above this it rains or snows: about one hour in seven

HEAT_K = 7.0  # what an ordinary heat wave adds
HOTTEST_C = 34.5  # mean of a day that no heat wave exceeds; Beijing's record is 41.9 °C at noon
HEAT_DRYNESS = 0.7  # share of that which does not raise the dew point
HEAT_CLEARING = 2.0  # of the wetness, so that it neither clouds over nor rains
HEAT_CALM = 0.5  # of the wind


@dataclass(frozen=True, slots=True, kw_only=True)
class Synoptic:
    """The state of the air over the region, at sea level and without the time of day.

    Attributes:
        temperature_c: Mean of the day.
        depression_k: Temperature minus dew point.
        pressure_hpa: At sea level.
        cloud_ratio: Share of the sky that is covered, 0…1.
        precipitation_mmph: Rain or melted snow on the plain.
        wind_east_mps: Wind over open ground, positive towards the east.
        wind_north_mps: Likewise towards the north.
    """

    temperature_c: float
    depression_k: float
    pressure_hpa: float
    cloud_ratio: float
    precipitation_mmph: float
    wind_east_mps: float
    wind_north_mps: float


class SynopticWeather:
    """One seeded history of the region's weather, a pure function of time.

    Seasons follow Beijing: -2.8 °C in January and 26.8 °C in July, winters dry and clear,
    nearly all rain in summer, north-westerly wind in winter and south-easterly in summer.

    Args:
        seed: Of the region.
        events: Of which cold fronts and heat waves come on top.
    """

    def __init__(self, seed: int, events: Sequence[Event] = ()) -> None:
        self._fronts = Fronts(seed, events)
        self._heat_waves = HeatWaves(events)
        self._warmth = Noise(seed, "warmth", {3.5 * DAY_S: 0.8, 12 * DAY_S: 0.6})
        self._dryness = Noise(seed, "dryness", {1.5 * DAY_S: 0.9, 5 * HOUR_S: 0.4})
        self._pressure = Noise(seed, "pressure", {2.5 * DAY_S: 1.0})
        self._wetness = Noise(seed, "wetness", {1.2 * DAY_S: 0.9, 4 * HOUR_S: 0.4})
        self._cloud = Noise(seed, "cloud", {1.5 * DAY_S: 0.7, 3 * HOUR_S: 0.7})
        wind = {1.2 * DAY_S: 0.8, 3 * HOUR_S: 0.55, 900.0: 0.25}
        self._wind_east = Noise(seed, "wind east", wind)
        self._wind_north = Noise(seed, "wind north", wind)

    def at(self, now: datetime, delay_s: float) -> Synoptic:
        """Return the state where everything that moves through arrives `delay_s` later."""
        time_s = now.timestamp() - delay_s
        winter = winter_share(now)
        fronts = self._fronts.at(time_s)
        heat = self._heat_waves.at(now.timestamp())
        calm = 1.0 - HEAT_CALM * min(heat, 1.0)
        wetness = _bounded(self._wetness.at(time_s)) + 0.5 * fronts.blow - HEAT_CLEARING * heat
        warmth_k = (1.5 + winter) * _bounded(self._warmth.at(time_s))
        chill_k = (5.0 + 5.0 * winter) * fronts.chill
        moist = min(max((wetness - 0.6) / 0.8, 0.0), 1.0)
        dryness = math.exp(0.35 * _bounded(self._dryness.at(time_s)))
        from_north_west = 2.0 * (winter - 0.5) + 7.0 * fronts.blow
        mean_c = 26.8 - 29.6 * winter + warmth_k - chill_k
        heat_k = min(HEAT_K * heat, max(HOTTEST_C - mean_c, 0.0))
        return Synoptic(
            temperature_c=mean_c + heat_k,
            depression_k=(5.5 + 6.0 * winter) * dryness * (1.0 - 0.8 * moist)
            + HEAT_DRYNESS * heat_k,
            pressure_hpa=1002.0
            + 24.0 * winter
            + 5.0 * _bounded(self._pressure.at(time_s))
            + 8.0 * fronts.chill,
            cloud_ratio=_cloud_ratio(self._cloud.at(time_s), wetness, winter),
            precipitation_mmph=(0.07 + 2.9 * (1.0 - winter) ** 2)
            * max(0.0, wetness - WETNESS_OF_RAIN),
            wind_east_mps=calm
            * (2.4 * _bounded(self._wind_east.at(time_s)) + DIAGONAL * from_north_west),
            wind_north_mps=calm
            * (2.4 * _bounded(self._wind_north.at(time_s)) - DIAGONAL * from_north_west),
        )


def _cloud_ratio(noise: float, wetness: float, winter: float) -> float:
    """Return the cover: overcast where it rains, mostly clear in a winter without."""
    cover = 1.0 / (1.0 + math.exp(-2.0 * (0.6 * noise + 0.9 * wetness - 0.3 - 0.5 * winter)))
    return max(cover, min(1.0, 1.0 - 0.5 * (WETNESS_OF_RAIN - wetness)))


def _bounded(noise: float) -> float:
    """Draw in the tails beyond three deviations: weather has limits that Gauss does not know."""
    return 3.0 * math.tanh(noise / 3.0)
