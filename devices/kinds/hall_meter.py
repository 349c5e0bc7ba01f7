"""The meters at the entrance of a data hall, from which its power usage effectiveness follows."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.grid import Grid
from devices.environment.hall import Hall
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.hall_power import interim_pue_ratio
from devices.physics.processes import Booleans, Drift
from devices.physics.psychrometrics import wet_bulb_c
from devices.physics.standby_power import GENERATOR, RackSupply
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

MAINS, BATTERY, GENERATOR_SET, NOTHING = range(4)

FIELDS = (
    gauge(
        "facility_power_w",
        "Power of the hall",
        hard=(0, 500e6),
        typical=(100_000, 2_000_000),
        resolution=100,
        note="Servers, cooling, losses and light; in an outage what batteries or generator carry.",
    ),
    gauge(
        "it_power_w",
        "Power of the servers",
        hard=(0, 400e6),
        typical=(100_000, 2_000_000),
        resolution=100,
        note="At the output of the rack PDUs: category 2 of ISO/IEC 30134-2.",
    ),
    gauge(
        "pue_ratio",
        "Interim PUE",
        hard=(1, 5),
        typical=(1.1, 1.5),
        resolution=0.001,
        code="ISO/IEC 30134-2 interim PUE",
        note="A ratio of powers; the PUE proper is one of energies over a year. "
        "Absent while no server has power.",
    ),
    counter(
        "facility_energy_kwh",
        "Energy of the hall",
        modulus=1e9,
        resolution=1,
        code="ISO/IEC 30134-2 E_DC",
    ),
    counter(
        "it_energy_kwh",
        "Energy of the servers",
        modulus=1e9,
        resolution=1,
        code="ISO/IEC 30134-2 E_IT",
    ),
    gauge(
        "outdoor_wet_bulb_c",
        "Outdoor wet bulb",
        hard=(-60, 50),
        typical=(-25, 27),
        resolution=0.1,
        note="Decides how much of the cooling is free.",
    ),
    state(
        "supply_state",
        "Supply",
        "mains",
        "battery",
        "generator",
        "none",
        note="What carries the servers.",
    ),
)

LIMITS = (
    Limit(
        field="pue_ratio",
        severity=Severity.INFO,
        above=1.3,
        clear=1.28,
        for_s=6 * 3600.0,
        source="policy of Beijing and Hebei for large new sites, as a monthly mean",
    ),
    Limit(
        field="pue_ratio",
        severity=Severity.WARNING,
        above=1.5,
        clear=1.45,
        for_s=3600,
        source="practice: cooling plant out of order",
    ),
    Limit(
        field="supply_state",
        severity=Severity.WARNING,
        equals="battery",
        source="practice: minutes left",
    ),
    Limit(
        field="supply_state",
        severity=Severity.WARNING,
        equals="generator",
        for_s=60,
        source="practice: look after the fuel",
    ),
    Limit(
        field="supply_state",
        severity=Severity.CRITICAL,
        equals="none",
        source="practice: the servers are dark",
    ),
)

OPTIONS = {
    "it_rated_w": Option(
        meaning="rated power of all servers in W", default=500_000, hard=(1_000, 100e6)
    ),
    "load_ratio": Option(meaning="mean power of the servers ÷ rated", default=0.6, hard=(0.05, 1)),
    "generator": GENERATOR,
}

WORKED_YEARS = (1.0, 5.0)  # that the registers have counted
HOURS_PER_YEAR = 8766.0
YEARLY_PUE = 1.2
PLACES = np.array([0.1, 0.5, 0.9])  # where to look for cooling that works


class HallMeters:
    """Meters of halls: one each for the whole and for the servers."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._it_w = options["it_rated_w"] * options["load_ratio"] * rng.uniform(0.9, 1.1, count)
        self._supply = RackSupply(count, rng, options["generator"])
        self._drift = Drift(count, rng, tau_s=1800.0)
        self._plant = Drift(count, rng, tau_s=600.0)
        hours = HOURS_PER_YEAR * rng.uniform(*WORKED_YEARS, count)
        self._it_kwh = self._it_w * hours / 1000.0
        self._facility_kwh = YEARLY_PUE * self._it_kwh

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; the meters have batteries of their own."""
        live = self._supply.on_for_s(now, environment.grid) > 0
        work = environment.hall.work_ratio(now) * np.exp(0.01 * self._drift.step(dt_s))
        it_w = np.where(live, self._it_w * work, 0.0)
        facility_w = it_w * self._pue_ratio(now, dt_s, environment.hall)
        self._it_kwh = self._it_kwh + it_w * dt_s / 3.6e6
        self._facility_kwh = self._facility_kwh + facility_w * dt_s / 3.6e6
        with np.errstate(invalid="ignore"):  # no PUE without a server
            pue_ratio = facility_w / it_w
        return {
            "facility_power_w": facility_w,
            "it_power_w": it_w,
            "pue_ratio": pue_ratio,
            "facility_energy_kwh": self._facility_kwh,
            "it_energy_kwh": self._it_kwh,
            "outdoor_wet_bulb_c": self._wet_bulb_c(now, environment),
            "supply_state": self._supply_state(now, live, environment.grid),
        }

    def _pue_ratio(self, now: datetime, dt_s: float, hall: Hall) -> Floats:
        """Return the ratio of powers, which falls when cooling stops: no merit of the plant."""
        # Where a unit fails, the others take its heat over; only without any does cooling stop.
        cooled = bool(hall.cooling_works(now, PLACES).any())
        plant = 1.0 + 0.03 * self._plant.step(dt_s)
        ratio = interim_pue_ratio(hall.pue_ratio(now), cooled=cooled)
        return 1.0 + (ratio - 1.0) * np.clip(plant, 0.5, 1.5)

    def _wet_bulb_c(self, now: datetime, environment: SiteEnvironment) -> Floats:
        place = self._population
        air = environment.weather.air(now, elevation_m=place.elevation_m, exposure=place.exposure)
        return wet_bulb_c(air.temperature_c, air.relative_humidity_pct, air.pressure_hpa)

    def _supply_state(self, now: datetime, live: Booleans, grid: Grid) -> Floats:
        on_generator = self._supply.on_generator(now, grid)
        supplied = MAINS if grid.mains_on(now) else BATTERY
        return np.select(
            [~live, on_generator], [float(NOTHING), float(GENERATOR_SET)], float(supplied)
        )


KIND = Kind(
    name="hall_meter",
    family="datacentre",
    title="Hall meter",
    summary="Power and energy of a whole data hall and of its servers, and their ratio.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=60.0,
    model=HallMeters,
)
