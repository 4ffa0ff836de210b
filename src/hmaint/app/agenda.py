"""What a meeting with the hospital should talk about: everything the records hold open."""

from __future__ import annotations

from dataclasses import dataclass

from hmaint.app.changes import Changes
from hmaint.app.matter_list import standing_matters
from hmaint.app.pledges import unsigned_people
from hmaint.app.rectification import overdue
from hmaint.app.world import World
from hmaint.duty.change import stage_of
from hmaint.duty.change_clock import State, next_due
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.meeting import MEETING
from hmaint.model.ledgers.upkeep import VULNERABILITY
from hmaint.model.matter import Matter

_STAGES = {
    "asked": "已提出", "accepted": "已受理", "started": "处理中", "assessed": "已评估", "planned": "已交计划",
    "confirmed": "医院已确认", "promised": "已承诺", "delivered": "已交付待现场调试",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """Something to talk about: in the words of the minutes, with the record it comes from."""

    topic: str
    detail: str
    record: str

    @property
    def row(self) -> dict[str, str]:
        """As a topic of the minutes."""
        return {
            "topic": self.topic,
            "discussion": f"{self.detail}（{self.record}）" if self.record else self.detail,
        }


def agenda(world: World, site: str) -> tuple[Item, ...]:
    """Decisions not carried out, findings overdue, changes under way, vulnerabilities open, pledges missing."""
    return (
        *_decisions(world, site),
        *_findings(world, site),
        *_changes(world, site),
        *_vulnerabilities(world, site),
        *(Item("尚未签署个人保密承诺书", name, number) for name, number in unsigned_people(world, site)),
    )


def _decisions(world: World, site: str) -> list[Item]:
    """Decisions of the last meeting of which nobody told what became of them."""
    meetings = standing_matters(world, MEETING, site)
    if not meetings:
        return []
    last = meetings[-1]
    told = {row["number"] for row in last.rows("followed")}
    return [
        Item("上次会议决议的落实", _decision(row), last.id)
        for number, row in enumerate(last.rows("decisions"), start=1)
        if str(number) not in told
    ]


def _decision(row: dict[str, str] | object) -> str:
    assert isinstance(row, dict)  # noqa: S101 - rows are mappings; this tells the type checker
    owner, due = row.get("owner", ""), row.get("due", "")
    return "，".join(filter(None, [str(row["decision"]), owner, f"限 {due}" if due else ""]))


def _findings(world: World, site: str) -> list[Item]:
    now = world.clock.now()
    return [
        Item(
            "逾期未整改的问题",
            f"{each.finding.finding.title} {each.finding.finding.target}，逾期 {each.term.late(now.date())} 天",
            each.finding.finding.id,
        )
        for each in overdue(world, site, now)
    ]


def _changes(world: World, site: str) -> list[Item]:
    changes = Changes(world)
    return [
        Item("进行中的需求与 BUG", _state(changes, each), each.id)
        for each in standing_matters(world, CHANGE, site)
        if changes.is_open(each)
    ]


def _state(changes: Changes, change: Matter) -> str:
    stage = _STAGES.get(str(stage_of(change)), "")
    first = next_due(changes.clocks(change))
    due = f"，期限 {first.deadline.due:%Y-%m-%d}" if first and first.deadline else ""
    late = "，已逾期" if first and first.state is State.MISSED else ""
    return f"{change.text('module')}：{change.text('details')}，{stage}{due}{late}"


def _vulnerabilities(world: World, site: str) -> list[Item]:
    """What the last look found and nobody put down as mended."""
    looks = standing_matters(world, VULNERABILITY, site)
    if not looks:
        return []
    last = looks[-1]
    mended = [(row["target"], row.get("what", "")) for row in last.rows("fixed")]
    return [
        Item("尚未修补的漏洞", f"{row['target']} {row.get('what', '')}".strip(), last.id)
        for row in last.rows("findings")
        if not any(
            target == row["target"] and what and what in row.get("what", "") for target, what in mended
        )
    ]
