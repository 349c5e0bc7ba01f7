"""The region: is everything all right?"""

from dashboards.asking import alerts, service
from dashboards.asking.links import (
    ALERTS_UID,
    DATA_CENTRE_UID,
    ENERGY_UID,
    METERS_UID,
    PIPELINE_UID,
    REGION_UID,
    SKI_UID,
    to_devices,
    to_site,
)
from dashboards.asking.looks import CONNECTION, PLAIN_COUNT, SECONDS, SEVERITY, SHARE, none_is_good
from dashboards.asking.panels import HALF, QUARTER, areas, line, lines, stat, table
from dashboards.asking.subject import BY_SITE, REGION, summed
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.panel import Link, Panel
from dashboards.model.query import Column, Function, Query
from devices.schema import Severity

TO_ALERTS = Link(board=ALERTS_UID, title="Show the alerts")
TO_THESE_ALERTS = to_site(ALERTS_UID, "Show the alerts of this site")
TO_PIPELINE = Link(board=PIPELINE_UID, title="Show the service")
TO_SKI_RESORT = to_site(SKI_UID, "Show this resort")
TO_HALL = to_site(DATA_CENTRE_UID, "Show this hall")

CONSUMERS = (
    ("smart_meter", "active_power_w", "Homes"),
    ("ev_charger", "active_power_w", "Charging cars"),
    ("hall_meter", "facility_power_w", "Data halls"),
    ("snow_gun", "active_power_w", "Snow guns"),
    ("ski_lift", "motor_power_w", "Lifts"),
)
"""What draws power, each counted once: a hall's meter, and not the racks behind it."""

GENERATORS = (("pv_inverter", "Sun"), ("wind_turbine", "Wind"), ("battery_storage", "Storage"))


def board(facts: Facts) -> Board:
    """Return the board that hangs on the wall."""
    return Board(
        uid=REGION_UID,
        title="Region",
        question="Is everything all right?",
        sections=(
            Section(title="Now", panels=(*_alert_counts(), *_service())),
            Section(title="Firing alerts", panels=(_firing(),)),
            Section(title="Power and weather", panels=(_load(facts), _weather(facts))),
            Section(title="Places", panels=_places(facts)),
            Section(title="Who is heard", panels=(_heard(facts),)),
        ),
    )


def _alert_counts() -> tuple[Panel, ...]:
    return (
        stat(
            "Critical alerts",
            "Alerts that want a person now. Good is 0; otherwise click to see what and where.",
            line(alerts.firing_count(Severity.CRITICAL), "firing"),
            look=alerts.count_look(Severity.CRITICAL),
            link=TO_ALERTS,
        ),
        stat(
            "Warnings",
            "Alerts that want a person today. A few are ordinary; click to see them.",
            line(alerts.firing_count(Severity.WARNING), "firing"),
            look=alerts.count_look(Severity.WARNING),
            link=TO_ALERTS,
        ),
    )


def _service() -> tuple[Panel, ...]:
    return (
        stat(
            "Service",
            "Whether Snowgrid hears the broker. Not connected: nothing on these boards is new.",
            line(service.level("connected", function=Function.MIN), "{instance}"),
            look=CONNECTION,
            link=TO_PIPELINE,
        ),
        stat(
            "Delay",
            "From a device's clock to a durable reading. Seconds are good; minutes mean that the "
            "service is behind, or that devices send what they kept.",
            line(service.level("lag_s", function=Function.MAX), "{instance}"),
            look=SECONDS,
            link=TO_PIPELINE,
        ),
        stat(
            "Rejected readings",
            "Set aside as dead letters within the time shown. They are kept: "
            "`snowgrid deadletters` says why and sends them again.",
            line(service.growth("readings_rejected"), "rejected"),
            look=none_is_good(Severity.WARNING),
            link=TO_PIPELINE,
        ),
        stat(
            "Lost readings",
            "Durable once, then lost by a failing disk. Anything but 0 wants a new disk.",
            line(service.total("readings_lost"), "lost"),
            look=none_is_good(Severity.CRITICAL),
            link=TO_PIPELINE,
        ),
    )


def _firing() -> Panel:
    return table(
        "Firing now",
        "Every alert that has begun and not ended, with when it began. Start with the critical "
        "ones; a click leads to the alerts of that site.",
        line(alerts.firing()),
        headings=alerts.HEADINGS,
        looks=(("severity", SEVERITY),),
        link=TO_THESE_ALERTS,
        look=alerts.NOTHING_FIRES,
    )


