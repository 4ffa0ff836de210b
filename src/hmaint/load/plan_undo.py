"""How each step of a plan is asked about and taken back: said, brought along, or plainly told that it cannot be."""

from __future__ import annotations

from pydantic import BaseModel

from hmaint.kit.i18n import _
from hmaint.load.plan_desk import Desk
from hmaint.load.plan_form import StepForm
from hmaint.load.plan_kinds import FileForm, HttpForm, PlanKind, ServiceForm, SqlForm, WaitForm

NONE = "none"
"""It cannot be taken back."""
NOTHING = "nothing"
"""It changes nothing that would have to be."""


def check_undo(form: StepForm, kind: PlanKind, args: BaseModel | None, desk: Desk) -> bool:
    """Complain of a step whose taking back is not told; hand back whether it cannot be."""
    if kind.undo == "nothing":
        _keep_out(form, ("probe", "undo", "undone"), _("{kind} changes nothing; take {name} away"), desk)
    elif kind.undo == "own":
        _own(form, args, desk)
    elif form.do == "sql":
        _sql(form, args, desk)
    else:
        _written(form, desk)
    _check_together(form, args, desk)
    return form.undo == NONE


def _check_together(form: StepForm, args: BaseModel | None, desk: Desk) -> None:
    """Complain of words below `with` that do not go with each other."""
    match args:
        case FileForm():
            _either(args, ("content", "absent"), desk)
        case SqlForm():
            _either(args, ("script", "statements"), desk)
        case WaitForm():
            _either(args, ("for_", "until"), desk)
            if args.until and form.on is None:
                desk.complain(_("until is asked on a host: say on"))
        case ServiceForm():
            _service(args, desk)
        case HttpForm() if not args.url and form.on is None:
            desk.complain(_("http wants an url, or on: endpoints"))


def _keep_out(form: StepForm, names: tuple[str, ...], words: str, desk: Desk) -> None:
    for name in names:
        if getattr(form, name) is not None:
            desk.complain_of_key(words.format(kind=form.do, name=name), name)


def _own(form: StepForm, args: BaseModel | None, desk: Desk) -> None:
    _keep_out(form, ("probe", "undone"), _("{kind} brings its own; take {name} away"), desk)
    again = isinstance(args, ServiceForm) and args.state in {"restarted", "reloaded"}
    if again and form.undo not in {NONE, NOTHING}:
        words = _(
            "going back would restart it before the files are back: use a step with stopped and, behind the"
            " others, one with started; or say undo: nothing"
        )
        desk.complain(words, "with", "state")
    elif not again and form.undo not in {None, NONE}:
        words = _("{kind} takes itself back; only undo: none may be said").format(kind=form.do)
        desk.complain(words, "undo")


def _written(form: StepForm, desk: Desk) -> None:
    if form.undo is None:
        words = _("say how it is taken back (undo: COMMANDS), or that it cannot be (undo: none)")
        desk.complain(words)
    elif not isinstance(form.undo, str):
        desk.complain(_("undo wants one text for the shell, or none"), "undo")
    if form.probe is None and form.undo != NOTHING:
        words = _("say how one sees that it was done: probe: COMMANDS that end with 0 if so, with 1 if not")
        desk.complain(words)
    elif form.probe is not None and not isinstance(form.probe, str):
        desk.complain(_("probe wants one text for the shell"), "probe")


def _sql(form: StepForm, args: BaseModel | None, desk: Desk) -> None:
    _keep_out(form, ("undone",), _("{kind} brings its own; take {name} away"), desk)
    if form.undo is None:
        words = _(
            "say how it is taken back (undo: [STATEMENTS] or {{script: ARTEFACT}}), or that it cannot be (undo: none)"
        )
        desk.complain(words.format())
    elif isinstance(form.undo, str) and form.undo != NONE:
        desk.complain(_("undo wants a list of statements, {{script: ARTEFACT}}, or none").format(), "undo")
    elif isinstance(form.undo, dict):
        _undo_script(form.undo, desk)
    if form.secrets:
        desk.complain_of_key(_("sql takes no secrets: its statements are kept word for word"), "secrets")
    if isinstance(args, SqlForm) and args.script and form.probe is not None:
        words = _("write -- probe: SELECT … before the statement in the script")
        desk.complain_of_key(words, "probe")


def _undo_script(undo: dict[str, str], desk: Desk) -> None:
    if set(undo) != {"script"}:
        desk.complain(_("below undo stands script alone"), "undo")
    elif undo["script"] not in desk.artefacts:
        desk.complain(_("no artefact {name}").format(name=undo["script"]), "undo", "script")


def _either(args: BaseModel, names: tuple[str, str], desk: Desk) -> None:
    given = [name for name in names if getattr(args, name) is not None]
    if len(given) != 1:
        words = _("exactly one of {one} and {other} belongs here")
        one, other = (name.rstrip("_") for name in names)
        desk.complain(words.format(one=one, other=other), "with")


def _service(args: ServiceForm, desk: Desk) -> None:
    own = [name for name in ("start", "stop", "running") if getattr(args, name) is not None]
    if args.name and own:
        desk.complain(_("either name, or start, stop and running"), "with")
    if not args.name and len(own) != 3:  # noqa: PLR2004 - the three there are
        desk.complain(_("a service wants its name, or start, stop and running"), "with")
    if not args.name and args.state == "reloaded":
        desk.complain(_("only a service of the init system can be reloaded"), "with", "state")
