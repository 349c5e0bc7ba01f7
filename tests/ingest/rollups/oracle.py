"""The definitions of rollups, said once more in plain Python, one device and window at a time."""

import math
import statistics
from collections.abc import Sequence
from itertools import pairwise

from ingest.rollups.reach import longest_gap_ms, look_back_ms
from ingest.rollups.tiers import device_measurement, site_measurement
from tests.ingest.rollups.runs import MAST, TIERS, Found, Reading, Row

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
    inside = [reading for reading in series if start_ms <= reading.ts_ms < end_ms]
    return {
        **gauge("power_w", [r.power_w for r in inside if r.power_w is not None]),
        **gauge("frost_c", [r.frost_c for r in inside if r.frost_c is not None]),
        **wind([r.wind_direction_deg for r in inside if r.wind_direction_deg is not None]),
        **energy(series, start_ms, end_ms),
        **mode(series, start_ms, end_ms),
        **door([(r.ts_ms, str(r.door_open)) for r in series if r.door_open is not None],
               start_ms, end_ms),
    }  # fmt: skip


def gauge(name: str, values: Sequence[float]) -> Row:
    if not values:
        return {}
    return {
        f"{name}_mean": statistics.fmean(values),
        f"{name}_min": min(values),
        f"{name}_max": max(values),
        f"{name}_count": len(values),
    }


def wind(values: Sequence[float]) -> Row:
    count: Row = {"wind_direction_deg_count": len(values)}
    return {**count, **direction(values)} if values else {}


def mode(series: Sequence[Reading], start_ms: int, end_ms: int) -> Row:
    said = [(r.ts_ms, r.mode) for r in series if r.mode is not None]
    held = held_s(said, start_ms, end_ms)
    row: Row = {f"mode_{word}_s": held.get(key, 0.0) for key, word in WORDS.items() if held}
    inside = [word for ts_ms, word in said if start_ms <= ts_ms < end_ms]
    return {**row, "mode_last": inside[-1]} if inside else row


def door(said: Sequence[tuple[int, str]], start_ms: int, end_ms: int) -> Row:
    held = held_s(said, start_ms, end_ms)
    return {"door_open_ratio": held.get("True", 0.0) / sum(held.values())} if held else {}


def direction(degrees: Sequence[float]) -> Row:
    north = statistics.fmean(math.cos(math.radians(value)) for value in degrees)
    east = statistics.fmean(math.sin(math.radians(value)) for value in degrees)
    if math.hypot(north, east) < 1e-6:
        return {}
    return {"wind_direction_deg_mean": math.degrees(math.atan2(east, north)) % 360}


def energy(series: Sequence[Reading], start_ms: int, end_ms: int) -> Row:
    registers = [(r.ts_ms, r.energy_kwh) for r in series if r.energy_kwh is not None]
    inside = [register for ts_ms, register in registers if start_ms <= ts_ms < end_ms]
    if not inside:
        return {}
    gained = math.fsum(
        gain(old, new, ts_ms - before_ms)
        for (before_ms, old), (ts_ms, new) in pairwise(registers)
        if start_ms <= ts_ms < end_ms
    )
    return {"energy_kwh_increase": max(gained, 0.0), "energy_kwh_last": inside[-1]}


def gain(old: float, new: float, elapsed_ms: int) -> float:
    if elapsed_ms > look_back_ms(MAST):
        return 0.0
    most = max(MOST_KW * (elapsed_ms / 3.6e6 + INTERVAL_H), 10 * RESOLUTION_KWH)
    step = (new - old) % 100
    if 100 - step <= RESOLUTION_KWH + 1e-9:
        return step - 100
    if step <= most + 1e-9:
        return step
    return new if new < old and new <= most + 1e-9 else 0.0


def held_s(said: Sequence[tuple[int, str]], start_ms: int, end_ms: int) -> dict[str, float]:
    """Return for how long in a window each word held, where any did."""
    held: dict[str, float] = {}
    for (ts_ms, word), (until_ms, _) in pairwise([*said, (end_ms, "")]):
        last_ms = min(until_ms, ts_ms + longest_gap_ms(MAST), end_ms)
        lasted_ms = last_ms - max(ts_ms, start_ms)
        if lasted_ms > 0:
            held[word] = held.get(word, 0.0) + lasted_ms / 1000
    return held


def numbers(rows: Sequence[Row], name: str) -> list[float]:
    return sorted(float(row[name]) for row in rows if name in row)


def site_row(rows: Sequence[Row]) -> Row:
    """Return what a window says of a site, from the rows of its devices."""
    site: Row = {"devices_count": len(rows)}
    for name in ("power_w", "frost_c"):
        if means := numbers(rows, f"{name}_mean"):
            site[f"{name}_mean"] = statistics.fmean(means)
            site[f"{name}_min"], site[f"{name}_max"] = means[0], means[-1]
            for share in (5, 50, 95):
                site[f"{name}_p{share:02}"] = percentile(means, share / 100)
    if means := numbers(rows, "power_w_mean"):
        site["power_w_sum"] = math.fsum(means)
    if directions := numbers(rows, "wind_direction_deg_mean"):
        site.update(direction(directions))
    if gains := numbers(rows, "energy_kwh_increase"):
        site["energy_kwh_increase"] = math.fsum(gains)
    return site


def percentile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = ordered[math.floor(place)]
    return below + (ordered[math.ceil(place)] - below) * (place % 1)
