"""The parts of InfluxDB 2's API that an administrator needs: onboarding, buckets, tokens."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, TypeAdapter, ValidationError

from devices.tls import TlsWords, explain_silence, explain_tls, wants_tls
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
WORDS = TlsWords(
    host="--url",
    address="--url",
    ca_file="--ca-file",
    cert_file="--cert-file",
    key_file="--key-file",
    use_tls="write https:// in --url",
    use_no_tls="write http:// in --url",
)
T = TypeVar("T", bound=BaseModel)


class TokenRefused(ConfigError):
    """The token is not valid, or may not do this."""


class NotThere(ConfigError):
    """What was asked for does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarding:
    """The first user of a server, and what is made with him."""

    username: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    org: str
    bucket: str
    kept_s: int


class InfluxdbAdmin:
    """Calls a server with a token that may do everything in its organisation.

    Args:
        url: Base URL.
        token: The administrator's.
        tls: How to check the server, where the URL is `https://`; None to go by the system.
    """

    def __init__(self, url: str, token: str, tls: ssl.SSLContext | None = None) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._tls = tls

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
        theirs = InfluxdbAdmin(self._url, token, self._tls)
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
            with urllib.request.urlopen(  # noqa: S310 - as above
                request, timeout=TIMEOUT_S, context=self._tls
            ) as answer:
                read: bytes = answer.read()
        except urllib.error.HTTPError as error:
            raise _refusal(where, error.code, error.read()) from error
        except OSError as error:
            raise ConfigError(f"{self._url}: {self._explained(str(error))}") from error
        return read

    def _explained(self, said: str) -> str:
        silence = explain_silence(said, WORDS, tls=self._url.startswith("https://"))
        advice = explain_tls(said, WORDS) or silence
        return str(advice or f"cannot be reached: {said}; does it run?")


def _refusal(where: str, status: int, body: bytes) -> ConfigError:
    message = f"{where}: {status} {_said(body)}"
    if wants_tls(body.decode("utf-8", "replace")):
        return ConfigError(f"{where}: this port wants TLS; {WORDS.use_tls}")
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
