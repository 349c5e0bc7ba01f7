"""How Telegraf is told to do what Snowgrid does, as its documentation recommends.

Tags come from the topic, time from the payload, and messages are acknowledged once the output has
written them: a persistent session with QoS 1. Names, types and timestamps are those that Snowgrid
stores, so that both fill the same series.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.servers.mosquitto import Mosquitto
from tests.servers.victoria_metrics import VictoriaMetrics

Parser = Literal["json_v2", "xpath_json"]

AGENT = """\
[agent]
  metric_batch_size = {batch}
  metric_buffer_limit = {buffer}
  flush_interval = "{flush_s:g}s"
  flush_jitter = "0s"
  omit_hostname = true
  quiet = true

[[outputs.influxdb_v2]]
  urls = ["{store_url}"]
  token = "{token}"
  organization = "{org}"
  bucket = "{bucket}"
  content_encoding = "identity"
  concurrent_writes = {writes}

[[inputs.mqtt_consumer]]
  servers = ["tcp://{host}:{port}"]
  topics = ["telemetry/+/{kind}/+"]
  topic_tag = ""
  qos = 1
  persistent_session = true
  client_id = "{client_id}"
  max_undelivered_messages = {undelivered}
  data_format = "{data_format}"
"""
TOPIC = """\
  [[inputs.mqtt_consumer.topic_parsing]]
    topic = "telemetry/+/+/+"
    measurement = "_/_/measurement/_"
    tags = "_/site/_/device"
"""
JSON_V2 = """\
{topic}
  [[inputs.mqtt_consumer.json_v2]]
    [[inputs.mqtt_consumer.json_v2.object]]
      path = "@this"
      timestamp_key = "ts"
      timestamp_format = "unix_ms"
      excluded_keys = ["seq"]
"""
XPATH = """\
  xpath_native_types = true
{topic}
  [[inputs.mqtt_consumer.xpath]]
    timestamp = "/ts"
    timestamp_format = "unix_ms"
    field_selection = "/*[name() != 'ts' and name() != 'seq']"
"""


PARSING: Mapping[Parser, str] = {"json_v2": JSON_V2, "xpath_json": XPATH}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What its operator can turn.

    Attributes:
        parser: How payloads are read; `json` would leave out booleans.
        batch: Metrics a write (`metric_batch_size`).
        undelivered: Messages that may wait for their write (`max_undelivered_messages`).
        writes: Write calls at the same time (`concurrent_writes`); Snowgrid has four.
        flush_s: How often is written at least.
    """

    parser: Parser = "json_v2"
    batch: int = 1_000
    undelivered: int = 10_000
    writes: int = 1
    flush_s: float = 1.0

    def __str__(self) -> str:
        return (
            f"{self.parser}, batches of {self.batch:,}, {self.undelivered:,} undelivered, "
            f"{self.writes} write{'s' * (self.writes > 1)} at a time"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where it writes: an InfluxDB 2, or what answers like one."""

    url: str
    org: str = "bench"
    bucket: str = "telemetry"
    token: str = field(default="bench", repr=False)

    @classmethod
    def into(cls, store: VictoriaMetrics) -> "Output":
        """Return the way to a store that takes any organisation, bucket and token."""
        return cls(url=store.url)


def text(broker: Mosquitto, output: Output, kind: str, tuning: Tuning, client_id: str) -> str:
    """Return a configuration file for readings of one kind."""
    agent = AGENT.format(
        batch=tuning.batch,
        buffer=max(10 * tuning.batch, 2 * tuning.undelivered),
        flush_s=tuning.flush_s,
        writes=tuning.writes,
        store_url=output.url,
        token=output.token,
        org=output.org,
        bucket=output.bucket,
        host=broker.host,
        port=broker.port,
        kind=kind,
        client_id=client_id,
        undelivered=tuning.undelivered,
        data_format=tuning.parser,
    )
    return agent + PARSING[tuning.parser].format(topic=TOPIC)
