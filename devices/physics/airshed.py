"""The air over a city as one box: what is emitted gathers under its lid until wind takes it away.

In calm, moist winter weather under an inversion the lid is low and the box hardly flushed, so
haze grows for days; a cold front flushes the box within hours.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from devices.environment.calendar import Calendar
from devices.environment.localtime import hour_of_day, winter_share
from devices.environment.region import SiteEnvironment
from devices.physics.ventilation import Ventilation, settling, ventilation_at

HISTORY_S = 5 * 86_400.0  # haze remembers that long
LONGEST_STEP_S = 1800.0

PM25_UGM2_PER_S = 0.27  # emission of a city like Beijing, with what forms in the air
COARSE_UGM2_PER_S = 0.3
HEATING_GAIN = 1.25  # more emission in mid-winter
MOIST_GAIN = 1.6  # more particles form in saturated air
MOIST_FROM_PCT = 50.0
CLEAN_UGM3, POLLUTED_UGM3 = 5.0, 30.0  # in the wind from the Gobi, and from the southern plain
POLLUTED_FROM_DEG = 170.0
WASH_OUT_PER_MM = 0.12  # share of the particles that a millimetre of rain takes
CONDENSED = 1.1  # what belongs to PM2.5 is part of PM10, with some of its kind just above

DUST_FROM_MPS = 5.5
DUST_UGM3 = 8.0  # for each (m/s)² of wind above that
DUST_S = 3600.0

NO2_UGM2_PER_S = 1.7
NO2_LIFE_S = 4 * 3600.0
NO2_BACKGROUND_UGM3 = 6.0

OZONE_BACKGROUND_UGM3 = 72.0
OZONE_EATEN = 0.85  # by each microgram of NO2, without sun
SUN_RESTORES = 0.6  # of what is eaten, on a bright day
OZONE_MADE_UGM3 = 115.0  # by a bright day as warm as 30 °C
OZONE_S = 2.5 * 3600.0
LEAST_OZONE_UGM3 = 2.0


@dataclass(frozen=True, slots=True)
class Pollution:
    """What is in a city's air, µg/m³.

    Attributes:
        pm25: Particles up to 2.5 µm.
        pm10: Particles up to 10 µm.
        no2: Nitrogen dioxide.
        o3: Ozone.
    """

    pm25: float
    pm10: float
    no2: float
    o3: float


class Airshed:
    """The pollution of one site's air; at first it is what five days of weather have made it.

    Args:
        emission_ratio: Emissions of the place, divided by those of Beijing.
    """

    def __init__(self, emission_ratio: float) -> None:
        self._emission = emission_ratio
        self._now: datetime | None = None
        self._fine = self._coarse = CLEAN_UGM3
        self._dust = 0.0
        self._no2 = 0.0
        self._ozone_made = 0.0

    def at(self, now: datetime, environment: SiteEnvironment) -> Pollution:
        """Return the pollution at a time, not before the last one asked for."""
        before = self._now or now - timedelta(seconds=HISTORY_S)
        passed_s = (now - before).total_seconds()
        pieces = math.ceil(passed_s / LONGEST_STEP_S)
        for piece in range(pieces):
            then = before + timedelta(seconds=passed_s * (piece + 0.5) / pieces)
            air = ventilation_at(then, environment)
            self._gather_particles(then, passed_s / pieces, air)
            self._gather_gases(then, passed_s / pieces, air, environment.calendar)
        self._now = now
        return self._pollution(ventilation_at(now, environment))

    def _gather_particles(self, now: datetime, dt_s: float, air: Ventilation) -> None:
        moist = max(0.0, (air.humidity_pct - MOIST_FROM_PCT) / (100.0 - MOIST_FROM_PCT))
        gain = (1.0 + HEATING_GAIN * winter_share(now)) * (1.0 + MOIST_GAIN * moist)
        fine = PM25_UGM2_PER_S * self._emission * gain / air.lid_m
        fine += air.flush_per_s * _inflow_ugm3(air.from_deg)
        coarse = COARSE_UGM2_PER_S * self._emission / air.lid_m + air.flush_per_s * CLEAN_UGM3
        raised = DUST_UGM3 * max(0.0, air.wind_mps - DUST_FROM_MPS) ** 2
        leave_per_s = air.leave_per_s + WASH_OUT_PER_MM * air.rain_mmph / 3600.0
        self._fine = settling(self._fine, dt_s, fine, leave_per_s)
        self._coarse = settling(self._coarse, dt_s, coarse, leave_per_s)
        self._dust = settling(self._dust, dt_s, raised / DUST_S, 1.0 / DUST_S)

    def _gather_gases(
        self, now: datetime, dt_s: float, air: Ventilation, calendar: Calendar
    ) -> None:
        winter = math.sqrt(1.0 + HEATING_GAIN * winter_share(now))
        exhaust = NO2_UGM2_PER_S * self._emission * winter * traffic_ratio(now, calendar)
        self._no2 = settling(
            self._no2, dt_s, exhaust / air.lid_m, air.leave_per_s + 1.0 / NO2_LIFE_S
        )
        warmth = min(max((air.temperature_c + 10.0) / 40.0, 0.1), 1.1)
        made = OZONE_MADE_UGM3 * min(self._emission, 1.0) ** 0.3 * air.sun_ratio * warmth
        self._ozone_made = settling(self._ozone_made, dt_s, made / OZONE_S, 1.0 / OZONE_S)

    def _pollution(self, air: Ventilation) -> Pollution:
        no2 = NO2_BACKGROUND_UGM3 + self._no2
        eaten = OZONE_EATEN * (1.0 - SUN_RESTORES * min(air.sun_ratio, 1.0)) * no2
        return Pollution(
            pm25=self._fine,
            pm10=CONDENSED * self._fine + self._coarse + self._dust,
            no2=no2,
            o3=max(OZONE_BACKGROUND_UGM3 + self._ozone_made - eaten, LEAST_OZONE_UGM3),
        )


def traffic_ratio(now: datetime, calendar: Calendar) -> float:
    """Return the traffic divided by its mean: two rush hours, on free days a broad noon."""
    hour = hour_of_day(now)
    if calendar.is_free(now):
        return 0.3 + 1.1 * math.exp(-(((hour - 14.5) / 5.0) ** 2))
    morning = 1.5 * math.exp(-(((hour - 8.0) / 1.3) ** 2))
    evening = 1.5 * math.exp(-(((hour - 18.0) / 1.8) ** 2))
    return 0.3 + morning + evening + 0.7 * math.exp(-(((hour - 13.0) / 4.0) ** 2))


def _inflow_ugm3(from_deg: float) -> float:
    """Return the fine particles in the air that flows in."""
    southerly = 0.5 + 0.5 * math.cos(math.radians(from_deg - POLLUTED_FROM_DEG))
    return CLEAN_UGM3 + (POLLUTED_UGM3 - CLEAN_UGM3) * southerly**2
