"""A page that needs no server has all that it loads within it."""

import base64
import json
import re

from dashboards.web.pages import STATIC
from dashboards.web.standalone import standalone

PAGE = standalone({"uid": "</script><b>"}, "region.html")
MAP = json.loads(re.findall(r'<script type="importmap">(.*?)</script>', PAGE, re.DOTALL)[0])
MODULES = {
    name: base64.b64decode(address.partition(",")[2]).decode()
    for name, address in MAP["imports"].items()
}


def test_every_module_of_the_page_is_carried():
    files = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("js/**/*.js")}
    assert set(MODULES) == files


def test_every_import_names_a_module_that_is_carried():
    imported = {
        name
        for text in MODULES.values()
        for name in re.findall(r'(?: from|^import) "([^"]+)";$', text, re.MULTILINE)
    }
    assert imported
    assert imported <= set(MODULES)


def test_nothing_is_loaded_from_anywhere():
    assert not re.findall(r'(?:src|href)="(?:/|https?:)', PAGE)
    assert "default-src 'none'" in PAGE


def test_what_is_shown_cannot_end_the_script_that_holds_it():
    assert "</script><b>" not in PAGE
    assert PAGE.count("<script") == PAGE.count("</script>") == 4


def test_the_name_of_the_project_leads_to_the_first_board():
    assert 'href="region.html"' in PAGE
