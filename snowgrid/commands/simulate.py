"""`snowgrid simulate`: plays a fleet into a broker."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from devices.errors import BrokerInvalid
from devices.faults.parse import parse_faults
from devices.fleets.file import load_fleet
from devices.fleets.fleet import Fleet
from devices.gateways.broker import BrokerAddress, broker_address
from devices.gateways.passwords import read_passwords
from devices.simulator.progress import SimulatorProgress
from devices.simulator.simulator import SimulatorPlan, run_simulator
from snowgrid.cli.options import (
    BROKER,
    PASSWORD_VARIABLE,
    AsJson,
    CaFile,
    CertFile,
    Faults,
    KeyFile,
    Qos,
    Seed,
    Username,
)
from snowgrid.cli.running import run_until_stopped
from snowgrid.cli.simulator_summary import as_json as summary_as_json
from snowgrid.cli.simulator_summary import print_summary
from snowgrid.cli.simulator_view import show
from snowgrid.cli.since import parse_since

NOTHING_PUBLISHED = 1


def simulate(  # noqa: PLR0913 - options
    fleet: Annotated[
        str,
        typer.Argument(
            metavar="FLEET",
            help="`jing-jin-ji` or another fleet that comes along, or the path of a fleet file.",
        ),
    ],
    *,
    broker: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help=r"`mqtt://\[user@]host:port`, or `mqtts://` for TLS.",
            rich_help_panel=BROKER,
        ),
    ] = "mqtt://127.0.0.1:1883",
    duration: Annotated[
        float | None,
        typer.Option(min=0.1, metavar="SECONDS", help="Stop after so long, in real time."),
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0.01, help="Simulated seconds per second of real time.")
    ] = 1.0,
    seed: Seed = 0,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Simulated time at the beginning, ISO 8601 (local, if without an offset) or `2h` "
            "ago; not in the future.",
        ),
    ] = None,
    qos: Qos = 1,
    username: Username = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=f"File whose first line is the password, in place of {PASSWORD_VARIABLE}.",
            rich_help_panel=BROKER,
        ),
    ] = None,
    passwords: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Lines of `site.gateway:password`: each gateway is a user of its own.",
            rich_help_panel=BROKER,
        ),
    ] = None,
    ca_file: CaFile = None,
    cert_file: CertFile = None,
    key_file: KeyFile = None,
    faults: Faults = "",
    as_json: AsJson = False,
) -> None:
    """Publish a simulated fleet to a broker.

    Every gateway of the fleet is a connection of its own, with a retained status and a last will.
    While the broker is away, gateways try again and keep up to 5,000 readings each for it.

    The same seed and start give the same readings. At another speed than 1, simulated time begins
    so far back that it ends at the present: with `--duration 60 --speed 60`, 59 minutes ago.
    Without a duration it has caught up after an hour; and wherever it catches up with the clock,
    it goes on at the clock's speed, as no device measures the future.

    With --faults things go wrong, the same ones for a seed. All that `snowgrid load` knows can be
    had; `late` and `clock-skew` move timestamps, `silent` counts simulated time, and
    `reconnect-storm` breaks gateways' connections in real time. What came of it is for the service
    to tell: a fleet in real time has no verdict.

    Ctrl-C publishes what waits, says offline for every gateway, and exits with 0; a second one
    stops at once, with 130. Exit code 1: the time is up and the broker has taken nothing; 2:
    something given is wrong.

    [bold]Examples[/bold]

        snowgrid simulate jing-jin-ji

        snowgrid simulate langfang --duration 60 --speed 60

        snowgrid simulate chongli --faults garbage=1%,late=2%:2h,stuck=5%,reconnect-storm=0.5/min

        snowgrid simulate my-fleet.toml --broker mqtts://ann@broker

        snowgrid simulate langfang --broker mqtts://broker --passwords secrets/gateways/passwords
    """
    played = load_fleet(fleet)
    address = broker_address(
        broker,
        username=username,
        password=_password(password_file, passwords),
        passwords=read_passwords(passwords) if passwords else None,
        ca_file=ca_file,
        cert_file=cert_file,
        key_file=key_file,
    )
    plan = SimulatorPlan(
        seed=seed,
        start=_start(start),
        speed=speed,
        duration_s=duration,
        qos=1 if qos else 0,
        faults=parse_faults(faults),
    )
    # What a program reads from the standard output must hold nothing else.
    console = Console(stderr=as_json)
    progress, stopped = SimulatorProgress(), False

    async def work(stop: asyncio.Event) -> bool:
        await _play(played, address, plan, console, progress, stop)
        return stop.is_set()

    stopped = run_until_stopped(work)
    if as_json:
        typer.echo(summary_as_json(played, address, plan, progress))
    else:
        print_summary(console, played, address, plan, progress)
    if not stopped and not progress.published:
        raise typer.Exit(NOTHING_PUBLISHED)


async def _play(  # noqa: PLR0913, PLR0917 - of the command
    fleet: Fleet,
    address: BrokerAddress,
    plan: SimulatorPlan,
    console: Console,
    progress: SimulatorProgress,
    stop: asyncio.Event,
) -> None:
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(show(console, fleet, str(address), progress, stop))
        await run_simulator(fleet, address, plan, stop=stop, progress=progress)
        showing.cancel()


def _password(file: Path | None, passwords: Path | None) -> str | None:
    if file is None:
        return None if passwords else os.environ.get(PASSWORD_VARIABLE)
    try:
        return file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokerInvalid(f"--password-file {file}: cannot be read: {error}") from error


def _start(text: str | None) -> datetime | None:
    if text is None:
        return None
    now = datetime.now(UTC)
    try:
        start = parse_since(text, now)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="'--start'") from error
    if start > now:
        raise typer.BadParameter(
            f"{text} is in the future, where no device measures", param_hint="'--start'"
        )
    return start
