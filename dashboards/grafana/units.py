"""Units as Grafana calls them.

Ids from Grafana's list of value formats, of version 11 and later; where it has none, a custom unit
says what stands behind the number. Of lengths it knows millimetres and metres but no centimetres,
of flows litres in a minute but no cubic metres in an hour.
"""

UNIT_IDS = {
    "": "locale",
    "%": "percent",
    "/s": "cps",
    "1/min": "rotrpm",
    "A": "amp",
    "B": "bytes",
    "Hz": "hertz",
    "Pa": "pressurepa",
    "V": "volt",
    "VA": "voltamp",
    "W": "watt",
    "W/m²": "Wm2",
    "bar": "pressurebar",
    "bit/s": "bps",
    "cm": "suffix: cm",
    "dBm": "dBm",
    "hPa": "pressurehpa",
    "kN": "forcekN",
    "kWh": "kwatth",
    "kvar·h": "suffix: kvar·h",
    "l/min": "flowlpm",
    "l/s": "suffix: l/s",
    "lx": "lux",
    "m": "lengthm",
    "m/s": "velocityms",
    "mm": "lengthmm",
    "ms": "ms",
    "m³": "m3",
    "m³/h": "suffix: m³/h",
    "s": "s",
    "var": "voltampreact",
    "°": "degree",
    "°C": "celsius",
    "µg/m³": "conμgm3",
}


def unit_id(symbol: str) -> str:
    """Return the id of a unit by its symbol.

    Raises:
        ValueError: No board has shown this unit before; add it to `UNIT_IDS`.
    """
    if symbol not in UNIT_IDS:
        raise ValueError(f"unit {symbol!r}: what does Grafana call it? Add it to UNIT_IDS")
    return UNIT_IDS[symbol]
