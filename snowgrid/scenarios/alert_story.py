"""All alerts of a stretch of time as a text that a person can find right, and a file can keep."""

import re
from collections.abc import Iterable
from contextlib import aclosing
from typing import NamedTuple

from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb_query import InfluxdbQuery

SEPARATOR = re.compile(r" {2,}")
COLUMNS_BEFORE_SUMMARY = 5
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
COLUMNS = ("state", "severity", "rule", "site", "device", "summary")


class ToldAlert(NamedTuple):
    """A transition of an alert.

    Attributes:
        ts_ms: When, Unix milliseconds.
        state: `firing` or `resolved`.
        severity: As a word.
        rule: Name of the rule.
        site: Where.
        device: Which one; `_site` for all of the site.
        summary: In words.
    """

    ts_ms: int
    state: str
    severity: str
    rule: str
    site: str
    device: str
    summary: str


def story(told: Iterable[ToldAlert], start_ms: int, end_ms: int) -> str:
    """Return a line for each; what happens in the same second is in alphabetic order.

    Args:
        told: The alerts.
        start_ms: From when on times are counted.
        end_ms: What is told then or later is left out.
    """
    return "".join(sorted(_line(alert, start_ms) for alert in told if alert.ts_ms < end_ms))


def without_values(line: str) -> str:
    """Return a line of a story with the numbers in its words left out.

    Over a broker, readings arrive together that were made one after the other, and an alert tells
    the value it knows last. What happened, when and where does not hang on that.
    """
    *what, summary = SEPARATOR.split(line, maxsplit=COLUMNS_BEFORE_SUMMARY)
    return "  ".join([*what, NUMBER.sub("#", summary)])


def _line(alert: ToldAlert, start_ms: int) -> str:
    minutes, seconds = divmod((alert.ts_ms - start_ms) // 1000, 60)
    what = f"{alert.state:<8}  {alert.severity:<8}  {alert.rule:<40}"
    where = f"{alert.site}/{alert.device:<7}"
    return f"{minutes:4}:{seconds:02}  {what}  {where}  {alert.summary}\n"


async def alerts_in_influxdb(settings: InfluxdbSettings) -> list[ToldAlert]:
    """Return the alerts that a bucket holds.

    Raises:
        StoreError: It does not let us read.
    """
    told: list[ToldAlert] = []
    async with InfluxdbQuery(settings) as query:
        asked = f"SELECT {', '.join(COLUMNS)} FROM alert"  # noqa: S608 - names of ours
        async with aclosing(query.ask(asked)) as answer:
            async for series in answer:
                told += [ToldAlert(int(row[0] or 0), *map(str, row[1:])) for row in series.values]
    return told
