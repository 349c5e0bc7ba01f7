"""Ski resort: is there snow, do the lifts run, and are the guests well?"""

from dashboards.asking.links import REGION_UID, SKI_UID, to_device, to_devices
from dashboards.asking.looks import PLAIN_COUNT
from dashboards.asking.panels import HALF, QUARTER, areas, line, lines, ranking, stat, timeline
from dashboards.asking.subject import Subject
from dashboards.asking.variables import site_of
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.panel import Panel

TO_STATION = to_device("weather_station")
TO_LIFT = to_device("ski_lift")


def board(facts: Facts) -> Board:
    """Return the board of a resort."""
    stations, guns = facts.about("weather_station"), facts.about("snow_gun")
    lifts, gates = facts.about("ski_lift"), facts.about("visitor_gate")
    return Board(
        uid=SKI_UID,
        title="Ski resort",
        question="Is there snow, do the lifts run, and are the guests well?",
        sections=(
            Section(title="Now", panels=(*_slopes_now(stations, guns), *_guests_now(lifts, gates))),
            Section(title="Weather by elevation", panels=_weather(stations)),
            Section(title="Snow", panels=_snow(stations, guns)),
            Section(title="Lifts", panels=_lifts(lifts)),
            Section(title="Guests", panels=_guests(lifts, gates)),
        ),
        variables=(site_of(stations),),
        hours=24.0,
        up=REGION_UID,
    )


def _slopes_now(stations: Subject, guns: Subject) -> tuple[Panel, ...]:
    return (
        stat(
            "Wet bulb now",
            "Half way up the slopes. Below its limit guns can make snow.",
            line(stations.site("wet_bulb_c", "p50"), "middle"),
            look=stations.look("wet_bulb_c"),
            width=QUARTER,
        ),
        stat(
            "Guns making snow",
            "How many produce. In the open window with none of them, look at water and power.",
            line(guns.site("gun_state", "producing_count"), "producing"),
            look=PLAIN_COUNT,
            width=QUARTER,
        ),
    )


def _guests_now(lifts: Subject, gates: Subject) -> tuple[Panel, ...]:
    return (
        stat(
            "Lifts running",
            "At full speed; slow ones are not counted.",
            line(lifts.site("lift_state", "running_count"), "running"),
            look=PLAIN_COUNT,
            width=QUARTER,
        ),
        stat(
            "Guests",
            "Who came in today and has not left.",
            line(gates.site("occupancy_count", "sum"), "inside"),
            look=gates.look("occupancy_count", limits=False),
            width=QUARTER,
        ),
    )


def _weather(stations: Subject) -> tuple[Panel, ...]:
    return (
        lines(
            "Air temperature",
            "By station. The summit is some 4 K colder than the base; when it is warmer, cold air "
            "lies in the valley.",
            line(stations.device("air_temperature_c", "mean"), "{device}"),
            look=stations.look("air_temperature_c"),
            link=TO_STATION,
        ),
        lines(
            "Wet bulb",
            "What decides on snowmaking: air temperature and dryness in one number. Below the line "
            "guns can start.",
            line(stations.device("wet_bulb_c", "mean"), "{device}"),
            look=stations.look("wet_bulb_c"),
            link=TO_STATION,
        ),
        lines(
            "Gusts at the stations",
            "Highest in each interval. Lines: lifts slow down, lifts stop.",
            line(stations.device("wind_gust_mps", "max"), "{device}"),
            look=stations.look("wind_gust_mps"),
            link=TO_STATION,
        ),
    )


def _snow(stations: Subject, guns: Subject) -> tuple[Panel, ...]:
    return (
        areas(
            "Guns by state",
            "All guns, one on the other. They start in blocks, as fast as the pump house allows.",
            line(guns.state_counts("gun_state")),
            look=guns.count_look("gun_state"),
            headings=guns.count_headings("gun_state"),
            link=to_devices("snow_gun"),
        ),
        lines(
            "Water for snow",
            "Flow to all guns; 60 l/min make some 8 m³ of snow in an hour. Its top is what the "
            "pump house can give.",
            line(guns.site("water_flow_lpm", "sum"), "all guns"),
            look=guns.look("water_flow_lpm", limits=False),
        ),
        lines(
            "Snow depth",
            "By station. It grows by snowfall and guns, and settles by itself.",
            line(stations.device("snow_depth_cm", "mean"), "{device}"),
            look=stations.look("snow_depth_cm"),
            link=TO_STATION,
        ),
    )


def _lifts(lifts: Subject) -> tuple[Panel, ...]:
    return (
        timeline(
            "What lifts do",
            "Slow and wind hold come with gusts; stopped for minutes means people on a rope.",
            line(lifts.device("lift_state", "last"), "{device}"),
            look=lifts.state_look("lift_state"),
            link=TO_LIFT,
        ),
        lines(
            "Gusts at the lifts",
            "Highest in each interval, at the exposed tower. Lines: slow down, stop.",
            line(lifts.device("wind_gust_mps", "max"), "{device}"),
            look=lifts.look("wind_gust_mps"),
            link=TO_LIFT,
            width=HALF,
        ),
    )


def _guests(lifts: Subject, gates: Subject) -> tuple[Panel, ...]:
    return (
        lines(
            "Guests in the resort",
            "Who came in and has not left. It is back at 0 at night, or a gate miscounts.",
            line(gates.site("occupancy_count", "sum"), "inside"),
            look=gates.look("occupancy_count", limits=False),
        ),
        lines(
            "Fullest gate",
            "Guests against what the licence allows. At the first line sell fewer tickets.",
            line(gates.site("occupancy_pct", "max"), "fullest"),
            look=gates.look("occupancy_pct"),
            link=to_devices("visitor_gate"),
        ),
        ranking(
            "Longest queues",
            "The longest wait in the time shown, by lift. Click one to see when.",
            line(lifts.ranking("queue_wait_s", "max"), "{device}"),
            look=lifts.look("queue_wait_s"),
            link=TO_LIFT,
        ),
    )
