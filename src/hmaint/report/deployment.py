"""部署手册 as data: what the inventory knows of a site's set-up, and what people still have to tell."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.report.estate import BLANK, Estate, Row, numbered, paper, scale
from hmaint.report.estate_assets import assets
from hmaint.report.estate_backups import backup_gaps, backups
from hmaint.report.estate_upkeep import accounts, files, ports, services

TITLE = "部署手册"


def deployment_manual(estate: Estate) -> dict[str, object]:
    """Tell a site as the form `deployment-manual` has it."""
    return paper(
        estate,
        TITLE,
        {
            "purpose": BLANK,
            "scale": scale(estate),
            "network": BLANK,
            **assets(estate),
            "ports": ports(estate),
            "services": services(estate),
            "order": f"启动：数据库 → 中间件 → 应用 → 接口；停止相反。本系统的特殊要求：{BLANK}",
            "files": files(estate),
            "settings": BLANK,
            "accounts": accounts(estate),
            "backups": backups(estate),
            "media": BLANK,
            "installation": BLANK,
            "verification": BLANK,
            "rollback": BLANK,
            "gaps": numbered((*_gaps(estate), *(_bare(row) for row in backup_gaps(estate)))),
        },
    )


def _bare(row: Row) -> Row:
    return {"where": row["where"], "what": row["what"]}


def _gaps(estate: Estate) -> Iterator[Row]:
    for host in estate.site.hosts:
        lacking = [
            word
            for word, known in (
                ("服务", host.services),
                ("端口", host.ports),
                ("日志位置", host.logs),
                ("用途", host.title or host.roles),
            )
            if not known
        ]
        if lacking:
            yield {"where": host.name, "what": f"清单中没有登记{'、'.join(lacking)}"}
