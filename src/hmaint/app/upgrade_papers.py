"""升级申请: gathered from the plan, the open findings on its targets and the last verification of its backups."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from hmaint.app.backup_status import standings
from hmaint.app.proof import read_evidence
from hmaint.app.told import Told
from hmaint.app.upgrade_plan import Prepared
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.model.playbook import Level
from hmaint.model.run import Finding, State
from hmaint.model.upgrade_act import RenderedPlan

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.upgrade_request import BackupTold

_OPEN = (State.NEW, State.OPEN, State.RECURRING)
_LEVELS = {Level.OK: "通过", Level.WARNING: "有警告", Level.CRITICAL: "未通过", Level.UNKNOWN: "未能验证"}


def request_told(world: World, prepared: Prepared, rendered: RenderedPlan) -> Told:
    """Tell the application of a plan as it was rendered just now; a further version where it was told before."""
    from hmaint.report.upgrade_request import Around, upgrade_request  # noqa: PLC0415 - see above

    around = Around(
        world.operator,
        tuple(_findings(world, rendered)),
        tuple(_backups(world, prepared)),
        tuple(_attached(rendered)),
    )
    now = world.clock.now()
    data = upgrade_request(rendered, around, world.inventory, now)
    masked = world.redactor.redact_value(data)
    assert isinstance(masked, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return Told(masked, (f"plan:{rendered.plan.name}",), now.astimezone(CHINA).date())


def _attached(rendered: RenderedPlan) -> Iterator[tuple[str, int, str]]:
    """The papers of the version that go with the application, as they lie beside the plan."""
    plan = rendered.plan
    for what, path in (("测试报告", plan.test_report), ("版本说明", plan.release_notes)):
        if path is not None:
            content = read_evidence(path)
            yield f"{what}：{path.name}", len(content), sha256(content).hexdigest()


def _findings(world: World, rendered: RenderedPlan) -> Iterator[Finding]:
    """What is not as it should be on the targets of the plan, the worst first."""
    if not world.has_records:
        return
    targets = {each.target for each in rendered.identities}
    for found in world.records.findings(rendered.plan.site, _OPEN):
        if found.finding.target in targets and found.finding.level in (Level.CRITICAL, Level.WARNING):
            yield found.finding


def _backups(world: World, prepared: Prepared) -> Iterator[BackupTold]:
    from hmaint.report.upgrade_request import BackupTold  # noqa: PLC0415 - see above

    known = {each.name: each for each in prepared.site.backups}
    for wanted in prepared.plan.backups:
        backup = known.get(wanted.name)
        where = f"{backup.host or '本机'}：{backup.path}" if backup else "—"
        yield BackupTold(
            wanted.name,
            wanted.of or (backup.of if backup else ""),
            where,
            _verified(world, prepared, wanted.name),
        )


def _verified(world: World, prepared: Prepared, name: str) -> str:
    try:
        (last,) = standings(world.workspace, (prepared.site.name,), float("inf"), world.clock.now(), (name,))
    except (WrongUsage, ValueError):
        return "没有验证记录"
    if last.at is None:
        return "没有验证记录"
    return f"{last.at.astimezone(CHINA):%Y-%m-%d %H:%M} 验证{_LEVELS.get(last.level, '未能验证')}（{last.run or '—'}）"
