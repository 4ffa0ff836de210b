"""数据恢复与调整记录 as data: who asked and allowed it, what was run, and what the rows were and became, masked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.kit.clock import CHINA
from hmaint.model.data_fix import Change, Fix, Row, masked_key, without_key
from hmaint.model.inventory import Inventory
from hmaint.model.upgrade_ran import Ran, StepRan
from hmaint.report import upgrade_paper
from hmaint.report.wording import clip, moment

TITLE = "数据恢复与调整记录"
_ROWS = 200
_LONG = 400
_DOUBTFUL = ("intent", "in_doubt")
_DOUBT = "结果不明：提交时中断，是否已提交待核实"
Shown = Callable[[str, object], str]
"""How the value of a column is shown: nothing personal, no long text."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """One step of a data-fix: what was wanted, how it went, what it changed, under which hash that is kept."""

    step: StepRan
    fix: Fix
    changes: Sequence[Change]
    evidence: str

    @property
    def doubtful(self) -> bool:
        """Whether nobody knows yet if it was committed."""
        return self.step.state in _DOUBTFUL and not self.step.facts


def data_fix_record(  # noqa: PLR0913, PLR0917 - a form, and all that is known of its matter
    ran: Ran,
    fixed: Sequence[Fixed],
    authorised: tuple[str, str],
    shown: Shown,
    inventory: Inventory,
    generated_at: datetime,
) -> dict[str, object]:
    """Tell a data-fix on its form. `authorised`: who allowed it, and how that was given."""
    asked = fixed[0].fix.request
    who, how = authorised

    def told(words: str) -> str:
        return without_key(words, asked.key)

    said: dict[str, object] = {
        "requester_unit": asked.unit,
        "requester": asked.by,
        "requested": asked.at,
        "kind": asked.sort,
        "authoriser": who,
        "authorised": how,
        "subject": told(asked.subject),
        "key": masked_key(asked.key),
        "request": told(asked.text),
        "cause": told(asked.cause),
        "impact": told(asked.impact),
        "backup": _backup(fixed),
        "backup_sha256": "\n".join(each.evidence for each in fixed if each.evidence)
        or _nothing(fixed, "没有改动，未留存"),
        "statements": upgrade_paper.numbered(list(_statements(fixed))),
        "changes": upgrade_paper.numbered(_most(list(_changes(fixed, shown, asked.key)))),
        "check": told(asked.check),
        "checked": "",
        "prevention": told(asked.prevention),
    }
    return upgrade_paper.upgrade_paper(inventory, ran.site, TITLE, ran.run, said, generated_at)


def _backup(fixed: Sequence[Fixed]) -> str:
    rows = sum(len(change.before) for each in fixed for change in each.changes)
    if not any(each.evidence for each in fixed):
        return _nothing(fixed, "没有提交任何改动")
    return f"提交前留存了将要改动的全部行（处理前 {rows} 行）及处理后的行，可据此逐行恢复"


def _nothing(fixed: Sequence[Fixed], words: str) -> str:
    """That nothing was changed, where that is known."""
    return _DOUBT if any(each.doubtful for each in fixed) else words


def _most(rows: Sequence[upgrade_paper.Row]) -> list[upgrade_paper.Row]:
    """As many rows as a form holds, and how many more there are."""
    left = len(rows) - _ROWS
    if left <= 0:
        return list(rows)
    more = f"……另有 {left} 处改动，见留存数据"
    return [*rows[:_ROWS], {"where": more, "key": "***", "before": "—", "after": "—"}]


def _statements(fixed: Sequence[Fixed]) -> Iterator[upgrade_paper.Row]:
    for each in fixed:
        for number, statement in enumerate(each.fix.statements, start=1):
            change = next((one for one in each.changes if one.statement == number), None)
            yield {
                "what": clip(statement.sql, _LONG),
                "at": "—" if each.doubtful else _moment(change.at) if change and change.at else "未执行",
                "rows": str(change.counted) if change and not each.doubtful else "—",
                "outcome": _DOUBT
                if each.doubtful
                else _outcome(each.step)
                if change
                else _not_run(each.step),
            }


def _outcome(step: StepRan) -> str:
    if step.state == "done":
        return "成功，提交"
    if step.state == "undone":
        return f"已提交，后按留存数据恢复原状（{_moment(step.undone.isoformat()) if step.undone else ''}）"
    return "须人工核实"


def _not_run(step: StepRan) -> str:
    return f"未提交：{clip(step.reason, 120)}" if step.reason else "未执行"


def _changes(fixed: Sequence[Fixed], shown: Shown, patient: str) -> Iterator[upgrade_paper.Row]:
    found = False
    for each in fixed:
        if each.doubtful:
            yield {"where": _DOUBT, "key": masked_key(patient), "before": "—", "after": "—"}
            found = True
            continue
        for change in each.changes:
            yield from _rows(change, shown)
            found = True
    if not found:
        yield {"where": "没有改动", "key": masked_key(patient), "before": "—", "after": "—"}


def _rows(change: Change, shown: Shown) -> Iterator[upgrade_paper.Row]:
    def by_key(rows: Sequence[Row]) -> dict[str, Row]:
        return {str([row[name] for name in change.key]): row for row in rows}

    before, after = by_key(change.before), by_key(change.after)
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        named = masked_key("".join(str((old or new or {})[name]) for name in change.key))
        if old is None or new is None:
            told = ("不存在", "已写入") if old is None else ("存在", "已删除")
            yield {"where": f"{change.table}（整行）", "key": named, "before": told[0], "after": told[1]}
            continue
        for name in old:
            if old[name] != new[name]:
                values = {"before": shown(name, old[name]), "after": shown(name, new[name])}
                yield {"where": f"{change.table}.{name}", "key": named, **values}
        if old == new:
            yield {
                "where": f"{change.table}（整行）",
                "key": named,
                "before": "与要求一致",
                "after": "没有变化",
            }


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text).astimezone(CHINA))
