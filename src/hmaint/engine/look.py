"""A step's look at a target, prepared and then read: everything around the two pure halves of a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hmaint.errors import CouldNotLook
from hmaint.expr.condition import Undefined, compile_condition
from hmaint.expr.template import compile_template
from hmaint.kit.frozen import dataclass
from hmaint.load.playbook import render_args
from hmaint.model.look import Answer, Ask, Fragment, Observation, Oid, Probe, Query, Seen, Table
from hmaint.model.playbook import Step
from hmaint.step.kind import Args, Context, Kind

Scope = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step ready to be sent, or decided: `skipped` says why it does not apply, `failed` why it cannot be asked."""

    step: Step
    kind: Kind
    context: Context
    args: Args | None = None
    asks: tuple[Ask, ...] = ()
    skipped: str | None = None
    failed: CouldNotLook | None = None
    deferred: bool = False
    """`when` speaks of facts that only the visit can tell."""


def prepare(step: Step, kind: Kind, context: Context, scope: Scope) -> Prepared:
    """Decide `when` as far as is known, render the arguments, ask."""
    ready = Prepared(step, kind, context)
    try:
        applies = _applies(step, scope)
    except ValueError as wrong:
        return replace(ready, failed=CouldNotLook(Seen.GARBLED, f"适用条件无法判断：{wrong}"))
    if applies is False:
        return replace(ready, skipped=why_skipped(step, scope))
    try:
        args = render_args(step, kind, scope)
        asks = tuple(kind.ask(args, context))
    except CouldNotLook as failure:
        return replace(ready, failed=failure)
    except Undefined as missing:
        return replace(ready, failed=CouldNotLook(Seen.GARBLED, f"参数中的 {missing.name} 没有值"))
    except ValueError as wrong:
        return replace(ready, failed=CouldNotLook(Seen.GARBLED, f"参数无法求值：{wrong}"))
    return replace(ready, args=args, asks=asks, deferred=applies is None)


def _applies(step: Step, scope: Scope) -> bool | None:
    """True or false where `when` can be told, None where it names something not known yet."""
    if not step.when:
        return True
    try:
        return compile_condition(step.when)(scope)
    except Undefined:
        return None


def decide(prepared: Prepared, context: Context, scope: Scope) -> Prepared:
    """Settle a deferred `when` once the facts are there."""
    if not prepared.deferred:
        return replace(prepared, context=context)
    try:
        applies = compile_condition(prepared.step.when)(scope)
    except ValueError as wrong:
        return replace(
            prepared, failed=CouldNotLook(Seen.GARBLED, f"适用条件无法判断：{wrong}"), deferred=False
        )
    skipped = None if applies else why_skipped(prepared.step, scope)
    return replace(prepared, context=context, skipped=skipped, deferred=False)


def why_skipped(step: Step, scope: Scope) -> str:
    """The reason a step does not apply, in the playbook's words where it has some."""
    bare = f"不适用（条件 {step.when}）"
    try:
        return compile_template(step.why).render(scope) if step.why else bare
    except ValueError:
        return bare


def read(prepared: Prepared, answers: Sequence[Answer], started: datetime) -> Observation:
    """Turn the answers into an observation; whatever a reader trips over is a look that gave nothing."""
    step, target = prepared.step, prepared.context.target.name
    bare = Observation(
        step.id,
        target,
        Seen.GARBLED,
        started=started,
        elapsed_ms=sum(answer.elapsed_ms for answer in answers),
        asked=tuple(spoken(ask) for ask in prepared.asks),
    )
    if prepared.failed is not None or prepared.args is None:
        failed = prepared.failed or CouldNotLook(Seen.GARBLED, "没有可发送的内容")
        return replace(bare, seen=Seen(failed.seen), reason=failed.reason)
    try:
        table = prepared.kind.read(prepared.args, prepared.context, answers)
    except CouldNotLook as failure:
        return replace(bare, seen=Seen(failure.seen), reason=failure.reason)
    except (ValueError, KeyError, IndexError, TypeError, ArithmeticError) as wrong:
        # A reader must say CouldNotLook itself; one that stumbles costs its own check and nothing else.
        return replace(bare, reason=f"无法解读返回内容：{type(wrong).__name__}: {wrong}")
    return replace(bare, seen=Seen.OBSERVED, table=table)


def unseen(step: Step, target: str, failure: CouldNotLook, started: datetime) -> Observation:
    """The observation of a step whose target could not be reached at all."""
    return Observation(step.id, target, Seen(failure.seen), Table(()), failure.reason, started)


def spoken(ask: Ask) -> str:
    """An ask as the audit trail and the evidence tell it."""
    match ask:
        case Fragment():
            return ask.script.strip()
        case Query():
            binds = " ".join(f":{name}={value!r}" for name, value in ask.binds)
            return f"{ask.sql.strip()}{' -- ' + binds if binds else ''}"
        case Oid():
            return f"snmp {'walk' if ask.column else 'get'} {ask.oid}{' 读两次' if ask.again else ''}"
        case Probe():
            return f"{ask.kind} {' '.join(f'{name}={value}' for name, value in ask.settings)}"
