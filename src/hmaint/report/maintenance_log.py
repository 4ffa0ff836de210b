"""附件1 维护项目运行表 as data: a row a visit, each in a line that never says 正常 of what was not examined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hmaint.model.inventory import Inventory
from hmaint.model.matter import Matter
from hmaint.model.playbook import Level
from hmaint.model.run import Check, RunRecord, TargetResult
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.wording import brief, moment, several, tally

TITLE = "维护项目运行表"
_BAD = (Level.WARNING, Level.CRITICAL)
_EXAMINED = (Level.OK, *_BAD)
_NAMED = 6
_UNSEEN = "本次未检查"
_MODES = {"onsite": "现场", "remote": "远程"}
_SERVERS = ("host", "device")
_CONTACT = "target.contact"
_LEAST = 12
"""Rows of a sheet that is not filled up yet: one page."""
_SPARE = 3
"""Rows that are always left, for a visit hmaint knows nothing of."""
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Visit:
    """A day's runs, oldest first, and the numbers of the documents that were made of them."""

    day: date
    runs: tuple[RunRecord, ...]
    documents: tuple[str, ...] = ()


def maintenance_log(
    visits: Sequence[Row], inventory: Inventory, site: str, span: str, generated_at: datetime
) -> dict[str, object]:
    """Put the rows of a period (`span`) on the form `maintenance-log`, oldest first."""
    head = parties(inventory, site, TITLE)
    data = {
        **{name: head[name] for name in ("title", "hospital", "contract")},
        "number": f"{site} {span}",
        "record": f"{span} {site}，维护 {len(visits)} 次",
        "visits": list(visits),
        "blanks": [{} for _ in range(max(_SPARE, _LEAST - len(visits)))],
        "version": 1,
        "generated_at": moment(generated_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def visit_row(visit: Visit) -> Row:
    """Tell a day in one row: what was looked at twice as it was seen last."""
    targets = {target.name: target for run in visit.runs for target in run.targets}
    checks = {(check.target, check.id): check for run in visit.runs for check in run.checks}
    servers = {name for name, target in targets.items() if target.kind in _SERVERS}
    halted = any(run.finished_at is None or run.state != "finished" for run in visit.runs)

    def told(unit: str, names: set[str]) -> str:
        seen = [check for check in checks.values() if check.target in names]
        looked = _Looked(unit, [targets[name] for name in names], seen, _gone(visit, checks, names), halted)
        return looked.words()

    return {
        "date": f"{visit.day:%Y-%m-%d}",
        "servers": told("台", servers),
        "system": told("个", set(targets) - servers),
        "remark": _remark(visit, checks, halted),
    }


def joined(row: Row | None, day: date, told: Sequence[Matter]) -> Row:
    """The row of a day with what people told of it by hand; what neither saw was not looked at."""
    base = row or {"date": f"{day:%Y-%m-%d}", "servers": "", "system": "", "remark": ""}
    unseen = {"servers": _UNSEEN, "system": _UNSEEN, "remark": ""}
    return {**base, **{name: _both(base, told, name) or empty for name, empty in unseen.items()}}


def _both(row: Row, told: Sequence[Matter], name: str) -> str:
    by_hand = [_remarked(each) if name == "remark" else each.text(name) for each in told]
    seen = str(row[name])
    # What a person saw stands in place of the run's not having looked.
    return "\n".join(filter(None, ["" if seen == _UNSEEN and any(by_hand) else seen, *by_hand]))


def _remarked(visit: Matter) -> str:
    mode = _MODES.get(visit.text("mode"), "")
    return "\n".join(
        filter(None, [f"记录 {visit.id}" + (f"（{mode}）" if mode else ""), visit.text("remark")])
    )


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was seen of one sort of target on one day."""

    unit: str
    targets: Sequence[TargetResult]
    checks: Sequence[Check]
    gone: int
    halted: bool

    def words(self) -> str:
        if not self.targets:
            return _UNSEEN
        count = f"{len(self.targets)} {self.unit}"
        examined = [each for each in self.checks if each.level in _EXAMINED and not _is_contact(each)]
        if not examined:
            return f"{count}，{self._nothing()}"
        faults = self._faults(examined)
        good = sum(each.level is Level.OK and each.complete for each in examined)
        rest = [f"其余 {good} 项正常"] if good else []
        if not faults and not self.halted:
            return f"{count}，检查 {len(examined)} 项，均正常（{_categories(examined)}）{self._healed()}"
        return f"{count}，检查 {len(examined)} 项：{'，'.join([*faults, *rest])}{self._healed()}"

    def _nothing(self) -> str:
        return "未能检查，状况不明" if self._missed() or self.halted else "没有适用的检查项，未作检查"

    def _faults(self, examined: Sequence[Check]) -> list[str]:
        """Everything for which a visit may not be called well, most telling first."""
        bad = [each for each in examined if each.level in _BAD]
        seen = {each.target for each in examined}
        unknown = [each for each in self.checks if each.level is Level.UNKNOWN and each.target in seen]
        missed = self._missed()
        counted = (
            (len(bad), f" 项异常（{_graded(bad)}）"),
            (len(missed - seen), f" {self.unit}未能检查"),
            (len(unknown), f" 项未能检查（{_categories(unknown)}）"),
            (len((missed & seen) - {each.target for each in unknown}), f" {self.unit}未能查完"),
            (sum(each.level is Level.OK and not each.complete for each in examined), " 项只看到一部分"),
            (len({each.name for each in self.targets} - seen - missed), f" {self.unit}没有适用的检查项"),
        )
        return [f"{count}{words}" for count, words in counted if count]

    def _missed(self) -> set[str]:
        """Name the targets that were not wholly seen, whether their checks say so or not."""
        told = {check.target for check in self.checks if check.level is Level.UNKNOWN}
        lost = {each.name for each in self.targets if each.error is not None or each.level is Level.UNKNOWN}
        return told | lost

    def _healed(self) -> str:
        return f"；另有 {self.gone} 项异常已于当日消除" if self.gone else ""


def _is_contact(check: Check) -> bool:
    # Having reached a target is no examination of it.
    return check.id == _CONTACT and check.level is Level.OK


def _gone(visit: Visit, now: dict[tuple[str, str], Check], names: set[str]) -> int:
    """What an earlier look of the day found bad, and the last one, of all of it, well."""
    was = {
        (c.target, c.id) for run in visit.runs for c in run.checks if c.level in _BAD and c.target in names
    }
    return sum(now[key].level is Level.OK and now[key].complete for key in was)


def _categories(checks: Sequence[Check]) -> str:
    return several(list(dict.fromkeys(check.category or "其他" for check in checks)), _NAMED)


def _graded(checks: Sequence[Check]) -> str:
    levels: dict[str, list[Level]] = {}
    for check in sorted(checks, key=lambda each: -each.level.rank):
        levels.setdefault(check.category or "其他", []).append(check.level)
    told = [f"{brief(name)}：{tally(found)}" for name, found in levels.items()]
    return "；".join(told[:_NAMED]) + (f" 等 {len(told)} 类" if len(told) > _NAMED else "")


def _remark(visit: Visit, checks: dict[tuple[str, str], Check], halted: bool) -> str:  # noqa: FBT001 - one fact of three
    found = [each.id for check in checks.values() for each in check.findings if each.level in _BAD]
    parts = (
        ("记录 ", [run.id for run in visit.runs]),
        ("文件 ", list(visit.documents)),
        ("异常 ", list(dict.fromkeys(found))),
    )
    told = [f"{name}{several(ids)}" for name, ids in parts if ids]
    return "\n".join([*told, *(["有巡检中途停止，只记录了停止前看到的内容"] if halted else [])])
