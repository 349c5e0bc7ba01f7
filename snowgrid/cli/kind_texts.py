"""How ranges, limits and intervals of a kind are put into words, on the screen as in the docs."""

from devices.schema import Limit


def condition(limit: Limit, unit: str) -> str:
    """Return when a limit fires and clears: `> 27 °C for 10 min, clears at 26`."""
    if limit.above is not None:
        text = f"> {number(limit.above)} {unit}".rstrip()
    elif limit.below is not None:
        text = f"< {number(limit.below)} {unit}".rstrip()
    else:
        text = f"= {limit.equals}"
    if limit.for_s:
        text += f" for {duration(limit.for_s)}"
    if limit.clear is not None:
        text += f", clears at {number(limit.clear)}"
    return text


def value_range(bounds: tuple[float, float]) -> str:
    """Return `0…500`."""
    return f"{number(bounds[0])}…{number(bounds[1])}"


def number(value: float) -> str:
    """Return a number with thousands apart and no zeros that say nothing."""
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def duration(seconds: float) -> str:
    """Return seconds in the largest unit that they are a whole number of: `10 min`."""
    for unit, length_s in (("h", 3600), ("min", 60)):
        if seconds > length_s and seconds % length_s == 0:
            return f"{number(seconds / length_s)} {unit}"
    return f"{number(seconds)} s"


def short_duration(seconds: float) -> str:
    """Return an age in one or two units: `45 s`, `12 min`, `3 h 05 min`, `2 d 4 h`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days} d {hour} h"
    if hours:
        return f"{hours} h {minute:02} min"
    return f"{minutes} min" if minutes else f"{second} s"
