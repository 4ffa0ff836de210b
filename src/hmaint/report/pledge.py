"""个人保密承诺书 as data: one person's pledge, to be signed by hand."""

from __future__ import annotations

from datetime import datetime

from hmaint.model.inventory import Inventory
from hmaint.model.matter import Matter
from hmaint.report.matter_paper import numbered, paper, told

TITLE = "个人保密承诺书"
_SCOPE = (
    ("患者与个人信息", "姓名、证件号、联系方式、诊疗与体检结果、病历、影像及能据以识别个人的任何组合"),
    ("医院业务数据", "收费与对账、药品与物资、统计报表及其他未公开的经营数据"),
    ("系统与安全信息", "网络结构、地址与端口、账号口令、密钥、配置、漏洞与巡检结果"),
    ("相连系统", "经由本系统可以访问的其他系统的上述各类信息"),
)
_TERM = "自签署之日起生效。合同期满或终止、本人离开本项目或离职，均不解除保密义务；直至相关信息由医院依法公开为止。"
_LIABILITY = (
    "违反本承诺的，本人接受医院停止其接触信息和更换人员的要求，由本人及所在单位赔偿因此造成的损失；"
    "触犯法律的，依法承担责任。"
)


def confidentiality_pledge(pledge: Matter, inventory: Inventory, generated_at: datetime) -> dict[str, object]:
    """Print the pledge of one person; of the identity number only what is kept of it, four digits at each end."""
    scope = pledge.rows("scope") or tuple({"kind": kind, "covers": covers} for kind, covers in _SCOPE)
    said = {
        "name": pledge.text("person"),
        "id_number": pledge.text("identity"),
        **told(pledge, "role", "from_date"),
        "scope": numbered(scope, ("kind", "covers"), ("covers",)),
        "term": _TERM,
        "liability": _LIABILITY,
    }
    return paper(pledge, inventory, TITLE, said, generated_at)
