"""What is due as a calendar file the whole department can subscribe to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from hmaint.app.due import Dues
from hmaint.app.world import World
from hmaint.duty.owed import Owed
from hmaint.errors import Refused
from hmaint.kit.i18n import _, for_a_record
from hmaint.load.atomic import replace_file
from hmaint.model.duty import Due, State
from hmaint.report.icalendar import Day, calendar_of

_BEGIN = b"BEGIN:VCALENDAR"


def write_calendar(world: World, dues: Dues, rows: Sequence[tuple[Owed, Due]], path: Path) -> int:
    """Write what is still to be done, and answer how many entries there are.

    A calendar file is replaced in one step; Refused where something else has that name, or nothing can be written.
    """
    if path.exists() and not _is_calendar(path):
        raise Refused(_("{file} is there and is no calendar file; it stays as it is").format(file=path.name))
    names = {owed.site: world.inventory.sites[owed.site].title for owed in dues.owed}
    with for_a_record():
        days = list(_days(rows, names))
    text = calendar_of(days, "、".join(names.values()) + " 维保到期事项", world.clock.now())
    replace_file(path, text.encode("utf-8", "replace"))
    return len(days)


def _is_calendar(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_BEGIN)) == _BEGIN
    except OSError:
        return False


def _days(rows: Sequence[tuple[Owed, Due]], names: dict[str, str]) -> Iterator[Day]:
    for owed, due in rows:
        if due.remind is None or due.state in (State.MET, State.CANNOT_TELL):
            continue
        of = due.span.name if due.span else due.event.record if due.event else ""
        where = names[owed.site]
        overdue = "【逾期】" if due.state is State.OVERDUE else ""
        tentative = "（暂定）" if due.provisional else ""
        yield Day(
            f"{owed.site}/{owed.contract.id}/{due.clause}/{of}",
            due.remind,
            f"{overdue}{due.title}{tentative}（{where}）",
            "\n".join(_told(owed, due, of)),
            where,
            not due.provisional,
        )


def _told(owed: Owed, due: Due, of: str) -> Iterator[str]:
    yield f"合同 {owed.contract.name} 条款 {due.clause}" + (f"，期间 {of}" if of else "")
    if due.provisional:
        yield f"按暂定日历最迟 {due.day}，最早可能为 {due.earliest}；法定工作日安排公布后重新计算。"
    if due.papers:
        yield f"提交文件：{'、'.join(due.papers)}"
    yield from due.remarks
