"""`snowgrid setup-influxdb`: makes buckets and tokens in an InfluxDB 2."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from devices.tls import client_context
from ingest.errors import ConfigError
from ingest.secret_file import read_secret_file
from ingest.setting_types import WebAddress
from snowgrid.deployment import layout
from snowgrid.deployment.influxdb_api import WORDS, InfluxdbAdmin
from snowgrid.deployment.influxdb_setup import BucketWish, InfluxdbWish, TokenWish, set_up
from snowgrid.deployment.owner import current_owner

DAY_S = 86_400


def setup_influxdb(  # noqa: PLR0913 - options
    *,
    url: Annotated[
        str, typer.Option(metavar="URL", help="Base URL of the server.")
    ] = "http://127.0.0.1:8086",
    admin_token_file: Annotated[
        Path,
        typer.Option(metavar="FILE", help="Token that may do everything in the organisation."),
    ] = Path(layout.INFLUXDB_ADMIN_TOKEN),
    admin_password_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Password of the first user, for a new server."),
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Certificates to trust where the URL is https://."),
    ] = None,
    cert_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Client certificate, for a proxy that wants one."),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Private key of that certificate.")
    ] = None,
    org: Annotated[str, typer.Option(metavar="NAME", help="Organisation.")] = "snowgrid",
    raw_bucket: Annotated[
        str, typer.Option(metavar="NAME", help="Bucket of readings.")
    ] = "telemetry",
    raw_days: Annotated[int, typer.Option(min=1, help="How long readings are kept.")] = 30,
    rollup_bucket: Annotated[
        str, typer.Option(metavar="NAME", help="Bucket of rollups.")
    ] = "telemetry_rollup",
    rollup_days: Annotated[int, typer.Option(min=1, help="How long rollups are kept.")] = 1_826,
    ingest_token_file: Annotated[
        Path, typer.Option(metavar="FILE", help="Where the service's token goes.")
    ] = Path(layout.INGEST_TOKEN),
    grafana_token_file: Annotated[
        Path, typer.Option(metavar="FILE", help="Where Grafana's token goes.")
    ] = Path(layout.GRAFANA_TOKEN),
) -> None:
    """Make buckets and tokens in an InfluxDB 2; what is there stays.

    Two tokens are made: the service's may write and read both buckets, Grafana's may read them.
    Neither may do anything else, and the administrator's is needed by nobody afterwards. What a
    bucket's retention is set to is what the options say.

    `validation.retention_days` of the service must not be more than --raw-days: older readings
    would be taken and then dropped by the database.

    [bold]Examples[/bold]

        snowgrid setup-influxdb --admin-token-file token

        snowgrid setup-influxdb --url http://influxdb:8086 --raw-days 90
    """
    checked = _web_address(url)
    tls = client_context(WORDS, ca_file, cert_file, key_file)
    token = read_secret_file(admin_token_file, "--admin-token-file")
    password = (
        read_secret_file(admin_password_file, "--admin-password-file")
        if admin_password_file
        else None
    )
    wish = InfluxdbWish(
        org=org,
        buckets=(
            BucketWish(name=raw_bucket, kept_s=raw_days * DAY_S),
            BucketWish(name=rollup_bucket, kept_s=rollup_days * DAY_S),
        ),
        tokens=(
            TokenWish(
                description="snowgrid ingest", actions=("read", "write"), file=ingest_token_file
            ),
            TokenWish(description="snowgrid grafana", actions=("read",), file=grafana_token_file),
        ),
        admin_password=password,
    )
    for line in set_up(InfluxdbAdmin(checked, token, tls), token, wish, current_owner()):
        typer.echo(line)


def _web_address(url: str) -> str:
    try:
        return TypeAdapter(WebAddress).validate_python(url)
    except ValidationError as error:
        raise ConfigError(f"--url {url}: want a URL such as http://127.0.0.1:8086") from error
