"""Asks an InfluxDB of any version what it holds, in InfluxQL."""

import json
import urllib.request
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

TIMEOUT_S = 60.0

Value = str | float | bool | None
Row = dict[str, Value]


class QueryFailed(Exception):
    """The database answered a query with an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """One database of InfluxDB 1, or a bucket of InfluxDB 2; all that is needed to reach it.

    Attributes:
        url: Base URL of the server.
        name: Database or bucket.
        org: Organisation of the bucket.
        token: Allowed to read and write; sent with every query if given.
    """

    url: str
    name: str
    org: str = ""
    token: str = field(default="", repr=False)

    @property
    def rollups(self) -> "Database":
        """The bucket that the tests keep the rollups of this one in."""
        return replace(self, name=f"{self.name}_rollup")

    def count(self, measurement: str, field_name: str | None = None) -> int:
        """Count the points of a measurement, or those that have a certain field (faster)."""
        if field_name is None:
            return sum(1 for _ in self._answer(f'SELECT * FROM "{measurement}"', csv=True)[1:])
        rows = self.query(f'SELECT count("{field_name}") AS n FROM "{measurement}"')
        return int(str(rows[0]["n"])) if rows else 0

    def rows(self, measurement: str) -> list[Row]:
        """Return all points of a measurement by time: `time` in ms, tags and fields by name."""
        return self.query(f'SELECT * FROM "{measurement}" ORDER BY time')

    def measurements(self) -> list[str]:
        """Return the names of all measurements."""
        return [str(row["name"]) for row in self.query("SHOW MEASUREMENTS")]

    def query(self, influxql: str) -> list[Row]:
        """Run one statement and return its rows, with the tags it is grouped by.

        Raises:
            QueryFailed: The server refused it.
        """
        answer = json.loads("\n".join(self._answer(influxql)))
        result = answer["results"][0]
        if "error" in result:
            raise QueryFailed(f"{result['error']}: {influxql}")
        return [
            {**series.get("tags", {}), **dict(zip(series["columns"], values, strict=True))}
            for series in result.get("series", ())
            for values in series.get("values", ())
        ]

    def _answer(self, influxql: str, *, csv: bool = False) -> list[str]:
        request = urllib.request.Request(
            f"{self.url}/query",
            urlencode({"q": influxql, "db": self.name, "epoch": "ms"}).encode(),
            {"Accept": "application/csv" if csv else "application/json"},
        )
        if self.token:
            request.add_header("Authorization", f"Token {self.token}")
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            body: bytes = response.read()
        return body.decode().splitlines()
