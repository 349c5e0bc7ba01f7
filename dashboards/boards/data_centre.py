"""Data centre: is it cool and powered, and what does that cost?"""

from dashboards.asking.links import DATA_CENTRE_UID, REGION_UID, to_device, to_devices
from dashboards.asking.looks import none_is_good
from dashboards.asking.panels import (
    HALF,
    PERCENTILES,
    QUARTER,
    areas,
    heat_map,
    line,
    lines,
    ranking,
    stat,
    timeline,
)
from dashboards.asking.subject import Subject
from dashboards.asking.variables import site_of
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.panel import Panel
from dashboards.model.query import Function
from devices.schema import Severity

TO_RACK = to_device("rack_sensor")


def board(facts: Facts) -> Board:
    """Return the board of a data hall."""
    racks, hall = facts.about("rack_sensor"), facts.about("hall_meter")
    units, ups = facts.about("cooling_unit"), facts.about("ups")
    return Board(
        uid=DATA_CENTRE_UID,
        title="Data centre",
        question="Is the hall cool and powered, and what does that cost?",
        sections=(
            Section(title="Now", panels=_now(racks, hall)),
            Section(title="Inlet temperature", panels=_inlets(racks)),
            Section(title="Cooling", panels=(*_cooling(units), _efficiency(hall))),
            Section(title="Power", panels=(*_ups(ups), *_racks_power(facts.about("pdu")))),
            Section(title="Servers", panels=_servers(facts.about("server"), hall)),
        ),
        variables=(site_of(racks),),
        up=REGION_UID,
    )


def _now(racks: Subject, hall: Subject) -> tuple[Panel, ...]:
    return (
        stat(
            "Hottest inlet",
            "Of all racks. Orange is beyond what ASHRAE recommends, red beyond what it allows.",
            line(racks.site("inlet_temperature_c", "max"), "hottest"),
            look=racks.look("inlet_temperature_c"),
            width=QUARTER,
        ),
        stat(
            "Supply",
            "What carries the servers: the mains, else batteries for minutes, or the generator.",
            line(hall.device("supply_state", "last"), "{device}"),
            look=hall.state_look("supply_state"),
            width=QUARTER,
        ),
        stat(
            "Power of the servers",
            "Measured behind the rack PDUs.",
            line(hall.site("it_power_w", "sum"), "servers"),
            look=hall.look("it_power_w", limits=False),
            width=QUARTER,
        ),
        stat(
            "Leaks",
            "Racks that report water under the floor. Anything but 0: go there now.",
            line(racks.site("leak_detected", "true_count", function=Function.LAST), "racks"),
            look=none_is_good(Severity.CRITICAL),
            width=QUARTER,
        ),
    )


def _inlets(racks: Subject) -> tuple[Panel, ...]:
    look = racks.look("inlet_temperature_c")
    return (
        heat_map(
            "Inlet temperature of each rack",
            "A row for each rack, in the order of their names, a column for each moment. A bright "
            "row is a hot rack, a bright block a failed cooling unit, a bright column an outage.",
            line(racks.device("inlet_temperature_c", "mean"), "{device}"),
            look=look,
            link=TO_RACK,
        ),
        ranking(
            "Worst racks",
            "The highest inlet temperature in the time shown. Click one to see when it was.",
            line(racks.ranking("inlet_temperature_c", "max"), "{device}"),
            look=look,
            link=TO_RACK,
            width=HALF,
        ),
        lines(
            "Inlets against ASHRAE's band",
            "Where 90 % of the racks lie, and the hottest. Lines are ASHRAE's recommended and "
            "allowable limits.",
            line(racks.site("inlet_temperature_c", "p05", "p50", "p95", "max")),
            look=look,
            headings=(*PERCENTILES, ("max", "hottest")),
            width=HALF,
        ),
    )


def _cooling(units: Subject) -> tuple[Panel, ...]:
    return (
        areas(
            "Cooling units by state",
            "All units, one on the other. After an outage they start one after another.",
            line(units.state_counts("unit_state")),
            look=units.count_look("unit_state"),
            headings=units.count_headings("unit_state"),
            link=to_devices("cooling_unit"),
        ),
        lines(
            "Supply air",
            "Where 90 % of the units lie. One that blows warm has failed, or starves for water.",
            line(units.site("supply_air_temperature_c", "p05", "p50", "p95")),
            look=units.look("supply_air_temperature_c"),
            headings=PERCENTILES,
        ),
    )


def _efficiency(hall: Subject) -> Panel:
    return lines(
        "PUE",
        "What the cold outdoors saves: it falls with a cold front, and rises while cooling fails.",
        line(hall.site("pue_ratio", "mean"), "PUE"),
        look=hall.look("pue_ratio"),
        link=to_devices("hall_meter"),
    )


def _ups(ups: Subject) -> tuple[Panel, ...]:
    to_ups = to_device("ups")
    return (
        timeline(
            "What UPS do",
            "On battery, the mains are away; then it charges again. Battery low: minutes are left. "
            "Bypass: the load is on the bare mains.",
            line(ups.device("ups_state", "last"), "{device}"),
            look=ups.state_look("ups_state"),
            link=to_ups,
        ),
        lines(
            "Battery runtime",
            "How long each would carry its load. At the line, shut servers down in order.",
            line(ups.device("battery_runtime_s", "min"), "{device}"),
            look=ups.look("battery_runtime_s"),
            link=to_ups,
            width=HALF,
        ),
    )


def _racks_power(pdus: Subject) -> tuple[Panel, ...]:
    return (
        lines(
            "Load of rack PDUs",
            "Against the breaker's rating; where 90 % lie, and the fullest. At the lines, move "
            "servers before it trips.",
            line(pdus.site("load_pct", "p05", "p50", "p95", "max")),
            look=pdus.look("load_pct"),
            headings=(*PERCENTILES, ("max", "fullest")),
            width=HALF,
        ),
        ranking(
            "Fullest PDUs",
            "The highest load in the time shown. Two feed a rack: each must carry both halves.",
            line(pdus.ranking("load_pct", "max"), "{device}"),
            look=pdus.look("load_pct"),
            link=to_device("pdu"),
            width=HALF,
        ),
    )


def _servers(servers: Subject, hall: Subject) -> tuple[Panel, ...]:
    return (
        lines(
            "Power of hall and servers",
            "The gap between the two is cooling and losses.",
            line(hall.site("facility_power_w", "sum"), "hall"),
            line(hall.site("it_power_w", "sum"), "servers"),
            look=hall.look("facility_power_w", limits=False),
            width=HALF,
        ),
        ranking(
            "Hottest processors",
            "The highest temperature in the time shown. Alone it is a fan or dust, together the "
            "air.",
            line(servers.ranking("cpu_temperature_c", "max"), "{device}"),
            look=servers.look("cpu_temperature_c"),
            link=to_device("server"),
            width=HALF,
        ),
    )
