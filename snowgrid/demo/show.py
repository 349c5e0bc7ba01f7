"""Shows the demo while it runs: a live screen on a terminal, a line now and then elsewhere."""

import asyncio
from contextlib import suppress

from rich.console import Console
from rich.live import Live

from snowgrid.demo.rate import Rates
from snowgrid.demo.scene import Phase, Scene
from snowgrid.demo.screen import Screen, clock_face

LIVE_S = 0.5
LINE_S = 5.0


async def show(console: Console, scene: Scene, stop: asyncio.Event) -> None:
    """Show the scene until cancelled.

    Args:
        console: Where to; whether it is a terminal decides how.
        scene: What is shown.
        stop: Set once the demo was told to stop.
    """
    if console.is_terminal and not console.is_dumb_terminal:
        await _show_live(console, scene, stop)
    else:
        await _print_lines(console, scene)


async def _show_live(console: Console, scene: Scene, stop: asyncio.Event) -> None:
    # The alternate screen fits any size, and leaves no trace between prompt and summary. A second
    # Ctrl-C ends the process at once, so the terminal must be as it was by then.
    with Live(console=console, auto_refresh=False, screen=True) as live:
        rates = Rates()
        while not stop.is_set():
            rates.sample(_now_s(), scene.vitals.ledger)
            live.update(Screen(scene, rates), refresh=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(LIVE_S):
                    await stop.wait()
    console.print("Storing what is on its way; Ctrl-C again stops at once.", style="yellow")


async def _print_lines(console: Console, scene: Scene) -> None:
    rates = Rates()
    begun_s = next_s = _now_s()
    console.out(
        f"Playing {scene.fleet.title}: {scene.fleet.device_count:,} devices, "
        f"{len(scene.fleet.gateways)} gateways, into {scene.files.store}"
    )
    told = False
    while True:
        rates.sample(_now_s(), scene.vitals.ledger)
        if not told and scene.boards_url:
            console.out(f"Boards for a browser: {scene.boards_url}")
            told = True
        if _now_s() >= next_s:
            if scene.phase is not Phase.STARTING:
                console.out(line(scene, rates))
            next_s = begun_s + LINE_S * ((_now_s() - begun_s) // LINE_S + 1)
        await asyncio.sleep(LIVE_S)


def line(scene: Scene, rates: Rates) -> str:
    """Return the figures in a line."""
    readings = scene.vitals.ledger.readings
    balanced = "ledger balanced" if scene.vitals.ledger.balanced else "LEDGER NOT BALANCED"
    return (
        f"{clock_face(scene.played_s)}  {rates.messages.per_s:,.0f} messages/s, "
        f"{scene.vitals.devices:,} devices heard, {readings.committed:,} readings committed, "
        f"{readings.rejected.total():,} rejected, {readings.in_flight:,} in flight, {balanced}"
    )


def _now_s() -> float:
    return asyncio.get_running_loop().time()
