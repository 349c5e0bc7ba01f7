"""What the browser asks over HTTP, all of it JSON.

    GET  /api/boards
        {"boards": [Board], "now_ms", "palette": {"series": [colour],
         "severities": {severity: colour}}}
        A Board is as `web.described` says; its panels have ids.

    GET  /api/boards/{uid}/variables/{name}?var-site=zhangbei
        {"values": [text]}; the values of the variables in `needs` go along, repeated for several.

    POST /api/boards/{uid}/panels/{id}
        {"from_ms", "to_ms", "width_px", "variables": {name: [value]}}
        {"targets": [{"series": [{"name", "names": {column: text}, "tags": {tag: text},
                                  "columns": {column: [value]}, "times_ms": [ms]}],
                      "left_out": n}],
         "interval_ms", "tier"}
        `names` is the legend of each column and `name` that of the first. Values are numbers,
        texts, or null where there is none; booleans are the texts `true` and `false`. `times_ms`
        is null where one row stands for the whole range, and is shifted to the time range asked
        for where the panel is. `left_out` counts series beyond what is bearable. Rows are in the
        order of time; where the target keeps the `newest`, the newest come first.

    POST /api/boards/{uid}/alerts
        The same body.
        {"alerts": [{"time_ms", "severity", "alerts"}]}
        How many alerts of the chosen sites, kinds and devices began, by severity and by interval;
        those in which none did do not come.

What is not there is 404, what cannot be asked 400, a store that does not answer 503; each comes
with {"message": text} for a person.
"""

from collections.abc import Awaitable, Callable, Sequence

import orjson
from aiohttp import web

from dashboards.errors import CannotRead
from dashboards.model.board import Board
from dashboards.model.panel import Panel
from dashboards.model.variable import Variable
from dashboards.readers.base import Reader
from dashboards.readers.panels import read_panel
from dashboards.web.answers import answered, marks
from dashboards.web.asked import BadQuestion, choices_of, view_of
from dashboards.web.described import described, panel_ids

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """Answers the browser; knows the boards, and asks the store through a reader."""

    def __init__(
        self,
        boards: Sequence[Board],
        reader: Reader,
        now_ms: Callable[[], int],
    ) -> None:
        self._boards = {board.uid: board for board in boards if not board.asks_prometheus}
        self._reader = reader
        self._now_ms = now_ms

    def routes(self) -> list[web.RouteDef]:
        """Return the routes under `/api`."""
        return [
            web.get("/api/boards", self._list),
            web.get("/api/boards/{uid}/variables/{name}", self._values),
            web.post("/api/boards/{uid}/panels/{id}", self._panel),
            web.post("/api/boards/{uid}/alerts", self._alerts),
        ]

    async def _list(self, _: web.Request) -> web.Response:
        return as_json(described(self._boards.values(), self._now_ms()))

    async def _values(self, request: web.Request) -> web.Response:
        board = self._board(request)
        variable = _variable(board, request.match_info["name"])
        if variable.fixed:
            return as_json({"values": variable.fixed})
        wanted = {condition.variable for condition in variable.where}
        needed = [each for each in board.variables if each.name in wanted]
        given = {each.name: request.query.getall(f"var-{each.name}", []) for each in needed}
        if any(not each.several and not given[each.name] for each in needed):
            return as_json({"values": []})  # as there is nothing yet to choose for those before
        values = await self._reader.values(variable, choices_of(needed, given))
        return as_json({"values": values})

    async def _panel(self, request: web.Request) -> web.Response:
        board = self._board(request)
        panel = _panel(board, request.match_info["id"])
        view = view_of(board, await request.read())
        answer = await read_panel(panel, view, self._reader)
        return as_json(answered(panel, answer))

    async def _alerts(self, request: web.Request) -> web.Response:
        board = self._board(request)
        view = view_of(board, await request.read())
        return as_json({"alerts": await marks(board, view, self._reader)})

    def _board(self, request: web.Request) -> Board:
        uid = request.match_info["uid"]
        if uid not in self._boards:
            raise _not_there(f"there is no board {uid!r}")
        return self._boards[uid]


@web.middleware
async def told_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what goes wrong under `/api` into JSON for a person."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    try:
        return await handler(request)
    except BadQuestion as error:
        return as_json({"message": str(error)}, status=400)
    except CannotRead as error:
        return as_json({"message": str(error)}, status=503)
    except web.HTTPException as error:
        return as_json({"message": error.text or error.reason}, status=error.status)


def as_json(content: object, status: int = 200) -> web.Response:
    """Return JSON that no cache keeps; NaN becomes null."""
    return web.Response(
        body=orjson.dumps(content),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _panel(board: Board, number: str) -> Panel:
    panels = panel_ids(board)
    if number not in panels:
        raise _not_there(f"board {board.title!r} has no panel {number!r}")
    return panels[number]


def _variable(board: Board, name: str) -> Variable:
    for variable in board.variables:
        if variable.name == name:
            return variable
    raise _not_there(f"board {board.title!r} has no variable {name!r}")


def _not_there(message: str) -> web.HTTPNotFound:
    return web.HTTPNotFound(text=message)
