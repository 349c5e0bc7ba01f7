"""Prometheus's Alertmanager, which groups, silences and routes alerts."""

import json
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.servers.process import Server

TIMEOUT_S = 10.0
CONFIG = """\
route:
  receiver: nobody
  group_by: [alertname, site]
  group_wait: 0s
  group_interval: 1s
receivers:
  - name: nobody
"""


class Alertmanager(Server):
    """An Alertmanager of its own, without peers.

    Args:
        folder: See `Server`.
        config: Its configuration file's text.
    """

    binary = "prometheus-alertmanager"
    package = "prometheus-alertmanager"

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        super().__init__(folder)
        self.config = config

    @property
    def url(self) -> str:
        """Base URL; the API is under `/api/v2`."""
        return f"http://{self.host}:{self.port}"

    def alerts(self, **parameters: str) -> list[dict[str, Any]]:
        """Return the alerts that it knows as firing, those silenced included."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        found: list[dict[str, Any]] = self._ask(f"/api/v2/alerts{query}")
        return found

    def groups(self) -> list[dict[str, Any]]:
        """Return the groups that it would notify of."""
        found: list[dict[str, Any]] = self._ask("/api/v2/alerts/groups")
        return found

    def silence(self, name: str, value: str, start: datetime, end: datetime) -> None:
        """Silence all alerts with a label."""
        matcher = {"name": name, "value": value, "isRegex": False, "isEqual": True}
        body = {
            "matchers": [matcher],
            "startsAt": start.isoformat(),
            "endsAt": end.isoformat(),
            "createdBy": "test",
            "comment": "test",
        }
        self._ask("/api/v2/silences", body)

    def _command(self) -> list[str]:
        file = self.folder / "alertmanager.yml"
        file.write_text(self.config)
        return [
            f"--config.file={file}",
            f"--storage.path={self.folder / 'data'}",
            f"--web.listen-address={self.host}:{self.port}",
            "--cluster.listen-address=",
            "--log.level=warn",
        ]

    def _ask(self, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            return json.loads(response.read())
