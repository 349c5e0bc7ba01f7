"""The sensors of a server rack: air in, air out, door and leak."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.processes import Drift, Lag, Switching
from devices.physics.psychrometrics import relative_humidity_pct
from devices.physics.standby_power import GENERATOR, RackSupply
from devices.schema import Kind, Limit, Option, Severity, boolean, gauge, settled

FIELDS = (
    gauge(
        "inlet_temperature_c",
        "Inlet temperature",
        hard=(-10, 80),
        typical=(18, 27),
        resolution=0.1,
        code="Redfish TemperatureCelsius, PhysicalContext Intake",
        note="At the top of the rack, where recirculation is strongest.",
    ),
    gauge(
        "outlet_temperature_c",
        "Outlet temperature",
        hard=(-10, 80),
        typical=(29, 42),
        resolution=0.1,
        code="Redfish TemperatureCelsius, PhysicalContext Exhaust",
    ),
    gauge(
        "inlet_humidity_pct",
        "Inlet humidity",
        hard=(0, 100),
        typical=(25, 60),
        resolution=1,
        code="Redfish HumidityPercent",
    ),
    gauge(
        "inlet_dew_point_c",
        "Inlet dew point",
        hard=(-40, 40),
        typical=(0, 14),
        resolution=0.1,
        code="Redfish DewPointCelsius",
        note="The state of the room; relative humidity follows from it.",
    ),
    boolean("door_open", "Door open"),
    boolean("leak_detected", "Leak detected"),
    gauge(
        "inlet_middle_temperature_c",
        "Inlet temperature, middle",
        hard=(-10, 80),
        typical=(18, 27),
        resolution=0.1,
        code="Redfish TemperatureCelsius, PhysicalContext Intake",
    ),
    gauge(
        "inlet_bottom_temperature_c",
        "Inlet temperature, bottom",
        hard=(-10, 80),
        typical=(18, 27),
        resolution=0.1,
        code="Redfish TemperatureCelsius, PhysicalContext Intake",
        note="Next to the floor's grille, so nearly the supply air itself.",
    ),
)

LIMITS = (
    Limit(
        field="inlet_temperature_c",
        severity=Severity.WARNING,
        above=27.0,
        clear=26.0,
        for_s=600,
        source="ASHRAE TC 9.9 2021: recommended 18 to 27 °C",
    ),
    Limit(
        field="inlet_temperature_c",
        severity=Severity.CRITICAL,
        above=32.0,
        clear=30.0,
        for_s=60,
        source="ASHRAE TC 9.9 2021: allowable A1 up to 32 °C",
    ),
    Limit(
        field="inlet_temperature_c",
        severity=Severity.INFO,
        below=18.0,
        clear=18.5,
        for_s=600,
        source="ASHRAE TC 9.9 2021: recommended 18 to 27 °C",
    ),
    Limit(
        field="inlet_temperature_c",
        severity=Severity.WARNING,
        below=15.0,
        clear=16.0,
        for_s=600,
        source="ASHRAE TC 9.9 2021: allowable A1 from 15 °C",
    ),
    Limit(
        field="inlet_humidity_pct",
        severity=Severity.WARNING,
        above=70.0,
        clear=65.0,
        for_s=600,
        source="ASHRAE TC 9.9 2021: recommended up to 70 %",
    ),
    Limit(
        field="inlet_humidity_pct",
        severity=Severity.WARNING,
        below=8.0,
        clear=12.0,
        for_s=600,
        source="ASHRAE TC 9.9 2021: allowable from 8 %",
    ),
    Limit(
        field="inlet_dew_point_c",
        severity=Severity.WARNING,
        above=15.0,
        clear=14.0,
        for_s=600,
        source="ASHRAE TC 9.9 2021: recommended up to 15 °C",
    ),
    Limit(
        field="door_open",
        severity=Severity.INFO,
        equals="true",
        for_s=1800,
        source="practice: a door left open",
    ),
    Limit(
        field="leak_detected",
        severity=Severity.CRITICAL,
        equals="true",
        source="practice: water near racks",
    ),
)

OPTIONS = {
    "recirculation": Option(
        meaning="mean share of a rack's own warm air that its inlets draw in again",
        default=0.12,
        hard=(0, 0.3),
    ),
    "generator": GENERATOR,
}

MIDDLE_SHARE, BOTTOM_SHARE = 0.5, 0.2  # of the recirculation at the top
RISE_K = (9.0, 14.0)  # from inlet to outlet at mean load and sea level
SCALE_HEIGHT_M = 8400.0  # fans move volume, thinner air carries less heat
AIR_LAG_S = 180.0
DOOR_OPEN_S = 300.0
DOOR_OPEN_DUTY = 1e-3
LEAK_S = 7200.0
LEAK_DUTY = 1e-5  # about one leak in 20 years


class RackSensors:
    """Racks of one hall that breathe the same supply air, and a little of their own."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        self._place_ratio = population.place_ratio
        options = settled(OPTIONS, population.options)
        self._recirculation = options["recirculation"] * rng.uniform(0.3, 1.7, count)
        thin_air = np.exp(population.elevation_m / SCALE_HEIGHT_M)
        self._rise_k = rng.uniform(*RISE_K, count) * thin_air
        self._offset_c = rng.normal(0.0, 0.15, count)
        self._work = Drift(count, rng, tau_s=1800.0)
        self._moisture = Drift(count, rng, tau_s=900.0)
        self._supply = RackSupply(count, rng, options["generator"])
        self._top, self._middle, self._bottom = (Lag(AIR_LAG_S) for _ in range(3))
        self._rise = Lag(AIR_LAG_S)
        self._doors = Switching(rng, DOOR_OPEN_S)
        self._leaks = Switching(rng, LEAK_S)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; sensors report from batteries of their own when a rack is dark."""
        hall = environment.hall
        never = np.zeros_like(self._rise_k)
        supply_c = hall.supply_temperature_c(now, self._place_ratio)
        working = self._supply.on_for_s(now, environment.grid) > 0
        load = working * hall.work_ratio(now) * np.exp(0.06 * self._work.step(dt_s))
        rise_k = self._rise.step(dt_s, self._rise_k * load)
        top_c, middle_c, bottom_c = self._inlets_c(dt_s, supply_c, rise_k)
        dew_c = hall.dew_point_c(now) + 0.15 * self._moisture.step(dt_s)
        measured_c = top_c + self._offset_c
        return {
            "inlet_temperature_c": measured_c,
            "outlet_temperature_c": top_c + rise_k,
            "inlet_humidity_pct": relative_humidity_pct(measured_c, dew_c),
            "inlet_dew_point_c": dew_c,
            "door_open": self._doors.step(dt_s, never + DOOR_OPEN_DUTY).astype(np.float64),
            "leak_detected": self._leaks.step(dt_s, never + LEAK_DUTY).astype(np.float64),
            "inlet_middle_temperature_c": middle_c,
            "inlet_bottom_temperature_c": bottom_c,
        }

    def _inlets_c(
        self, dt_s: float, supply_c: Floats, rise_k: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return the inlets at top, middle and bottom: less of the warm air reaches down."""
        # What comes in again has been through the rack before, so the share counts more than once.
        again_k = self._recirculation / (1.0 - self._recirculation) * rise_k
        return (
            self._top.step(dt_s, supply_c + again_k),
            self._middle.step(dt_s, supply_c + MIDDLE_SHARE * again_k),
            self._bottom.step(dt_s, supply_c + BOTTOM_SHARE * again_k),
        )


KIND = Kind(
    name="rack_sensor",
    family="datacentre",
    title="Rack sensor",
    summary="Air temperature and moisture of a server rack, with door and leak contacts.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=30.0,
    model=RackSensors,
)
