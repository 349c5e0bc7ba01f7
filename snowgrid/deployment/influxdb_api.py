"""The parts of InfluxDB 2's API that an administrator needs: onboarding, buckets, tokens."""

import json
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, TypeAdapter, ValidationError

from ingest.errors import ConfigError
from snowgrid.deployment.influxdb_models import (
    Allowed,
    Authorization,
    Bucket,
    Complaint,
    DatabaseMapping,
    Organisation,
    Permission,
)

TIMEOUT_S = 20.0
T = TypeVar("T", bound=BaseModel)


class TokenRefused(ConfigError):
    """The token is not valid, or may not do this."""


class NotThere(ConfigError):
    """What was asked for does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarding:
    """The first user of a server, and what is made with him."""

    username: str
    password: str
    token: str
    org: str
    bucket: str
    kept_s: int


class InfluxdbAdmin:
    """Calls a server with a token that may do everything in its organisation.

    Args:
        url: Base URL.
        token: The administrator's.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token

    def is_new(self) -> bool:
        """Tell whether the server waits for its first user."""
        return Allowed.model_validate_json(self._call("GET", "setup", authorized=False)).allowed

    def onboard(self, first: Onboarding) -> None:
        """Make the first user, the organisation, a bucket, and the administrator's token."""
        body = {
            "username": first.username,
            "password": first.password,
            "token": first.token,
            "org": first.org,
            "bucket": first.bucket,
            "retentionPeriodSeconds": first.kept_s,
        }
        self._call("POST", "setup", body, authorized=False)

    def organisation(self, name: str) -> Organisation | None:
        """Find an organisation."""
        try:
            found = self._list("orgs", Organisation, "orgs", org=name)
        except NotThere:
            return None
        return next((each for each in found if each.name == name), None)

    def bucket(self, org: Organisation, name: str) -> Bucket | None:
        """Find a bucket."""
        try:
            found = self._list("buckets", Bucket, "buckets", orgID=org.id, name=name)
        except NotThere:
            return None
        return next((each for each in found if each.name == name), None)

    def create_bucket(self, org: Organisation, name: str, kept_s: int) -> Bucket:
        """Create a bucket."""
        body = {"orgID": org.id, "name": name, "retentionRules": _rules(kept_s)}
        return Bucket.model_validate_json(self._call("POST", "buckets", body))

    def keep(self, bucket: Bucket, kept_s: int) -> None:
        """Change how long a bucket's points are kept."""
        self._call("PATCH", f"buckets/{bucket.id}", {"retentionRules": _rules(kept_s)})

    def mappings(self, org: Organisation, bucket: Bucket) -> Sequence[DatabaseMapping]:
        """Return by which names InfluxQL finds a bucket; new servers make one by themselves."""
        return self._list("dbrps", DatabaseMapping, "content", orgID=org.id, bucketID=bucket.id)

    def map(self, org: Organisation, bucket: Bucket) -> None:
        """Let InfluxQL find a bucket by its own name."""
        body = {
            "orgID": org.id,
            "bucketID": bucket.id,
            "database": bucket.name,
            "retention_policy": "autogen",
            "default": True,
        }
        self._call("POST", "dbrps", body)

    def authorizations(self, org: Organisation) -> Sequence[Authorization]:
        """Return the tokens of an organisation."""
        return self._list("authorizations", Authorization, "authorizations", orgID=org.id)

    def authorize(
        self, org: Organisation, description: str, permissions: Sequence[Permission]
    ) -> Authorization:
        """Make a token."""
        body = {
            "orgID": org.id,
            "description": description,
            "permissions": [
                {"action": each.action, "resource": {**each.resource.model_dump(), "orgID": org.id}}
                for each in permissions
            ],
        }
        return Authorization.model_validate_json(self._call("POST", "authorizations", body))

    def revoke(self, authorization: Authorization) -> None:
        """Make a token worthless."""
        self._call("DELETE", f"authorizations/{authorization.id}")

    def opens(self, token: str, org: Organisation, names: Collection[str]) -> bool:
        """Tell whether somebody else's token is valid and lets him see these buckets."""
        theirs = InfluxdbAdmin(self._url, token)
        try:
            return all(theirs.bucket(org, name) for name in names)
        except TokenRefused:
            return False

    def _list(self, path: str, model: type[T], key: str, **query: str) -> list[T]:
        """Return the items of a list, those of the right form."""
        answer = self._call("GET", f"{path}?{urlencode(query)}")
        try:
            return _items(answer, model, key)
        except ValidationError as error:
            raise ConfigError(f"{self._url}/api/v2/{path}: no answer of InfluxDB 2") from error

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        authorized: bool = True,
    ) -> bytes:
        """Call the server and return its answer.

        Raises:
            TokenRefused: The token is not valid, or not for this.
            NotThere: What is asked for does not exist.
            ConfigError: The server cannot be reached, or refuses for another reason.
        """
        headers = {"Content-Type": "application/json"}
        if authorized:
            headers["Authorization"] = f"Token {self._token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - the scheme has been checked
            f"{self._url}/api/v2/{path}", data, headers, method=method
        )
        where = f"{method} {self._url}/api/v2/{path.partition('?')[0]}"
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
                read: bytes = answer.read()
        except urllib.error.HTTPError as error:
            raise _refusal(error.code, f"{where}: {error.code} {_said(error.read())}") from error
        except OSError as error:
            raise ConfigError(f"{self._url}: cannot be reached: {error}; does it run?") from error
        return read


def _refusal(status: int, message: str) -> ConfigError:
    if status in {401, 403}:
        return TokenRefused(f"{message}; check --admin-token-file")
    return NotThere(message) if status == 404 else ConfigError(message)


def _said(body: bytes) -> str:
    try:
        return TypeAdapter(Complaint).validate_json(body).message
    except ValidationError:
        return ""


def _items(answer: bytes, model: type[T], key: str) -> list[T]:
    listed = TypeAdapter(dict[str, object]).validate_json(answer).get(key) or []
    return TypeAdapter(list[model]).validate_python(listed)  # type: ignore[valid-type]


def _rules(kept_s: int) -> list[dict[str, str | int]]:
    return [{"type": "expire", "everySeconds": kept_s}] if kept_s else []
