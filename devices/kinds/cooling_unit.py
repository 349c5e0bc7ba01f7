"""A computer room air handler: it blows cold air under the floor and takes warm air back."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.grid import Grid
from devices.environment.hall import SETPOINT_C
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.air_handling import (
    airflow_m3h,
    density_ratio,
    fan_ratio,
    filter_pa,
    rise_k,
    underfloor_pa,
)
from devices.physics.hall_power import cooling_ratio
from devices.physics.processes import Booleans, Drift, Lag, Switching
from devices.physics.psychrometrics import relative_humidity_pct
from devices.schema import (
    Kind,
    Limit,
    Option,
    Severity,
    boolean,
    counter,
    gauge,
    settled,
    state,
)

RUNNING, STANDBY, OFF, STARTING, FAULT = range(5)

FIELDS = (
    gauge(
        "supply_air_temperature_c",
        "Supply air temperature",
        hard=(0, 50),
        typical=(16, 24),
        resolution=0.1,
    ),
    gauge(
        "return_air_temperature_c",
        "Return air temperature",
        hard=(0, 60),
        typical=(28, 36),
        resolution=0.1,
    ),
    gauge(
        "supply_setpoint_c",
        "Supply set point",
        hard=(10, 35),
        typical=(18, 22),
        resolution=0.5,
    ),
    gauge(
        "return_humidity_pct",
        "Return humidity",
        hard=(0, 100),
        typical=(12, 50),
        resolution=1,
        note="The moisture is the room's; in the warm return air it is a small share.",
    ),
    gauge(
        "fan_speed_pct",
        "Fan speed",
        hard=(0, 100),
        typical=(40, 90),
        resolution=1,
    ),
    gauge(
        "cooling_valve_pct",
        "Cooling valve",
        hard=(0, 100),
        typical=(10, 90),
        resolution=1,
    ),
    state(
        "compressor_state",
        "Compressor",
        "off",
        "on",
        note="Off while the outdoor air is cold enough to cool without it.",
    ),
    gauge(
        "filter_pressure_pa",
        "Filter pressure",
        hard=(0, 1_000),
        typical=(30, 250),
        resolution=1,
        note="Grows over months and falls when the filter is changed.",
    ),
    gauge(
        "underfloor_pressure_pa",
        "Underfloor pressure",
        hard=(-50, 100),
        typical=(5, 25),
        resolution=0.1,
    ),
    gauge(
        "active_power_w",
        "Active power",
        hard=(0, 150_000),
        typical=(1_500, 30_000),
        resolution=10,
        note="With its share of the plant outdoors.",
    ),
    counter("energy_import_kwh", "Energy", modulus=10_000_000, resolution=0.1),
    state("unit_state", "Unit state", "running", "standby", "off", "starting", "fault"),
    boolean("leak_detected", "Leak detected"),
)

LIMITS = (
    Limit(
        field="supply_air_temperature_c",
        severity=Severity.WARNING,
        above=SETPOINT_C + 3.0,
        clear=SETPOINT_C + 2.0,
        for_s=600,
        source="practice: set point + 3 K",
    ),
    Limit(
        field="return_air_temperature_c",
        severity=Severity.WARNING,
        above=38.0,
        clear=37.0,
        for_s=600,
        source="practice: more heat than the units were bought for",
    ),
    Limit(
        field="fan_speed_pct",
        severity=Severity.WARNING,
        above=95.0,
        clear=90.0,
        for_s=1800,
        source="practice: no reserve left",
    ),
    Limit(
        field="filter_pressure_pa",
        severity=Severity.WARNING,
        above=300.0,
        clear=250.0,
        for_s=3600,
        source="practice: change the filter",
    ),
    Limit(
        field="unit_state",
        severity=Severity.CRITICAL,
        equals="fault",
        for_s=60,
        source="practice: neighbours carry its load, racks nearby grow warm",
    ),
    Limit(
        field="leak_detected",
        severity=Severity.CRITICAL,
        equals="true",
        source="practice: water under a raised floor",
    ),
)

OPTIONS = {
    "rated_cooling_w": Option(
        meaning="heat that a unit carries away at most, W", default=100_000, hard=(5_000, 200_000)
    ),
    "load_ratio": Option(
        meaning="mean heat ÷ rated cooling of the units that run", default=0.58, hard=(0.1, 1.0)
    ),
    "spares": Option(
        meaning="units in standby; 0 where the reserve runs along, all a little slower",
        default=0,
        hard=(0, 100),
    ),
}

TAKING_TURNS_S = 7 * 86_400.0  # the spares are other ones each week
MOST_HEAT_RATIO = 1.15  # what a unit carries beyond its rating
STILL_AIR_RISE_K = 6.0  # at the return of a unit whose fan stands
STARTING_S = 300.0  # after an outage, a unit that does not work yet is no fault
FAN_LAG_S = 20.0
AIR_LAG_S = 180.0
VALVE_GAIN_PER_K = 0.06
COMPRESSOR_FROM = (0.095, 0.12)  # cooling ÷ servers' power that free cooling does not reach
COMPRESSOR_BAND = 0.006
FILTER_LIFE_S = (150 * 86_400.0, 240 * 86_400.0)
FAN_SHARE = 0.35  # of the power; fans that hurry draw with the cube of their speed
MOST_HURRY = 3.0
CONTROLLER_W = 60.0
LEAK_S, LEAK_DUTY = 3 * 3600.0, 2e-5


class CoolingUnits:
    """The units of one hall: all that run share its heat, and spares wait for one to fail."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._place_ratio = population.place_ratio
        self._rated_w = options["rated_cooling_w"]
        self._spares = min(int(options["spares"]), count - 1)
        self._load_ratio = options["load_ratio"] * rng.uniform(0.95, 1.05, count)
        self._density = density_ratio(population.elevation_m)
        self._offset_c = rng.normal(0.0, 0.2, count)
        self._filter_life_s = rng.uniform(*FILTER_LIFE_S, count)
        self._filter_phase = rng.random(count)
        self._compressor_from = rng.uniform(*COMPRESSOR_FROM, count)
        self._compressor_on = np.zeros(count, dtype=np.bool_)
        self._drift = Drift(count, rng, tau_s=1200.0)
        self._hunting = Drift(count, rng, tau_s=60.0)
        self._fan, self._rise = Lag(FAN_LAG_S), Lag(AIR_LAG_S)
        self._fan_ratio = np.zeros(count)
        self._leaks = Switching(rng, LEAK_S)
        self._energy_kwh = rng.uniform(5_000.0, 150_000.0, count)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; controllers report through an outage, on the hall's batteries."""
        hall = environment.hall
        unit_state = self._unit_state(
            now, hall.cooling_works(now, self._place_ratio), environment.grid
        )
        running = unit_state == RUNNING
        heat_ratio = self._heat_ratio(now, dt_s, hall.work_ratio(now), running)
        supply_c = hall.supply_temperature_c(now, self._place_ratio) + self._offset_c
        return_c = supply_c + self._rise_k(dt_s, supply_c, heat_ratio, running)
        per_watt = cooling_ratio(hall.pue_ratio(now))
        active_w = self._power_w(per_watt, heat_ratio, running)
        self._energy_kwh = self._energy_kwh + active_w * dt_s / 3.6e6
        never = np.zeros_like(supply_c)
        return {
            "supply_air_temperature_c": supply_c,
            "return_air_temperature_c": return_c,
            "supply_setpoint_c": never + SETPOINT_C,
            "return_humidity_pct": relative_humidity_pct(return_c, never + hall.dew_point_c(now)),
            **self._pressures(now),
            "fan_speed_pct": 100.0 * self._fan_ratio,
            "cooling_valve_pct": 100.0 * self._valve_ratio(supply_c, heat_ratio, running),
            "compressor_state": (self._compressors(per_watt) & running).astype(np.float64),
            "active_power_w": active_w,
            "energy_import_kwh": self._energy_kwh,
            "unit_state": unit_state,
            "leak_detected": self._leaks.step(dt_s, never + LEAK_DUTY).astype(np.float64),
        }

    def _unit_state(self, now: datetime, works: Booleans, grid: Grid) -> Floats:
        """Return the states: without work it is the mains' fault, soon after them a start."""
        spare = self._spare(now) & works.all()
        outage = grid.last_outage(now)
        starting = outage is not None and now.timestamp() < outage.end_s + STARTING_S
        idle = OFF if not grid.mains_on(now) else STARTING if starting else FAULT
        return np.select([~works, spare], [float(idle), float(STANDBY)], float(RUNNING))

    def _spare(self, now: datetime) -> Booleans:
        """Return whose turn it is to wait, evenly along the row."""
        count = len(self._place_ratio)
        turn = np.arange(count) + int(now.timestamp() // TAKING_TURNS_S)
        return np.asarray(turn % count * self._spares % count < self._spares)

    def _heat_ratio(self, now: datetime, dt_s: float, work: float, running: Booleans) -> Floats:
        """Return what each carries ÷ its rating; those that run share what is to be carried."""
        share = float((~self._spare(now)).sum()) / max(float(running.sum()), 1.0)
        wanted = self._load_ratio * work * share * np.exp(0.03 * self._drift.step(dt_s))
        return np.where(running, np.minimum(wanted, MOST_HEAT_RATIO), 0.0)

    def _compressors(self, per_watt: float) -> Booleans:
        """Switch the compressors, with a dead band, where free cooling does not do."""
        band = np.where(self._compressor_on, -COMPRESSOR_BAND, COMPRESSOR_BAND)
        self._compressor_on = np.asarray(per_watt > self._compressor_from + band)
        return self._compressor_on

    def _power_w(self, per_watt: float, heat_ratio: Floats, running: Booleans) -> Floats:
        """Return what each draws for its heat, and for fans that hurry."""
        hurry = self._fan_ratio / fan_ratio(heat_ratio, self._density, np.zeros_like(heat_ratio))
        fans = FAN_SHARE * np.minimum(hurry**3, MOST_HURRY)
        drawn_w = per_watt * heat_ratio * self._rated_w * (1.0 - FAN_SHARE + fans)
        return np.where(running, drawn_w, CONTROLLER_W)

    def _rise_k(
        self, dt_s: float, supply_c: Floats, heat_ratio: Floats, running: Booleans
    ) -> Floats:
        """Set the fans, and return by how much the air comes back warmer than it went out."""
        hunting = 0.01 * self._hunting.step(dt_s)
        wanted = fan_ratio(heat_ratio + hunting, self._density, supply_c - SETPOINT_C)
        self._fan_ratio = self._fan.step(dt_s, np.where(running, wanted, 0.0))
        flow_m3h = airflow_m3h(self._rated_w, wanted)
        carried_k = rise_k(heat_ratio * self._rated_w, flow_m3h, self._density)
        return self._rise.step(dt_s, np.where(running, carried_k, STILL_AIR_RISE_K))

    def _pressures(self, now: datetime) -> dict[str, Floats]:
        """Return what the fans press through the filters and build up under the floor."""
        age_ratio = np.mod(now.timestamp() / self._filter_life_s + self._filter_phase, 1.0)
        fans = self._fan_ratio
        return {
            "filter_pressure_pa": filter_pa(age_ratio, fans),
            "underfloor_pressure_pa": np.full_like(fans, underfloor_pa(fans)),
        }

    def _valve_ratio(self, supply_c: Floats, heat_ratio: Floats, running: Booleans) -> Floats:
        opened = heat_ratio + VALVE_GAIN_PER_K * (supply_c - SETPOINT_C)
        return np.where(running, np.clip(opened, 0.0, 1.0), 0.0)


KIND = Kind(
    name="cooling_unit",
    family="datacentre",
    title="Cooling unit",
    summary="Air handler of a data hall, with its share of the cooling plant.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=30.0,
    model=CoolingUnits,
)
