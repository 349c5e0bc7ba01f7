"""Takes new settings and rules over: all that can be, at one moment between two batches."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devices.schema import Kind
from ingest.alerts.outputs import Made
from ingest.alerts.running import planned_outputs
from ingest.errors import BrokerRefused, ConfigError
from ingest.logs import configure_logging
from ingest.parts import Parts, limits_of
from ingest.reload.difference import differences, rule_changes, with_live
from ingest.reload.live import LIVE
from ingest.reload.outcome import Outcome
from ingest.rules.files import load_rules
from ingest.rules.rule import Rule
from ingest.settings import Settings
from ingest.vitals import Vitals


@dataclass(frozen=True, slots=True)
class Renewal:
    """Where a running service gets new settings from, and when.

    Attributes:
        read: Reads them as at the start; blocks, raises ConfigError.
        asked: Set it to have them read.
    """

    read: Callable[[], Settings]
    asked: asyncio.Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Everything that is to be taken over, read and found sound."""

    settings: Settings
    rules: tuple[Rule, ...]
    outputs: Mapping[str, Made]


class Reloader:
    """Renews the parts of a service that runs.

    Args:
        parts: What is renewed.
        kinds: Device kinds by name.
        vitals: Of the service.
        renewal: Where new settings come from.
    """

    def __init__(
        self,
        parts: Parts,
        kinds: Mapping[str, Kind],
        vitals: Vitals,
        renewal: Renewal,
    ) -> None:
        self._parts = parts
        self._kinds = kinds
        self._vitals = vitals
        self._renewal = renewal
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Reload whenever it is asked for, until cancelled."""
        while True:
            await self._renewal.asked.wait()
            self._renewal.asked.clear()
            await self.reload()

    async def reload(self) -> Outcome:
        """Read everything anew and take it over, or, if anything is wrong, nothing.

        What the service is doing with readings it has taken goes on undisturbed.
        """
        async with self._one_at_a_time:
            try:
                outcome = await self._renew()
            except (ConfigError, BrokerRefused) as error:
                outcome = Outcome(problems=tuple(str(error).splitlines()))
            self._vitals.reload_complaint = outcome.complaint
        outcome.log()
        return outcome

    async def _renew(self) -> Outcome:
        running, alerts = self._parts.settings, self._parts.alerts
        given = await asyncio.to_thread(self._renewal.read)
        wanted = await self._prepare(with_live(running, given))
        # The broker may say no; what comes after that cannot fail.
        notes = await self._subscribe(wanted.settings)
        rules = rule_changes(alerts.evaluator.rules if alerts else {}, wanted.rules)
        self._adopt(wanted)
        changes = differences(running, given)
        return Outcome(
            changed=tuple(change for change in changes if change.key in LIVE),
            rules=rules,
            restart=tuple(change for change in changes if change.key not in LIVE),
            notes=notes,
        )

    async def _prepare(self, settings: Settings) -> _Wanted:
        parts, asked = self._parts, settings.alerts
        if parts.alerts is None:
            return _Wanted(settings=settings, rules=(), outputs={})
        rules = await asyncio.to_thread(
            load_rules, asked.rules, self._kinds, defaults=asked.defaults
        )
        by_name = parts.alerts.evaluator.rules
        plan = planned_outputs(settings, by_name, parts.store, self._vitals)
        return _Wanted(settings=settings, rules=rules, outputs=parts.alerts.outputs.prepare(plan))

    async def _subscribe(self, settings: Settings) -> tuple[str, ...]:
        topics = settings.mqtt.topics
        if topics == self._parts.settings.mqtt.topics:
            return ()
        if await self._parts.subscriber.subscribe_to(topics):
            return ()
        return (f"mqtt.topics: in force as soon as {self._vitals.broker} is connected again",)

    def _adopt(self, wanted: _Wanted) -> None:
        parts, settings = self._parts, wanted.settings
        before, parts.settings = parts.settings, settings
        if settings.validation != before.validation:
            limits, window = limits_of(settings.validation)
            parts.decoder.adopt(limits, window, settings.validation.max_devices)
            self._vitals.max_devices = settings.validation.max_devices
            self._vitals.registry_complaint = ""  # comes again where it is still true
        if parts.rollups:
            parts.rollups.adopt(settings.rollups)
        if parts.alerts:
            parts.alerts.adopt(wanted.rules, wanted.outputs)
        if settings.log != before.log:
            configure_logging(settings.log)
