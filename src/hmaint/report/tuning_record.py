"""性能调优/重启记录 as data, from a run that applied tuning: what was done by whose leave, figures before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Inventory
from hmaint.model.look import Row
from hmaint.model.run import RunRecord, TargetResult
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.wording import brief, clip, moment

TITLE = "性能调优/重启记录"
_MOST = 60
"""Acts that are listed; the record has them all."""
_WORDS = 300
_DONE, _UNDONE = "done", "undone"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run kept of its databases: what was asked for, the acts, and the figures, by database."""

    order: Mapping[str, object]
    acts: Mapping[str, Sequence[Row]]
    figures: Mapping[str, Sequence[Row]]
    undone_by: str = ""
    """The run that took it back later; empty where none did."""


def tuning_record(
    run: RunRecord, inventory: Inventory, kept: Kept, generated_at: datetime
) -> dict[str, object]:
    """Tell a run that applied tuning as the form `tuning-record` has it."""
    acts = [(target, row) for target, rows in kept.acts.items() for row in rows]
    done = [row for _target, row in acts if row["outcome"] == _DONE]
    data = {
        **parties(inventory, run.site, TITLE),
        "number": run.id,
        "record": run.id,
        "kind": "性能调优",
        "target": "；".join(_target(each) for each in run.targets),
        "reason": clip(str(kept.order.get("reason") or "定期性能检查与调优建议"), _WORDS),
        "restart_decision": "",
        "content": _content(acts),
        "risk": clip(_risk(_engines(run, inventory), kept, acts), _WORDS),
        "window": str(kept.order.get("window") or "未记录"),
        "approver": str(kept.order.get("approver") or kept.order.get("reason") or "未记录"),
        "started": moment(run.started_at.astimezone(CHINA)),
        "ended": moment(run.finished_at.astimezone(CHINA)) if run.finished_at else "未正常结束",
        "operator": brief(run.operator),
        "supervisor": "",
        "commands": [_command(number, target, row) for number, (target, row) in enumerate(acts[:_MOST], 1)],
        "figures": _figures(kept.figures),
        "effect": "",
        "observation": "",
        "rollback": _rollback(run, done),
        "rolled_back": _rolled_back(kept, acts),
        "version": 1,
        "generated_at": moment(generated_at.astimezone(CHINA)),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _target(target: TargetResult) -> str:
    told = f"{target.title}（{target.name}）" if target.title else target.name
    return f"{told} {target.address}".strip()


def _content(acts: Sequence[tuple[str, Row]]) -> str:
    lines = [
        f"{row['act']}：{row['object']}（{row['title']}，建议 {row['advice']}）{_not_done(row)}"
        for _target, row in acts[:_MOST]
    ]
    if len(acts) > _MOST:
        lines.append(f"另有 {len(acts) - _MOST} 项，见原始记录")
    return "\n".join(clip(line, _WORDS) for line in lines) or "没有执行任何改动"


def _not_done(row: Row) -> str:
    return "" if row["outcome"] == _DONE else f"——{str(row['result']).split('：')[0]}"


def _engines(run: RunRecord, inventory: Inventory) -> set[str]:
    names = {each.name for each in run.targets}
    site = inventory.sites.get(run.site)
    return {each.engine for each in site.databases if each.name in names} if site else set()


def _risk(engines: set[str], kept: Kept, acts: Sequence[tuple[str, Row]]) -> str:
    """What was watched, of each engine only what can be seen there."""
    blocking = [str(row["object"]) for _target, row in acts if row.get("online") is False]
    told = [f"执行期间阻塞写入的有：{'、'.join(blocking)}"] if blocking else []
    if acts and all(row.get("online") is True for _target, row in acts):
        told.append("均为在线操作")
    told.append("锁等待上限 3 秒")
    if engines & {"mysql", "postgresql"}:
        told.append("等锁的会话增多时自动停止")
    if "postgresql" in engines:
        told.append("PostgreSQL 备库延迟升高时自动停止")
    if "mysql" in engines:
        told.append("MySQL 主库上看不到备库延迟，未据此停止")
    accepted = str(kept.order.get("accepted") or "")
    return "，".join(told) + "。" + (f"经批准仍执行的情况：{accepted}" if accepted else "")


def _command(number: int, target: str, row: Row) -> dict[str, object]:
    begun = datetime.fromisoformat(str(row["begun"])).astimezone(CHINA)
    return {
        "number": number,
        "command": clip(f"[{target}] {row['statements']}", 500),
        "time": f"{begun:%Y-%m-%d %H:%M:%S}",
        "result": clip(str(row["result"]), _WORDS),
    }


def _figures(figures: Mapping[str, Sequence[Row]]) -> list[dict[str, object]]:
    rows = [(target, row) for target, each in figures.items() for row in each]
    return [
        {
            "number": number,
            "item": clip(f"[{target}] {row['name']}", 120),
            "before": _told(row["before"], row["unit"]),
            "after": _told(row["after"], row["unit"]),
            "change": _change(row["before"], row["after"]),
            "note": clip(_note(row), _WORDS),
        }
        for number, (target, row) in enumerate(rows[:_MOST], 1)
    ]


def _told(value: object, unit: object) -> str:
    return f"{value:,g} {unit}".strip() if isinstance(value, int | float) else "未测得"


def _change(before: object, after: object) -> str:
    if not isinstance(before, int | float) or not isinstance(after, int | float) or not before:
        return ""
    told = f"{(after - before) / before * 100:+.2f}%".replace("-", "−")
    # What is left of it is not nothing.
    return "−99.99%" if after and told == "−100.00%" else told


def _note(row: Row) -> str:
    plans = [str(row[name]) for name in ("plan_before", "plan_after") if row.get(name)]
    told = [str(row["note"])] if row.get("note") else []
    if plans:
        told.append("计划：" + " → ".join(dict.fromkeys(plans)))
    return "；".join(told)


def _rollback(run: RunRecord, done: Sequence[Row]) -> str:
    statements = [f"{row['undo']}；" for row in reversed(done) if row["undo"]]
    if not statements:
        return "没有需要回退的改动（统计信息更新、空间整理无须回退）。"
    shown = clip("\n".join(statements), 1500)
    return f"hmaint db-tune --site {run.site} --undo {run.id}，即依次执行：\n{shown}"


def _rolled_back(kept: Kept, acts: Sequence[tuple[str, Row]]) -> str:
    if kept.undone_by:
        return f"已回退（{kept.undone_by}）"
    back = sum(row["outcome"] == _UNDONE for _target, row in acts)
    return f"因有一项失败，已回退 {back} 项" if back else "未回退"
