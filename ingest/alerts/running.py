"""The alerts of a service, put together from its settings."""

from collections.abc import Callable, Hashable, Mapping

from devices.schema import Kind
from ingest.alerts.alertmanager_output import AlertmanagerOutput
from ingest.alerts.log_output import LogOutput
from ingest.alerts.mqtt_output import MqttOutput
from ingest.alerts.output import Output
from ingest.alerts.outputs import Outputs, Planned
from ingest.alerts.service import AlertService
from ingest.alerts.state_file import StateFile
from ingest.alerts.store_output import StoreOutput
from ingest.alerts.webhook_output import WebhookOutput
from ingest.clock import wall_clock_ms
from ingest.rules.engine import Engine
from ingest.rules.files import load_rules
from ingest.rules.rule import Rule
from ingest.settings import Settings
from ingest.stores.base import Store
from ingest.vitals import Vitals

FILE = "alerts.state"


def make_alerts(
    settings: Settings, kinds: Mapping[str, Kind], store: Store, vitals: Vitals
) -> AlertService | None:
    """Return the alerts that the settings ask for, or None without any.

    Args:
        settings: All of them.
        kinds: Kinds by name.
        store: An open store.
        vitals: Of the service.

    Raises:
        ConfigError: A file of rules, of state or of a secret cannot be used.
    """
    if not settings.alerts.enabled:
        return None
    rules = load_rules(settings.alerts.rules, kinds, defaults=settings.alerts.defaults)
    engine = Engine(rules, kinds)
    return AlertService(
        engine,
        Outputs(planned_outputs(settings, engine.rules, store, vitals)),
        StateFile(settings.store.own_file(FILE)),
        now_ms=wall_clock_ms,
    )


def planned_outputs(
    settings: Settings, rules: Mapping[str, Rule], store: Store, vitals: Vitals
) -> tuple[Planned, ...]:
    """Return the outputs that the settings ask for.

    Args:
        settings: All of them.
        rules: By name, as they are now and will be; for their labels and annotations.
        store: An open store.
        vitals: Of the service.
    """
    asked, mqtt = settings.alerts, settings.mqtt
    alertmanager, webhook = asked.alertmanager_url or "", asked.webhook_url or ""
    repeated = (alertmanager, asked.alertmanager_repeat_s, asked.link or "")
    all_there_are: list[tuple[object, str, Hashable, Callable[[], Output]]] = [
        (asked.log, "log", None, LogOutput),
        (asked.store, "store", None, lambda: StoreOutput(store.commit_rows)),
        (asked.mqtt, "mqtt", mqtt, lambda: MqttOutput(mqtt, broker_is_up=lambda: vitals.connected)),
        (alertmanager, "alertmanager", repeated, lambda: _alertmanager(*repeated, rules)),
        (webhook, "webhook", webhook, lambda: WebhookOutput(webhook)),
    ]
    return tuple(
        Planned(name=name, made_from=made_from, make=make)
        for wanted, name, made_from, make in all_there_are
        if wanted
    )


def _alertmanager(
    url: str, repeat_s: float, link: str, rules: Mapping[str, Rule]
) -> AlertmanagerOutput:
    return AlertmanagerOutput(url, rules, repeat_s=repeat_s, now_ms=wall_clock_ms, link=link)
