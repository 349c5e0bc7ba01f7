"""The service that a load brings along."""

import asyncio
import sys

import pytest

from snowgrid.loading.service_process import ServiceProcess


@pytest.mark.parametrize(("code", "tells"), [(0, False), (3, True)])
async def test_a_service_that_ended_by_itself_says_what_it_said_last(tmp_path, code, tells):
    log = tmp_path / "service.log"
    log.write_text("starting\nthe disk is gone\n")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"raise SystemExit({code})"
    )
    service = ServiceProcess(process=process, metrics_url="http://x/metrics", log=log)
    assert not service.died()
    await process.wait()
    assert ("(exit code 3); it said last: the disk is gone" in service.died()) is tells
