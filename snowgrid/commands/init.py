"""`snowgrid init`: makes the secrets of a deployment."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from devices.fleets.file import fleet_names, load_fleet
from devices.fleets.fleet import Gateway
from devices.schema import NAME
from snowgrid.deployment import layout
from snowgrid.deployment.folder import Fate
from snowgrid.deployment.making import Made, Wanted, make_secrets
from snowgrid.deployment.owner import current_owner

STYLES = {Fate.MADE: "green", Fate.EXTENDED: "yellow", Fate.KEPT: "dim"}


def init(
    *,
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Folder that docker-compose.yml is in.")
    ] = Path(),
    fleet: Annotated[
        str,
        typer.Option(
            metavar="FLEET",
            help="Whose gateways get a user at the broker: a fleet that comes along or a file.",
        ),
    ] = "jing-jin-ji",
    gateway: Annotated[
        list[str] | None,
        typer.Option(metavar="SITE.NAME", help="One more gateway; may be repeated."),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Name or address that gateways call the broker by; may be repeated.",
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Make all anew; whoever had the old secrets is locked out."),
    ] = False,
) -> None:
    """Make certificates, passwords and tokens for a deployment; what is there stays.

    Everything is in `secrets/`, readable by you alone, and nothing of it is printed. Run again
    with another fleet or gateway, it adds their users and leaves the others alone.

    [bold]Examples[/bold]

        snowgrid init && docker compose up -d

        snowgrid init --host broker.example.org --gateway valley.gw-7
    """
    gateways = [*load_fleet(fleet).gateways, *map(_gateway, gateway or ())]
    owner = current_owner()
    settings = {"SNOWGRID_UID": str(owner.uid), "SNOWGRID_GID": str(owner.gid)}
    if fleet in fleet_names():
        settings["SNOWGRID_FLEET"] = fleet
    wanted = Wanted(gateways=gateways, hosts=host or (), settings=settings, owner=owner)
    made = make_secrets(folder, wanted, now=datetime.now(UTC), force=force)
    _show(folder, made, users=len({(each.site, each.name) for each in gateways}))


def _gateway(text: str) -> Gateway:
    site, _, name = text.partition(".")
    if not (NAME.fullmatch(site) and NAME.fullmatch(name)):
        raise typer.BadParameter(
            f"{text!r}: want SITE.NAME, each of a-z 0-9 _ -", param_hint="'--gateway'"
        )
    return Gateway(site=site, name=name)


def _show(folder: Path, made: Made, users: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for name, fate in made.fates.items():
        console.print(Text(f"{fate.value:<9}", STYLES[fate]), Text(str(folder / name)), sep="")
    for note in made.notes:
        console.print(Text(f"! {note}", "yellow"))
    if set(made.fates.values()) == {Fate.KEPT}:
        console.print("Everything was there already; nothing changed.")
        return
    console.print(
        f"{users} gateways may log in, with the passwords in {folder / layout.GATEWAY_PASSWORDS}.\n"
        f"Grafana's user is admin; its password is in {folder / layout.GRAFANA_PASSWORD}.\n"
        f"Take {folder / layout.CA_KEY} to a safe place: who has it can pass for the broker.",
        markup=False,
    )
