"""Does with a dashboard what Grafana does before it asks the data source."""

import json
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from tests.servers.influxql import TIMEOUT_S, Database, QueryFailed, Row

# Of any depth: a test that expects something else than is there fails by itself.
Json = dict[str, Any]

_VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a person has chosen.

    Attributes:
        from_ms: Beginning of the time range.
        to_ms: Its end.
        values: Of variables, by name.
    """

    from_ms: int
    to_ms: int
    values: dict[str, str] = field(default_factory=dict)

    def fill(self, query: str, interval: str = "1m") -> str:
        """Replace macros and variables; an unknown one stays, and the database complains."""
        time = f"time >= {self.from_ms}ms and time <= {self.to_ms}ms"
        known = {
            **self.values,
            "__from": str(self.from_ms),
            "__to": str(self.to_ms),
        }
        query = query.replace("$timeFilter", time).replace("$__interval", interval)
        return _VARIABLE.sub(lambda found: _formatted(known, found), query)


def chosen_on(dashboard: Json, database: Database, *, from_ms: int, to_ms: int) -> Chosen:
    """Choose a value for every variable in turn, as they depend on each other: the first offered.

    Returns:
        What is chosen; `""` for a variable that offers nothing.
    """
    chosen = Chosen(from_ms=from_ms, to_ms=to_ms)
    for variable in variables(dashboard):
        match variable["type"]:
            case "datasource":
                continue
            case "custom":
                chosen.values[str(variable["name"])] = str(variable["query"]).split(",")[0]
            case _:
                rows = answers(database, [chosen.fill(str(variable["query"]))])[0]
                offered = [str(row.get("value", row.get("tier"))) for row in rows]
                chosen.values[str(variable["name"])] = _picked(variable, offered)
    return chosen


def variables(dashboard: Json) -> list[Json]:
    """Return the variables of a dashboard."""
    return list(dashboard["templating"]["list"])


def panels(dashboard: Json) -> list[Json]:
    """Return the panels of a dashboard that are no headings."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def answers(database: Database, statements: list[str]) -> list[list[Row]]:
    """Ask several questions at once; the rows of each have the columns and the tags.

    Raises:
        QueryFailed: The database understands one of them not.
    """
    request = urllib.request.Request(
        f"{database.url}/query",
        urlencode({"q": ";".join(statements), "db": database.name, "epoch": "ms"}).encode(),
        {"Authorization": f"Token {database.token}"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
        results = json.loads(response.read())["results"]
    for statement, result in zip(statements, results, strict=False):
        if "error" in result:
            raise QueryFailed(f"{result['error']}: {statement}")
    return [_rows(result) for result in results]


def _rows(result: Json) -> list[Row]:
    return [
        {**each.get("tags", {}), **dict(zip(each["columns"], values, strict=True))}
        for each in result.get("series", ())
        for values in each.get("values", ())
    ]


def _picked(variable: Json, offered: list[str]) -> str:
    if variable.get("multi"):
        return str(variable["allValue"])
    return min(offered) if offered else ""


def _formatted(known: Mapping[str, str], found: re.Match[str]) -> str:
    name, how = found[1], found[2]
    if name not in known:
        return found[0]
    value = known[name]
    return re.escape(value) if how == "regex" and value != ".*" else value


def plain(made: object) -> Json:
    """Return a part of a dashboard as it stands in a file."""
    read: Json = json.loads(json.dumps(made, cls=JSONEncoder))
    return read
