"""What stands at the head of every document of a run: the parties, the system, when, by whom, by which playbook."""

from __future__ import annotations

from hmaint.model.inventory import Inventory
from hmaint.model.run import RunRecord
from hmaint.report.wording import brief, period


def about(run: RunRecord, inventory: Inventory, title: str) -> dict[str, object]:
    """Give the fields that documents of a run share; `title` is the document's."""
    masked = sum(run.redacted.values())
    return {
        **parties(inventory, run.site, title),
        "number": run.id,
        "record": run.id,
        "period": period(run.started_at, run.finished_at),
        "operator": brief(run.operator),
        "mode": brief(run.mode),
        "playbook": f"{brief(run.playbook_title)}（{brief(run.playbook)}）",
        "masked": f"敏感内容已遮盖 {masked} 处" if masked else "",
    }


def parties(inventory: Inventory, site_name: str, title: str) -> dict[str, object]:
    """Give the fields that all documents share: whom it is between, and about which system."""
    site = inventory.sites.get(site_name)
    return {
        "title": title,
        "hospital": inventory.hospital.name,
        "department": inventory.hospital.department,
        "vendor": inventory.vendor.name,
        "system": site.title if site else site_name,
        "contract": site.contract if site else "",
    }
