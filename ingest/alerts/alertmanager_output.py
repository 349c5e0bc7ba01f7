"""Alerts to Prometheus's Alertmanager, which groups, silences and routes them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import orjson

from devices.patience import Patience
from devices.schema import Severity
from ingest.alerts.forms import for_alertmanager
from ingest.alerts.http_call import NotTold, new_session, post_json
from ingest.rules.alert import Alert, AlertState
from ingest.rules.rule import Rule

API = "/api/v2/alerts"
MOST_ALERTS = 20_000  # firing and lately resolved; beyond, the oldest resolved ones are forgotten
BATCH = 500
FORGET_AFTER = 4  # repetitions; a firing alert that is not repeated for so long is taken for over


Identity = tuple[str, str, str, str]
"""Of an alert, as it knows itself."""

Told = tuple[str, str, str, str, Severity]
"""Of an alert as Alertmanager sees it: with another label it is another one."""


class AlertmanagerOutput:
    """Implements `Output`: what fires is repeated, what was resolved is told until it was heard.

    It holds one entry an alert, so what waits while Alertmanager is away does not grow with time.

    Args:
        url: Base URL, without `/api/v2`.
        rules: The rules by name, for their labels and annotations.
        repeat_s: How often what fires is told again.
        now_ms: Wall clock, Unix milliseconds; Alertmanager's must agree with it.
        link: Where a person can look, or an empty string.
        sleep: Waits.
        patience: Between attempts.
    """

    def __init__(  # noqa: PLR0913 - time and chance are passed in
        self,
        url: str,
        rules: Mapping[str, Rule],
        *,
        repeat_s: float,
        now_ms: Callable[[], int],
        link: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: Patience | None = None,
    ) -> None:
        self.complaint = ""
        self._url = url.rstrip("/") + API
        self._rules = rules
        self._repeat_s = repeat_s
        self._now_ms = now_ms
        self._link = link
        self._sleep = sleep
        self._patience = patience or Patience()
        self._firing: dict[Identity, Alert] = {}
        self._resolved: dict[Told, Alert] = {}
        self._changed = asyncio.Event()
        self._told = asyncio.Event()
        self._told.set()

    def tell(self, transitions: Sequence[Alert], firing: Sequence[Alert]) -> None:
        """Note what fires and what was resolved."""
        for alert in transitions or firing:
            before = self._firing.pop(alert.identity, None)
            self._resolved.pop(_told(alert), None)
            if before and before.severity is not alert.severity:
                ended = replace(before, state=AlertState.RESOLVED, resolved_ms=alert.changed_ms)
                self._resolved[_told(ended)] = ended
            if alert.state is AlertState.FIRING:
                self._firing[alert.identity] = alert
            else:
                self._resolved[_told(alert)] = alert
        while self._resolved and len(self._firing) + len(self._resolved) > MOST_ALERTS:
            del self._resolved[next(iter(self._resolved))]
        if transitions or firing:
            self._changed.set()
            self._told.clear()

    async def run(self) -> None:
        """Tell what changed at once and repeat what fires, until cancelled."""
        async with new_session() as session:
            while True:
                self._changed.clear()
                try:
                    for body, resolved in self._bodies():
                        await post_json(session, self._url, body)
                        self._forget(resolved)
                except NotTold as problem:
                    self.complaint = f"alerts wait for Alertmanager: {problem}"
                    await self._sleep(self._patience.next_s())
                    continue
                self.complaint = ""
                self._patience.reset()
                if not self._changed.is_set():
                    self._told.set()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._repeat_s):
                        await self._changed.wait()

    async def finish(self) -> None:
        """Return when it has heard of every change."""
        await self._told.wait()

    def _bodies(self) -> list[tuple[bytes, list[Alert]]]:
        """Return what is to be told, and the resolved alerts in each part of it."""
        told = [*self._resolved.values(), *self._firing.values()]
        parts = [told[begin : begin + BATCH] for begin in range(0, len(told), BATCH)]
        return [
            (
                orjson.dumps([self._form(alert) for alert in part]),
                [alert for alert in part if alert.state is AlertState.RESOLVED],
            )
            for part in parts
        ]

    def _form(self, alert: Alert) -> dict[str, str | dict[str, str]]:
        rule = self._rules.get(alert.rule)
        lasting_ms = round(FORGET_AFTER * self._repeat_s * 1000)
        ends_ms = self._now_ms() + lasting_ms
        if alert.state is AlertState.RESOLVED:
            ends_ms = min(alert.resolved_ms or ends_ms, self._now_ms())
        return for_alertmanager(
            alert,
            labels=rule.labels if rule else {},
            annotations=rule.annotations if rule else {},
            ends_ms=ends_ms,
            url=self._link,
        )

    def _forget(self, resolved: Sequence[Alert]) -> None:
        for alert in resolved:
            if self._resolved.get(_told(alert)) is alert:
                del self._resolved[_told(alert)]


def _told(alert: Alert) -> Told:
    return *alert.identity, alert.severity
