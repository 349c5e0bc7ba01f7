"""A real InfluxDB 2, where somebody runs one for the tests."""

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from tests.servers.influxql import TIMEOUT_S, Database

URL = "SNOWGRID_TEST_INFLUXDB_URL"
TOKEN = "SNOWGRID_TEST_INFLUXDB_TOKEN"
ORG = "SNOWGRID_TEST_INFLUXDB_ORG"


class Influxdb2(Protocol):
    """An InfluxDB 2, real or behind the facade."""

    def create_bucket(self, name: str) -> Database:
        """Create a bucket that keeps its points for ever."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RealInfluxdb2:
    """A real InfluxDB 2, whose token may create buckets."""

    url: str
    org: str
    token: str = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """Return the server that the environment names, if it does."""
        if URL not in environment:
            return None
        return cls(url=environment[URL].rstrip("/"), org=environment[ORG], token=environment[TOKEN])

    def create_bucket(self, name: str) -> Database:
        """Create a bucket; it is left behind."""
        org_id = json.loads(self._call(f"orgs?org={self.org}"))["orgs"][0]["id"]
        self._call("buckets", {"orgID": org_id, "name": name, "retentionRules": []})
        return Database(url=self.url, name=name, org=self.org, token=self.token)

    def _call(self, path: str, body: Mapping[str, object] | None = None) -> bytes:
        request = urllib.request.Request(
            f"{self.url}/api/v2/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            answer: bytes = response.read()
        return answer
