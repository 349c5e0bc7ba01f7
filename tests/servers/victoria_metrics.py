"""VictoriaMetrics, which speaks InfluxDB 2's write call itself and keeps up with anything."""

import json
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from tests.servers.certificates import Pair
from tests.servers.process import Server

TIMEOUT_S = 300.0
OPTIONS = (
    "-retentionPeriod=100y",
    # A point written twice is one point, as in InfluxDB.
    "-dedup.minScrapeInterval=1ms",
    "-search.latencyOffset=0s",
    "-search.disableCache",
    "-search.maxUniqueTimeseries=10000000",
    f"-search.maxQueryDuration={TIMEOUT_S:g}s",
    "-memory.allowedBytes=512MiB",
    "-loggerLevel=WARN",
)

# A window that holds all of time: one reaching before 1970 would find nothing.
END_S = 4_000_000_000
WINDOW = "100y"


class VictoriaMetrics(Server):
    """A VictoriaMetrics that takes any org, bucket and token, and keeps numbers only.

    It never refuses a line: what it cannot parse, it drops.

    Args:
        folder: See `Server`.
        pair: Certificate and key, for TLS.
    """

    binary = "victoria-metrics"
    package = "victoria-metrics"

    def __init__(self, folder: Path, *, pair: Pair | None = None) -> None:
        super().__init__(folder)
        self._pair = pair

    @property
    def url(self) -> str:
        """Base URL; writes go to `/api/v2/write`."""
        return f"{'https' if self._pair else 'http'}://{self.host}:{self.port}"

    def count(self, measurement: str, field_name: str, **tags: str) -> int:
        """Count the points of a measurement that have a field, and these tags if given."""
        self._get("/internal/force_flush")
        labels = ",".join(f'{tag}="{value}"' for tag, value in tags.items())
        series = f"{measurement}_{field_name}{{{labels}}}"
        query = {"query": f"sum(count_over_time({series}[{WINDOW}]))", "time": str(END_S)}
        result = json.loads(self._get(f"/api/v1/query?{urlencode(query)}"))["data"]["result"]
        return int(result[0]["value"][1]) if result else 0

    def _command(self) -> list[str]:
        pair = self._pair
        tls = (
            ["-tls", f"-tlsCertFile={pair.cert_file}", f"-tlsKeyFile={pair.key_file}"]
            if pair
            else []
        )
        return [
            *tls,
            f"-httpListenAddr={self.host}:{self.port}",
            f"-storageDataPath={self.folder / 'data'}",
            *OPTIONS,
        ]

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=TIMEOUT_S) as response:
            body: bytes = response.read()
        return body
