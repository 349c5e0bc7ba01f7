"""Settings of the alerts."""

from pathlib import Path

from pydantic import Field, field_validator

from ingest.setting_concern import Concern
from ingest.setting_types import Seconds, WebAddress


class AlertSettings(Concern):
    """Rules, and who is told when they fire."""

    enabled: bool = Field(default=True, description="Evaluate alert rules.")
    rules: tuple[Path, ...] = Field(
        default=(), description="Files of rules, or folders of them, besides those that come along."
    )
    defaults: bool = Field(
        default=True,
        description="Use the rules that come along; `snowgrid rules` lists them.",
    )
    log: bool = Field(default=True, description="Tell the log.")
    store: bool = Field(default=True, description="Tell the store: measurement `alert`.")
    mqtt: bool = Field(default=True, description="Tell the broker: retained topics under `alert/`.")
    alertmanager_url: WebAddress | None = Field(
        default=None, description="Tell the Alertmanager with this base URL."
    )
    alertmanager_repeat_s: Seconds = Field(
        default=60.0, description="How often Alertmanager is told again what still fires."
    )
    webhook_url: WebAddress | None = Field(
        default=None, description="POST what changes, as JSON, to this URL."
    )
    link: WebAddress | None = Field(
        default=None, description="Where people can look; Alertmanager passes it on."
    )

    @field_validator("rules", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return [path.strip() for path in value.split(",")] if isinstance(value, str) else value
