"""Which settings a running service takes over; all others wait for a restart."""

LIVE = frozenset(
    {
        "mqtt.topics",
        "validation.max_payload_bytes",
        "validation.max_future_s",
        "validation.max_devices",
        "validation.unknown_fields",
        "rollups.lateness_s",
        "rollups.idle_s",
        "rollups.early_s",
        "rollups.repair_s",
        "alerts.rules",
        "alerts.defaults",
        "alerts.log",
        "alerts.store",
        "alerts.mqtt",
        "alerts.alertmanager_url",
        "alerts.alertmanager_repeat_s",
        "alerts.webhook_url",
        "alerts.link",
        "log.level",
        "log.format",
        "service.drain_s",
    }
)
"""By dotted key. Files that a setting names are read again when they hold rules, and only then."""
