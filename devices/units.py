"""Unit suffixes of field names, and the symbols they stand for.

A field is named `quantity[_qualifier]_suffix`; one suffix is one unit, so the name alone says
what a number means and no reading carries its unit along.
"""

UNIT_OF_SUFFIX = {
    "a": "A",
    "bar": "bar",
    "bps": "bit/s",
    "c": "°C",
    "cm": "cm",
    "count": "",
    "dbm": "dBm",
    "deg": "°",
    "hpa": "hPa",
    "hz": "Hz",
    "index": "",
    "kn": "kN",
    "kvarh": "kvar·h",
    "kwh": "kWh",
    "lpm": "l/min",
    "lps": "l/s",
    "lux": "lx",
    "m": "m",
    "m3": "m³",
    "m3h": "m³/h",
    "mm": "mm",
    "mps": "m/s",
    "pa": "Pa",
    "pct": "%",
    "ratio": "",
    "rpm": "1/min",
    "s": "s",
    "step": "",
    "total": "",
    "ugm3": "µg/m³",
    "v": "V",
    "va": "VA",
    "var": "var",
    "w": "W",
    "wm2": "W/m²",
}

SUFFIXES_THAT_ADD_UP = frozenset(
    {"bps", "count", "kvarh", "kwh", "lpm", "lps", "m3", "m3h", "va", "var", "w"}
)
"""Of gauges whose sum over devices means something: powers, flows, stocks and numbers of things."""

RATES_PER_H = {
    "kwh": {"w": 1e-3},
    "kvarh": {"var": 1e-3},
    "m3": {"m3h": 1.0, "lpm": 0.06, "lps": 3.6},
}
"""By a counter's suffix: what one of a gauge's unit, held for an hour, adds to the counter."""


def unit_of(field_name: str) -> str | None:
    """Return the unit symbol of a field by the suffix of its name.

    Dimensionless suffixes (`_ratio`, `_total`, …) and the power factor give an empty string;
    a name without a known suffix gives None.
    """
    if field_name == "power_factor":
        return ""
    return UNIT_OF_SUFFIX.get(field_name.rpartition("_")[2])


def adds_up(field_name: str) -> bool:
    """Tell whether the sum of this gauge over the devices of a site means something."""
    return field_name.rpartition("_")[2] in SUFFIXES_THAT_ADD_UP


def per_hour(counter_name: str, gauge_name: str) -> float | None:
    """Return what one unit of a gauge, held for an hour, adds to a counter of the same flow.

    None where the gauge's unit is not the counter's by time.
    """
    rates = RATES_PER_H.get(counter_name.rpartition("_")[2], {})
    return rates.get(gauge_name.rpartition("_")[2])
