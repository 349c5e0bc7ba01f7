"""A short run of the torture: everything goes wrong at once, and nothing is lost."""

import asyncio
from pathlib import Path

from tests.torture.run import Plan, torture

PLAN = Plan(seed=2, duration_s=8.0, rate_per_s=1_000.0, devices=100, pace=0.2)


async def test_whatever_goes_wrong_nothing_acknowledged_is_lost_doubled_or_altered(tmp_path: Path):
    report = await torture(PLAN, tmp_path, asyncio.Event(), show=lambda _: None)
    verdict = report.verdict
    assert verdict.violations == []
    assert verdict.stored > 1_000
    assert len(verdict.letters) > 3
    assert len(report.survived) > 12
