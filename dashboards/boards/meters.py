"""Meters: how do the homes of a community draw electricity, gas and water?"""

from dashboards.asking.links import METERS_UID, REGION_UID, to_device
from dashboards.asking.looks import none_is_good
from dashboards.asking.panels import HALF, PERCENTILES, QUARTER, areas, line, lines, ranking, stat
from dashboards.asking.subject import Subject
from dashboards.asking.variables import site_of
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.panel import Panel
from dashboards.model.query import Function
from devices.schema import Severity

DAY_S = 86_400.0
TO_HOME = to_device("smart_meter")


def board(facts: Facts) -> Board:
    """Return the board of a community."""
    homes, gas, water = map(facts.about, ("smart_meter", "gas_meter", "water_meter"))
    return Board(
        uid=METERS_UID,
        title="Meters",
        question="How do the homes draw electricity, gas and water, and is their supply good?",
        sections=(
            Section(title="Now", panels=_now(homes, water)),
            Section(title="Load, compared", panels=_load(homes)),
            Section(title="Quality of supply", panels=_supply(homes)),
            Section(title="Homes that stand out", panels=_homes(homes)),
            Section(title="Gas and water", panels=_flows(gas, water)),
        ),
        variables=(site_of(homes),),
        hours=24.0,
        refresh_s=60,
        up=REGION_UID,
    )


def _now(homes: Subject, water: Subject) -> tuple[Panel, ...]:
    power = homes.look("active_power_w", limits=False)
    return (
        stat(
            "Power",
            "What all homes draw together; below 0 they feed the grid.",
            line(homes.site("active_power_w", "sum"), "all homes"),
            look=power,
            width=QUARTER,
        ),
        stat(
            "Energy drawn",
            "What the registers of all homes have counted in the time shown.",
            line(homes.site("energy_import_kwh", "increase", over_time=False), "all homes"),
            look=homes.look("energy_import_kwh"),
            width=QUARTER,
        ),
        stat(
            "Power failures",
            "Counted by the meters in the time shown, one for each home and failure.",
            line(homes.site("power_failures_total", "increase", over_time=False), "failures"),
            look=none_is_good(Severity.WARNING),
            width=QUARTER,
        ),
        stat(
            "Water leaks",
            "Homes where water has not stood still for a day. Tell them; a tap or a cistern runs.",
            line(water.site("leak_detected", "true_count", function=Function.LAST), "homes"),
            look=none_is_good(Severity.WARNING),
            width=QUARTER,
        ),
    )


def _load(homes: Subject) -> tuple[Panel, ...]:
    return tuple(
        lines(
            title,
            "Power of all homes together. The evening peak, the night's valley and the noon dip of "
            f"solar roofs are ordinary; compare {what}.",
            line(homes.site("active_power_w", "sum"), "all homes"),
            look=homes.look("active_power_w", limits=False),
            shift_s=shift_s,
        )
        for title, what, shift_s in (
            ("Load", "it with the panels beside", 0.0),
            ("Load a day earlier", "days of the same weather", DAY_S),
            ("Load a week earlier", "the same day of the week", 7 * DAY_S),
        )
    )


def _supply(homes: Subject) -> tuple[Panel, ...]:
    return (
        lines(
            "Voltage of the homes",
            "Where 90 % of the homes lie. Lines are the legal band; low voltage in the evening is "
            "an overloaded feeder, high voltage at noon are solar roofs.",
            line(homes.site("voltage_l1_v", "p05", "p50", "p95")),
            look=homes.look("voltage_l1_v"),
            headings=PERCENTILES,
        ),
        lines(
            "Frequency",
            "The same in the whole grid. It falls while generation is short; lines are the legal "
            "band.",
            line(homes.site("frequency_hz", "p50"), "grid"),
            look=homes.look("frequency_hz"),
        ),
        lines(
            "Outages",
            "Homes whose meter said a last gasp, and failures counted when the power came back. "
            "Many at one moment are an outage, single ones a fuse.",
            line(homes.site("last_gasp", "true_count"), "last gasps"),
            line(homes.site("power_failures_total", "increase"), "failures counted"),
            look=homes.look("power_failures_total"),
        ),
    )


def _homes(homes: Subject) -> tuple[Panel, ...]:
    power = homes.look("active_power_w", limits=False)
    return (
        ranking(
            "Top consumers",
            "Homes with the highest mean power in the time shown. Click one to see its day.",
            line(homes.ranking("active_power_w", "mean"), "{device}"),
            look=power,
            link=TO_HOME,
            width=HALF,
        ),
        ranking(
            "Reverse power",
            "Homes with the lowest mean power; those below 0 feed more than they draw.",
            line(homes.ranking("active_power_w", "mean", least=True), "{device}"),
            look=power,
            link=TO_HOME,
            width=HALF,
        ),
    )


def _flows(gas: Subject, water: Subject) -> tuple[Panel, ...]:
    return (
        areas(
            "Gas flow",
            "All homes together; boilers and stoves. What is left at night is heating, and leaks.",
            line(gas.site("gas_flow_m3h", "sum"), "all homes"),
            look=gas.look("gas_flow_m3h", limits=False),
            width=QUARTER,
        ),
        _least(
            gas,
            "gas_flow_m3h",
            "Least gas flow by home",
            "The lowest flow of the time shown, by home. Over a day, anything above the line never "
            "stopped: smell, ventilate, close the valve.",
        ),
        areas(
            "Water flow",
            "All homes together. Its minimum, at night, is what leaks.",
            line(water.site("water_flow_lpm", "sum"), "all homes"),
            look=water.look("water_flow_lpm", limits=False),
            width=QUARTER,
        ),
        _least(
            water,
            "water_flow_lpm",
            "Least water flow by home",
            "The lowest flow of the time shown, by home. Over a night, anything but 0 is a leak.",
        ),
    )


def _least(meters: Subject, field: str, title: str, description: str) -> Panel:
    return ranking(
        title,
        description,
        line(meters.ranking(field, "min"), "{device}"),
        look=meters.look(field),
        link=to_device(meters.kind.name),
        width=QUARTER,
    )
