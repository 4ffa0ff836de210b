"""数据恢复与调整记录 as it is laid out: who asked and allowed it, what was sent, what changed."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, passages
from hmaint.report.source.sheet import Layout, heading, note, signatures, title


def layout() -> Layout:
    """Lay out the whole record."""
    return document(
        "数据恢复与调整记录",
        title("{{ title }}"),
        particulars(
            (("申请科室", "{{ requester_unit }}"), ("申请人", "{{ requester }}")),
            (("申请时间", "{{ requested }}"), ("处理类别", "{{ kind }}")),
            (("授权人", "{{ authoriser }}"), ("授权方式", "{{ authorised }}")),
            (("业务对象", "{{ subject }}"), ("患者/记录标识", "{{ key }}")),
        ),
        heading("一、申请内容与原因"),
        passages(
            ("申请内容", "{{ request }}"), ("丢失或错误原因", "{{ cause }}"), ("影响范围", "{{ impact }}")
        ),
        heading("二、处理前备份"),
        passages(("备份情况", "{{ backup }}"), ("备份校验值", "{{ backup_sha256 }}")),
        heading("三、执行过程"),
        listing(
            "step in statements",
            SERIAL,
            Column("执行的语句或操作", "what", 4764),
            Column("执行时间", "at", 1700, "center"),
            Column("影响行数", "rows", 1000, "right"),
            Column("返回结果", "outcome", 1500),
        ),
        heading("四、处理前后对照"),
        listing(
            "item in changes",
            SERIAL,
            Column("表与字段", "where", 2564),
            Column("患者/记录标识", "key", 1600, "center"),
            Column("处理前", "before", 2400),
            Column("处理后", "after", 2400),
        ),
        heading("五、核对"),
        passages(
            ("核对方法", "{{ check }}"), ("核对结果", "{{ checked }}"), ("防止再发生", "{{ prevention }}")
        ),
        heading("六、签字确认"),
        signatures("申请人签字", "授权人签字", "维护工程师签字", "核对人签字"),
        note(
            "签字栏须手写。患者和记录的标识只写遮盖后的形式（保留末尾几位），姓名、证件号和病历内容不写入本记录；"
            "前后对照只写字段的状态或代码。"
        ),
    )
