"""One process of `snowgrid ingest --workers N`, started by that command and by nobody else."""

import asyncio
import logging
import sys
from contextlib import AsyncExitStack

from devices.registry import kinds
from ingest.http import serving
from ingest.logs import configure_logging
from ingest.service import new_vitals, serve
from ingest.workers.emptying import empty
from ingest.workers.order import DONE, STOPPED, Order, read_order, stop_when_alone
from snowgrid.cli.errors import USAGE, told_to_the_user
from snowgrid.cli.renewal import ignore_hangups, renewed_on_hangup
from snowgrid.cli.running import run_until_stopped


def main() -> int:
    """Take the order from standard input, carry it out, return the exit code."""
    ignore_hangups()
    order = read_order()
    try:
        return run_until_stopped(lambda stop: carry_out(order, stop))
    except Exception as error:
        message = told_to_the_user(error)
        if not message:
            raise
        sys.stderr.write(f"{message}\n")
        return USAGE


async def carry_out(order: Order, stop: asyncio.Event) -> int:
    """Do what was ordered until `stop` is set; returns the exit code."""
    settings = order.settings()
    configure_logging(settings.log)
    _sign_lines(order.name)
    stop_when_alone(stop)
    vitals = new_vitals(settings)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(settings.http, vitals, inherited=order.socket()))
        if order.former:
            return DONE if await empty(settings, kinds(), stop, vitals) else STOPPED
        with renewed_on_hangup(order.settings) as renewal:
            await serve(settings, kinds(), stop, vitals, renewal=renewal)
    return DONE


def _sign_lines(name: str) -> None:
    make = logging.getLogRecordFactory()

    def signed(*args: object, **kwargs: object) -> logging.LogRecord:
        record = make(*args, **kwargs)
        record.worker = name
        return record

    logging.setLogRecordFactory(signed)


if __name__ == "__main__":
    sys.exit(main())
