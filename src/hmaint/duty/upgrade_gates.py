"""The gates before an upgrade as pure functions of what is known: each tells what is missing, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from hmaint.duty.upgrade_gates_kept import backup_gates, contract_gates
from hmaint.duty.upgrade_known import Known, moment
from hmaint.kit.i18n import _
from hmaint.model.upgrade import Window
from hmaint.model.upgrade_act import Act
from hmaint.model.upgrade_gate import Gates, Shut

SKEW = 60.0
"""Seconds by which clocks may differ without a word: NTP keeps them within one, people notice minutes."""


def judge_gates(known: Known) -> Gates:
    """Judge every gate; nothing may begin while one is shut."""
    shut = (
        *_approval(known),
        *_window(known),
        *_estimate(known),
        *_supervisor(known),
        *backup_gates(known),
        *_site(known),
        *contract_gates(known),
    )
    return Gates(tuple(shut), tuple(_warnings(known)))


def span(acts: Sequence[Act]) -> float:
    """Seconds that acts are expected to take: those of one wave at once, waves one after another."""
    waves: dict[int, float] = {}
    for act in acts:
        waves[act.wave] = max(waves.get(act.wave, 0.0), act.estimate)
    return sum(waves.values())


def _approval(known: Known) -> Iterator[Shut]:
    """UF22, UF23: by somebody on the list, for this very plan, with words."""
    plan, digest = known.rendered.plan, known.rendered.digest
    cure = _("hmaint upgrade approve {plan} --by NAME --evidence FILE --text WORDS").format(plan=plan.name)
    fitting = [each for each in known.approvals if each.digest == digest]
    if not known.approvals:
        yield Shut("approval", _("nobody has approved it"), cure)
    elif not fitting:
        last = max(known.approvals, key=lambda each: each.at)
        words = _(
            "what {by} approved at {at} was another plan ({before}, now {now}): something changed since,"
            " so the approval is void"
        )
        reason = words.format(
            by=last.by, at=f"{last.at:%Y-%m-%d %H:%M}", before=last.digest[:12], now=digest[:12]
        )
        yield Shut("approval", reason, cure)
    elif not any(each.by in plan.approvers and each.text.strip() for each in fitting):
        words = _("it was approved by nobody on the plan's list ({names})")
        yield Shut("approval", words.format(names=", ".join(plan.approvers)), cure)
    elif known.used is not None and all(each.at <= known.used for each in fitting):
        words = _("this very plan was done at {at}: to be done again it must be approved again")
        yield Shut("approval", words.format(at=moment(known.used)), cure)


def _window(known: Known) -> Iterator[Shut]:
    if reason := outside(known.rendered.plan.window, known.now, known.offsets):
        yield Shut("window", reason)


def outside(window: Window, now: datetime, offsets: Mapping[str, float | None]) -> str:
    """UF20, UF29: why the window is not open by the targets' own clocks, each of them; empty where it is."""
    for name, offset in (offsets or {_("the laptop"): 0.0}).items():
        at = now + timedelta(seconds=offset or 0.0)
        if window.start <= at < window.end:
            continue
        words = (
            _("the window opens at {start}; on {target} it is {at} (laptop: {now})")
            if at < window.start
            else _("the window closed at {end}; on {target} it is {at} (laptop: {now})")
        )
        told = {
            "start": moment(window.start),
            "end": moment(window.end),
            "target": name,
            "at": moment(at),
            "now": moment(now),
        }
        return words.format(**told)
    return ""


def _estimate(known: Known) -> Iterator[Shut]:
    plan = known.rendered.plan
    needed = span([act for act in known.rendered.acts if not act.interruptible])
    left = (plan.window.end - _latest(known)).total_seconds()
    if 0 < left < needed:
        words = _("{needed} min are needed and {left} min of the window are left")
        yield Shut("estimate", words.format(needed=_minutes(needed), left=_minutes(left)))


def _supervisor(known: Known) -> Iterator[Shut]:
    """UF26: the one the plan names, present."""
    wanted, there = known.rendered.plan.supervisor, known.supervisor.strip()
    if there == wanted:
        return
    if not there:
        words = _("the supervisor {name} is not said to be present")
        yield Shut("supervisor", words.format(name=wanted), f"--supervisor {wanted}")
    else:
        words = _("the plan's supervisor is {name}, not {other}")
        yield Shut("supervisor", words.format(name=wanted, other=there), f"--supervisor {wanted}")


def _site(known: Known) -> Iterator[Shut]:
    if known.busy:
        yield Shut("site", known.busy)


def _warnings(known: Known) -> Iterator[str]:
    plan = known.rendered.plan
    for name, offset in known.offsets.items():
        if offset is None:
            yield _("{target} did not tell its time; the laptop's stands for it").format(target=name)
        elif abs(offset) >= SKEW:
            words = _("the clock of {target} is {n} s off the laptop's: {at} there, {now} here")
            at = moment(known.now + timedelta(seconds=offset))
            yield words.format(target=name, n=f"{offset:+.0f}", at=at, now=moment(known.now))
    left = (plan.window.end - _latest(known)).total_seconds()
    needed = span(known.rendered.acts)
    if needed <= left < 2 * needed:
        yield _("a rollback near the end would not fit into the window any more")
    if plan.observe and needed <= left < needed + plan.observe.length:
        yield _("the observation ends after the window")
    if any(gate.id == "no_impact" for gate in known.contract) and any(a.outage for a in known.rendered.acts):
        yield _("the contract wants no impact on use; steps of this plan take the system down")


def _latest(known: Known) -> datetime:
    """The time by whichever clock is furthest on."""
    ahead = max((offset or 0.0 for offset in known.offsets.values()), default=0.0)
    return known.now + timedelta(seconds=ahead)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f}"
