"""Energy: what do sun, wind and storage give, and what do cars and feeders take?"""

from dashboards.asking.links import ENERGY_UID, REGION_UID, to_device
from dashboards.asking.panels import (
    HALF,
    PERCENTILES,
    QUARTER,
    areas,
    line,
    lines,
    ranking,
    stat,
    timeline,
)
from dashboards.asking.subject import BY_SITE, Subject, summed
from dashboards.asking.variables import site_of
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.panel import Panel, Target

AT_SITE = "{site} {device}"


def board(facts: Facts) -> Board:
    """Return the board of what generates, stores and charges."""
    sun, wind, storage = map(facts.about, ("pv_inverter", "wind_turbine", "battery_storage"))
    cars, feeders = facts.about("ev_charger"), facts.about("feeder")
    return Board(
        uid=ENERGY_UID,
        title="Energy",
        question="What do sun, wind and storage give, and what do cars and feeders take?",
        sections=(
            Section(title="Now", panels=_now(sun, wind, storage, cars)),
            Section(title="Generation and load", panels=(_balance(facts), *_sun(sun))),
            Section(title="Wind", panels=_wind(wind)),
            Section(title="Storage", panels=_storage(storage)),
            Section(title="Cars and feeders", panels=(*_cars(cars), *_feeders(feeders))),
        ),
        variables=(site_of(sun, several=True),),
        hours=24.0,
        refresh_s=60,
        up=REGION_UID,
    )


def _power(subject: Subject, legend: str) -> Target:
    return line(summed(subject.site("active_power_w", "sum", by=BY_SITE)), legend)


def _now(sun: Subject, wind: Subject, storage: Subject, cars: Subject) -> tuple[Panel, ...]:
    watts = sun.look("active_power_w", limits=False)
    return (
        stat("Sun", "Power of all inverters.", _power(sun, "sun"), look=watts, width=QUARTER),
        stat("Wind", "Power of all turbines.", _power(wind, "wind"), look=watts, width=QUARTER),
        stat(
            "Storage",
            "Power of all batteries: above 0 they give, below 0 they charge.",
            _power(storage, "storage"),
            look=watts,
            width=QUARTER,
        ),
        stat("Cars", "What all chargers draw.", _power(cars, "cars"), look=watts, width=QUARTER),
    )


def _balance(facts: Facts) -> Panel:
    kinds = (
        ("pv_inverter", "sun"),
        ("wind_turbine", "wind"),
        ("battery_storage", "storage"),
        ("ev_charger", "cars"),
        ("smart_meter", "homes"),
    )
    return lines(
        "Generation against load",
        "Sun, wind and storage give; cars and homes take. Storage below 0 is charging. Where homes "
        "lie above all that is given, the grid covers the rest.",
        *(_power(facts.about(kind), legend) for kind, legend in kinds),
        look=facts.about("pv_inverter").look("active_power_w", limits=False),
        width=HALF,
    )


def _sun(sun: Subject) -> tuple[Panel, ...]:
    return (
        lines(
            "Irradiance on the panels",
            "What the sun offers, by site; power should follow it. Dents are clouds.",
            line(sun.site("irradiance_poa_wm2", "mean", by=BY_SITE), "{site}"),
            look=sun.look("irradiance_poa_wm2"),
            width=QUARTER,
        ),
        ranking(
            "Least yield",
            "Inverters that exported least in the time shown. Among equal ones, the lowest is "
            "shaded, dirty or faulty.",
            line(sun.ranking("energy_export_kwh", "increase", least=True), AT_SITE),
            look=sun.look("energy_export_kwh"),
            link=to_device("pv_inverter"),
            width=QUARTER,
        ),
    )


def _wind(wind: Subject) -> tuple[Panel, ...]:
    return (
        areas(
            "Turbines by state",
            "How many run, wait for wind, or stand. Storm stops come with a front; faults want a "
            "visit.",
            line(wind.state_counts("turbine_state")),
            look=wind.count_look("turbine_state"),
            headings=wind.count_headings("turbine_state"),
        ),
        lines(
            "Wind at the nacelles",
            "Where 90 % of the turbines lie. From about 3 m/s they run, at the line they stop.",
            line(wind.site("wind_speed_mps", "p05", "p50", "p95")),
            look=wind.look("wind_speed_mps"),
            headings=PERCENTILES,
        ),
        ranking(
            "Least power",
            "Turbines with the lowest mean power in the time shown. Beside running neighbours, it "
            "is the wake, or a fault.",
            line(wind.ranking("active_power_w", "mean", least=True), AT_SITE),
            look=wind.look("active_power_w", limits=False),
            link=to_device("wind_turbine"),
        ),
    )


def _storage(storage: Subject) -> tuple[Panel, ...]:
    to_battery = to_device("battery_storage")
    return (
        lines(
            "State of charge",
            "By battery. One that stays behind its equals is worn, or standing.",
            line(storage.device("soc_pct", "mean"), AT_SITE),
            look=storage.look("soc_pct"),
            link=to_battery,
            width=HALF,
        ),
        timeline(
            "What batteries do",
            "Charging at night and noon, discharging in the morning's and evening's peak. Standby: "
            "waiting for the mains.",
            line(storage.device("storage_state", "last"), AT_SITE),
            look=storage.state_look("storage_state"),
            link=to_battery,
        ),
    )


def _cars(cars: Subject) -> tuple[Panel, ...]:
    return (
        areas(
            "Chargers by state",
            "Available, charging, or held back. Cars come in the evening and are full by morning.",
            line(cars.state_counts("charge_state")),
            look=cars.count_look("charge_state"),
            headings=cars.count_headings("charge_state"),
            width=QUARTER,
        ),
        ranking(
            "Busiest chargers",
            "Energy given in the time shown. Click one to see its sessions.",
            line(cars.ranking("energy_import_kwh", "increase"), AT_SITE),
            look=cars.look("energy_import_kwh"),
            link=to_device("ev_charger"),
            width=QUARTER,
        ),
    )


def _feeders(feeders: Subject) -> tuple[Panel, ...]:
    to_feeder = to_device("feeder")
    return (
        lines(
            "Load of feeders",
            "Against what each is rated for. Above the line, shift load or switch over.",
            line(feeders.device("load_pct", "mean"), AT_SITE),
            look=feeders.look("load_pct"),
            link=to_feeder,
            width=QUARTER,
        ),
        timeline(
            "Breakers",
            "Tripped: opened by the protection, look for the fault. Open: somebody works on it.",
            line(feeders.device("breaker_state", "last"), AT_SITE),
            look=feeders.state_look("breaker_state"),
            link=to_feeder,
            width=QUARTER,
        ),
    )