def _load(facts: Facts) -> Panel:
    targets = (line(_whole(facts, kind, field), legend) for kind, field, legend in CONSUMERS)
    return areas(
        "Load of the region",
        "Power drawn by all that is measured, one on the other; the top edge is the whole. Cold "
        "lifts the homes, and below -2.5 °C of wet bulb the snow guns. A hole is an outage, or "
        "silence.",
        *targets,
        look=facts.about("smart_meter").look("active_power_w", limits=False),
        link=Link(board=METERS_UID, title="Show the homes"),
        width=HALF,
    )


def _whole(facts: Facts, kind: str, field: str) -> Query:
    return summed(facts.about(kind).site(field, "sum", where=REGION, by=BY_SITE))


def _weather(facts: Facts) -> Panel:
    stations, halls = facts.about("weather_station"), facts.about("hall_meter")
    slopes = stations.site("wet_bulb_c", "mean", where=REGION, by=BY_SITE)
    mean = Column(field="mean", function=Function.MEAN, name="mean")
    return lines(
        "One weather: wet bulb of three places",
        "What snow guns and cooling plants feel, on the slopes and at the data halls. A cold front "
        "is a step down that all places share, within hours of each other.",
        line(summed(slopes, mean), "slopes of all resorts"),
        line(halls.site("outdoor_wet_bulb_c", "mean", where=REGION, by=BY_SITE), "{site}"),
        look=halls.look("outdoor_wet_bulb_c"),
        width=HALF,
    )


def _places(facts: Facts) -> tuple[Panel, ...]:
    return (_snowmaking(facts), _pue(facts), _generation(facts), _air(facts))


def _snowmaking(facts: Facts) -> Panel:
    stations = facts.about("weather_station")
    return lines(
        "Snowmaking window by resort",
        "Wet bulb half way up. Below the line the window is open: guns make snow, the colder the "
        "more. Click a resort to see its guns.",
        line(stations.site("wet_bulb_c", "p50", where=REGION, by=BY_SITE), "{site}"),
        look=stations.look("wet_bulb_c"),
        link=TO_SKI_RESORT,
        width=QUARTER,
    )


def _pue(facts: Facts) -> Panel:
    halls = facts.about("hall_meter")
    return lines(
        "PUE by hall",
        "Power of the hall divided by that of its servers; 1 would be perfect. It falls with the "
        "outdoor air and rises where cooling fails. Click a hall to see why.",
        line(halls.site("pue_ratio", "mean", where=REGION, by=BY_SITE), "{site}"),
        look=halls.look("pue_ratio"),
        link=TO_HALL,
        width=QUARTER,
    )


def _generation(facts: Facts) -> Panel:
    return lines(
        "Sun, wind and storage",
        "What is given to the grid; storage below 0 is charging. Click to see every plant.",
        *(line(_whole(facts, kind, "active_power_w"), legend) for kind, legend in GENERATORS),
        look=facts.about("wind_turbine").look("active_power_w", limits=False),
        link=Link(board=ENERGY_UID, title="Show the plants"),
        width=QUARTER,
    )


def _air(facts: Facts) -> Panel:
    stations = facts.about("air_quality")
    districts = stations.site("pm25_ugm3", "mean", where=REGION, by=BY_SITE)
    mean = Column(field="mean", function=Function.MEAN, name="mean")
    worst = Column(field="mean", function=Function.MAX, name="worst")
    return lines(
        "Fine dust in Beijing",
        "PM2.5 in the streets: the mean of the districts, and the worst one. It gathers in calm "
        "winter air and is blown away by a front; lines are the limits for a day's mean.",
        line(summed(districts, mean, worst)),
        headings=(("mean", "all districts"), ("worst", "worst district")),
        look=stations.look("pm25_ugm3"),
        link=to_devices("air_quality"),
        width=QUARTER,
    )


def _heard(facts: Facts) -> Panel:
    return table(
        "Devices heard by kind and site",
        "How many devices reported lately, and the most within the time shown. Less than 100 % is "
        "silence: a device, its gateway, its link or its power.",
        *(line(facts.about(name).heard(), kind.title) for name, kind in facts.kinds.items()),
        headings=(
            ("legend", "Kind"),
            ("site", "Site"),
            ("heard", "Heard"),
            ("most", "Most"),
            ("share", "Share"),
        ),
        looks=(("heard", PLAIN_COUNT), ("most", PLAIN_COUNT), ("share", SHARE)),
        height=12,
    )
