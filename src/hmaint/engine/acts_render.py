"""One step of a plan, its words filled in for one target."""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel, TypeAdapter, ValidationError

from hmaint.engine.acts_host import Acting, Bench, host_acting
from hmaint.engine.acts_says import says
from hmaint.engine.acts_sql import sql_acting
from hmaint.expr.expression import Scope
from hmaint.expr.template import compile_shell, compile_template
from hmaint.kit.i18n import _
from hmaint.load.plan_desk import StepArgs
from hmaint.load.plan_files import template_text
from hmaint.load.plan_fix import FixForm, fix_of
from hmaint.load.plan_kinds import PLAN_KINDS, AskForm, HttpForm, SqlForm, TemplateForm
from hmaint.load.plan_undo import NONE, NOTHING
from hmaint.model.inventory import Database, Endpoint, Target
from hmaint.model.upgrade import PlanStep, UpgradePlan
from hmaint.model.upgrade_act import Ask, Http, Reversal


def acting_of(plan: UpgradePlan, step: PlanStep, target: Target | None, scope: Scope) -> Acting:
    """The parts of an act; ValueError, with the reason, for a step that cannot be for this target."""
    written = step.args
    assert isinstance(written, StepArgs)  # noqa: S101 - the loader made it; this tells the type checker
    args = _rendered(step, written.with_, scope)
    match args:
        case AskForm():
            return Acting(Ask(args.question, args.who), reversal=Reversal.NOTHING, says=says(args))
        case HttpForm():
            page = _http(args, target)
            return Acting(page, reversal=Reversal.NOTHING, says=f"GET {page.url} {page.expect}")
        case SqlForm() if isinstance(target, Database):
            return replace(sql_acting(plan, args, written, target), says=says(args))
        case FixForm() if isinstance(target, Database):
            account = bool(target.upgrade_user)
            return Acting(fix_of(args, plan.path.parent, target.engine, account=account))
    return host_acting(_bench(plan, step, args, written, scope))


def _bench(plan: UpgradePlan, step: PlanStep, args: BaseModel, written: StepArgs, scope: Scope) -> Bench:
    template = ""
    if isinstance(args, TemplateForm):
        template = _text(template_text(plan.path.parent / args.source), scope)
    return Bench(
        step,
        args,
        _shell(written.probe, scope),
        "" if written.undo in {NONE, NOTHING} else _shell(written.undo, scope),
        _shell(written.undone, scope),
        {each.name: each for each in plan.artefacts},
        template,
    )


def _shell(text: object, scope: Scope) -> str:
    return compile_shell(text).shell(scope) if isinstance(text, str) else ""


def _rendered(step: PlanStep, args: BaseModel, scope: Scope) -> BaseModel:
    """The words of a step with every `{{ }}` filled in, held against its form again."""
    kind = PLAN_KINDS[step.kind]
    changed: dict[str, object] = {}
    for name in kind.templates | kind.scripts:
        text = getattr(args, name)
        if isinstance(text, str) and "{{" in text:
            value = compile_shell(text).shell(scope) if name in kind.scripts else _text(text, scope)
            changed[name] = _fitting(kind.form, name, value)
    return args.model_copy(update=changed) if changed else args


def _text(text: str, scope: Scope) -> str:
    value = compile_template(text).native(scope)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(_("{{{{ }}}} must give text or a number here").format())  # noqa: TRY004 - the caller tells it
    return str(value)


def _fitting(form: type[BaseModel], name: str, value: object) -> object:
    try:
        return TypeAdapter(form.model_fields[name].rebuild_annotation()).validate_python(value)
    except ValidationError as wrong:
        reasons = "; ".join(error["msg"] for error in wrong.errors(include_url=False, include_input=False))
        raise ValueError(f"{name}: {reasons}") from None


def _http(args: HttpForm, target: Target | None) -> Http:
    url = args.url or (target.url if isinstance(target, Endpoint) else "")
    if not url:
        raise ValueError(_("the endpoint has no url"))
    return Http(url, args.expect, args.contains, verify=args.verify, every=args.every)
