"""Asks the running service over HTTP."""

import json
from http.client import HTTPException
from pathlib import Path
from typing import Annotated
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import typer

from ingest.errors import ConfigError
from ingest.settings import load_settings

TIMEOUT_S = 5.0
TELLING_S = 30.0  # the service may have to wait for its broker
REFUSALS = frozenset({400, 403, 404})
UNPROCESSABLE = 422

ServiceUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="Base URL of the service; without it, where the settings say."
    ),
]


def url_of_service(config: Path | None) -> str:
    """Return where the settings say that the service listens.

    Raises:
        ConfigError: It does not, or the settings are wrong.
    """
    http = load_settings(config).http
    if not http.enabled:
        raise ConfigError("http.enabled is false, so the service cannot be asked; set it to true")
    host = f"[{http.host}]" if ":" in http.host else http.host
    return f"http://{host}:{http.port}"


def ask(url: str, path: str, **query: str) -> bytes:
    """Return what the service answers to a GET.

    Args:
        url: Base URL of the service.
        path: With a slash before it.
        query: What is asked.

    Raises:
        ConfigError: No service answers, or it says what is wrong with the question.
    """
    asked = f"{url.rstrip('/')}{path}{'?' if query else ''}{urlencode(query)}"
    return _answer(url, Request(asked), TIMEOUT_S)  # noqa: S310 - the person's own URL


def tell(url: str, path: str) -> bytes:
    """Return what the service answers to a POST; also where it refuses what it was told to do.

    Raises:
        ConfigError: No service answers, or it takes no such orders.
    """
    order = Request(f"{url.rstrip('/')}{path}", method="POST")  # noqa: S310 - the person's own URL
    return _answer(url, order, TELLING_S)


def _answer(url: str, request: Request, timeout_s: float) -> bytes:
    try:
        with urlopen(request, timeout=timeout_s) as answer:  # noqa: S310 - the person's own URL
            body: bytes = answer.read()
    except HTTPError as error:
        if error.code == UNPROCESSABLE:
            return error.read()
        if error.code in REFUSALS and (said := _said(error.read())):
            raise ConfigError(said) from error
        raise _nobody(url, error) from error
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise _nobody(url, error) from error
    return body


def _said(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return ""


def _nobody(url: str, error: Exception) -> ConfigError:
    return ConfigError(
        f"{url}: no service answers ({getattr(error, 'reason', error)}); is `snowgrid ingest`"
        " running, and is this where http.host and http.port say? --url asks elsewhere"
    )
