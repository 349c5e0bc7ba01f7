"""Alerts: what fires, since when, and what fires too often?"""

from dashboards.asking import alerts
from dashboards.asking.links import ALERTS_UID, REGION_UID, to_device
from dashboards.asking.looks import ALERT_STATE, SEVERITY
from dashboards.asking.panels import QUARTER, THIRD, areas, line, ranking, stat, table
from dashboards.asking.subject import TOP
from dashboards.asking.variables import of_alerts
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.panel import Panel
from dashboards.model.query import Condition
from devices.schema import Severity

CHOSEN = (Condition(name="site", variable="site"), Condition(name="kind", variable="kind"))
OF_SITES = Condition(name="device", values=(alerts.WHOLE_SITE,))
OF_DEVICES = Condition(name="device", values=(alerts.WHOLE_SITE,), negated=True)
HISTORY_ROWS = 200
LOOKS = (("severity", SEVERITY),)
TO_DEVICE = to_device("{kind}")


def board(_: Facts) -> Board:
    """Return the board of alerts, which is the same whatever rules there are."""
    return Board(
        uid=ALERTS_UID,
        title="Alerts",
        question="What fires, since when, and what fires too often?",
        sections=(
            Section(title="Now", panels=(*_counts(), *_firing())),
            Section(title="How often", panels=(_over_time(), *_noisiest())),
            Section(title="History", panels=(_history(),)),
        ),
        variables=(of_alerts("site"), of_alerts("kind")),
        hours=24.0,
        up=REGION_UID,
        alerts=False,
    )


def _counts() -> tuple[Panel, ...]:
    return (
        *(
            stat(
                title,
                description,
                line(alerts.firing_count(severity, CHOSEN), "firing"),
                look=alerts.count_look(severity),
                width=QUARTER,
            )
            for severity, title, description in (
                (Severity.CRITICAL, "Critical", "Want a person now. Good is 0."),
                (Severity.WARNING, "Warnings", "Want a person today."),
                (Severity.INFO, "Notes", "Worth knowing: a door, an open snowmaking window."),
            )
        ),
        stat(
            "Begun",
            "Alerts that began within the time shown, those that are over among them.",
            line(alerts.begun(CHOSEN), "begun"),
            look=alerts.COUNT,
            width=QUARTER,
        ),
    )


def _firing() -> tuple[Panel, ...]:
    return (
        table(
            "Firing devices",
            "Alerts of single devices that have begun and not ended. A click leads to the device.",
            line(alerts.firing((*CHOSEN, OF_DEVICES))),
            look=alerts.NOTHING_FIRES,
            looks=LOOKS,
            headings=alerts.HEADINGS,
            link=TO_DEVICE,
            height=10,
        ),
        table(
            "Firing sites",
            "Alerts about all devices of a site together, such as their sum, or their silence.",
            line(alerts.firing((*CHOSEN, OF_SITES))),
            look=alerts.NOTHING_FIRES,
            looks=LOOKS,
            headings=alerts.HEADINGS,
            height=5,
        ),
    )


def _over_time() -> Panel:
    return areas(
        "Alerts that began",
        "In each interval, by kind of device. A tower is one cause that many devices feel.",
        line(alerts.begun_over_time(("kind",), CHOSEN), "{kind}"),
        look=alerts.COUNT,
        width=THIRD,
    )


def _noisiest() -> tuple[Panel, ...]:
    return (
        ranking(
            "Noisiest rules",
            "Rules by how often they began. One that nobody acts on wants another limit, or a "
            "longer `for`.",
            line(alerts.begun(CHOSEN, by=("rule",), most=TOP), "{rule}"),
            look=alerts.COUNT,
            width=THIRD,
        ),
        ranking(
            "Noisiest devices",
            "Devices by how often an alert began. One alone wants a technician.",
            line(
                alerts.begun((*CHOSEN, OF_DEVICES), by=("site", "kind", "device"), most=TOP),
                "{site} {device}",
            ),
            look=alerts.COUNT,
            link=TO_DEVICE,
            width=THIRD,
        ),
    )


def _history() -> Panel:
    return table(
        "Beginnings and ends",
        f"The latest {HISTORY_ROWS} within the time shown, the newest first.",
        line(alerts.history(HISTORY_ROWS, CHOSEN)),
        looks=(*LOOKS, ("state", ALERT_STATE)),
        headings=(("time", "When"), ("state", "State"), *alerts.HEADINGS[1:-1]),
        link=TO_DEVICE,
        height=12,
    )
