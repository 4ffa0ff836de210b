"""日常系统巡检记录 as data: a run told in the words of the paper form, and nothing the run did not see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hmaint.model.inventory import Inventory
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.report.anomalies import Notes, anomaly_rows, resolved
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import about
from hmaint.report.rectification import Late, Rectification, overdue_rows
from hmaint.report.rows import content_sections, skipped_items, target_rows
from hmaint.report.unexamined import gaps
from hmaint.report.verdict import conclusion, no_anomalies
from hmaint.report.wording import moment, tally

__all__ = ["TITLE", "Late", "Notes", "Rectification", "inspection_record"]

TITLE = "日常系统巡检记录"


def inspection_record(  # noqa: PLR0913 - a run, and all that is said of it elsewhere
    run: RunRecord,
    inventory: Inventory,
    notes: Mapping[str, Notes],
    owed: Rectification | None = None,
    *,
    version: int = 1,
    generated_at: datetime | None = None,
) -> dict[str, object]:
    """Tell a run as the form `inspection-record` has it.

    `notes` are by finding id; `generated_at` is the run's end unless told; secrets were redacted before.
    """
    owed = owed or Rectification()
    data = {
        **about(run, inventory, TITLE),
        "summary": f"检查 {len(run.checks)} 项：{tally([check.level for check in run.checks], zeros=True)}",
        "conclusion": conclusion(run),
        "targets": target_rows(run),
        "absent": _absent(run, inventory),
        "sections": content_sections(run),
        "overdue": overdue_rows(run, owed.late),
        "overdue_count": len(owed.late),
        "anomalies": anomaly_rows(run, notes, owed),
        "no_anomalies": no_anomalies(run),
        "resolved": resolved(run),
        "unexamined": gaps(run),
        "skipped": skipped_items(run),
        "skipped_count": sum(check.level is Level.SKIPPED for check in run.checks),
        "version": version,
        "generated_at": moment(generated_at or run.finished_at or run.started_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _absent(run: RunRecord, inventory: Inventory) -> str:
    site = inventory.sites.get(run.site)
    visited = {target.name for target in run.targets}
    names = [target.name for target in site.targets() if target.name not in visited] if site else []
    return "、".join(names)
