"""`snowgrid rules explain`: why a rule fires for a device, or why it does not."""

import json
from dataclasses import asdict
from typing import Annotated, TextIO

import msgspec
import typer

from devices.registry import kinds
from ingest.errors import ConfigError
from ingest.rules.alert import Alert
from ingest.rules.engine import Engine
from ingest.rules.explanation import Explanation
from ingest.rules.files import load_rules
from ingest.rules.recording import NotRecorded, replayed
from snowgrid.cli.explanation import show_explanation
from snowgrid.cli.options import AsJson, ConfigFile
from snowgrid.cli.service import ServiceUrl, ask, url_of_service
from snowgrid.commands.rules_options import RuleFiles


def explain_rule(  # noqa: PLR0913 - one parameter per option
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Name of a rule.")],
    *,
    device: Annotated[
        str, typer.Option("--device", "-d", metavar="DEVICE", help="None for a rule about a site.")
    ] = "",
    site: Annotated[
        str, typer.Option("--site", "-s", metavar="SITE", help="Not needed if the file has one.")
    ] = "",
    readings: Annotated[
        typer.FileText | None,
        typer.Option(
            "--readings",
            metavar="FILE",
            encoding="utf-8",
            help="Messages, a line each; - for standard input. Without it, the service is asked.",
        ),
    ] = None,
    files: RuleFiles = None,
    url: ServiceUrl = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say why a rule fires for a device, or why it does not.

    It asks the running service, which knows what it has heard. With [bold]--readings[/bold] it
    goes by the messages in a file instead, and by your rules of today: a line is a topic and a
    payload, as [bold]mosquitto_sub[/bold] prints them.

    [bold]Examples[/bold]

        snowgrid rules explain rack-inlet-hot --site zhangbei --device rack-007

        snowgrid rules explain pue-high --site zhangbei --url http://hall.example.net:9464

        mosquitto_sub -t 'telemetry/#' -v > readings.txt

        snowgrid rules explain my-rule --device r-07 --rules my.yaml --readings readings.txt

    Exit code 2 when there is no such rule, a file is wrong, or the service cannot be asked.
    """
    if readings is None:
        if files:
            raise typer.BadParameter(
                "goes with --readings: the service has its own rules", param_hint="'--rules'"
            )
        if not site:
            raise typer.BadParameter("missing; which site?", param_hint="'--site'")
        explanation = _asked(url or url_of_service(config), rule, site, device)
        _tell(explanation, [], as_json=as_json)
        return
    engine = Engine(load_rules(files or [], kinds()), kinds())
    _tell(*_played(engine, readings, rule, site, device), as_json=as_json)


def _asked(url: str, rule: str, site: str, device: str) -> Explanation:
    """Return what the running service says."""
    body = ask(url, "/alerts/explain", rule=rule, site=site, device=device)
    try:
        return msgspec.json.decode(body, type=Explanation)
    except msgspec.DecodeError as error:
        raise ConfigError(f"{url}: is no service of this version ({error})") from error


def _played(
    engine: Engine, readings: TextIO, rule: str, site: str, device: str
) -> tuple[Explanation, list[Alert]]:
    """Return what the rules say after these readings, and what they have told on the way."""
    history: list[Alert] = []
    sites: set[str] = set()
    try:
        for frames, now_ms in replayed(readings, kinds()):
            history += engine.take(frames, now_ms)
            sites.update(source.site for frame in frames for source in frame.sources)
    except (UnicodeDecodeError, NotRecorded) as error:
        raise ConfigError(f"{readings.name}: {error}") from error
    explanation = engine.explain(rule, site or _only(sites), device)
    about = rule, explanation.site, explanation.device
    return explanation, [each for each in history if (each.rule, each.site, each.device) == about]


def _only(sites: set[str]) -> str:
    if len(sites) == 1:
        return next(iter(sites))
    known = f"the readings are of {', '.join(sorted(sites))}" if sites else "there are no readings"
    raise typer.BadParameter(f"which site? {known}", param_hint="'--site'")


def _tell(explanation: Explanation, history: list[Alert], *, as_json: bool) -> None:
    if as_json:
        told = asdict(explanation) | {"history": [asdict(each) for each in history]}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        show_explanation(explanation, history)
