"""`hmaint incident report|summary`: 故障分析报告 of one incident, and the incidents of a month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli import incident_options as o
from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.world import World

_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help=_("The file to write; never over another."), metavar="FILE"),
]
_Pdf = Annotated[bool, typer.Option("--pdf", help=_("Also as PDF, where LibreOffice is installed."))]


def register(incident: typer.Typer) -> None:
    """Hang the commands on the tree."""
    incident.command(
        "report",
        help=_(
            "Write 故障分析报告: what you tell is put on record, the rest comes from the entries or stays blank."
        ),
        epilog=_(
            "Examples: hmaint incident report latest --cause 分区写满 --root-cause 清理任务停用"
            " --prevention '恢复清理任务|张工|2026-11-30|连续7天成功' · hmaint incident report latest --from 分析.yaml"
        ),
    )(with_terminal(report))
    incident.command(
        "summary",
        help=_("Sum up the incidents of a month; with --report on the form 日常故障月度汇总."),
        epilog=_(
            "Examples: hmaint incident summary --site icu"
            " · hmaint incident summary --site icu --period 2026-10 --report"
        ),
    )(with_terminal(summary))


def report(
    terminal: Terminal,
    number: o.Number,
    event: Annotated[str, typer.Option("--event", help=_("What happened (事件描述)."), metavar="TEXT")] = "",
    manifestation: Annotated[
        str, typer.Option("--manifestation", help=_("How it showed (表现形式)."), metavar="TEXT")
    ] = "",
    cause: Annotated[str, typer.Option("--cause", help=_("The cause (原因分析)."), metavar="TEXT")] = "",
    root_cause: Annotated[
        str, typer.Option("--root-cause", help=_("The root cause (根本原因)."), metavar="TEXT")
    ] = "",
    clinical: Annotated[
        str, typer.Option("--clinical", help=_("The effect on treatment (对诊疗的影响)."), metavar="TEXT")
    ] = "",
    solution: Annotated[
        str, typer.Option("--solution", help=_("How it was solved (解决方法)."), metavar="TEXT")
    ] = "",
    summary_: Annotated[str, typer.Option("--summary", help=_("In sum (总结)."), metavar="TEXT")] = "",
    prevention: Annotated[
        list[str] | None,
        typer.Option(
            "--prevention",
            help=_("What prevents it (预防及改进措施), as WHAT|OWNER|DATE|PROOF; may be repeated."),
            metavar="TEXT",
        ),
    ] = None,
    late_reason: Annotated[
        str, typer.Option("--late-reason", help=_("Why a clock was missed (超时原因)."), metavar="TEXT")
    ] = "",
    from_: Annotated[
        Path | None, typer.Option("--from", help=_("A YAML file with these texts."), metavar="FILE")
    ] = None,
    text_only: Annotated[
        bool, typer.Option("--text-only", help=_("Put the texts on record, and write no document yet."))
    ] = False,
    output: _Output = None,
    pdf: _Pdf = False,
) -> None:
    """Texts first, then the document."""
    from hmaint.app.incident import find
    from hmaint.app.incident_report import FORM, analyse

    world = terminal.world()
    given = {
        "event": event, "manifestation": manifestation, "cause": cause, "root_cause": root_cause,
        "clinical": clinical, "solution": solution, "summary": summary_, "late_reason": late_reason,
    }  # fmt: skip
    texts = _texts(given, prevention or [], from_)
    incident = find(world, number)
    if not texts and terminal.may_ask():
        texts = _asked(incident.texts)
    if texts:
        kept = analyse(world, incident.id, texts)
        if kept.rescued or text_only:
            o.told(terminal, world, kept, lambda name: _("noted with {number}").format(number=name))
            return
    elif text_only:
        raise WrongUsage(_("--text-only wants a text: --cause, --summary, --prevention, …"))
    _issue(terminal, world, FORM, incident.site, incident.id, output, pdf=pdf)


def _texts(given: dict[str, str], prevention: list[str], path: Path | None) -> dict[str, object]:
    from hmaint.load.incident_analysis import load_analysis

    told: dict[str, object] = load_analysis(path) if path else {}
    told |= {name: text.strip() for name, text in given.items() if text.strip()}
    if prevention:
        told["actions"] = [_action(each) for each in prevention]
    return told


def _action(text: str) -> dict[str, str]:
    parts = [part.strip() for part in text.split("|")]
    if not parts[0] or len(parts) > 4:  # noqa: PLR2004 - what, owner, date, proof
        raise WrongUsage(_("{text} is no measure: write WHAT|OWNER|DATE|PROOF").format(text=text))
    return dict(zip(("what", "owner", "due", "verify"), parts, strict=False))


def _asked(known: object) -> dict[str, object]:
    """Ask for the texts only people know; an empty answer leaves the blank for handwriting."""
    from collections.abc import Mapping

    said = known if isinstance(known, Mapping) else {}
    prompts = {
        "cause": _("Cause (empty: leave blank)"),
        "root_cause": _("Root cause (empty: leave blank)"),
        "clinical": _("Effect on treatment (empty: leave blank)"),
        "summary": _("In sum (empty: leave blank)"),
    }
    told: dict[str, object] = {}
    for name, prompt in prompts.items():
        if not said.get(name):
            answer = typer.prompt(prompt, default="", show_default=False, err=True).strip()
            told |= {name: answer} if answer else {}
    actions = []
    while action := typer.prompt(
        _("Measure as WHAT|OWNER|DATE|PROOF (empty: no more)"), default="", show_default=False, err=True
    ).strip():
        actions.append(_action(action))
    return told | ({"actions": actions} if actions else {})


def summary(
    terminal: Terminal,
    site: Annotated[
        str,
        typer.Option("--site", "-s", help=_("The site."), metavar="SITE", autocompletion=site_names),
    ] = "",
    period: Annotated[
        str,
        typer.Option(
            "--period", help=_("A month (2026-11), a quarter or a year; this month."), metavar="PERIOD"
        ),
    ] = "",
    report_: Annotated[bool, typer.Option("--report", help=_("Write the Word form, too."))] = False,
    output: _Output = None,
    pdf: _Pdf = False,
) -> None:
    """The month in short."""
    from hmaint.app.incident import site_of
    from hmaint.app.incident_month import FORM, gather
    from hmaint.cli.format.incident_summary import show_summary

    world = terminal.world()
    name = world.site(site_of(world, site)).name
    wanted = report_ or output is not None or pdf
    if not (wanted and terminal.format == "json"):
        show_summary(terminal, name, gather(world, name, period), world.clock.now())
    if wanted:
        _issue(terminal, world, FORM, name, period, output, pdf=pdf)


def _issue(
    terminal: Terminal, world: World, form: str, site: str, about: str, output: Path | None, *, pdf: bool
) -> None:
    from hmaint.app.gather import Options
    from hmaint.app.render import Request
    from hmaint.app.render import render as make
    from hmaint.cli.format.report import show_rendered

    if output and output.suffix.lower() != ".docx":
        raise WrongUsage(_("{file} must end in .docx").format(file=output))
    monthly = form == "incident-monthly"
    options = Options(period=about) if monthly else Options(of=about)
    asked = Request(form, False, site, None, output, pdf, options)
    show_rendered(terminal, make(asked, terminal.workspace, terminal.inventory, world.workspace.root))
