"""An uninterruptible power supply with its batteries, as Network UPS Tools report it."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.grid import NOMINAL_HZ, Grid
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.processes import Booleans, Drift, Lag, Switching
from devices.physics.standby_power import GENERATOR, takeover_s
from devices.physics.ups_battery import UpsBattery
from devices.physics.ups_inverter import Changeover, efficiency_pct
from devices.schema import Kind, Limit, Option, Severity, gauge, settled, state

STATES = (
    "OL",
    "OL CHRG",
    "OL CHRG LB",
    "OL RB",
    "OL BYPASS",
    "OL OVER",
    "OB DISCHRG",
    "OB DISCHRG LB",
    "OFF",
)
LOW_BATTERY_PCT = 20.0
LOW_BATTERY_S = 300.0

FIELDS = (
    state(
        "ups_state",
        "State",
        *STATES,
        code="NUT ups.status",
        note="OL on line, OB on battery, CHRG charging, DISCHRG discharging, LB low battery, "
        "RB replace battery, OVER overload.",
    ),
    gauge(
        "load_pct",
        "Load",
        hard=(0, 200),
        typical=(20, 70),
        resolution=0.1,
        code="NUT ups.load",
    ),
    gauge(
        "battery_charge_pct",
        "Battery charge",
        hard=(0, 100),
        typical=(95, 100),
        resolution=0.1,
        code="NUT battery.charge",
    ),
    gauge(
        "battery_runtime_s",
        "Battery runtime",
        hard=(0, 86_400),
        typical=(600, 3_600),
        resolution=1,
        code="NUT battery.runtime",
        note="How long the charge lasts at the present load.",
    ),
    gauge(
        "battery_voltage_v",
        "Battery voltage",
        hard=(0, 900),
        typical=(530, 548),
        resolution=0.1,
        code="NUT battery.voltage",
        note="240 cells in series, kept at 2.25 V each.",
    ),
    gauge(
        "battery_temperature_c",
        "Battery temperature",
        hard=(-20, 80),
        typical=(20, 27),
        resolution=0.1,
        code="NUT battery.temperature",
    ),
    gauge(
        "input_voltage_v",
        "Input voltage",
        hard=(0, 500),
        typical=(210, 235),
        resolution=0.1,
        code="NUT input.voltage",
    ),
    gauge(
        "input_frequency_hz",
        "Input frequency",
        hard=(0, 70),
        typical=(49.9, 50.1),
        resolution=0.01,
        code="NUT input.frequency",
        note="Absent while there is no input voltage to measure it on.",
    ),
    gauge(
        "output_voltage_v",
        "Output voltage",
        hard=(0, 500),
        typical=(217.8, 222.2),
        resolution=0.1,
        code="NUT output.voltage",
    ),
    gauge(
        "efficiency_pct",
        "Efficiency",
        hard=(0, 100),
        typical=(92, 98),
        resolution=0.1,
        code="NUT ups.efficiency",
        note="Output ÷ input; falls below 20 % load.",
    ),
    gauge(
        "active_power_w",
        "Output power",
        hard=(0, 4_000_000),
        typical=(40_000, 140_000),
        resolution=10,
        code="NUT ups.realpower",
    ),
)

LIMITS = (
    Limit(
        field="ups_state",
        severity=Severity.WARNING,
        equals="OB DISCHRG",
        source="NUT ups.status: on battery",
    ),
    Limit(
        field="ups_state",
        severity=Severity.CRITICAL,
        equals="OB DISCHRG LB",
        source="NUT ups.status: battery nearly empty",
    ),
    Limit(
        field="ups_state",
        severity=Severity.CRITICAL,
        equals="OFF",
        source="NUT ups.status: the load is without power",
    ),
    Limit(
        field="ups_state",
        severity=Severity.WARNING,
        equals="OL BYPASS",
        source="NUT ups.status: the load is on raw mains",
    ),
    Limit(
        field="ups_state",
        severity=Severity.WARNING,
        equals="OL OVER",
        for_s=60,
        source="NUT ups.status: overloaded",
    ),
    Limit(
        field="ups_state",
        severity=Severity.WARNING,
        equals="OL RB",
        for_s=600,
        source="NUT ups.status: replace the battery",
    ),
    Limit(
        field="load_pct",
        severity=Severity.WARNING,
        above=80.0,
        clear=75.0,
        for_s=600,
        source="practice: 80 % of the rating",
    ),
    Limit(
        field="battery_runtime_s",
        severity=Severity.CRITICAL,
        below=LOW_BATTERY_S,
        clear=360.0,
        source="practice: five minutes to shut servers down in order",
    ),
    Limit(
        field="battery_temperature_c",
        severity=Severity.WARNING,
        above=30.0,
        clear=29.0,
        for_s=600,
        source="practice: 10 K above 25 °C halve a battery's life",
    ),
    Limit(
        field="battery_temperature_c",
        severity=Severity.CRITICAL,
        above=40.0,
        clear=38.0,
        for_s=60,
        source="practice: danger of thermal runaway",
    ),
    Limit(
        field="input_voltage_v",
        severity=Severity.WARNING,
        below=198.0,
        clear=200.0,
        for_s=60,
        source="GB/T 12325-2008: 220 V -10 %",
    ),
    Limit(
        field="input_voltage_v",
        severity=Severity.CRITICAL,
        below=176.0,
        clear=180.0,
        for_s=10,
        source="practice: 220 V -20 %, where a UPS turns to its batteries",
    ),
)

OPTIONS = {
    "rated_w": Option(meaning="rated output in W", default=200_000, hard=(1_000, 2_000_000)),
    "load_ratio": Option(meaning="mean load ÷ rated output", default=0.45, hard=(0.01, 1.2)),
    "full_load_s": Option(
        meaning="seconds that the batteries last at rated output", default=720, hard=(60, 14_400)
    ),
    "generator": GENERATOR,
}

OUTPUT_V = 220.0
RECHARGE_S = (5 * 3600.0, 9 * 3600.0)
ROOM_C = 22.5
ROOM_SHARE = 0.25  # of the hall's warming, that reaches the battery room
DISCHARGE_K = 6.0
BATTERY_LAG_S = 3 * 3600.0
BYPASS_S, BYPASS_DUTY = 7200.0, 3e-4  # maintenance
WEAK_S, WEAK_DUTY = 14 * 86_400.0, 4e-3  # until somebody brings a new battery
GENERATOR_V = 222.0


class UninterruptibleSupplies:
    """Supplies of one hall that share its load and see the same mains."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._place_ratio = population.place_ratio
        self._rated_w = options["rated_w"]
        self._share = options["load_ratio"] * rng.uniform(0.94, 1.06, count)
        self._battery = UpsBattery(
            options["full_load_s"] * rng.uniform(0.95, 1.05, count), rng.uniform(*RECHARGE_S, count)
        )
        self._changeover = Changeover(self._battery, takeover_s(count, rng, options["generator"]))
        self._offset_c = rng.normal(0.0, 0.5, count)
        self._input_offset_v = rng.normal(0.0, 0.6, count)
        self._output_v = OUTPUT_V * (1.0 + rng.normal(0.0, 0.0015, count))
        self._work = Drift(count, rng, tau_s=900.0)
        self._ripple = Drift(count, rng, tau_s=20.0)
        self._warmth = Lag(BATTERY_LAG_S)
        self._bypass = Switching(rng, BYPASS_S)
        self._weak = Switching(rng, WEAK_S)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; an outage between two steps is taken from the battery all the same."""
        work = environment.hall.work_ratio(now) * np.exp(0.02 * self._work.step(dt_s))
        wanted = self._share * work
        on_battery = self._changeover.step(now, dt_s, wanted, environment.grid)
        off = on_battery & (self._battery.charge_ratio <= 0.0)
        load_ratio = np.where(off, 0.0, wanted)
        never = np.zeros_like(load_ratio)
        bypass = self._bypass.step(dt_s, never + BYPASS_DUTY) & ~on_battery
        output_v = self._output_v + 0.15 * self._ripple.step(dt_s)
        input_v, input_hz = self._input(now, on_battery, environment.grid)
        return {
            "ups_state": self._state(dt_s, load_ratio, on_battery, bypass),
            "load_pct": 100.0 * load_ratio,
            "battery_charge_pct": 100.0 * self._battery.charge_ratio,
            "battery_runtime_s": self._battery.runtime_s(wanted),
            "battery_voltage_v": self._battery.voltage_v(load_ratio, on_battery),
            "battery_temperature_c": self._temperature_c(now, dt_s, on_battery & ~off, environment),
            "input_voltage_v": input_v,
            "input_frequency_hz": input_hz,
            "output_voltage_v": np.where(off, 0.0, np.where(bypass, input_v, output_v)),
            "efficiency_pct": efficiency_pct(load_ratio),
            "active_power_w": self._rated_w * load_ratio,
        }

    def _input(self, now: datetime, on_battery: Booleans, grid: Grid) -> tuple[Floats, Floats]:
        """Return voltage and frequency at the input: mains, generator, or nothing."""
        source_v, source_hz = GENERATOR_V, NOMINAL_HZ
        if grid.mains_on(now):
            source_v, source_hz = grid.voltage_v(now), grid.frequency_hz(now)
        input_v = np.where(on_battery, 0.0, source_v + self._input_offset_v)
        return input_v, np.where(on_battery, np.nan, source_hz)

    def _state(
        self, dt_s: float, load_ratio: Floats, on_battery: Booleans, bypass: Booleans
    ) -> Floats:
        """Return the state of each; the first of the conditions that holds decides."""
        charge_pct = 100.0 * self._battery.charge_ratio
        weak = self._weak.step(dt_s, np.full_like(load_ratio, WEAK_DUTY))
        low = (charge_pct <= LOW_BATTERY_PCT) | (
            self._battery.runtime_s(load_ratio) < LOW_BATTERY_S
        )
        decided = (
            (on_battery & (charge_pct <= 0.0), "OFF"),
            (on_battery & low, "OB DISCHRG LB"),
            (on_battery, "OB DISCHRG"),
            (bypass, "OL BYPASS"),
            (load_ratio > 1.0, "OL OVER"),
            ((charge_pct < 100.0) & low, "OL CHRG LB"),
            (charge_pct < 100.0, "OL CHRG"),
            (weak, "OL RB"),
        )
        codes = [float(STATES.index(word)) for _, word in decided]
        return np.select([condition for condition, _ in decided], codes, STATES.index("OL"))

    def _temperature_c(
        self, now: datetime, dt_s: float, discharging: Booleans, environment: SiteEnvironment
    ) -> Floats:
        supply_c = environment.hall.supply_temperature_c(now, self._place_ratio)
        room_c = ROOM_C + ROOM_SHARE * (supply_c - ROOM_C)
        return self._offset_c + self._warmth.step(dt_s, room_c + DISCHARGE_K * discharging)


KIND = Kind(
    name="ups",
    family="datacentre",
    title="UPS",
    summary="Uninterruptible power supply of a data hall, with its batteries.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=10.0,
    model=UninterruptibleSupplies,
)
