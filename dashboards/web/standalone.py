"""Makes one file of the page, its styles, its scripts and what it shows; it needs no server.

A browser lets a page from disk load no module beside it. So every module stands in the page, as an
address that is its text, and an import map tells which: modules name each other by their paths, as
such an address has no neighbours.
"""

import base64
import posixpath
import re

import orjson

from dashboards.web.pages import INDEX, STATIC

Json = dict[str, object]

CHARSET = '<meta charset="utf-8">'
HOME = 'href="/"'
STYLESHEET = re.compile(r'<link rel="stylesheet" href="/static/([^"]+)">')
ICON = re.compile(r'(?<=<link rel="icon" type="image/svg\+xml" href=")/static/([^"]+)')
SCRIPT = re.compile(r'<script defer src="/static/([^"]+)"></script>')
MODULE = re.compile(r'<script type="module" src="/static/([^"]+)"></script>')
FROM = re.compile(r'(?<= from ")(\.{1,2}/[^"]+\.js)(?=";$)', re.MULTILINE)
"""A module's name in an import, as `static/README.md` wants them written."""

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data:"
)
"""The page loads nothing and sends nothing."""


def standalone(carried: Json, home: str) -> str:
    """Return a page as HTML.

    Args:
        carried: What it shows, as `static/js/preview.js` says.
        home: File that the project's name leads to.
    """
    page = INDEX.read_text(encoding="utf-8")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    page = page.replace(CHARSET, f"{CHARSET}\n  {policy}").replace(HOME, f'href="{home}"')
    page = STYLESHEET.sub(lambda found: f"<style>\n{_text(found[1])}</style>", page)
    page = ICON.sub(lambda found: _address(_text(found[1]), "image/svg+xml"), page)
    page = SCRIPT.sub(lambda found: f"<script>{_in_script(_text(found[1]))}</script>", page)
    return MODULE.sub(lambda found: _scripts(found[1], carried), page)


def _scripts(main: str, carried: Json) -> str:
    modules = (path.relative_to(STATIC).as_posix() for path in sorted(STATIC.rglob("js/**/*.js")))
    imports = {name: _address(_module(name), "text/javascript") for name in modules}
    return "\n  ".join(
        (
            f"<script>window.SNOWGRID_PREVIEW = {_json(carried)};</script>",
            f'<script type="importmap">{_json({"imports": imports})}</script>',
            f'<script type="module">import "{main}";</script>',
        )
    )


def _module(name: str) -> str:
    """Return a module's text, in which others are named by their paths below `static`."""
    folder = posixpath.dirname(name)
    return FROM.sub(lambda found: posixpath.normpath(f"{folder}/{found[1]}"), _text(name))


def _text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _address(text: str, content_type: str) -> str:
    """Return an address that is the text itself."""
    return f"data:{content_type};base64,{base64.b64encode(text.encode()).decode()}"


def _in_script(text: str) -> str:
    """Return JavaScript that does not end the element that it stands in."""
    return re.sub(r"</(?=script)", r"<\\/", text, flags=re.IGNORECASE)


def _json(content: object) -> str:
    return orjson.dumps(content).decode().replace("<", "\\u003c")
