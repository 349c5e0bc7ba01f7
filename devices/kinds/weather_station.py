"""An automatic weather and snow station on a slope."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.environment.weather import Air, Sky
from devices.model import Population
from devices.physics.piste import Pistes
from devices.physics.processes import Drift, Lag
from devices.physics.psychrometrics import dew_point_c, wet_bulb_c
from devices.physics.snow_board import SnowBoard
from devices.physics.snow_surface import snow_surface_c
from devices.physics.visibility import REACH_M, visibility_m
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled

FIELDS = (
    gauge(
        "air_temperature_c",
        "Air temperature",
        hard=(-50, 45),
        typical=(-25, 5),
        resolution=0.1,
        code="SNOTEL TOBS",
        note="At 2 m, mean of one minute.",
    ),
    gauge(
        "relative_humidity_pct",
        "Relative humidity",
        hard=(0, 104),
        typical=(20, 95),
        resolution=1,
        note="Over liquid water also below 0 °C (WMO-No. 8); wet sensors show up to 104 %.",
    ),
    gauge(
        "dew_point_c",
        "Dew point",
        hard=(-60, 35),
        typical=(-34, 0),
        resolution=0.1,
        note="Derived from temperature and humidity.",
    ),
    gauge(
        "wet_bulb_c",
        "Wet bulb temperature",
        hard=(-55, 40),
        typical=(-22, 2),
        resolution=0.1,
        note="Derived, with the station's pressure; decides on snowmaking.",
    ),
    gauge(
        "pressure_hpa",
        "Air pressure",
        hard=(600, 1085),
        typical=(760, 860),
        resolution=0.1,
        note="At the station, not reduced to sea level.",
    ),
    gauge(
        "wind_speed_mps",
        "Wind speed",
        hard=(0, 75),
        typical=(0.2, 12),
        resolution=0.1,
        note="Mean of ten minutes.",
    ),
    gauge(
        "wind_gust_mps",
        "Wind gust",
        hard=(0, 90),
        typical=(0.3, 20),
        resolution=0.1,
        note="Highest mean of three seconds since the last reading.",
    ),
    gauge(
        "wind_direction_deg",
        "Wind direction",
        hard=(0, 360),
        resolution=1,
        circular=True,
        note="Where it comes from; absent below 0.5 m/s.",
    ),
    gauge(
        "solar_radiation_wm2",
        "Solar radiation",
        hard=(-10, 1500),
        typical=(-5, 800),
        resolution=1,
    ),
    counter(
        "precipitation_mm",
        "Precipitation",
        modulus=5_000,
        resolution=0.1,
        code="SNOTEL PREC",
        note="Snow as water.",
    ),
    gauge(
        "snow_depth_cm",
        "Snow depth",
        hard=(-5, 800),
        typical=(0, 120),
        resolution=0.1,
        code="SNOTEL SNWD",
        note="By ultrasound, good to 1 cm; on a piste with machine snow.",
    ),
    gauge(
        "battery_v",
        "Battery",
        hard=(0, 30),
        typical=(11.8, 14.4),
        resolution=0.01,
        code="SNOTEL BATT",
    ),
    gauge(
        "snow_water_equivalent_mm",
        "Snow water equivalent",
        hard=(-5, 3000),
        typical=(0, 500),
        resolution=1,
        code="SNOTEL WTEQ",
        note="By a snow pillow.",
    ),
    gauge(
        "new_snow_24h_cm",
        "New snow",
        hard=(0, 150),
        typical=(0, 15),
        resolution=0.1,
        note="On a board that is wiped at 8 h local time.",
    ),
    gauge(
        "snow_surface_temperature_c",
        "Snow surface temperature",
        hard=(-60, 0.5),
        typical=(-32, 0),
        resolution=0.1,
        note="By infrared; absent where no snow lies.",
    ),
    gauge(
        "visibility_m",
        "Visibility",
        hard=(0, 50_000),
        typical=(1_000, REACH_M),
        resolution=10,
    ),
)

LIMITS = (
    Limit(
        field="wind_gust_mps",
        severity=Severity.WARNING,
        above=14.0,
        clear=12.0,
        source="practice of ropeways: slow down at 14 m/s",
    ),
    Limit(
        field="wind_gust_mps",
        severity=Severity.CRITICAL,
        above=18.0,
        clear=16.0,
        source="practice of ropeways: stop at 18 m/s; the lift's manual decides",
    ),
    Limit(
        field="wet_bulb_c",
        severity=Severity.INFO,
        below=-2.5,
        clear=-1.5,
        for_s=1800,
        source="practice of snowmaking: the window is open",
    ),
    Limit(
        field="battery_v",
        severity=Severity.WARNING,
        below=11.8,
        clear=12.2,
        for_s=3600,
        source="practice: a 12 V lead battery is nearly empty",
    ),
    Limit(
        field="new_snow_24h_cm",
        severity=Severity.WARNING,
        above=30.0,
        clear=20.0,
        source="practice of avalanche control: 30 cm of new snow in a day",
    ),
    Limit(
        field="visibility_m",
        severity=Severity.WARNING,
        below=200.0,
        clear=300.0,
        for_s=300,
        source="practice of ski patrols: close exposed pistes",
    ),
    Limit(
        field="visibility_m",
        severity=Severity.CRITICAL,
        below=50.0,
        clear=100.0,
        for_s=300,
        source="practice of ski patrols: close all pistes",
    ),
)

OPTIONS = {
    "snowmaking_ratio": Option(
        meaning="how much machine snow the sensor sees: 0 on a meadow, 1 on a piste full of guns",
        default=0.5,
        hard=(0, 1),
    ),
}

CALM_MPS = 0.5  # a vane does not turn in less
UNEVENNESS_K = 0.3  # of the air around a station, beyond what height and exposure explain
NIGHT_OFFSET_WM2 = -3.0  # a pyranometer cools towards the clear sky
BATTERY_RESTING_V = 12.6
BATTERY_CHARGING_V = 1.4
BARE_BELOW_CM = 1.0


class WeatherStations:
    """Stations of one site: the site's weather, seen by sensors that differ a little."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        self._population = population
        self._temperature_offset_c = rng.normal(0.0, 0.1, count)
        self._humidity_gain = rng.normal(1.0, 0.015, count)
        self._night_offset_wm2 = rng.uniform(NIGHT_OFFSET_WM2, 0.0, count)
        self._unevenness = Drift(count, rng, tau_s=900.0)
        self._turbulence = Drift(count, rng, tau_s=300.0)
        self._gustiness = Drift(count, rng, tau_s=120.0)
        self._veering = Drift(count, rng, tau_s=600.0)
        self._passing_clouds = Drift(count, rng, tau_s=300.0)
        self._echo = Drift(count, rng, tau_s=600.0)
        self._charge = Lag(tau_s=7200.0)
        self._haze = Drift(count, rng, tau_s=1200.0)
        self._precipitation_mm = rng.uniform(0.0, 400.0, count)
        guns_ratio = settled(OPTIONS, population.options)["snowmaking_ratio"]
        self._pistes = Pistes(population.elevation_m, guns_ratio)
        self._board = SnowBoard(count)
        self._surface = Lag(tau_s=1200.0)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`."""
        place = self._population
        air = environment.weather.air(now, elevation_m=place.elevation_m, exposure=place.exposure)
        sky = environment.weather.sky(now)
        moist = self._moist_air(dt_s, air)
        sun_wm2 = self._sun_wm2(dt_s, sky)
        wind_mps = air.wind_speed_mps * np.exp(0.15 * self._turbulence.step(dt_s))
        snowfall_mmph = sky.precipitation_mmph * air.snow_share
        rain_mmph = sky.precipitation_mmph - snowfall_mmph
        pack = self._pistes.step(now, dt_s, snowfall_mmph, air.temperature_c, moist["wet_bulb_c"])
        surface_c = snow_surface_c(air.temperature_c, wind_mps, sun_wm2, sky.cloud_ratio)
        return {
            **moist,
            **self._wind(wind_mps, air.wind_direction_deg, air.gust_factor, dt_s),
            "solar_radiation_wm2": sun_wm2 + self._night_offset_wm2 * (sun_wm2 < 1.0),
            "precipitation_mm": self._gauge(sky.precipitation_mmph, dt_s),
            "snow_depth_cm": pack.depth_cm + 0.3 * self._echo.step(dt_s),
            "battery_v": self._battery_v(dt_s, sun_wm2, air.temperature_c),
            "snow_water_equivalent_mm": pack.water_mm,
            "new_snow_24h_cm": self._board.step(now, dt_s, snowfall_mmph, air.temperature_c),
            "snow_surface_temperature_c": self._surface_c(dt_s, surface_c, pack.depth_cm),
            "visibility_m": self._sight_m(
                dt_s, moist["relative_humidity_pct"], snowfall_mmph, rain_mmph
            ),
        }

    def _moist_air(self, dt_s: float, air: Air) -> dict[str, Floats]:
        """Return what a station measures of the air, and what it derives from that."""
        temperature_c = (
            air.temperature_c
            + self._temperature_offset_c
            + UNEVENNESS_K * self._unevenness.step(dt_s)
        )
        humidity_pct = np.clip(air.relative_humidity_pct * self._humidity_gain, 1.0, 100.0)
        return {
            "air_temperature_c": temperature_c,
            "relative_humidity_pct": humidity_pct,
            "dew_point_c": dew_point_c(temperature_c, humidity_pct),
            "wet_bulb_c": wet_bulb_c(temperature_c, humidity_pct, air.pressure_hpa),
            "pressure_hpa": air.pressure_hpa,
        }

    def _sun_wm2(self, dt_s: float, sky: Sky) -> Floats:
        cover = 0.3 * sky.cloud_ratio * self._passing_clouds.step(dt_s)
        return sky.solar_radiation_wm2 * np.clip(1.0 + cover, 0.3, 1.2)

    def _wind(
        self, wind_mps: Floats, from_deg: Floats, gust_factor: Floats, dt_s: float
    ) -> dict[str, Floats]:
        excess = (gust_factor - 1.0) * np.exp(0.25 * self._gustiness.step(dt_s))
        veered_deg = from_deg + 12.0 * self._veering.step(dt_s)
        return {
            "wind_speed_mps": wind_mps,
            "wind_gust_mps": wind_mps * (1.0 + excess),
            "wind_direction_deg": np.where(wind_mps < CALM_MPS, np.nan, veered_deg % 360.0),
        }

    def _gauge(self, precipitation_mmph: float, dt_s: float) -> Floats:
        self._precipitation_mm = self._precipitation_mm + precipitation_mmph * dt_s / 3600.0
        return self._precipitation_mm

    def _battery_v(self, dt_s: float, sun_wm2: Floats, air_c: Floats) -> Floats:
        charge = self._charge.step(dt_s, np.clip(sun_wm2 / 300.0, 0.0, 1.0))
        return BATTERY_RESTING_V + BATTERY_CHARGING_V * charge + 0.01 * air_c

    def _surface_c(self, dt_s: float, balanced_c: Floats, depth_cm: Floats) -> Floats:
        surface_c = self._surface.step(dt_s, balanced_c)
        return np.where(depth_cm < BARE_BELOW_CM, np.nan, surface_c)

    def _sight_m(
        self, dt_s: float, humidity_pct: Floats, snow_mmph: Floats, rain_mmph: Floats
    ) -> Floats:
        clear_m = visibility_m(humidity_pct, snow_mmph, rain_mmph)
        return np.minimum(clear_m * np.exp(0.1 * self._haze.step(dt_s)), REACH_M)


KIND = Kind(
    name="weather_station",
    family="ski",
    title="Weather station",
    summary="Automatic weather and snow station on a slope, solar powered.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=60.0,
    model=WeatherStations,
)
