"""The region: is everything all right?"""

from dashboards.asking import alerts, service
from dashboards.asking.links import ALERTS_UID, PIPELINE_UID, REGION_UID, to_site
from dashboards.asking.looks import CONNECTION, SECONDS, SEVERITY, none_is_good
from dashboards.asking.panels import line, stat, table
from dashboards.boards.region_places import heard, load, places, weather
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.look import Look
from dashboards.model.panel import Link, Panel
from dashboards.model.query import Function
from devices.schema import Severity

TO_ALERTS = Link(board=ALERTS_UID, title="Show the alerts")
TO_THESE_ALERTS = to_site(ALERTS_UID, "Show the alerts of this site")
TO_PIPELINE = Link(board=PIPELINE_UID, title="Show the service")


def board(facts: Facts) -> Board:
    """Return the board that hangs on the wall."""
    return Board(
        uid=REGION_UID,
        title="Region",
        question="Is everything all right?",
        sections=(
            Section(title="Now", panels=(*_alert_counts(), *_service())),
            Section(title="Firing alerts", panels=_firing()),
            Section(title="Power and weather", panels=(load(facts), weather(facts))),
            Section(title="Places", panels=places(facts)),
            Section(title="Who is heard", panels=(heard(facts),)),
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


def _firing() -> tuple[Panel, ...]:
    return tuple(
        table(
            title,
            description,
            line(alerts.firing(only=severity)),
            headings=alerts.HEADINGS,
            look=Look(empty=empty),
            looks=(("severity", SEVERITY),),
            link=TO_THESE_ALERTS,
            height=height,
        )
        for severity, title, height, description, empty in (
            (
                Severity.CRITICAL,
                "Critical now",
                5,
                "What has begun and not ended. Begin here: a click leads to the site's alerts.",
                "Nothing critical: all is well.",
            ),
            (
                Severity.WARNING,
                "Warnings now",
                6,
                "What wants a look today. Many at one site at one time are one cause.",
                "No warnings.",
            ),
        )
    )
