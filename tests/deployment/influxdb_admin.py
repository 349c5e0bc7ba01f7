"""InfluxDB 2's API of buckets and tokens, as far as it answers an administrator."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from tests.servers.facade import refusal
from tests.servers.in_thread import ServerThread

SHORTEST_S = 3_600
Body = dict[str, Any]


@dataclass
class State:
    """What the server knows."""

    orgs: dict[str, str] = field(default_factory=dict)
    buckets: list[Body] = field(default_factory=list)
    authorizations: list[Body] = field(default_factory=list)
    mappings: list[Body] = field(default_factory=list)


class FakeInfluxdb2(ServerThread):
    """An InfluxDB 2 without data.

    Args:
        tells_tokens: Whether tokens can be read again, as before 2.9.
        maps_buckets: Whether buckets are databases of their name without being told, as of 2.1.
    """

    def __init__(self, *, tells_tokens: bool = True, maps_buckets: bool = True) -> None:
        super().__init__(self._app)
        self.state = State()
        self.changes = 0
        self._tells_tokens = tells_tokens
        self._maps_buckets = maps_buckets

    def may(self, token: str, action: str, bucket: str) -> bool:
        """Tell whether a token may read or write a bucket."""
        (found,) = [each for each in self.state.buckets if each["name"] == bucket]
        return any(_fits(each, action, found["id"]) for each in self._permissions(token))

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._authorized])
        app.router.add_get("/api/v2/setup", self._is_new)
        app.router.add_post("/api/v2/setup", self._onboard)
        app.router.add_get("/api/v2/orgs", self._orgs)
        app.router.add_get("/api/v2/buckets", self._find_buckets)
        app.router.add_post("/api/v2/buckets", self._create_bucket)
        app.router.add_patch("/api/v2/buckets/{id}", self._update_bucket)
        app.router.add_get("/api/v2/dbrps", self._find_mappings)
        app.router.add_post("/api/v2/dbrps", self._create_mapping)
        app.router.add_get("/api/v2/authorizations", self._find_authorizations)
        app.router.add_post("/api/v2/authorizations", self._create_authorization)
        app.router.add_delete("/api/v2/authorizations/{id}", self._delete_authorization)
        return app

    @web.middleware
    async def _authorized(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path != "/api/v2/setup":
            permissions = self._permissions(_token_of(request))
            if not permissions:
                return refusal(401, "unauthorized access")
            administrates = any(each["resource"]["type"] == "*" for each in permissions)
            if not administrates and (request.method, request.path) != ("GET", "/api/v2/buckets"):
                return refusal(403, "insufficient permissions")
        if request.method != "GET":
            self.changes += 1
        return await handler(request)

    def _permissions(self, token: str) -> list[Body]:
        return [
            permission
            for each in self.state.authorizations
            if each["token"] == token and each["status"] == "active"
            for permission in each["permissions"]
        ]

    async def _is_new(self, _request: web.Request) -> web.Response:
        return web.json_response({"allowed": not self.state.orgs})

    async def _onboard(self, request: web.Request) -> web.Response:
        body: Body = await request.json()
        if self.state.orgs:
            return refusal(422, "onboarding has already been completed")
        if len(body["password"]) < 8:
            return refusal(400, "passwords must be at least 8 characters long")
        self.state.orgs[body["org"]] = _new_id()
        self._add_bucket(body["bucket"], body["retentionPeriodSeconds"])
        everything = [{"action": action, "resource": {"type": "*"}} for action in ("read", "write")]
        made = {"token": body["token"], "description": "admin's Token", "permissions": everything}
        self.state.authorizations.append({"id": _new_id(), "status": "active", **made})
        return web.json_response({}, status=201)

    async def _orgs(self, request: web.Request) -> web.Response:
        name = request.query["org"]
        if name not in self.state.orgs:
            return refusal(404, f'organization name "{name}" not found')
        return web.json_response({"orgs": [{"id": self.state.orgs[name], "name": name}]})

    async def _find_buckets(self, request: web.Request) -> web.Response:
        name, permissions = request.query["name"], self._permissions(_token_of(request))
        found = [
            each
            for each in self.state.buckets
            if each["name"] == name and any(_fits(may, "read", each["id"]) for may in permissions)
        ]
        if not found:
            return refusal(404, f'bucket "{name}" not found')
        return web.json_response({"buckets": found})

    async def _create_bucket(self, request: web.Request) -> web.Response:
        body: Body = await request.json()
        if any(each["name"] == body["name"] for each in self.state.buckets):
            return refusal(422, f"bucket with name {body['name']} already exists")
        kept_s = body["retentionRules"][0]["everySeconds"] if body["retentionRules"] else 0
        if 0 < kept_s < SHORTEST_S:
            return refusal(422, "retention policy duration must be at least 1h0m0s")
        return web.json_response(self._add_bucket(body["name"], kept_s), status=201)

    async def _update_bucket(self, request: web.Request) -> web.Response:
        body: Body = await request.json()
        for each in self.state.buckets:
            if each["id"] == request.match_info["id"]:
                each.update(body)
                return web.json_response(each)
        return refusal(404, "bucket not found")

    async def _find_mappings(self, request: web.Request) -> web.Response:
        bucket_id = request.query["bucketID"]
        found = [each for each in self.state.mappings if each["bucketID"] == bucket_id]
        if not found and self._maps_buckets:
            (bucket,) = [each for each in self.state.buckets if each["id"] == bucket_id]
            found = [_mapping(bucket["name"], bucket_id) | {"virtual": True}]
        return web.json_response({"content": found})

    async def _create_mapping(self, request: web.Request) -> web.Response:
        body: Body = await request.json()
        self.state.mappings.append({"id": _new_id(), **body})
        return web.json_response(body, status=201)

    async def _find_authorizations(self, _request: web.Request) -> web.Response:
        found = [
            each if self._tells_tokens else {k: v for k, v in each.items() if k != "token"}
            for each in self.state.authorizations
        ]
        return web.json_response({"authorizations": found})

    async def _create_authorization(self, request: web.Request) -> web.Response:
        body: Body = await request.json()
        made = {"id": _new_id(), "status": "active", "token": secrets.token_urlsafe(64), **body}
        self.state.authorizations.append(made)
        return web.json_response(made, status=201)

    async def _delete_authorization(self, request: web.Request) -> web.Response:
        kept = [a for a in self.state.authorizations if a["id"] != request.match_info["id"]]
        self.state.authorizations = kept
        return web.Response(status=204)

    def _add_bucket(self, name: str, kept_s: int) -> Body:
        rules = [{"type": "expire", "everySeconds": kept_s, "shardGroupDurationSeconds": 86_400}]
        bucket = {"id": _new_id(), "name": name, "retentionRules": rules if kept_s else []}
        self.state.buckets.append(bucket)
        return bucket


def _token_of(request: web.Request) -> str:
    return request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Token ")


def _fits(permission: Body, action: str, bucket_id: str) -> bool:
    about = permission["resource"]["type"], permission["resource"].get("id")
    return permission["action"] == action and about in {("*", None), ("buckets", bucket_id)}


def _mapping(name: str, bucket_id: str) -> Body:
    return {"database": name, "bucketID": bucket_id, "retention_policy": "autogen", "default": True}


def _new_id() -> str:
    return secrets.token_hex(8)
