"""数据检查记录 as data: a run of data-check told in the words of its form."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.model.inventory import Inventory
from hmaint.model.playbook import Level
from hmaint.model.run import Check, RunRecord
from hmaint.report.anomalies import Notes, anomaly_rows
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.rectification import Rectification
from hmaint.report.unexamined import gaps
from hmaint.report.verdict import conclusion, no_anomalies
from hmaint.report.wording import LEVELS, brief, clip, moment, period, tally

TITLE = "数据检查记录"
_NOTE = 200
_SHOWN = ("number", "level", "state", "title", "where", "event", "advice", "deadline", "feedback", "solution")
Row = dict[str, object]


def data_check_record(
    run: RunRecord,
    inventory: Inventory,
    notes: Mapping[str, Notes],
    owed: Rectification,
    *,
    version: int = 1,
) -> dict[str, object]:
    """Tell a run as the form `data-check-record` has it; secrets were redacted before."""
    site = inventory.sites.get(run.site)
    masked = sum(run.redacted.values())
    data = {
        "title": TITLE,
        "hospital": inventory.hospital.name,
        "department": inventory.hospital.department,
        "vendor": inventory.vendor.name,
        "system": site.title if site else run.site,
        "contract": site.contract if site else "",
        "number": run.id,
        "record": run.id,
        "period": period(run.started_at, run.finished_at),
        "operator": brief(run.operator),
        "databases": "\n".join(
            _database(target.name, target.title, target.address) for target in run.targets
        ),
        "playbook": f"{brief(run.playbook_title)}（{brief(run.playbook)}）",
        "summary": f"检查 {len(run.checks)} 项：{tally([check.level for check in run.checks], zeros=True)}",
        "conclusion": conclusion(run),
        "checks": [_check(number, check) for number, check in enumerate(run.checks, start=1)],
        "defects": [{name: row[name] for name in _SHOWN} for row in anomaly_rows(run, notes, owed)],
        "no_defects": no_anomalies(run),
        "unexamined": gaps(run),
        "masked": f"敏感内容已遮盖 {masked} 处" if masked else "",
        "version": version,
        "generated_at": moment(run.finished_at or run.started_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _database(name: str, title: str, address: str) -> str:
    return "　".join(brief(part) for part in (name, title, address) if part)


def _check(number: int, check: Check) -> Row:
    return {
        "number": number,
        "content": brief(check.title),
        "target": brief(check.target),
        "result": LEVELS[check.level],
        "bad": check.level not in (Level.OK, Level.SKIPPED),
        "note": clip(check.summary, _NOTE),
    }
