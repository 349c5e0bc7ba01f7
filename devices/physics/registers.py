"""Registers: what flowed, added up."""

from devices.arrays import Floats

KWH_PER_WS = 1.0 / 3.6e6
M3_PER_M3H_S = 1.0 / 3600.0
M3_PER_LPM_S = 1.0 / 60_000.0


class Register:
    """The totals of n counters, kept in double precision.

    A register that rounded at every step would stand still at low load: 5 W for a second are a
    seven-thousandth of the 0.01 kWh that a meter shows. Rounding, and rolling over at the
    modulus, is the business of `devices.readings.finish`.

    Args:
        start: What the counters show at the beginning, shape (n,).
        per_flow_s: Counted for each second of a flow of 1: `KWH_PER_WS` for watts.
    """

    def __init__(self, start: Floats, per_flow_s: float) -> None:
        self._per_flow_s = per_flow_s
        self._total = start

    @property
    def total(self) -> Floats:
        """What has been counted, shape (n,)."""
        return self._total

    def step(self, dt_s: float, flow: Floats) -> Floats:
        """Return the totals after `dt_s` of this flow; what flows backwards does not count."""
        self._total = self._total + flow.clip(0.0) * (dt_s * self._per_flow_s)
        return self._total


class EnergyRegisters:
    """The import and export registers of n meters, in kWh.

    Args:
        import_kwh: What they show at the beginning, shape (n,).
        export_kwh: Likewise for what is fed into the grid.
    """

    def __init__(self, import_kwh: Floats, export_kwh: Floats) -> None:
        self._import = Register(import_kwh, KWH_PER_WS)
        self._export = Register(export_kwh, KWH_PER_WS)

    def step(self, dt_s: float, active_w: Floats) -> None:
        """Register `dt_s` of this power; positive is import, negative export."""
        self._import.step(dt_s, active_w)
        self._export.step(dt_s, -active_w)

    def fields(self) -> dict[str, Floats]:
        """Return both registers by the name of their field."""
        return {
            "energy_import_kwh": self._import.total,
            "energy_export_kwh": self._export.total,
        }
