"""`hmaint incident ack|arrive|workaround|…`: what happens to an incident, each thing told once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from hmaint.cli import incident_options as o
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import N_, _


@dataclass(frozen=True, slots=True)
class _Step:
    """A command that tells one event with some words."""

    name: str
    event: str
    help: str
    epilog: str
    said: str
    field: str = ""
    """The body's field that the text is kept in besides."""


_STEPS = (
    _Step(
        "ack", "responded", N_("Somebody responded: the response clock stops."),
        N_("Examples: hmaint incident ack latest · hmaint incident ack I-20261125-001 --by 李工 --at 08:18"),
        N_("{number}: responded"),
    ),
    _Step(
        "remote-failed", "remote_failed",
        N_("Remote or telephone help did not solve it: presence is needed, and its clock counts."),
        N_("Example: hmaint incident remote-failed latest --text 远程无法登录"),
        N_("{number}: remote help failed, the on-site clock counts"),
    ),
    _Step(
        "arrive", "arrived", N_("Somebody arrived on site."),
        N_("Example: hmaint incident arrive latest --by 李工 --at 09:00"), N_("{number}: on site"),
    ),
    _Step(
        "workaround", "fallback", N_("An effective way to work meanwhile is in place (备用方案)."),
        N_("Example: hmaint incident workaround latest --text 床旁监护仪人工记录"),
        N_("{number}: a workaround is in place"), "fallback",
    ),
    _Step(
        "restore", "restored", N_("Service is back; what remains to be done may go on."),
        N_("Example: hmaint incident restore latest --at 09:17"), N_("{number}: restored"),
    ),
    _Step(
        "reopen", "reopened", N_("It was not over after all: open it anew. Its clocks keep their start."),
        N_("Example: hmaint incident reopen latest --text 波形再次停止"), N_("{number}: opened anew"),
    ),
    _Step(
        "close", "closed", N_("Close an incident that is resolved."),
        N_("Example: hmaint incident close latest --text 观察一天无复发"), N_("{number}: closed"),
    ),
)  # fmt: skip


def register(incident: typer.Typer) -> None:
    """Hang the commands on the tree."""
    for step in _STEPS:
        incident.command(step.name, help=_(step.help), epilog=_(step.epilog))(with_terminal(_command(step)))
    incident.command(
        "resolve",
        help=_("It is solved: by what, and what the cause was."),
        epilog=_("Example: hmaint incident resolve latest --solution 清理归档日志 --cause 磁盘写满"),
    )(with_terminal(resolve))
    incident.command(
        "note",
        help=_("Note a step of the handling, or progress that the hospital was told."),
        epilog=_(
            "Examples: hmaint incident note latest --text 查看采集服务日志 --result 定位到数据库连接"
            " · hmaint incident note latest --text 预计一小时恢复 --told 信息科李主任"
        ),
    )(with_terminal(note))
    incident.command(
        "feedback",
        help=_("The reporter was told, and says whether the solution holds."),
        epilog=_("Example: hmaint incident feedback latest --to ICU护士站 --confirmed"),
    )(with_terminal(feedback))
    incident.command(
        "wait",
        help=_(
            "Something of the hospital's is waited for: shown beside the clocks, subtracted only with consent."
        ),
        epilog=_("Example: hmaint incident wait latest --text 等待院方开通远程 --consent 同意暂停.pdf"),
    )(with_terminal(wait))
    incident.command(
        "resume",
        help=_("The waiting is over."),
        epilog=_("Example: hmaint incident resume latest"),
    )(with_terminal(resume))


def _command(step: _Step) -> Callable[..., None]:
    def run(
        terminal: Terminal, number: o.Number, text: o.Text = "", by: o.By = "", at: o.At = "",
        evidence: o.Evidence = None,
    ) -> None:  # fmt: skip
        from hmaint.app.incident import Saying, tell
        from hmaint.model.incident import Event

        world = terminal.world()
        body = {"text": text, "by": by, **({step.field: text} if step.field else {})}
        kept = tell(world, number, Event(step.event), Saying(body, at, tuple(evidence or ())))
        o.told(terminal, world, kept, lambda name: _(step.said).format(number=name))

    run.__doc__ = step.help
    return run


