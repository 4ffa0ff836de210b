"""升级申请 as data: a plan as it was rendered for its targets, told to whoever has to allow it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hmaint.kit.clock import CHINA
from hmaint.model.data_fix import Fix, without_key
from hmaint.model.inventory import Inventory
from hmaint.model.run import Finding
from hmaint.model.upgrade import UpgradePlan
from hmaint.model.upgrade_act import RenderedPlan, Reversal
from hmaint.report.upgrade_paper import (
    NONE,
    Row,
    method,
    minutes,
    numbered,
    size,
    stretch,
    taken_back,
    upgrade_paper,
)
from hmaint.report.wording import brief, moment

TITLE, FIX_TITLE = "升级申请", "数据恢复与调整申请"
_FINDINGS = 20
_FEW = 400


@dataclass(frozen=True, slots=True)
class BackupTold:
    """How a backup the plan wants stood when it was verified last, in words."""

    name: str
    of: str
    where: str
    verified: str


@dataclass(frozen=True, slots=True)
class Around:
    """What the records tell beside the plan: what is open on its targets, how its backups stand."""

    applicant: str
    findings: Sequence[Finding] = ()
    backups: Sequence[BackupTold] = field(default_factory=tuple)
    attached: Sequence[tuple[str, int, str]] = field(default_factory=tuple)
    """Papers that go with the application: what they are with their file's name, bytes, SHA-256."""


def upgrade_request(
    rendered: RenderedPlan, around: Around, inventory: Inventory, generated_at: datetime
) -> dict[str, object]:
    """Tell a plan on its form; where the plan says nothing the form says so."""
    plan = rendered.plan
    fix = plan.kind == "data-fix"
    window = plan.window
    said: dict[str, object] = {
        "applicant": plan.applicant or around.applicant,
        "day": f"{generated_at.astimezone(CHINA):%Y-%m-%d}",
        "versions": "不涉及版本" if fix else f"{plan.from_version} → {plan.to_version}",
        "requests": "、".join(plan.requests),
        "plan_hash": rendered.digest,
        "content": plan.content,
        "reason": "\n".join([plan.reason, *_asked(rendered)]),
        "systems": numbered(list(_systems(rendered))),
        "artefacts": numbered(list(_files(plan, around))),
        "steps": numbered(list(_steps(rendered))),
        "tests": plan.tests or ("不适用：只调整数据，不改程序" if fix else NONE),
        "window": stretch(window.start, window.end),
        "supervisor": plan.supervisor,
        "schedule": numbered(list(_schedule(rendered))),
        "impact": plan.impact,
        "risks": numbered(list(_risks(plan, around))),
        "notices": numbered([{"who": each.who, "how": each.how, "time": each.time} for each in plan.notices]),
        "backups": numbered(list(_backups(rendered, around))),
        "rollback": numbered(list(_rollback(rendered))),
        "gates": list(_gates(plan)),
    }
    return upgrade_paper(inventory, plan.site, FIX_TITLE if fix else TITLE, plan.name, said, generated_at)


def _asked(rendered: RenderedPlan) -> Iterator[str]:
    """Who asked for the data to be put right, and in which words."""
    requests = [act.do.request for act in rendered.acts if isinstance(act.do, Fix)]
    for one in dict.fromkeys(requests):
        yield without_key(
            f"{one.unit} {one.by} {one.at} 申请：{one.text}（{one.subject}，{one.key}）", one.key
        )


def _files(plan: UpgradePlan, around: Around) -> Iterator[Row]:
    for each in plan.artefacts:
        yield {"name": each.path.name, "size": size(each.size), "sha256": each.sha256}
    for name, count, digest in around.attached:
        yield {"name": name, "size": size(count), "sha256": digest}


def _systems(rendered: RenderedPlan) -> Iterator[Row]:
    plan = rendered.plan
    for each in rendered.identities:
        kind = "主机" if each.kind == "host" else "数据库"
        yield {
            "name": f"{each.target}（{kind}）",
            "address": each.address,
            "before": plan.from_version,
            "after": plan.to_version,
        }
    if not rendered.identities:
        yield {"name": plan.site, "address": "", "before": plan.from_version, "after": plan.to_version}


