"""Options that several commands have, so that they are spelled and explained alike."""

from pathlib import Path
from typing import Annotated

import typer

BROKER = "Broker"
PASSWORD_VARIABLE = "SNOWGRID_MQTT__PASSWORD"  # noqa: S105 - the name of one

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="Settings, TOML; `snowgrid.toml` in this folder if there is one.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Seed = Annotated[int, typer.Option(min=0, help="Of weather, grid and devices.")]
Faults = Annotated[
    str,
    typer.Option(
        metavar="FAULTS",
        help="What goes wrong: `garbage=1%,late=1%:2h,reconnect-storm=2/min`, or a YAML file.",
        show_default=False,
    ),
]

# Who speaks to the broker, and how

Qos = Annotated[
    int,
    typer.Option(min=0, max=1, help="Quality of service of telemetry.", rich_help_panel=BROKER),
]
Username = Annotated[
    str | None,
    typer.Option(
        envvar="SNOWGRID_MQTT__USERNAME",
        help=f"User at the broker, if not in the URL; {PASSWORD_VARIABLE} is the password.",
        rich_help_panel=BROKER,
    ),
]
CaFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="CA certificate to trust instead of the system's.",
        rich_help_panel=BROKER,
    ),
]
CertFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Client certificate.", rich_help_panel=BROKER),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Private key of it.", rich_help_panel=BROKER),
]
