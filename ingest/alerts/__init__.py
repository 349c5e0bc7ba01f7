"""What becomes of alerts: told over MQTT, to Alertmanager, to a webhook, stored, logged."""
