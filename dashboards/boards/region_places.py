"""The region's places on one board: their power, their weather, and who is silent."""

from dashboards.asking.links import (
    DATA_CENTRE_UID,
    ENERGY_UID,
    METERS_UID,
    SKI_UID,
    to_devices,
    to_site,
)
from dashboards.asking.looks import PLAIN_COUNT, SHARE
from dashboards.asking.panels import HALF, QUARTER, areas, line, lines, table
from dashboards.asking.subject import BY_SITE, REGION, summed
from dashboards.facts import Facts
from dashboards.model.panel import Link, Panel
from dashboards.model.query import Column, Function, Query

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


def load(facts: Facts) -> Panel:
    """Return what draws power."""
    targets = (line(_whole(facts, kind, field), legend) for kind, field, legend in CONSUMERS)
    return areas(
        "Load of the region",
        "Power drawn by all that is measured, one on the other; the top edge is the whole. Cold "
        "lifts the homes, and starts the snow guns. A hole is an outage, or silence.",
        *targets,
        look=facts.about("smart_meter").look("active_power_w", limits=False),
        link=Link(board=METERS_UID, title="Show the homes"),
        width=HALF,
    )


def weather(facts: Facts) -> Panel:
    """Return the weather of mountains and halls on one time axis."""
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


def places(facts: Facts) -> tuple[Panel, ...]:
    """Return a panel for each trade, which leads to its board."""
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


def heard(facts: Facts) -> Panel:
    """Return which devices are silent."""
    return table(
        "Devices heard by kind and site",
        "How many devices reported lately, and the most within the time shown. Less than 100 % is "
        "silence, and on top: a device, its gateway, its link or its power.",
        *(line(facts.about(name).heard(), kind.title) for name, kind in facts.kinds.items()),
        headings=(
            ("legend", "Kind"),
            ("site", "Site"),
            ("heard", "Heard"),
            ("most", "Most"),
            ("share", "Share"),
        ),
        looks=(("heard", PLAIN_COUNT), ("most", PLAIN_COUNT), ("share", SHARE)),
        sorted_by=("share", "legend", "site"),
        height=12,
    )


def _whole(facts: Facts, kind: str, field: str) -> Query:
    return summed(facts.about(kind).site(field, "sum", where=REGION, by=BY_SITE))
