"""A wind turbine of a wind farm."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.environment.weather import Air
from devices.model import Population
from devices.physics.processes import Drift, Lag
from devices.physics.supply import supplied_for_s
from devices.physics.turbine_control import (
    RUNNING,
    STARTING,
    STATES,
    States,
    TurbineControllers,
)
from devices.physics.wind_power import (
    FEATHERED_DEG,
    density_kgm3,
    hub_wind_mps,
    power_ratio,
    rotor_radius_m,
    running_pitch_deg,
    running_rpm,
)
from devices.physics.yaw import Yaw
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

FIELDS = (
    state(
        "turbine_state",
        "State",
        *STATES,
        code="IEC 61400-25 WTUR.TurSt",
        note="Standby waits for wind, storm-stop for the storm to pass, grid-stop for the mains.",
    ),
    gauge(
        "active_power_w",
        "Active power",
        hard=(-400_000, 8_800_000),
        typical=(-15_000, 2_600_000),
        resolution=1000,
        code="IEC 61400-25 WTUR.W",
        note="Positive feeds the grid; a standing turbine draws some kilowatts.",
    ),
    gauge(
        "wind_speed_mps",
        "Wind speed",
        hard=(0, 75),
        typical=(0, 20),
        resolution=0.1,
        code="IEC 61400-25 WNAC.WdSpd",
        note="At the nacelle.",
    ),
    gauge(
        "rotor_rpm",
        "Rotor speed",
        hard=(0, 30),
        typical=(0, 14),
        resolution=0.01,
        code="IEC 61400-25 WROT.RotSpd",
    ),
    gauge(
        "pitch_deg",
        "Blade angle",
        hard=(-5, 95),
        typical=(0, 90),
        resolution=0.1,
        code="IEC 61400-25 WROT.PtAngValBl1",
        note="0 takes all of the wind, about 88 none.",
    ),
    gauge(
        "nacelle_direction_deg",
        "Nacelle direction",
        hard=(0, 360),
        resolution=1,
        circular=True,
        code="IEC 61400-25 WYAW.YwAng",
    ),
    gauge(
        "gearbox_oil_temperature_c",
        "Gearbox oil temperature",
        hard=(-40, 120),
        typical=(5, 72),
        resolution=0.1,
        code="IEC 61400-25 WTRM.GbxOilTmp",
    ),
    counter(
        "energy_export_kwh",
        "Energy exported",
        modulus=1_000_000_000,
        resolution=1,
        code="IEC 61400-25 WTUR.TotWh",
    ),
)

LIMITS = (
    Limit(
        field="turbine_state",
        severity=Severity.WARNING,
        equals="fault",
        for_s=1800,
        source="practice: a fault that remote resets do not clear wants a visit",
    ),
    Limit(
        field="gearbox_oil_temperature_c",
        severity=Severity.WARNING,
        above=75.0,
        clear=72.0,
        for_s=600,
        source="practice: turbines derate from 75 °C",
    ),
    Limit(
        field="gearbox_oil_temperature_c",
        severity=Severity.CRITICAL,
        above=80.0,
        clear=75.0,
        for_s=60,
        source="practice: turbines trip at 80 °C",
    ),
    Limit(
        field="wind_speed_mps",
        severity=Severity.WARNING,
        above=25.0,
        clear=22.0,
        for_s=60,
        source="practice: cut-out wind of class II and III turbines",
    ),
    Limit(
        field="rotor_rpm",
        severity=Severity.CRITICAL,
        above=18.0,
        clear=16.0,
        source="practice: overspeed, a quarter above the rating",
    ),
)

OPTIONS = {
    "rated_w": Option(
        meaning="rated power of a turbine, W", default=2_600_000.0, hard=(1_500_000, 8_000_000)
    ),
    "hub_height_m": Option(
        meaning="height of the hub above ground, m", default=85.0, hard=(40, 200)
    ),
}

WAKE = (0.88, 1.03)  # what the farm's others and the ground leave of the site's wind
TURBULENCE = 0.11
TURBULENCE_S = 60.0
WANDERING_DEG, WANDERING_S = 6.0, 900.0
VANE_DEG = 2.0

STANDBY_RATIO = 0.004  # of the rating, for heaters, pumps and yaw drives
SPIN_UP_S, PITCHING_S = 25.0, 10.0
STARTING_PITCH_DEG = 25.0
IDLING_RPM_PER_MPS, FASTEST_IDLING_RPM = 0.12, 1.2
WORTH_A_TURN_MPS = 2.0

OIL_S = 5400.0
OIL_RUNNING_C, OIL_LOAD_K = 46.0, 16.0
OIL_HEATED_C = 12.0  # a heater keeps a standing gearbox ready to start
NACELLE_WARMER_K = 6.0


class WindTurbines:
    """Turbines of one farm: the wind of the site, each with its own wake and turbulence."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._rated_w = options["rated_w"]
        self._hub_m = options["hub_height_m"]
        self._radius_m = rotor_radius_m(self._rated_w)
        self._wake = rng.uniform(*WAKE, count)
        self._turbulence = Drift(count, rng, tau_s=TURBULENCE_S)
        self._wandering = Drift(count, rng, tau_s=WANDERING_S)
        self._controllers = TurbineControllers(count, rng)
        self._yaw = Yaw(rng.normal(0.0, VANE_DEG, count))
        self._rotor = Lag(tau_s=SPIN_UP_S)
        self._blades = Lag(tau_s=PITCHING_S)
        self._oil = Lag(tau_s=OIL_S)
        self._export_kwh = self._rated_w / 1000.0 * rng.uniform(1_000.0, 15_000.0, count)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; a turbine's controller has a battery and reports in an outage, too."""
        place = self._population
        air = environment.weather.air(now, elevation_m=place.elevation_m, exposure=place.exposure)
        inversion = environment.weather.sky(now).inversion
        wind_mps = self._wind_mps(dt_s, air, inversion)
        supplied_s = supplied_for_s(environment.grid, now)
        states = self._controllers.step(dt_s, wind_mps, supplied_s)
        power_w = self._power_w(states, wind_mps, density_kgm3(air), on=supplied_s >= 0)
        self._export_kwh = self._export_kwh + np.maximum(power_w, 0.0) * dt_s / 3.6e6
        from_deg = air.wind_direction_deg + WANDERING_DEG * self._wandering.step(dt_s)
        can_turn = (wind_mps > WORTH_A_TURN_MPS) & (supplied_s >= 0)
        return {
            "turbine_state": states.astype(np.float64),
            "active_power_w": power_w,
            "wind_speed_mps": wind_mps,
            **self._blades_and_rotor(dt_s, states, wind_mps),
            "nacelle_direction_deg": self._yaw.step(dt_s, from_deg, can_turn),
            "gearbox_oil_temperature_c": self._oil_c(dt_s, states, power_w, air.temperature_c),
            "energy_export_kwh": self._export_kwh,
        }

    def _wind_mps(self, dt_s: float, air: Air, inversion: float) -> Floats:
        mean_mps = hub_wind_mps(
            air,
            height_m=self._hub_m,
            exposure=self._population.exposure,
            inversion=inversion,
        )
        calmer = TURBULENCE * (1.0 - 0.6 * inversion)
        gusts = np.clip(self._turbulence.step(dt_s), -3.0, 3.0)
        return mean_mps * self._wake * (1.0 + calmer * gusts)

    def _power_w(self, states: States, wind_mps: Floats, density: Floats, *, on: bool) -> Floats:
        used_w = STANDBY_RATIO * self._rated_w if on else 0.0
        made_w = self._rated_w * power_ratio(wind_mps, density)
        return np.where(states == RUNNING, made_w, -used_w)

    def _blades_and_rotor(self, dt_s: float, states: States, wind_mps: Floats) -> dict[str, Floats]:
        running, starting = states == RUNNING, states == STARTING
        idling_rpm = np.minimum(IDLING_RPM_PER_MPS * wind_mps, FASTEST_IDLING_RPM)
        full_rpm = running_rpm(wind_mps, self._radius_m)
        target_rpm = np.where(running, full_rpm, np.where(starting, 0.5 * full_rpm, idling_rpm))
        target_deg = np.select(
            [running, starting], [running_pitch_deg(wind_mps), STARTING_PITCH_DEG], FEATHERED_DEG
        )
        return {
            "rotor_rpm": self._rotor.step(dt_s, target_rpm),
            "pitch_deg": self._blades.step(dt_s, target_deg),
        }

    def _oil_c(self, dt_s: float, states: States, power_w: Floats, air_c: Floats) -> Floats:
        running_c = OIL_RUNNING_C + OIL_LOAD_K * power_w / self._rated_w + 0.15 * (air_c - 10.0)
        standing_c = np.maximum(air_c + NACELLE_WARMER_K, OIL_HEATED_C)
        return self._oil.step(dt_s, np.where(states == RUNNING, running_c, standing_c))


KIND = Kind(
    name="wind_turbine",
    family="meters",
    title="Wind turbine",
    summary="Pitch-controlled wind turbine of a wind farm, with its own wake and turbulence.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=10.0,
    model=WindTurbines,
)
