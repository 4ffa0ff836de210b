"""Missing nights of a site's backups, from the runs on record: as checks of the next run, and for documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from hmaint.app.world import World
from hmaint.duty.nights import PLAYBOOK, Gap, gap_before, gaps, step_of, told_gap
from hmaint.engine.judge import finding_id
from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Backup
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, Metric

CHECK = "backup.nights.missing"
HORIZON = timedelta(days=92)
"""How far back silence is looked for: a quarter, the longest that any report of backups goes."""
_TITLE, _CATEGORY = "核验连续性", "备份"
_ADVICE = (
    "检查计划任务（cron、systemd 或计划任务程序）是否启用、运行 hmaint 的机器当时是否开机、上次运行有无报错"
)


def nights_checks(world: World, site: str, now: datetime) -> dict[str, Check]:
    """How each backup of a site was attended to since its last result: a check for every backup, by its name.

    Call it before the run begins, so that the run does not count itself.
    """
    since = now - HORIZON
    attended = world.records.nights.attended(PLAYBOOK, site, since)
    begun = world.records.nights.unfinished(PLAYBOOK, site, since)
    long_ago = world.records.nights.last_visits(PLAYBOOK, site, since)
    found = {}
    for backup in world.site(site).backups:
        # Whoever was silent for longer than that is not new.
        results = attended.get(backup.name) or _only(long_ago.get(backup.name))
        gap = gap_before(results, now, step_of(backup.schedule, backup.max_age), begun)
        found[backup.name] = _check(backup, gap, max(results, default=None))
    return found


def missing_nights(world: World, site: str, first: date, last: date) -> Mapping[str, Gap]:
    """The nights within some days on which each backup had no result; only backups that have any are there."""
    now = world.clock.now()
    end = min(now, datetime(last.year, last.month, last.day, 12, 1, tzinfo=CHINA))
    since = datetime(first.year, first.month, first.day, tzinfo=CHINA) - HORIZON
    attended = world.records.nights.attended(PLAYBOOK, site, since)
    begun = world.records.nights.unfinished(PLAYBOOK, site, since)
    found = {}
    for backup in world.site(site).backups:
        step = step_of(backup.schedule, backup.max_age)
        if gap := gaps(attended.get(backup.name, ()), end, step, begun).within(first, last):
            found[backup.name] = gap
    return found


def _only(moment: datetime | None) -> tuple[datetime, ...]:
    return () if moment is None else (moment,)


def _check(backup: Backup, gap: Gap, last: datetime | None) -> Check:
    if last is None:
        return _made(backup, Level.OK, "首次核验，此前没有记录", 0)
    before = f"上次核验 {last.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if not gap:
        return _made(backup, Level.OK, f"{before}，其间没有缺少", 0)
    return _made(backup, Level.CRITICAL, f"{before}，此后{told_gap(gap)}", len(gap.nights))


def _made(backup: Backup, level: Level, summary: str, missing: int) -> Check:
    metric = Metric(backup.name, CHECK, missing)
    finding = Finding(
        finding_id(backup.site, CHECK, backup.name, "", unseen=False),
        CHECK,
        backup.name,
        "",
        level,
        _TITLE,
        summary,
        _CATEGORY,
        _ADVICE,
        {"nights": missing},
    )
    bad = level is not Level.OK
    return Check(CHECK, backup.name, _TITLE, _CATEGORY, level, summary, (finding,) if bad else (), (metric,))