def _steps(rendered: RenderedPlan) -> Iterator[Row]:
    for act in rendered.acts[:_FEW]:
        yield {
            "step": act.title,
            "target": "" if act.target == "-" else act.target,
            "command": method(act),
            "minutes": minutes(act.estimate),
            "outage": "是" if act.outage else "否",
        }
    if len(rendered.acts) > _FEW:
        yield {
            "step": f"……另有 {len(rendered.acts) - _FEW} 步，见方案",
            "target": "",
            "command": "",
            "minutes": 0,
            "outage": "",
        }


def _schedule(rendered: RenderedPlan) -> Iterator[Row]:
    plan = rendered.plan
    at = plan.window.start
    owner = plan.applicant
    for step in plan.steps:
        acts = [act for act in rendered.acts if act.step == step.id]
        waves = {act.wave: max(each.estimate for each in acts if each.wave == act.wave) for act in acts}
        ended = at + timedelta(seconds=sum(waves.values()))
        yield {"time": stretch(at, ended), "what": step.title, "owner": step.owner or owner}
        at = ended
    if plan.observe is not None:
        ended = at + timedelta(seconds=plan.observe.length)
        yield {"time": stretch(at, ended), "what": "观察运行是否稳定", "owner": owner}
        at = ended
    yield {"time": f"{moment(plan.window.end.astimezone(CHINA))} 前", "what": "完成或已回退", "owner": owner}


def _risks(plan: UpgradePlan, around: Around) -> Iterator[Row]:
    for each in plan.risks:
        yield {"risk": each.risk, "chance": each.chance, "effect": each.effect, "measure": each.measure}
    for finding in around.findings[:_FINDINGS]:
        told = f"{finding.target} {finding.title}：{brief(finding.summary, 100)}（{finding.id}）"
        measure = finding.advice or "实施前处理，或经批准人知悉后实施"
        yield {"risk": f"未整改的问题：{told}", "chance": "", "effect": "", "measure": brief(measure, 120)}
    if not plan.risks and not around.findings:
        yield {
            "risk": "执行中途失败",
            "chance": "",
            "effect": "",
            "measure": f"{_on_failure(plan)}；回退失败即停止，转人工",
        }


def _on_failure(plan: UpgradePlan) -> str:
    return "自动回退" if plan.rollback.mode == "auto" else "停下，由人决定继续或回退"


def _backups(rendered: RenderedPlan, around: Around) -> Iterator[Row]:
    for each in around.backups:
        yield {
            "what": f"{each.name}（{each.of or '未登记来源'}）",
            "where": each.where,
            "verify": each.verified,
        }
    if any(isinstance(act.do, Fix) for act in rendered.acts):
        yield {
            "what": "将要改动的每一行（处理前、处理后）",
            "where": "实施所用电脑，仅本机",
            "verify": "提交前落盘，SHA-256 留存",
        }
    elif not around.backups:
        yield {"what": "方案未要求备份", "where": "—", "verify": "—"}


def _rollback(rendered: RenderedPlan) -> Iterator[Row]:
    owner = rendered.plan.applicant
    for act in reversed(rendered.acts[:_FEW]):
        if act.reversal is not Reversal.NOTHING:
            where = "" if act.target == "-" else f"（{act.target}）"
            told = f"{act.title}{where}：{taken_back(act)}"
            yield {"step": told, "owner": owner, "minutes": minutes(act.estimate)}
    if all(act.reversal is Reversal.NOTHING for act in rendered.acts):
        yield {"step": "各步骤不改动目标，无须回退", "owner": owner, "minutes": 0}


def _gates(plan: UpgradePlan) -> Iterator[Row]:
    backups = "要求的备份新鲜且验证通过；" if plan.backups else ""
    yield {
        "kind": "实施条件",
        "what": f"书面批准且方案、文件、目标未变；在批准窗口内；{backups}监督人在场；现场没有其他实施",
        "owner": plan.supervisor,
    }
    yield {
        "kind": "失败时",
        "what": f"任一步骤或验证失败：{_on_failure(plan)}；目标失联：暂停，不擅自回退",
        "owner": plan.supervisor,
    }
    if plan.point_of_no_return:
        titles = {step.id: step.title for step in plan.steps}
        what = f"从“{titles.get(plan.point_of_no_return, plan.point_of_no_return)}”起不再自动回退"
        yield {"kind": "不可回退点", "what": what, "owner": plan.supervisor}
    for each in plan.stop_when:
        yield {"kind": "中止条件", "what": each, "owner": plan.supervisor}
