"""Pages from elsewhere get nothing from the boards."""

import pytest

from tests.dashboards.web.served import LAST_HOUR, client

ASKED = "/api/boards/snowgrid-region/panels/1"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "127.0.0.1@evil.example",
        "[::1",
        "",
    ],
)
async def test_a_name_that_was_made_to_point_here_is_refused(host):
    async with client() as asker:
        for path in ("/", "/api/boards"):
            async with asker.get(path, headers={"Host": host}) as answer:
                assert answer.status == 421


@pytest.mark.parametrize(
    "host", ["localhost:80", "LOCALHOST", "127.0.0.1:9", "[::1]:80", "10.1.2.3"]
)
async def test_addresses_and_our_own_names_are_us(host):
    async with client() as asker, asker.get("/api/boards", headers={"Host": host}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_page_from_elsewhere_cannot_make_us_ask_the_store(site):
    headers = {"Sec-Fetch-Site": site}
    async with client() as asker:
        async with asker.post(ASKED, json=LAST_HOUR, headers=headers) as answer:
            assert answer.status == 403
        async with asker.get("/", headers=headers) as answer:
            assert answer.status == 200


async def test_no_page_from_elsewhere_may_read_an_answer():
    async with client() as asker:
        for path in ("/", "/api/boards", "/static/vendor/echarts.min.js"):
            async with asker.get(path, headers={"Origin": "https://evil.example"}) as answer:
                assert "Access-Control-Allow-Origin" not in answer.headers
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_refusals_have_the_headers_as_well():
    async with client() as asker:
        for path, host in (("/api/nothing", "localhost"), ("/", "evil.example")):
            async with asker.get(path, headers={"Host": host}) as answer:
                assert answer.status in {404, 421}
                assert "Content-Security-Policy" in answer.headers


async def test_a_body_that_is_too_large_is_refused():
    async with client() as asker, asker.post(ASKED, data=b" " * 1_000_000) as answer:
        assert answer.status == 413
