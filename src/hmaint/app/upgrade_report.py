"""`upgrade report`: what came of a run, on its form; it can be told again as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.app import data_fix
from hmaint.app.backup_status import standings
from hmaint.app.data_fix_shown import shown_value
from hmaint.app.documents import issue_document
from hmaint.app.stretch import period_of
from hmaint.app.told import Told
from hmaint.app.upgrade_approval import APPROVED, REQUESTED, papers_of
from hmaint.app.upgrade_desk import Desk, desks, find
from hmaint.app.upgrade_ended import ended_runs, keep_all_ended, keep_ended, ran_at, unended_runs
from hmaint.app.upgrade_fix import kept_rows
from hmaint.app.world import World
from hmaint.engine.acts import draw, site_of
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.load.plan import load_plan
from hmaint.model.data_fix import Fix
from hmaint.model.document import Document
from hmaint.model.entry import Entry
from hmaint.model.playbook import Level
from hmaint.model.upgrade import UpgradePlan
from hmaint.model.upgrade_ran import Ran

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.data_fix import Fixed
    from hmaint.report.upgrade_paper import Row
    from hmaint.report.upgrade_report import Approved

REPORT, LOG, RECORD = "upgrade-report", "upgrade-log", "data-fix-record"
_LEVELS = {Level.OK: "通过", Level.WARNING: "有警告", Level.CRITICAL: "未通过"}


def report(world: World, run: str = "latest", output: Path | None = None) -> tuple[Document, ...]:
    """Issue what a run owes: 升级实施报告 of an upgrade; 数据恢复与调整记录 beside it of a data-fix.

    WrongUsage for a run that never began; BadFile for a form that is broken: then it can be told again later.
    """
    desk = find(world, run)
    ran = ran_at(desk)
    keep_ended(world, desk)
    made = [issue_document(world, REPORT, ran.site, _told(world, ran), output)]
    if ran.kind == "data-fix":
        made.append(issue_document(world, RECORD, ran.site, _record(world, desk, ran)))
    return tuple(made)


def report_told(world: World, site: str, run: str = "") -> Told:
    """Tell a run of a site on 升级实施报告: the one named, else the latest. WrongUsage where there is none."""
    return _told(world, ran_at(_desk(world, site, run)))


def record_told(world: World, site: str, run: str = "") -> Told:
    """Tell a data-fix of a site on its record: the one named, else the latest. WrongUsage where there is none."""
    desk = _desk(world, site, run, kind="data-fix")
    return _record(world, desk, ran_at(desk))


def log_told(world: World, site: str, period: str = "") -> Told:
    """Tell the upgrades of a period. WrongUsage for a period that is none."""
    from hmaint.report.upgrade_log import upgrade_log  # noqa: PLC0415 - see above

    keep_all_ended(world)
    span = period_of(world, site, period)
    upgrades = [
        each
        for each in (*ended_runs(world, site), *unended_runs(world, site))
        if each.kind == "upgrade" and span.first <= each.begun.astimezone(CHINA).date() <= span.last
    ]
    data = upgrade_log(upgrades, span, world.inventory, site, world.clock.now())
    return Told(data, (span.name,), span.first)


def _desk(world: World, site: str, run: str, kind: str = "") -> Desk:
    if run:
        desk = find(world, run)
        if str(desk.state().head.get("site", "")) == site:
            return desk
        raise WrongUsage(_("{number} belongs to another site").format(number=desk.run))
    for desk in desks(world):
        head = desk.state().head
        if head.get("site") == site and kind in ("", head.get("kind")):
            return desk
    words = _("no upgrade of site {site} was run from this laptop")
    raise WrongUsage(words.format(site=site))


def _told(world: World, ran: Ran) -> Told:
    from hmaint.report.upgrade_report import Beside, upgrade_report  # noqa: PLC0415 - see above

    beside = Beside(_approved(world, ran), tuple(_backups(world, ran)))
    data = upgrade_report(ran, beside, world.inventory, world.clock.now())
    return Told(_masked(world, data), _sources(ran), ran.begun.astimezone(CHINA).date())


def _sources(ran: Ran) -> tuple[str, ...]:
    """The run; one that has not ended by another name: what is owed after its end is not met by a paper before it."""
    return (ran.run if ran.ended else f"unfinished:{ran.run}",)


def _masked(world: World, data: dict[str, object]) -> dict[str, object]:
    masked = world.redactor.redact_value(data)
    assert isinstance(masked, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return masked


def _entry(world: World, ran: Ran, event: str) -> Entry | None:
    fitting = [
        each
        for each in papers_of(world, ran.site, ran.plan).entries
        if each.event == event and each.body.get("digest") == ran.digest and each.at <= ran.begun
    ]
    return fitting[-1] if fitting else None


def _approved(world: World, ran: Ran) -> Approved:
    from hmaint.report.upgrade_report import Approved  # noqa: PLC0415 - see above

    entry, asked = _entry(world, ran, APPROVED), _entry(world, ran, REQUESTED)
    number = Path(str(asked.body.get("document", ""))).stem if asked else ""
    if entry is None:
        return Approved(request=number)
    return Approved(
        str(entry.body.get("digest", "")), str(entry.body.get("by", "")), entry.at, number or entry.matter
    )


def _backups(world: World, ran: Ran) -> Iterator[Row]:
    """The backups the plan wanted, with their last verification where that was before the run."""
    wanted = ran.written.get("backups")
    for each in wanted if isinstance(wanted, list) else ():
        name = str(each.get("name", "")) if isinstance(each, dict) else ""
        try:
            (last,) = standings(world.workspace, (ran.site,), float("inf"), world.clock.now(), (name,))
        except (WrongUsage, ValueError):
            yield {"what": name, "where": "—", "time": "", "verified": "没有验证记录"}
            continue
        known = {one.name: one for one in world.site(ran.site).backups}
        where = f"{known[name].host or '本机'}：{known[name].path}" if name in known else "—"
        before = last.at is not None and last.at <= ran.begun
        time = f"{last.at.astimezone(CHINA):%Y-%m-%d %H:%M}" if last.at and before else ""
        verified = f"{_LEVELS.get(last.level, '未能验证')}（{last.run}）" if before else "见备份检查记录"
        yield {"what": name, "where": where, "time": time, "verified": verified}


def _record(world: World, desk: Desk, ran: Ran) -> Told:
    from hmaint.report.data_fix import data_fix_record  # noqa: PLC0415 - see above

    fixed = list(_fixed(world, desk, ran))
    if not fixed:
        words = _("run {run} changed no rows by a data-fix")
        raise WrongUsage(words.format(run=ran.run))
    for each in fixed:
        data_fix.learn(world, each.fix)
    entry = _entry(world, ran, APPROVED)
    evidence = entry.body.get("evidence") if entry else None
    shown = "、".join(str(each.get("name", "")) for each in evidence) if isinstance(evidence, list) else ""
    how = (
        f"{entry.at.astimezone(CHINA):%Y-%m-%d %H:%M} {entry.body.get('text', '')}（凭证：{shown}）"
        if entry
        else "无批准记录"
    )
    who = str(entry.body.get("by", "")) if entry else "无批准记录"
    data = data_fix_record(ran, fixed, (who, how), shown_value, world.inventory, world.clock.now())
    return Told(_masked(world, data), _sources(ran), ran.begun.astimezone(CHINA).date())


def _fixed(world: World, desk: Desk, ran: Ran) -> Iterator[Fixed]:
    """The fixes of the plan as it lies there now, if it is still the one that was run."""
    from hmaint.app.kinds import KINDS  # noqa: PLC0415 - reads every kind of step
    from hmaint.report.data_fix import Fixed  # noqa: PLC0415 - see above

    head = desk.state().head
    plan: UpgradePlan = load_plan(world.workspace.root / str(head.get("plan", "")), kinds=KINDS)
    if plan.digest != head.get("plan_digest"):
        words = _("the plan {plan} is not the one that run {run} went by: put that one back to tell of it")
        raise WrongUsage(words.format(plan=ran.plan, run=ran.run))
    site = site_of(plan, world.site(ran.site))
    fixes = {act.id: act.do for act in draw(plan, site).acts if isinstance(act.do, Fix)}
    for step in ran.steps:
        if step.id in fixes:
            # Of what is in doubt the journal knows nothing yet, and the disk what would be changed.
            facts = step.facts or (kept_rows(desk, step.id) if step.state in ("intent", "in_doubt") else {})
            yield Fixed(step, fixes[step.id], data_fix.changes_of(world, facts), str(facts.get("rows", "")))
