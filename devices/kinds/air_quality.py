"""A street-side station that measures what is in the air."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.air_quality_index import air_quality_index
from devices.physics.airshed import Airshed
from devices.physics.processes import Drift
from devices.schema import Kind, Limit, Option, Severity, gauge, settled

FIELDS = (
    gauge(
        "pm25_ugm3",
        "PM2.5",
        hard=(0, 1000),
        typical=(5, 150),
        resolution=1,
        code="GB 3095 PM2.5",
        note="Particles up to 2.5 µm; gather for days in calm winter air.",
    ),
    gauge(
        "pm10_ugm3",
        "PM10",
        hard=(0, 2000),
        typical=(10, 220),
        resolution=1,
        code="GB 3095 PM10",
        note="Particles up to 10 µm, PM2.5 among them; storms from the Gobi carry dust.",
    ),
    gauge(
        "no2_ugm3",
        "Nitrogen dioxide",
        hard=(0, 1000),
        typical=(8, 100),
        resolution=1,
        code="GB 3095 NO2",
    ),
    gauge(
        "o3_ugm3",
        "Ozone",
        hard=(0, 1000),
        typical=(2, 220),
        resolution=1,
        code="GB 3095 O3",
    ),
    gauge(
        "aqi_index",
        "Air quality index",
        hard=(0, 500),
        typical=(15, 200),
        resolution=1,
        code="HJ 633-2012 AQI",
        note="Hourly index from the four pollutants; 100 is lightly polluted, 200 heavily.",
    ),
    gauge(
        "air_temperature_c",
        "Air temperature",
        hard=(-50, 60),
        typical=(-18, 15),
        resolution=0.1,
    ),
    gauge(
        "relative_humidity_pct",
        "Relative humidity",
        hard=(0, 104),
        typical=(15, 98),
        resolution=1,
    ),
    gauge(
        "pressure_hpa",
        "Air pressure",
        hard=(600, 1085),
        typical=(1000, 1048),
        resolution=0.1,
        note="At the station; the typical range is that of the plain.",
    ),
)

LIMITS = (
    Limit(
        field="pm25_ugm3",
        severity=Severity.WARNING,
        above=75.0,
        clear=60.0,
        for_s=12 * 3600,
        source="GB 3095-2012: class II limit for a day's mean",
    ),
    Limit(
        field="pm25_ugm3",
        severity=Severity.CRITICAL,
        above=150.0,
        clear=115.0,
        for_s=12 * 3600,
        source="HJ 633-2012: heavy pollution, a day's mean",
    ),
    Limit(
        field="pm10_ugm3",
        severity=Severity.WARNING,
        above=150.0,
        clear=120.0,
        for_s=12 * 3600,
        source="GB 3095-2012: class II limit for a day's mean",
    ),
    Limit(
        field="no2_ugm3",
        severity=Severity.WARNING,
        above=200.0,
        clear=180.0,
        for_s=3600,
        source="GB 3095-2012: class II limit for an hour's mean",
    ),
    Limit(
        field="o3_ugm3",
        severity=Severity.WARNING,
        above=200.0,
        clear=160.0,
        for_s=3600,
        source="GB 3095-2012: class II limit for an hour's mean",
    ),
)

OPTIONS = {
    "emission_ratio": Option(
        meaning="emissions of the place, divided by those of Beijing", default=1.0, hard=(0.05, 2)
    ),
}

UNEVENNESS = {"pm25": 0.08, "pm10": 0.12, "o3": 0.06}  # between the streets of a city
KERBSIDE = (0.6, 1.5)  # NO2 of a back yard and of a main road, divided by the city's
TITRATION = 0.35  # how far a street's own nitrogen monoxide eats the ozone
SENSOR_NOISE = 0.04
SENSOR_S = 900.0
SENSOR_WARMER_K = 0.4
MOST_UGM3 = {"pm25": 1000.0, "pm10": 2000.0}  # where the instruments end


class AirQualityStations:
    """Stations of one city: one air, seen from streets that differ."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        self._population = population
        self._airshed = Airshed(settled(OPTIONS, population.options)["emission_ratio"])
        self._gain = {
            name: rng.lognormal(0.0, spread, count) for name, spread in UNEVENNESS.items()
        }
        self._kerbside = rng.uniform(*KERBSIDE, count)
        self._noise = {
            name: Drift(count, rng, tau_s=SENSOR_S) for name in ("pm25", "pm10", "no2", "o3")
        }
        self._offset_c = SENSOR_WARMER_K + rng.normal(0.0, 0.2, count)
        self._humidity_gain = rng.normal(1.0, 0.02, count)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; the stations hang on the street lights and are silent without mains."""
        place = self._population
        concentrations = self._concentrations_ugm3(now, dt_s, environment)
        if not environment.grid.mains_on(now):
            return {field.name: np.full(len(place), np.nan) for field in FIELDS}
        air = environment.weather.air(now, elevation_m=place.elevation_m, exposure=place.exposure)
        humidity_pct = air.relative_humidity_pct * self._humidity_gain
        return {
            **{f"{name}_ugm3": values for name, values in concentrations.items()},
            "aqi_index": air_quality_index(concentrations),
            "air_temperature_c": air.temperature_c + self._offset_c,
            "relative_humidity_pct": np.clip(humidity_pct, 1.0, 100.0),
            "pressure_hpa": air.pressure_hpa,
        }

    def _concentrations_ugm3(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> dict[str, Floats]:
        """Return what each station measures, by pollutant."""
        city = self._airshed.at(now, environment)
        noise = {
            name: 1.0 + SENSOR_NOISE * np.clip(drift.step(dt_s), -3.0, 3.0)
            for name, drift in self._noise.items()
        }
        no2 = city.no2 * self._kerbside * noise["no2"]
        fine = city.pm25 * self._gain["pm25"] * noise["pm25"]
        coarse = (city.pm10 - city.pm25) * self._gain["pm10"] * noise["pm10"]
        eaten = TITRATION * city.no2 * (self._kerbside - 1.0)
        ozone = city.o3 * self._gain["o3"] * noise["o3"] - eaten
        return {
            "pm25": np.minimum(fine, MOST_UGM3["pm25"]),
            "pm10": np.minimum(fine + coarse, MOST_UGM3["pm10"]),
            "no2": no2,
            "o3": np.maximum(ozone, 1.0),
        }


KIND = Kind(
    name="air_quality",
    family="city",
    title="Air quality station",
    summary="Street-side station for particles, nitrogen dioxide and ozone, with their index.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=300.0,
    model=AirQualityStations,
)
