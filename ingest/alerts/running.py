"""The alerts of a service, put together from its settings."""

from collections.abc import Mapping

from devices.schema import Kind
from ingest.alerts.alertmanager_output import AlertmanagerOutput
from ingest.alerts.log_output import LogOutput
from ingest.alerts.mqtt_output import MqttOutput
from ingest.alerts.output import Output
from ingest.alerts.service import AlertService
from ingest.alerts.state_file import StateFile
from ingest.alerts.store_output import StoreOutput
from ingest.alerts.webhook_output import WebhookOutput
from ingest.clock import wall_clock_ms
from ingest.rules.engine import Engine
from ingest.rules.evaluator import Evaluator
from ingest.rules.files import load_rules
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
        _outputs(settings, engine, store, vitals),
        StateFile(settings.store.own_file(FILE)),
        now_ms=wall_clock_ms,
    )


def _outputs(
    settings: Settings, evaluator: Evaluator, store: Store, vitals: Vitals
) -> list[Output]:
    alerts = settings.alerts
    outputs: list[Output] = []
    if alerts.log:
        outputs.append(LogOutput())
    if alerts.store:
        outputs.append(StoreOutput(store.commit_rows))
    if alerts.mqtt:
        outputs.append(MqttOutput(settings.mqtt, broker_is_up=lambda: vitals.connected))
    if alerts.alertmanager_url:
        outputs.append(
            AlertmanagerOutput(
                alerts.alertmanager_url,
                evaluator.rules,
                repeat_s=alerts.alertmanager_repeat_s,
                now_ms=wall_clock_ms,
                link=alerts.link or "",
            )
        )
    if alerts.webhook_url:
        outputs.append(WebhookOutput(alerts.webhook_url))
    return outputs
