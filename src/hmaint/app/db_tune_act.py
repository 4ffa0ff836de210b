"""One item applied or taken back: the intent is on the disk before, and what came of it is looked at afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.app.db_tune_journal import REPEATABLE, UNDO, Deed, fix_out
from hmaint.app.world import World
from hmaint.database.tune import Hand, Sent
from hmaint.engine.journal import Journal, Outcome
from hmaint.errors import CouldNotLook, Refused
from hmaint.model.advice import Act, Fix
from hmaint.model.tuning import Item, Picture, Pulse
from hmaint.store.failures import RecordsFailure

TRIES = 3
"""So often a lock is waited for, a little longer apart each time."""
_APART = (1.0, 3.0)
_MOST_WAITING, _LONGEST = 5, 10.0
"""Sessions that may wait for locks, and seconds the longest may wait, before an act of ours is stopped."""
_LAG = 60.0
_SHOWS = 3.0
"""Seconds in which a parameter that was set shows."""
Hear = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one item."""

    outcome: Outcome
    failure: str = ""
    person: str = ""
    """What a person has to see to, in Chinese; empty: nothing is left that was not there before."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Bench:
    """What an act is done with: where it is written down, by when it must be over, and who hears of it."""

    world: World
    run: str
    hand: Hand
    journal: Journal
    closes: datetime
    hear: Hear

    def seconds_left(self) -> float:
        """Seconds until the window closes."""
        return (self.closes - self.world.clock.now()).total_seconds()

    def stop(self, pulse: Pulse) -> str:
        """Why what runs now has to be ended; empty: it may go on."""
        if pulse.waiting >= _MOST_WAITING or (pulse.waiting and pulse.waited > _LONGEST):
            return f"有 {pulse.waiting} 个会话在等锁（最长 {pulse.waited:.0f} 秒），已停止"
        if pulse.lag is not None and pulse.lag > _LAG:
            return f"备库延迟升到 {pulse.lag:.0f} 秒，已停止"
        return ""


def apply_item(bench: Bench, item: Item) -> Done:
    """Apply one item whole or not at all. Whatever it leaves behind when it fails is removed, or named."""
    began = bench.world.clock.monotonic()
    refused, before = _before(bench, item)
    if refused:
        return Done(Outcome.FAILED, refused)
    undo = bench.hand.undo_of(item.fix, before)
    if not undo and item.fix.act not in REPEATABLE:
        return Done(Outcome.FAILED, "没有回退语句，未执行")
    unkept = _intended(bench, item, undo, before)
    if unkept:
        return Done(Outcome.FAILED, unkept)
    sent = send_all(bench, item.fix.statements, lambda: _cleared(bench, item.fix, before))
    done = _judged(bench, item, before, sent)
    seconds = bench.world.clock.monotonic() - began
    return Done(done.outcome, done.failure, done.person, seconds)


def _intended(bench: Bench, item: Item, undo: Sequence[str], before: Picture) -> str:
    """Put the intent on the disk; why that could not be done, and nothing may be, else empty."""
    try:
        bench.journal.intend(
            item.name,
            database=item.database.name,
            advice=item.advice.id,
            title=item.advice.title,
            about=item.about,
            fix=fix_out(item.fix),
            undo=list(undo),
            before=list(before),
            session=bench.hand.session,
        )
    except Refused as refused:
        return f"未执行：{refused}"
    return ""


def _before(bench: Bench, item: Item) -> tuple[str, Picture]:
    """Why it is not begun, and how things are; nobody must hold the table, and it must still be what was looked at."""
    if bench.seconds_left() <= 0:
        return "维护窗口已结束，未执行", ()
    try:
        before = bench.hand.picture(item.fix)
    except CouldNotLook as failure:
        return f"执行前看不到对象：{failure.reason}", ()
    if not before and item.fix.act is not Act.VACUUM:
        return "对象已不存在，未执行", ()
    for pause in (*_APART, 0.0):
        holders = bench.hand.holders(item.fix)
        if not holders:
            return "", before
        bench.hear(holders[0])
        time.sleep(pause)
    return f"表被占用，未执行：{holders[0]}", before


def send_all(bench: Bench, statements: Sequence[str], clear: Callable[[], bool] | None = None) -> Sent:
    """Statements in order, until one fails; one that waited for a lock in vain is tried again.

    `clear` removes what a try has left before the next one, and says whether it could.
    """
    sent = Sent()
    for statement in statements:
        sent = _send(bench, statement)
        for pause in _APART:
            if not sent.busy:
                break
            time.sleep(pause)
            if clear is not None and not clear():
                break
            sent = _send(bench, statement)
        if sent.failure:
            break
    return sent


def _cleared(bench: Bench, fix: Fix, before: Picture) -> bool:
    # An index built concurrently that waited in vain stays there, invalid: another try would find its name taken.
    try:
        return not any(_send(bench, statement).failure for statement in bench.hand.debris(fix, before))
    except CouldNotLook:
        return False


def _send(bench: Bench, statement: str) -> Sent:
    took = bench.world.clock.monotonic()
    try:
        sent = bench.hand.send(statement, max(1.0, bench.seconds_left()), bench.stop)
    except BaseException:
        # Ctrl-C: the statement goes on at the server unless it is ended; the next command says what became of it.
        bench.hand.cancel()
        raise
    ms = round((bench.world.clock.monotonic() - took) * 1000)
    trail(bench, statement, sent.failure or "done", ms)
    return sent


def trail(bench: Bench, statement: str, outcome: str, ms: int) -> None:
    """Put a statement on the audit trail; that the trail cannot be written must not hide what came of it."""
    mask = bench.world.redactor.redact
    name = bench.hand.database.name
    line = {"run": bench.run, "target": name, "sent": mask(statement), "outcome": mask(outcome), "ms": ms}
    try:
        bench.world.audit.write([line], operator=bench.world.operator, at=bench.world.clock.now())
    except RecordsFailure as unwritten:
        bench.hear(str(unwritten))


def _masked(bench: Bench, words: str) -> str:
    return bench.world.redactor.redact(words)


def _judged(bench: Bench, item: Item, before: Picture, sent: Sent) -> Done:
    """What became of an act, as the server describes the object now, whatever the statement said."""
    if sent.lost:
        words = (
            f"{item.about}：连接中断，服务器可能仍在执行，请稍后运行 --apply-safe 或 --undo，由 hmaint 核对"
        )
        return Done(Outcome.INTENT, sent.failure, words)
    try:
        now = _shown(bench, item.fix, before, expected=not sent.failure)
    except CouldNotLook as failure:
        # The intent stays without an outcome: in doubt, for the next command to look at.
        return Done(Outcome.INTENT, sent.failure or failure.reason, f"执行后看不到对象：{failure.reason}")
    wrong = sent.failure or unannounced(item.fix, before, now)
    if not wrong:
        bench.journal.outcome(item.name, Outcome.DONE, after=list(now))
        return Done(Outcome.DONE)
    return _put_back(bench, item.name, item.fix, before, now, wrong)


def _shown(bench: Bench, fix: Fix, before: Picture, *, expected: bool) -> Picture:
    until = bench.world.clock.monotonic() + _SHOWS
    now = bench.hand.picture(fix)
    while expected and fix.act is Act.SET and now == before and bench.world.clock.monotonic() < until:
        time.sleep(0.2)
        now = bench.hand.picture(fix)
    return now


def unannounced(fix: Fix, before: Picture, now: Picture) -> str:
    """Why what is seen is not what was announced; empty where it is, to the line."""
    added, gone = set(now) - set(before), set(before) - set(now)
    if fix.act in REPEATABLE:
        statistics = {line for line in added if line.startswith("table sqlite_stat")}
        return "" if not (added - statistics or gone) else "表结构在执行期间变了，与公布的不符"
    if not added and not gone:
        return "执行后没有看到变化"
    most = {Act.CREATE_INDEX: (1, 0), Act.DROP_INDEX: (0, 1), Act.HIDE_INDEX: (1, 1), Act.SET: (1, 1)}.get(
        fix.act
    )
    if most is not None and (len(added), len(gone)) != most:
        return "看到的变化多于公布的变化"
    return "索引建成后无效" if any(" INVALID" in line for line in added) else ""


def _put_back(  # noqa: PLR0913, PLR0917 - one act: its name, what it is, how it was and is, and what went wrong
    bench: Bench, name: str, fix: Fix, before: Picture, now: Picture, wrong: str
) -> Done:
    """Remove what a failed act left, so that things are as they were; else say what a person has to do."""
    bench.journal.outcome(name, Outcome.FAILED, failure=_masked(bench, wrong))
    if set(now) == set(before) and not is_pending(fix):
        return Done(Outcome.FAILED, wrong)
    left = clear_up(bench, name, fix, before)
    return Done(Outcome.FAILED, wrong, left)


def is_pending(fix: Fix) -> bool:
    """Whether a part of it may be written and not show: a parameter in a file the server has not read again."""
    return fix.act is Act.SET and len(fix.statements) > 1


def clear_up(bench: Bench, name: str, fix: Fix, before: Picture) -> str:
    """Remove what an act that was broken off left; what could not be, for a person, in Chinese."""
    try:
        statements = bench.hand.debris(fix, before) or bench.hand.undo_of(fix, before)
        bench.journal.intend(f"{UNDO}{name}", statements=list(statements), session=bench.hand.session)
        sent = send_all(bench, statements)
        now = _shown(bench, fix, before, expected=False)
    except CouldNotLook as failure:
        return f"未能确认 {name} 是否已复原：{failure.reason}"
    if sent.lost:
        return f"未能确认 {name} 是否已复原：{sent.failure}"
    same = set(now) == set(before) and not (sent.failure and is_pending(fix))
    bench.journal.outcome(
        f"{UNDO}{name}", Outcome.DONE if same else Outcome.FAILED, failure=_masked(bench, sent.failure)
    )
    if same:
        bench.journal.outcome(name, Outcome.UNDONE)
        return ""
    return f"{fix.object} 未能复原（{sent.failure or '与原样不同'}），请人工执行：{'；'.join(statements)}"


def take_back(bench: Bench, deed: Deed) -> Done:
    """Take back an item that was applied, if what it changed is still as it left it."""
    began = bench.world.clock.monotonic()
    if bench.seconds_left() <= 0:
        words = f"{deed.about} 未回退：维护窗口已结束，请在窗口内再运行 --undo"
        return Done(Outcome.FAILED, "维护窗口已结束，未回退", words)
    if not deed.undo:
        return Done(Outcome.DONE, "这一项没有可回退的改动（统计信息、整理）")
    try:
        now = bench.hand.picture(deed.fix)
    except CouldNotLook as failure:
        return Done(Outcome.FAILED, failure.reason, f"看不到 {deed.about}，未回退")
    added, gone = set(deed.after) - set(deed.before), set(deed.before) - set(deed.after)
    strange = [line for line in set(now) - set(deed.before) - set(deed.after) if deed.fix.object in line]
    if gone <= set(now) and not added & set(now) and not strange:
        bench.journal.outcome(deed.name, Outcome.UNDONE, verified="as before already")
        return Done(Outcome.UNDONE)
    if not added <= set(now) or gone & set(now):
        return Done(
            Outcome.FAILED, "此后又被别人改动", f"{deed.about} 已不是本次执行后的样子，未回退，请人工核对"
        )
    holders = bench.hand.holders(deed.fix)
    if holders:
        bench.hear(holders[0])
    bench.journal.intend(f"{UNDO}{deed.name}", statements=list(deed.undo), session=bench.hand.session)
    sent = send_all(bench, deed.undo)
    return _taken_back(bench, deed, sent, bench.world.clock.monotonic() - began)


def _taken_back(bench: Bench, deed: Deed, sent: Sent, seconds: float) -> Done:
    if sent.lost:
        return Done(Outcome.INTENT, sent.failure, f"未能确认 {deed.about} 是否已回退：连接中断")
    try:
        now = set(_shown(bench, deed.fix, deed.after, expected=not sent.failure))
    except CouldNotLook as failure:
        return Done(Outcome.INTENT, sent.failure or failure.reason, f"未能确认 {deed.about} 是否已回退")
    added, gone = set(deed.after) - set(deed.before), set(deed.before) - set(deed.after)
    back = gone <= now and not added & now
    bench.journal.outcome(
        f"{UNDO}{deed.name}", Outcome.DONE if back else Outcome.FAILED, failure=sent.failure
    )
    if back:
        bench.journal.outcome(deed.name, Outcome.UNDONE)
        return Done(Outcome.UNDONE, seconds=seconds)
    words = f"{deed.about} 未能回退（{sent.failure or '与原样不同'}），请人工执行：{'；'.join(deed.undo)}"
    return Done(Outcome.FAILED, sent.failure or "与原样不同", words, seconds)
