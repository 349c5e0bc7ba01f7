"""A chairlift: its drive, the wind at its exposed tower, and the people who use it."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.environment.weather import Air
from devices.model import Population
from devices.physics.lift_queue import LiftQueue
from devices.physics.lift_service import STATES, STOPPED, LiftService, Service
from devices.physics.processes import Drift
from devices.physics.ropeway import Drives, Riders, Ropeway
from devices.physics.short_stops import ShortStops
from devices.physics.wind_guard import WindGuard
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

FIELDS = (
    state(
        "lift_state",
        "State",
        *STATES,
        note="Stopped: for a moment, or without mains. Wind hold: emptied, and waiting for calm.",
    ),
    gauge(
        "rope_speed_mps",
        "Rope speed",
        hard=(0, 12),
        typical=(0, 5.2),
        resolution=0.01,
    ),
    gauge(
        "wind_speed_mps",
        "Wind speed",
        hard=(0, 75),
        typical=(0.2, 15),
        resolution=0.1,
        note="At the exposed tower.",
    ),
    gauge(
        "wind_gust_mps",
        "Wind gust",
        hard=(0, 90),
        typical=(0.3, 20),
        resolution=0.1,
        note="Mean of three seconds at the exposed tower; slows and stops the lift.",
    ),
    gauge(
        "wind_direction_deg",
        "Wind direction",
        hard=(0, 360),
        resolution=1,
        circular=True,
        note="Where it comes from.",
    ),
    gauge(
        "motor_power_w",
        "Motor power",
        hard=(0, 2_000_000),
        typical=(0, 400_000),
        resolution=100,
        note="Drawn from the mains, with what the station itself needs.",
    ),
    gauge(
        "motor_torque_pct",
        "Motor torque",
        hard=(-150, 150),
        typical=(0, 100),
        resolution=0.1,
    ),
    gauge(
        "motor_temperature_c",
        "Motor temperature",
        hard=(-40, 180),
        typical=(5, 90),
        resolution=0.1,
        note="Of the windings; 40 to 90 °C at work.",
    ),
    gauge(
        "gearbox_oil_temperature_c",
        "Gearbox oil temperature",
        hard=(-40, 130),
        typical=(5, 75),
        resolution=0.1,
        note="40 to 75 °C at work.",
    ),
    gauge(
        "rope_tension_kn",
        "Rope tension",
        hard=(0, 1500),
        typical=(190, 390),
        resolution=0.1,
        note="Hydraulic; each lift keeps its own set-point within 5 %.",
    ),
    counter("passengers_total", "Passengers", modulus=100_000_000, resolution=1),
    counter("carriers_total", "Carriers", modulus=100_000_000, resolution=1),
    counter("stops_total", "Stops", modulus=1_000_000, resolution=1),
    counter(
        "emergency_stops_total",
        "Emergency stops",
        modulus=1_000_000,
        resolution=1,
        note="Those of the stops that a button made.",
    ),
    counter("operating_hours_total", "Operating hours", modulus=100_000, resolution=0.1),
    gauge(
        "queue_length_count",
        "Queue",
        hard=(0, 5000),
        typical=(0, 300),
        resolution=1,
    ),
    gauge(
        "queue_wait_s",
        "Waiting time",
        hard=(0, 7200),
        typical=(0, 1200),
        resolution=10,
        note="Absent while people wait before a lift that lets nobody on.",
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
        source="practice of ropeways: stop at 18 m/s, a drag lift at 12; its manual decides",
    ),
    Limit(
        field="lift_state",
        severity=Severity.WARNING,
        equals="stopped",
        for_s=300,
        source="practice: nobody should hang on a rope for five minutes",
    ),
    Limit(
        field="lift_state",
        severity=Severity.CRITICAL,
        equals="evacuation",
        source="practice: people are brought in by the emergency drive",
    ),
    Limit(
        field="motor_temperature_c",
        severity=Severity.WARNING,
        above=110.0,
        clear=100.0,
        for_s=300,
        source="practice: windings of class F allow 155 °C at the hottest spot",
    ),
    Limit(
        field="gearbox_oil_temperature_c",
        severity=Severity.WARNING,
        above=85.0,
        clear=80.0,
        for_s=300,
        source="practice: the oil grows thin",
    ),
    Limit(
        field="motor_torque_pct",
        severity=Severity.WARNING,
        above=110.0,
        clear=100.0,
        for_s=60,
        source="practice: the motor's rating and 10 %",
    ),
    Limit(
        field="queue_wait_s",
        severity=Severity.WARNING,
        above=900.0,
        clear=600.0,
        for_s=300,
        source="practice of resorts: guests complain after 15 minutes",
    ),
    Limit(
        field="queue_wait_s",
        severity=Severity.CRITICAL,
        above=1800.0,
        clear=1200.0,
        for_s=300,
        source="practice of resorts: send guests to other lifts after 30 minutes",
    ),
)

OPTIONS = {
    "rope_speed_mps": Option(meaning="full speed of the rope, m/s", default=5.0, hard=(1, 8)),
    "seats": Option(meaning="people in a carrier", default=4.0, hard=(1, 30)),
    "carrier_interval_s": Option(
        meaning="seconds between carriers at full speed", default=6.0, hard=(3, 60)
    ),
    "length_m": Option(meaning="length of the line, m", default=1500.0, hard=(100, 5000)),
    "vertical_m": Option(meaning="height that it climbs, m", default=400.0, hard=(10, 1500)),
    "guests": Option(
        meaning="guests for each lift when the resort is full", default=1000.0, hard=(0, 5000)
    ),
    "slow_gust_mps": Option(meaning="gust that slows it, m/s", default=14.0, hard=(5, 30)),
    "hold_gust_mps": Option(
        meaning="gust that stops it, m/s; 12 suits a drag lift", default=18.0, hard=(5, 35)
    ),
}

POPULARITY = (0.5, 1.5)  # among the lifts of a resort
TENSION_KN = (210.0, 370.0)
TENSION_OF_LOAD = 0.03


class SkiLifts:
    """Lifts of one sort at one resort, whose guests they share."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._ropeway = Ropeway(
            rope_speed_mps=options["rope_speed_mps"],
            seats=options["seats"],
            carrier_interval_s=options["carrier_interval_s"],
            length_m=options["length_m"],
            vertical_m=options["vertical_m"],
        )
        guard = WindGuard(
            count,
            rng,
            slow_gust_mps=options["slow_gust_mps"],
            hold_gust_mps=options["hold_gust_mps"],
        )
        self._stops = ShortStops(count, rng)
        self._service = LiftService(population.place_ratio, rng, guard, self._stops)
        self._drives = Drives(self._ropeway, count, rng)
        self._queue = LiftQueue()
        self._riders = Riders(self._ropeway.length_m)
        self._on_line = np.zeros(count)
        self._most_guests = options["guests"] * rng.uniform(*POPULARITY, count)
        self._tension_kn = rng.uniform(*TENSION_KN, count)
        self._turbulence = Drift(count, rng, tau_s=300.0)
        self._gustiness = Drift(count, rng, tau_s=20.0)
        self._veering = Drift(count, rng, tau_s=60.0)
        self._hydraulics = Drift(count, rng, tau_s=600.0)
        self._passengers = np.floor(rng.uniform(0.0, 3e6, count))
        self._carriers = np.floor(rng.uniform(0.0, 2e6, count))
        self._hours = rng.uniform(0.0, 8_000.0, count)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; without mains the controller reports on, from its battery."""
        place = self._population
        air = environment.weather.air(now, elevation_m=place.elevation_m, exposure=place.exposure)
        wind = self._wind(dt_s, air)
        service = self._service.step(now, dt_s, environment, wind["wind_gust_mps"], self._on_line)
        target_mps = self._ropeway.rope_speed_mps * service.speed_ratio
        speed_mps = self._drives.speed_mps(dt_s, target_mps * (service.states != STOPPED))
        guests = self._most_guests * environment.crowd.present_ratio(now)
        people = self._people(dt_s, service, guests, target_mps * (1.0 - service.stood_share))
        drive = self._drives.step(dt_s, speed_mps, self._on_line, air.temperature_c)
        mains_on = environment.grid.mains_on(now)
        return {
            "lift_state": service.states.astype(np.float64),
            "rope_speed_mps": speed_mps,
            **wind,
            **drive,
            "motor_power_w": drive["motor_power_w"] * mains_on,
            "motor_torque_pct": drive["motor_torque_pct"] * mains_on,
            "rope_tension_kn": self._tension(dt_s),
            **people,
            "stops_total": self._stops.stops,
            "emergency_stops_total": self._stops.emergencies,
        }

    def _wind(self, dt_s: float, air: Air) -> dict[str, Floats]:
        wind_mps = air.wind_speed_mps * np.exp(0.15 * self._turbulence.step(dt_s))
        excess = (air.gust_factor - 1.0) * np.exp(0.2 * self._gustiness.step(dt_s))
        veered_deg = air.wind_direction_deg + 12.0 * self._veering.step(dt_s)
        return {
            "wind_speed_mps": wind_mps,
            "wind_gust_mps": wind_mps * (1.0 + excess),
            "wind_direction_deg": veered_deg % 360.0,
        }

    def _people(
        self, dt_s: float, service: Service, guests: Floats, mean_mps: Floats
    ) -> dict[str, Floats]:
        """Return queue and counters, given how fast the ropes ran in the mean of the step."""
        places_per_s = self._ropeway.places_per_s(mean_mps)
        waiting, boarding_per_s = self._queue.step(dt_s, guests, places_per_s, service.boards)
        self._on_line = self._riders.step(dt_s, boarding_per_s, mean_mps)
        self._passengers = self._passengers + boarding_per_s * dt_s
        self._carriers = self._carriers + mean_mps * dt_s / self._ropeway.spacing_m
        self._hours = self._hours + (1.0 - service.stood_share) * service.boards * dt_s / 3600.0
        return {
            "passengers_total": self._passengers,
            "carriers_total": self._carriers,
            "operating_hours_total": self._hours,
            "queue_length_count": waiting,
            "queue_wait_s": self._wait_s(service, waiting),
        }

    def _wait_s(self, service: Service, waiting: Floats) -> Floats:
        """Return how long the last in the queue will wait, if the lift goes on like this."""
        places_per_s = self._ropeway.places_per_s(
            self._ropeway.rope_speed_mps * service.speed_ratio
        )
        unknown = np.where(waiting >= 1.0, np.nan, 0.0)
        return np.divide(waiting, places_per_s, out=unknown, where=service.boards)

    def _tension(self, dt_s: float) -> Floats:
        load = self._on_line / self._ropeway.full_line
        return self._tension_kn * (
            1.0 + 0.006 * self._hydraulics.step(dt_s) + TENSION_OF_LOAD * (load - 0.3)
        )


KIND = Kind(
    name="ski_lift",
    family="ski",
    title="Ski lift",
    summary="Chairlift or gondola with its drive, its wind guard and its queue.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=10.0,
    model=SkiLifts,
)
