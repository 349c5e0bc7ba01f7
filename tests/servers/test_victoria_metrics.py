"""VictoriaMetrics counts what was written to it."""

from aiohttp import ClientSession

from tests.eventually import eventually
from tests.servers.victoria_metrics import VictoriaMetrics

NOW_MS = 1_790_000_000_000
LINES = f"""\
counted,site=a x=1,y=2 {NOW_MS}
counted,site=a x=3 {NOW_MS + 1}
counted,site=b x=3 {NOW_MS}
"""


async def test_points_written_twice_count_once(victoria_metrics: VictoriaMetrics) -> None:
    url = f"{victoria_metrics.url}/api/v2/write?org=any&bucket=any&precision=ms"
    async with ClientSession() as http:
        for _ in range(2):
            async with http.post(url, data=LINES) as answer:
                assert answer.status == 204
    await eventually(lambda: victoria_metrics.count("counted", "x") == 3)
    assert victoria_metrics.count("counted", "x", site="a") == 2
    assert victoria_metrics.count("counted", "z") == 0
