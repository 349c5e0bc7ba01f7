"""Mosquitto, the broker of a deployment."""

import os
from collections.abc import Sequence
from pathlib import Path

from snowgrid.servers.process import Server


class Mosquitto(Server):
    """A broker that takes anonymous clients.

    Args:
        folder: See `Server`.
        persistence: Keep sessions, queued and retained messages over a stop; a killed broker has
            those of its last autosave, which `extra` can order (`autosave_interval 1`).
        extra: Lines added to the configuration, the last winning where mosquitto says so.
    """

    binary = "mosquitto"
    package = "mosquitto"

    def __init__(
        self, folder: Path, *, persistence: bool = False, extra: Sequence[str] = ()
    ) -> None:
        super().__init__(folder)
        self.persistence = persistence
        self.extra = tuple(extra)

    @property
    def url(self) -> str:
        """Address as `mqtt://host:port`."""
        return f"mqtt://{self.host}:{self.port}"

    def _command(self) -> list[str]:
        file = self.folder / "mosquitto.conf"
        text = self._config().replace("{port}", str(self.port))
        file.write_text(text.replace("{folder}", str(self.folder)) + "\n", encoding="utf-8")
        return ["-c", str(file)]

    def _config(self) -> str:
        """Return the configuration; `{port}` and `{folder}` in it stand for the server's own."""
        return "\n".join([*self._lines(), *self._persistence(), *self._access(), *self.extra])

    def _lines(self) -> list[str]:
        lines = [
            "listener {port} " + self.host,
            # A QoS 1 publisher or subscriber gets what the deployed broker gives it: mosquitto's
            # own defaults drop silently as soon as anyone is slow.
            "max_inflight_messages 0",
            "max_queued_messages 1000000",
            "log_type error",
            "log_type warning",
            "log_type notice",
            "log_type information",
        ]
        if os.geteuid() == 0:  # else it becomes a user who may not read its own folder
            lines.append("user root")
        return lines

    def _persistence(self) -> list[str]:
        if not self.persistence:
            return ["persistence false"]
        return ["persistence true", "persistence_location {folder}/"]

    def _access(self) -> list[str]:
        """Return who may connect."""
        return ["allow_anonymous true"]
