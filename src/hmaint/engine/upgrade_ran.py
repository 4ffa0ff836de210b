"""Tells how a run went, from its journal and the plan it was begun with; nothing here looks at a clock or a host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from hmaint.engine import upgrade as words
from hmaint.engine.journal import Line, Outcome
from hmaint.engine.upgrade import ActState, fold
from hmaint.model.upgrade_ran import Checked, Presence, Ran, StepRan, Turned, Watched

_TURNS = {
    words.OVERRUN: "超出批准窗口",
    words.TURN: "开始回退",
    words.HALT: "停下",
    words.RESUME: "继续执行",
    words.TAKEOVER: "由另一台电脑接管",
    words.DECIDE: "人工决定",
}


def ran_of(run: str, lines: Sequence[Line], document: Mapping[str, object]) -> Ran:
    """Tell a run whose first line is there; ValueError for a journal without one."""
    if not lines or lines[0].act != words.RUN:
        raise ValueError(run)
    state, head = fold(lines), lines[0].facts
    steps = tuple(_steps(lines, document))
    over = [line for line in lines if line.act == words.RUN and line.outcome is Outcome.DONE]
    start, end = head.get("window") or (lines[0].at, lines[0].at)
    written = document.get("plan")
    return Ran(
        run=run,
        site=str(head.get("site", "")),
        kind=str(head.get("kind", "upgrade")),
        plan=str(head.get("name", "")),
        title=str(head.get("title", "")),
        before=str(head.get("from", "")),
        after=str(head.get("to", "")),
        digest=str(head.get("digest", "")),
        window=(_at(str(start)), _at(str(end))),
        supervisor=str(head.get("supervisor", "")),
        operator=str(head.get("operator", "")),
        begun=_at(lines[0].at),
        changed=_at(lines[-1].at),
        ended=_at(over[-1].at) if over and state.ended else None,
        state=state.state,
        why=state.why_halted or state.why_back,
        steps=steps,
        checks=tuple(_checks(lines)),
        watched=tuple(_watched(lines)),
        presence=tuple(_presence(lines)),
        turns=tuple(_turns(lines)),
        warnings=tuple(str(each) for each in head.get("warnings", ())),
        rolled_back=state.back,
        left=state.left,
        outage=_outage(lines, {step.id for step in steps if step.outage}),
        written=written if isinstance(written, Mapping) else {},
    )


def _steps(lines: Sequence[Line], document: Mapping[str, object]) -> Iterator[StepRan]:
    """The acts of the plan in their order; those of the journal alone where the plan is not at hand."""
    listed = document.get("acts")
    planned = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    known = {str(each.get("id")): each for each in planned}
    own = {line.act for line in lines if "@" in line.act}
    for name in (
        *known,
        *(each for each in dict.fromkeys(line.act for line in lines) if each in own - set(known)),
    ):
        yield _step(name, known.get(name, {}), lines)


def _step(name: str, planned: Mapping[str, object], lines: Sequence[Line]) -> StepRan:
    mine = [(line, who) for line, who in _by_whom(lines) if line.act == name]
    standing = fold(line for line, _who in mine).standing(name)
    begun = [line for line, _who in mine if _begins(line)]
    done = [line for line, _who in mine if _is(line, "do", Outcome.DONE)]
    failed = [line for line, _who in mine if line.outcome is Outcome.FAILED]
    undone = [line for line, _who in mine if _is(line, "undo", Outcome.UNDONE)]
    ended = [
        line
        for line in mine
        if line[0].outcome in (Outcome.DONE, Outcome.FAILED) and line[0].facts.get("what") != "undo"
    ]
    told = (done or failed)[-1].facts if done or failed else {}
    return StepRan(
        id=name,
        title=str(planned.get("title") or name.partition("@")[0]),
        target=str(planned.get("target") or name.rpartition("@")[2]),
        kind=str(planned.get("kind", "")),
        planned=_number(planned.get("estimate")),
        outage=bool(planned.get("outage")),
        state=str(standing.state if mine else ActState.PENDING),
        begun=_at(begun[0].at) if begun else None,
        ended=_at(ended[-1][0].at) if ended else None,
        undone=_at(undone[-1].at) if undone else None,
        code=str(told.get("code", "")),
        operator=mine[0][1] if mine else "",
        reason=str(failed[-1].facts.get("reason", "")) if failed else "",
        probed=told.get("how") == "probed",
        attempts=len(begun),
        facts=told if done else {},
        wave=int(_number(planned.get("wave"))),
    )


def _begins(line: Line) -> bool:
    # A note is written in the middle of an act, and begins nothing.
    return line.outcome is Outcome.INTENT and line.facts.get("what") != "undo" and not line.facts.get("note")


def _is(line: Line, what: str, outcome: Outcome) -> bool:
    return line.outcome is outcome and line.facts.get("what") == what and not line.facts.get("never")


def _by_whom(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Each line with whoever sat at it."""
    who = ""
    for line in lines:
        if line.act in (words.RUN, words.RESUME, words.TAKEOVER):
            who = str(line.facts.get("operator", who))
        yield line, who


def _checks(lines: Sequence[Line]) -> Iterator[Checked]:
    for line in lines:
        told = line.facts.get("checks")
        if line.act != words.VERIFY or line.outcome is Outcome.INTENT or not isinstance(told, list):
            continue
        for each in told:
            texts = (str(each.get(name, "")) for name in ("title", "target", "level", "told"))
            yield Checked(str(line.facts.get("phase", "")), _at(line.at), *texts)


def _watched(lines: Sequence[Line]) -> Iterator[Watched]:
    begun: datetime | None = None
    for line in lines:
        if line.act != words.VERIFY:
            continue
        if line.outcome is Outcome.INTENT:
            begun = _at(line.at)
            continue
        good = {Outcome.DONE: True, Outcome.FAILED: False}.get(line.outcome)
        phase, reason = str(line.facts.get("phase", "")), str(line.facts.get("reason", ""))
        times = int(_number(line.facts.get("times")))
        yield Watched(phase, begun or _at(line.at), _at(line.at), times, good, reason)


def _presence(lines: Sequence[Line]) -> Iterator[Presence]:
    for line in lines:
        if line.act == words.PRESENCE:
            told = line.facts
            confirmed = line.outcome is Outcome.DONE
            asked = told.get("how") != "beforehand"
            yield Presence(
                str(told.get("when", "")), str(told.get("who", "")), _at(line.at), confirmed, asked
            )


def _turns(lines: Sequence[Line]) -> Iterator[Turned]:
    for line in lines:
        if line.act in _TURNS:
            facts = line.facts
            why = "；".join(str(facts[name]) for name in ("reason", "about", "decision") if facts.get(name))
            who = str(facts.get("operator", ""))
            yield Turned(
                _at(line.at), _TURNS[line.act] + (f"（{who}）" if who else "") + (f"：{why}" if why else "")
            )
        elif "@" in line.act and line.outcome is Outcome.FAILED:
            yield Turned(_at(line.at), f"{line.act} 失败：{line.facts.get('reason', '')}")


def _outage(lines: Sequence[Line], acts: set[str]) -> tuple[datetime, datetime] | None:
    """From the first beginning to the last end of what stops the business: what lies between was down, too."""
    mine = [line for line in lines if line.act in acts]
    return (_at(mine[0].at), _at(mine[-1].at)) if mine else None


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
