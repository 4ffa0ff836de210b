"""`hmaint upgrade run|resume|rollback`: confirmed, watched, and answered as a command that acts answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli import upgrade_status
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.cli.upgrade_end import refuse_shut, show_changes, told_end
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.upgrade_desk import Desk
    from hmaint.app.upgrade_means import Answered
    from hmaint.app.upgrade_person import Person
    from hmaint.app.upgrade_plan import Prepared
    from hmaint.app.world import World

Yes = Annotated[bool, typer.Option("--yes", help=_("Confirm without a question, in scripts."))]
Supervisor = Annotated[
    str,
    typer.Option("--supervisor", help=_("The hospital's supervisor who is there, by name."), metavar="NAME"),
]
Answers = Annotated[
    list[str] | None,
    typer.Option("--answer", help=_("The answer to a step that asks, in scripts."), metavar="STEP=yes|no"),
]
Patience = Annotated[
    str,
    typer.Option(
        "--patience", help=_("How long a host may be gone before the run pauses."), metavar="DURATION"
    ),
]
Run = Annotated[
    str,
    typer.Argument(
        help=_("The run; the latest if none is said."),
        metavar="[RUN]",
        autocompletion=upgrade_status.run_names,
    ),
]


def register(upgrade: typer.Typer) -> None:
    """Hang the commands on the tree."""
    upgrade.command(
        "run",
        help=_(
            "Run an approved plan: every act journaled before and after, put back by itself where it fails."
            " 0 done, 1 failed and everything is as before, 2 paused or a person is needed, 77 refused."
        ),
        epilog=_("Example: hmaint upgrade run plans/icu-2.4.yaml --supervisor 王主任"),
    )(with_terminal(run))
    upgrade.command(
        "resume",
        help=_(
            "Go on with a run that paused, was stopped or whose laptop died: what may have been begun is looked into"
            " first, and never done twice."
        ),
        epilog=_(
            "Examples: hmaint upgrade resume · hmaint upgrade resume R-20261125-220000-icu --takeover"
            " --plan plans/icu-2.4.yaml --reason 原笔记本故障"
        ),
    )(with_terminal(resume))
    upgrade.command(
        "rollback",
        help=_(
            "Put everything back as it was, in reverse order, each step asked about; refused past no return."
        ),
        epilog=_("Example: hmaint upgrade rollback --reason 信息科要求停止"),
    )(with_terminal(rollback))
    upgrade_status.register(upgrade)


def run(
    terminal: Terminal,
    plan: Annotated[Path, typer.Argument(help=_("The plan's file, or its name in plans/."), metavar="PLAN")],
    supervisor: Supervisor = "",
    answer: Answers = None,
    patience: Patience = "",
    yes: Yes = False,
) -> int:
    """Judge the gates, ask once, and run."""
    from hmaint.app.upgrade_drive import begin
    from hmaint.app.upgrade_gates import gates, refuse_unfit
    from hmaint.app.upgrade_plan import prepare

    world = terminal.world()
    prepared = prepare(world, plan)
    judged = gates(world, prepared, supervisor=supervisor)
    for warning in judged.warnings:
        terminal.err(_("warning: {words}").format(words=warning))
    if not judged.open:
        show_changes(terminal, world, prepared)
    refuse_shut(judged)
    begun = prepared.rendered().plan
    if not terminal.quiet:
        words = _("{title}: {before} → {after} on {site}, {n} acts, supervisor {name}")
        if not begun.to_version:  # data put right has no versions
            words = _("{title} on {site}, {n} acts, supervisor {name}")
        told = words.format(
            title=begun.title,
            before=begun.from_version,
            after=begun.to_version,
            site=begun.site,
            n=len(prepared.rendered().acts),
            name=begun.supervisor or "-",
        )
        terminal.err(told)
    if not yes:
        _confirm(terminal, _("Begin?"), yes=yes)
        # Whoever was asked may have let hours pass: the window is over, or an approval was taken back.
        refuse_shut(gates(world, prepared, supervisor=supervisor))
    if warning := refuse_unfit(world, prepared):
        terminal.err(_("warning: {words}").format(words=warning))
    person = _person(terminal, supervisor, answer, yes=yes)
    with upgrade_status.signalled(person.signals):
        desk, state = begin(world, prepared, person, warnings=judged.warnings, patience=_seconds(patience))
    return told_end(terminal, desk, state)


def resume(
    terminal: Terminal,
    number: Run = "latest",
    takeover: Annotated[
        bool, typer.Option("--takeover", help=_("Take over a run that another laptop began and left."))
    ] = False,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help=_("Why it is taken over, or who allows that it goes on outside of its window."),
            metavar="TEXT",
        ),
    ] = "",
    plan: Annotated[
        Path | None, typer.Option("--plan", help=_("The plan's file, where it lies elsewhere here."))
    ] = None,
    decide: Annotated[
        list[str] | None,
        typer.Option(
            "--decide",
            help=_("What is to be done about an act nobody can be sure of."),
            metavar="ACT=continue|again|restore",
        ),
    ] = None,
    supervisor: Supervisor = "",
    answer: Answers = None,
    patience: Patience = "",
    yes: Yes = False,
) -> int:
    """Go on, or take over and go on."""
    from hmaint.app import upgrade_drive as drive
    from hmaint.app.upgrade_desk import find
    from hmaint.app.upgrade_gates import refuse_late

    world = terminal.world()
    person = _person(terminal, supervisor, answer, yes=yes)
    decisions = _pairs(decide, ("continue", "again", "restore"), "--decide")
    if takeover:
        if plan is None or number == "latest" or not reason.strip():
            raise WrongUsage(_("taking over wants the run's number, --plan and --reason"))
        prepared = _prepared(world, plan)
        _confirm(terminal, _("Take over run {run}?").format(run=number), yes=yes)
        with upgrade_status.signalled(person.signals):
            desk, state = drive.take_over(
                world, number, prepared, person, reason=reason, patience=_seconds(patience)
            )
        return told_end(terminal, desk, state)
    desk = find(world, number)
    _refuse_over(desk)
    prepared = _prepared(world, plan or _plan_of(world, desk))
    _confirm(terminal, _("Go on with run {run}?").format(run=desk.run), yes=yes)
    refuse_late(world, prepared, desk.state(), reason)
    with upgrade_status.signalled(person.signals):
        state = drive.resume(
            world, desk, prepared, person, decisions=decisions, reason=reason, patience=_seconds(patience)
        )
    return told_end(terminal, desk, state)


def rollback(
    terminal: Terminal,
    number: Run = "latest",
    reason: Annotated[str, typer.Option("--reason", help=_("Why it is put back."), metavar="TEXT")] = "",
    plan: Annotated[
        Path | None, typer.Option("--plan", help=_("The plan's file, where it lies elsewhere here."))
    ] = None,
    patience: Patience = "",
    yes: Yes = False,
) -> int:
    """Put everything back."""
    from hmaint.app import upgrade_drive as drive
    from hmaint.app.upgrade_desk import find
    from hmaint.app.upgrade_fix import refuse_changed

    world = terminal.world()
    desk = find(world, number)
    again = _done_fix(desk)
    if not again:
        _refuse_over(desk)
    elif not reason.strip():
        raise WrongUsage(_("--reason says why data that was put right is put back"))
    prepared = _prepared(world, plan or _plan_of(world, desk))
    if again:
        refuse_changed(world, desk, prepared)
    _confirm(terminal, _("Put everything of run {run} back?").format(run=desk.run), yes=yes)
    person = _person(terminal, "", None, yes=yes)
    why = reason.strip() or _("the operator put it back")
    with upgrade_status.signalled(person.signals):
        state = drive.resume(world, desk, prepared, person, back=why, patience=_seconds(patience))
    return told_end(terminal, desk, state)


# ---- words in -------------------------------------------------------------------------------------------------------


def _prepared(world: World, plan: Path) -> Prepared:
    from hmaint.app.upgrade_plan import prepare

    return prepare(world, plan)


def _plan_of(world: World, desk: Desk) -> Path:
    return world.workspace.root / str(desk.state().head.get("plan", ""))


def _done_fix(desk: Desk) -> bool:
    """Whether it is data put right for good: that may be put back later, if nobody has changed it since."""
    state = desk.state()
    return state.head.get("kind") == "data-fix" and state.ended == "done"


def _refuse_over(desk: Desk) -> None:
    state = desk.state()
    if state.ended:
        word = upgrade_status.state_word(state.ended)
        raise Refused(_("run {run} is over: {state}").format(run=desk.run, state=word))


def _confirm(terminal: Terminal, question: str, *, yes: bool) -> None:
    if yes:
        return
    if not terminal.may_ask():
        raise Refused(_("an upgrade is confirmed at the terminal; in scripts say --yes"))
    if not typer.confirm(question, err=True):
        raise Refused(_("not confirmed; nothing was touched"))


def _seconds(patience: str) -> float | None:
    from hmaint.kit.clock import seconds

    try:
        return seconds(patience) if patience else None
    except ValueError as wrong:
        raise WrongUsage(_("--patience is no duration: {reason}").format(reason=wrong)) from None


def _pairs(words: list[str] | None, allowed: tuple[str, ...], option: str) -> Mapping[str, str]:
    found = {}
    for each in words or ():
        name, _equals, value = each.rpartition("=")
        if not name or value not in allowed:
            told = _("{option} takes NAME=WORD with one of: {allowed}")
            raise WrongUsage(told.format(option=option, allowed=", ".join(allowed)))
        found[name] = value
    return found


def _person(terminal: Terminal, supervisor: str, answers: list[str] | None, *, yes: bool) -> Person:
    from hmaint.app.upgrade_means import Signals
    from hmaint.app.upgrade_person import Person
    from hmaint.model.upgrade_act import Act, Ask

    known = _pairs(answers, ("yes", "no"), "--answer")

    def ask(act: Act, asked: Ask) -> bool | None:
        if act.step in known:
            return known[act.step] == "yes"
        if not terminal.may_ask():
            return None
        who = f"{asked.who}: " if asked.who else ""
        return bool(typer.confirm(f"{who}{asked.question}", err=True))

    def confirm(name: str) -> Answered:
        if supervisor.strip() == name and yes:
            return "beforehand"
        if not terminal.may_ask():
            return None
        return bool(
            typer.confirm(_("{name} was there to the end and confirms it?").format(name=name), err=True)
        )

    return Person(ask, confirm, upgrade_status.teller(terminal), Signals())
