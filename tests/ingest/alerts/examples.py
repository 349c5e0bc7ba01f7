"""Alerts to tell of, and an evaluator that says what the test wants."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from devices.schema import Severity
from ingest.core.frame import Frame
from ingest.rules.alert import Alert, AlertState
from ingest.rules.evaluator import Evaluator
from ingest.rules.explanation import Explanation
from ingest.rules.rule import Rule

NOW_MS = 1_800_000_000_000
HOT = Alert(
    rule="rack-inlet-hot",
    severity=Severity.WARNING,
    site="zhangbei",
    kind="rack_sensor",
    device="rack-001",
    state=AlertState.FIRING,
    value=28.25,
    since_ms=NOW_MS - 120_000,
    changed_ms=NOW_MS,
    firing_ms=NOW_MS,
    summary="rack-001 inlet at 28.2 °C",
)
SILENT = replace(HOT, rule="rack-silent", device="rack-002", value=math.nan, summary="is silent")
WHOLE = replace(HOT, rule="site-load-high", device="", value=2.6e6, summary="much load")


def resolved(alert: Alert, at_ms: int = NOW_MS + 5_000) -> Alert:
    return replace(alert, state=AlertState.RESOLVED, changed_ms=at_ms, resolved_ms=at_ms)


class Scripted(Evaluator):
    """Returns at the next `advance` what the test has put into `next`."""

    def __init__(self, *active: Alert) -> None:
        self.next: list[Alert] = []
        self.now: dict[tuple[str, ...], Alert] = {alert.identity: alert for alert in active}
        self.restored = b""

    @property
    def rules(self) -> Mapping[str, Rule]:
        return {}

    def take(self, frames: Sequence[Frame], now_ms: int) -> tuple[Alert, ...]:  # noqa: ARG002
        return self.advance(now_ms)

    def advance(self, now_ms: int) -> tuple[Alert, ...]:  # noqa: ARG002
        said, self.next = tuple(self.next), []
        for alert in said:
            self.now[alert.identity] = alert
        return said

    def active(self) -> tuple[Alert, ...]:
        return tuple(a for a in self.now.values() if a.state is not AlertState.RESOLVED)

    def snapshot(self) -> bytes:
        return b"\x00snapshot\xff"

    def restore(self, snapshot: bytes) -> None:
        self.restored = snapshot

    def adopt(self, rules: Iterable[Rule]) -> None:
        kept = {rule.name for rule in rules}
        self.now = {key: alert for key, alert in self.now.items() if alert.rule in kept}

    def explain(self, rule: str, site: str, device: str = "") -> Explanation:
        raise LookupError(rule, site, device)
