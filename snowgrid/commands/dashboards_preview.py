"""`snowgrid dashboards preview`: the boards as files that open without a server."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

from dashboards.model.board import Board
from dashboards.web.preview import Page, Stretch, previewed
from ingest.errors import ConfigError
from ingest.settings import load_settings
from ingest.settings_stores import StoreSettings
from snowgrid.cli.options import ConfigFile
from snowgrid.cli.span_options import FromOption, ToOption, stretch_ms
from snowgrid.commands.dashboards_serve import StoreOption
from snowgrid.dashboards.boards import boards_of
from snowgrid.dashboards.stores import reading, store_named

MB = 1e6


def preview_dashboards(  # noqa: PLR0913 - one parameter per option
    *,
    since: FromOption,
    until: ToOption = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Folder that the files go to.")
    ],
    board: Annotated[
        list[str] | None,
        typer.Option(
            metavar="UID",
            help="Only this board, `snowgrid-device-rack_sensor` for example; may be repeated.",
        ),
    ] = None,
    store: StoreOption = "",
    config: ConfigFile = None,
) -> None:
    """Write each board as an HTML file with all it shows, which opens from disk without a server.

    For a report, or for somebody who cannot reach the store. A board about one site shows the
    first one. Files that are there are overwritten.

    Exit code 2 when the store cannot be read, or there is no such board.

    [bold]Examples[/bold]

        snowgrid dashboards preview --from 6h --out boards --store data/demo.duckdb
    """
    from_ms, to_ms = stretch_ms(since, until)
    settings = load_settings(config)
    boards = _chosen(boards_of(settings.alerts), board or ())
    stretch = Stretch(from_ms=from_ms, to_ms=to_ms)
    asyncio.run(_write(boards, stretch, store_named(store, settings.store), out))


async def _write(
    boards: Collection[Board], stretch: Stretch, store: StoreSettings, out: Path
) -> None:
    async with reading(store) as reader:
        async for page in previewed(boards, stretch, reader):
            _keep(page, out)


def _keep(page: Page, folder: Path) -> None:
    path = folder / page.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(page.html, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--out {folder}: {error.strerror}") from error
    typer.echo(f"{path}  {len(page.html) / MB:.1f} MB  {page.board.title}")


def _chosen(boards: Collection[Board], uids: Collection[str]) -> list[Board]:
    """Return the boards that are named, or else those in the list.

    Raises:
        ConfigError: There is no such board.
    """
    drawn = {board.uid: board for board in boards if not board.asks_prometheus}
    if missing := [uid for uid in uids if uid not in drawn]:
        raise ConfigError(f"--board {missing[0]}: there are {', '.join(drawn)}")
    return [board for uid, board in drawn.items() if (uid in uids if uids else board.listed)]
