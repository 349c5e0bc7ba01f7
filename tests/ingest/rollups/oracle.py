"""The definitions of rollups, said once more in plain Python, one device and window at a time."""

import math
import statistics
from collections.abc import Sequence

from ingest.rollups.reach import longest_gap_ms, look_back_ms
from ingest.rollups.tiers import device_measurement, site_measurement
from tests.ingest.rollups.runs import MAST, TIERS, Found, Reading, Row

POWER, WIND, ENERGY, MODE, DOOR, FROST = range(6)
WORDS = {"off": "off", "on": "on", "OL CHRG": "ol_chrg"}
MOST_KW = 5.5  # 5,000 W and a tenth to spare
RESOLUTION_KWH = 0.01
INTERVAL_H = MAST.interval_s / 3600


def rollups(readings: Sequence[Reading]) -> Found:
    """Return every row; no device has two readings of one moment."""
    found: Found = {}
    devices = sorted({(reading.site, reading.device) for reading in readings})
    for length_ms, suffix in zip(TIERS.lengths_ms, TIERS.suffixes, strict=True):
        starts = {reading.ts_ms // length_ms * length_ms for reading in readings}
        for start_ms in starts:
            rows = {}
            for site, device in devices:
                series = sorted(
                    (r for r in readings if (r.site, r.device) == (site, device)),
                    key=lambda r: r.ts_ms,
                )
                if any(start_ms <= r.ts_ms < start_ms + length_ms for r in series):
                    rows[site, device] = device_row(series, start_ms, start_ms + length_ms)
            for identity, row in rows.items():
                found[device_measurement("mast", suffix), identity, start_ms] = row
            for site in {site for site, _ in rows}:
                of_site = [row for (where, _), row in rows.items() if where == site]
                found[site_measurement("mast", suffix), (site,), start_ms] = site_row(of_site)
    return found


def device_row(series: Sequence[Reading], start_ms: int, end_ms: int) -> Row:
    """Return what a window says of one device, whose readings come in order of time."""
    inside = [reading.values for reading in series if start_ms <= reading.ts_ms < end_ms]
    row: Row = {}
    for field, name in ((POWER, "power_w"), (FROST, "frost_c")):
        if present := [values[field] for values in inside if values[field] is not None]:
            row[f"{name}_mean"] = statistics.fmean(present)
            row[f"{name}_min"], row[f"{name}_max"] = min(present), max(present)
            row[f"{name}_count"] = len(present)
    if present := [values[WIND] for values in inside if values[WIND] is not None]:
        row["wind_direction_deg_count"] = len(present)
        row.update(direction(present))
    row.update(energy(series, start_ms, end_ms))
    held = held_s(series, MODE, start_ms, end_ms)
    if held:
        row.update({f"mode_{word}_s": held.get(key, 0.0) for key, word in WORDS.items()})
    if present := [values[MODE] for values in inside if values[MODE] is not None]:
        row["mode_last"] = present[-1]
    held = held_s(series, DOOR, start_ms, end_ms)
    if held:
        row["door_open_ratio"] = held.get(True, 0.0) / sum(held.values())
    return row


def direction(degrees: Sequence[float]) -> Row:
    north = statistics.fmean(math.cos(math.radians(value)) for value in degrees)
    east = statistics.fmean(math.sin(math.radians(value)) for value in degrees)
    if math.hypot(north, east) < 1e-6:
        return {}
    return {"wind_direction_deg_mean": math.degrees(math.atan2(east, north)) % 360}


def known(series: Sequence[Reading], field: int) -> list[Reading]:
    return [reading for reading in series if reading.values[field] is not None]


def energy(series: Sequence[Reading], start_ms: int, end_ms: int) -> Row:
    gained, last, before = 0.0, None, None
    for reading in known(series, ENERGY):
        if start_ms <= reading.ts_ms < end_ms:
            last = reading.values[ENERGY]
            gained += gain(before, reading) if before else 0.0
        before = reading
    if last is None:
        return {}
    return {"energy_kwh_increase": max(gained, 0.0), "energy_kwh_last": last}


def gain(before: Reading, after: Reading) -> float:
    elapsed_ms = after.ts_ms - before.ts_ms
    if elapsed_ms > look_back_ms(MAST):
        return 0.0
    old, new = before.values[ENERGY], after.values[ENERGY]
    most = max(MOST_KW * (elapsed_ms / 3.6e6 + INTERVAL_H), 10 * RESOLUTION_KWH)
    step = (new - old) % 100
    if 100 - step <= RESOLUTION_KWH + 1e-9:
        return step - 100
    if step <= most + 1e-9:
        return step
    return new if new < old and new <= most + 1e-9 else 0.0


def held_s(
    series: Sequence[Reading], field: int, start_ms: int, end_ms: int
) -> dict[object, float]:
    """Return for how long in a window each word held, where any did."""
    held: dict[object, float] = {}
    present = known(series, field)
    for place, reading in enumerate(present):
        until_ms = reading.ts_ms + longest_gap_ms(MAST)
        if place + 1 < len(present):
            until_ms = min(until_ms, present[place + 1].ts_ms)
        lasted_ms = min(until_ms, end_ms) - max(reading.ts_ms, start_ms)
        if lasted_ms > 0:
            word = reading.values[field]
            held[word] = held.get(word, 0.0) + lasted_ms / 1000
    return held


def site_row(rows: Sequence[Row]) -> Row:
    """Return what a window says of a site, from the rows of its devices."""
    site: Row = {"devices_count": len(rows)}
    for name, adds_up in (("power_w", True), ("frost_c", False)):
        if means := sorted(row[f"{name}_mean"] for row in rows if f"{name}_mean" in row):
            site[f"{name}_mean"] = statistics.fmean(means)
            site[f"{name}_min"], site[f"{name}_max"] = means[0], means[-1]
            for share in (5, 50, 95):
                site[f"{name}_p{share:02}"] = percentile(means, share / 100)
            if adds_up:
                site[f"{name}_sum"] = math.fsum(means)
    key = "wind_direction_deg_mean"
    if directions := [row[key] for row in rows if key in row]:
        site.update(direction(directions))
    key = "energy_kwh_increase"
    if gains := [row[key] for row in rows if key in row]:
        site[key] = math.fsum(gains)
    return site


def percentile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = ordered[math.floor(place)]
    return below + (ordered[math.ceil(place)] - below) * (place % 1)
