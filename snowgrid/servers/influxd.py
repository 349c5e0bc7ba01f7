"""InfluxDB 1, the one that Debian and Ubuntu ship."""

from snowgrid.servers.process import Server

# The backup service insists on a port of its own, and the caps on series are made for strangers.
CONFIG = """\
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "{folder}/meta"
  logging-enabled = false
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
  max-series-per-database = 0
  max-values-per-tag = 0
[monitor]
  store-enabled = false
[http]
  bind-address = "{host}:{port}"
  log-enabled = false
  max-body-size = 0
[logging]
  level = "warn"
"""


class Influxd(Server):
    """An InfluxDB 1 without users; databases survive `restart` and `kill`."""

    binary = "influxd"
    package = "influxdb"

    @property
    def url(self) -> str:
        """Base URL of the 1.x API."""
        return f"http://{self.host}:{self.port}"

    def _command(self) -> list[str]:
        file = self.folder / "influxdb.conf"
        text = CONFIG.format(folder=self.folder, host=self.host, port=self.port)
        file.write_text(text, encoding="utf-8")
        return ["-config", str(file)]