def resolve(
    terminal: Terminal,
    number: o.Number,
    solution: Annotated[str, typer.Option("--solution", help=_("How it was solved."), metavar="TEXT")] = "",
    cause: Annotated[str, typer.Option("--cause", help=_("What the cause was."), metavar="TEXT")] = "",
    text: o.Text = "",
    by: o.By = "",
    at: o.At = "",
    evidence: o.Evidence = None,
) -> None:
    """It is solved."""
    solution = o.ask(terminal, solution or text, _("How it was solved"), needed=_("say --solution"))
    cause = o.ask(terminal, cause, _("What the cause was (empty: not known)"))
    body = {"solution": solution, "cause": cause, "text": text, "by": by}
    _tell(terminal, number, "resolved", body, at, evidence, said=_("{number}: resolved"))


def note(
    terminal: Terminal,
    number: o.Number,
    text: o.Text = "",
    result: Annotated[str, typer.Option("--result", help=_("What came of it."), metavar="TEXT")] = "",
    told: Annotated[
        str, typer.Option("--told", help=_("Who of the hospital was told."), metavar="NAME")
    ] = "",
    by: o.By = "",
    at: o.At = "",
    evidence: o.Evidence = None,
) -> None:
    """A step, or progress."""
    text = o.ask(terminal, text, _("What was done or said"), needed=_("say --text"))
    body = {"text": text, "result": result, "told": told, "by": by}
    _tell(terminal, number, "noted", body, at, evidence, said=_("noted with {number}"))


def feedback(
    terminal: Terminal,
    number: o.Number,
    to: Annotated[str, typer.Option("--to", help=_("Who was told."), metavar="NAME")] = "",
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help=_("They say that the solution holds."))
    ] = False,
    text: o.Text = "",
    at: o.At = "",
    evidence: o.Evidence = None,
) -> None:
    """The reporter was told."""
    to = o.ask(terminal, to, _("Who was told"), needed=_("say --to"))
    body = {"to": to, "confirmed": confirmed or None, "text": text}
    _tell(terminal, number, "feedback", body, at, evidence, said=_("{number}: the reporter was told"))


def wait(
    terminal: Terminal,
    number: o.Number,
    text: o.Text = "",
    consent: Annotated[
        str,
        typer.Option(
            "--consent",
            help=_("The hospital's written consent to stop the clocks; a copy is kept."),
            metavar="FILE",
        ),
    ] = "",
    at: o.At = "",
) -> None:
    """Waiting begins."""
    text = o.ask(terminal, text, _("What is waited for"), needed=_("say --text: what is waited for"))
    _waiting(terminal, number, "waiting", {"text": text}, consent, at)


def resume(
    terminal: Terminal,
    number: o.Number,
    text: o.Text = "",
    consent: Annotated[
        str,
        typer.Option(
            "--consent", help=_("The written consent, where it came only afterwards."), metavar="FILE"
        ),
    ] = "",
    at: o.At = "",
) -> None:
    """Waiting ends."""
    _waiting(terminal, number, "resumed", {"text": text}, consent, at)


def _waiting(
    terminal: Terminal, number: str, event: str, body: Mapping[str, object], consent: str, at: str
) -> None:
    from pathlib import Path

    from hmaint.app.proof import kept_proof, read_proof

    if consent:
        proof = kept_proof(terminal.world(), read_proof(Path(consent)))
        body = {**body, "consent": proof["sha256"], "evidence": [proof]}
    words = _("{number}: waiting is on record") if event == "waiting" else _("{number}: waiting is over")
    _tell(terminal, number, event, body, at, None, said=words)


def _tell(
    terminal: Terminal,
    number: str,
    event: str,
    body: Mapping[str, object],
    at: str,
    evidence: o.Evidence,
    *,
    said: str,
) -> None:
    from hmaint.app.incident import Saying, tell
    from hmaint.model.incident import Event

    world = terminal.world()
    kept = tell(world, number, Event(event), Saying(body, at, tuple(evidence or ())))
    o.told(terminal, world, kept, lambda name: said.format(number=name))
