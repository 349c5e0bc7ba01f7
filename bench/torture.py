"""Lets everything go wrong at once, and proves that no acknowledged reading is lost or doubled.

A publisher sends readings through mosquitto to `snowgrid ingest` with InfluxDB behind it, while
service, broker, network, database, disk and clock fail in all the ways that a schedule drawn from
the seed says. At the end, all that was acknowledged is looked for. docs/reliability.md says what
is guaranteed, and what is not.
"""

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.torture.reckoning import Report
from tests.torture.run import Plan, Progress, torture

MOST_SHOWN = 20
SAY_EVERY_S = 30


def show(progress: Progress) -> None:
    """Say where the run stands: on one line of a terminal, elsewhere now and then."""
    text = (
        f"{progress.elapsed_s:5.0f} s  {progress.promised:>9,} promised  {progress.open:>6,} open  "
        f"{'; '.join(progress.troubles)}"
    )
    if sys.stdout.isatty():
        print(f"\r\033[K{text[: shutil.get_terminal_size().columns - 1]}", end="", flush=True)
    elif round(progress.elapsed_s) % SAY_EVERY_S == 0:
        print(text, flush=True)


def tell(report: Report, folder: Path) -> None:
    """Say what came of it."""
    verdict = report.verdict
    figures = {
        "messages promised by the broker": verdict.promised,
        "acknowledged by the service": verdict.acknowledged,
        "readings in the database": verdict.stored,
        "dead letters": sum(verdict.letters.values()),
        "of them good, set aside by a clock behind": verdict.set_aside_by_clock,
        "repeated dead letters": verdict.repeated_letters,
        "forgotten by a killed broker": verdict.lost_by_broker,
        "lost with a flipped bit": verdict.lost_by_disk,
        "starts that failed, or took too long": report.failed_starts,
    }
    print(f"\nseed {report.seed}, {report.duration_s:.0f} s")
    for name, figure in figures.items():
        print(f"  {name:<42} {figure:>10,}")
    print("survived:")
    for name, count in report.survived.items():
        print(f"  {name:<42} {count:>10,}")
    for part in report.untried:
        print(f"  {part}: not tried; only root can mount a small one")
    for violation in verdict.violations[:MOST_SHOWN]:
        print(f"VIOLATION (seed {report.seed}): {violation}")
    if verdict.violations:
        print(f"{len(verdict.violations)} violations; all logs are in {folder}")
    else:
        print("nothing was lost, doubled or altered")


async def run(plan: Plan, folder: Path) -> Report:
    """Do the run; Ctrl-C ends the troubles and goes on with the reckoning."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return await torture(plan, folder, stop, show)


def main() -> None:
    """Parse the arguments, run, tell; exit code 1 if the guarantee was broken."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--minutes", type=float, default=2, help="how long troubles come (2)")
    parser.add_argument("--seed", type=int, default=1, help="draws the troubles (1)")
    parser.add_argument("--rate", type=float, default=2_000, help="messages a second (2000)")
    parser.add_argument("--devices", type=int, default=100, help="meters (100)")
    parser.add_argument("--folder", type=Path, help="for all data and logs (a temporary one)")
    parser.add_argument("--json", type=Path, help="write the report to this file as well")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix=f"torture-{asked.seed}-"))
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(
        seed=asked.seed,
        duration_s=asked.minutes * 60,
        rate_per_s=asked.rate,
        devices=asked.devices,
    )
    print(f"seed {asked.seed}, {asked.minutes:g} min; all data and logs go to {folder}", flush=True)
    report = asyncio.run(run(plan, folder))
    if asked.json:
        asked.json.write_text(report.as_json() + "\n")
    tell(report, folder)
    if report.verdict.violations:
        sys.exit(1)
    if not asked.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
