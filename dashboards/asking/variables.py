"""What can be chosen on boards."""

from dashboards.asking.alerts import ALERT
from dashboards.asking.subject import CHOSEN_SITE, Subject
from dashboards.model.query import Scope, source_of
from dashboards.model.variable import Variable


def site_of(subject: Subject, *, several: bool = False) -> Variable:
    """Offer the sites that have devices of a kind."""
    source = source_of(subject.kind, Scope.SITE)
    return Variable(name="site", label="Site", tag="site", source=source, several=several)


def device_of(subject: Subject) -> Variable:
    """Offer the devices of a kind at the chosen site."""
    return Variable(
        name="device",
        label=subject.kind.title,
        tag="device",
        source=source_of(subject.kind, Scope.DEVICE),
        where=CHOSEN_SITE,
    )


def of_alerts(tag: str) -> Variable:
    """Offer the sites or kinds that alerts were about."""
    return Variable(name=tag, label=tag.capitalize(), tag=tag, source=ALERT, several=True)
