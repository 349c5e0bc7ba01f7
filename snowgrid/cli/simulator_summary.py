"""What a simulator has done, at its end."""

import json
from datetime import UTC, datetime

from rich.console import Console

from devices.fleets.fleet import Fleet
from devices.gateways.broker import BrokerAddress
from devices.simulator.progress import SimulatorProgress
from devices.simulator.simulator import SimulatorPlan
from snowgrid.cli.simulator_view import by_kind, clock, problem


def print_summary(
    console: Console,
    fleet: Fleet,
    address: BrokerAddress,
    plan: SimulatorPlan,
    progress: SimulatorProgress,
) -> None:
    """Print what was published and what was not, and how to get the same readings again."""
    total = progress.published.total()
    console.print(f"Published [bold]{total:,}[/bold] readings of {fleet.title} to {address}")
    console.print()
    console.print(by_kind(fleet, progress))
    console.print()
    console.out(
        f"{progress.acknowledged:,} acknowledged · {progress.refused:,} refused · "
        f"{progress.dropped:,} dropped · {progress.waiting:,} left unsent",
        highlight=False,
    )
    if progress.faulty:
        shown = ", ".join(f"{name} {count:,}" for name, count in sorted(progress.faulty.items()))
        console.out(f"Faults: {shown}", highlight=False)
    console.out(
        f"Simulated time {clock(progress.start_ms)} to {clock(progress.simulated_ms)}. "
        f"The same again: --seed {plan.seed} --start {_iso(progress.start_ms)}",
        highlight=False,
    )
    if wrong := problem(progress):
        console.print(wrong, style="red", markup=False, highlight=False, soft_wrap=True)


def as_json(
    fleet: Fleet, address: BrokerAddress, plan: SimulatorPlan, progress: SimulatorProgress
) -> str:
    """Return the same for a program: one JSON object in one line."""
    return json.dumps(
        {
            "fleet": fleet.name,
            "broker": str(address),
            "seed": plan.seed,
            "speed": plan.speed,
            "qos": plan.qos,
            "start": _iso(progress.start_ms),
            "end": _iso(progress.simulated_ms),
            "devices": progress.devices,
            "gateways": progress.gateways,
            "connections": progress.connections,
            "made": dict(progress.made),
            "faulty": dict(progress.faulty),
            "published": dict(progress.published),
            "acknowledged": progress.acknowledged,
            "refused": progress.refused,
            "dropped": progress.dropped,
            "unsent": progress.waiting,
            "problem": problem(progress),
        }
    )


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
