"""测试报告 as it is laid out: where and how it was tested, each case with what came of it, and what is left."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, passages
from hmaint.report.source.sheet import Layout, heading, note, signatures, title


def layout() -> Layout:
    """Lay out the whole report."""
    return document(
        "测试报告",
        title("{{ title }}"),
        particulars(
            (("软件名称", "{{ product }}"), ("被测版本", "{{ tested }}")),
            (("测试时间", "{{ period }}"), ("测试人员", "{{ testers }}")),
            (("测试环境", "{{ environment }}"),),
            (("测试数据", "{{ origin }}"),),
        ),
        heading("一、测试范围与方法"),
        passages(("测试范围", "{{ scope }}"), ("测试方法", "{{ method }}"), ("未测内容", "{{ untested }}")),
        heading("二、结果汇总"),
        passages(("用例统计", "{{ tally }}"), ("测试结论", "{{ conclusion }}")),
        heading("三、测试用例"),
        _cases(),
        heading("四、缺陷与处理"),
        listing(
            "item in defects",
            SERIAL,
            Column("缺陷编号", "id", 1500),
            Column("现象", "what", 3564),
            Column("严重程度", "severity", 1100, "center"),
            Column("处理结果", "outcome", 2800),
        ),
        heading("五、遗留问题与风险"),
        passages(("遗留问题", "{{ left }}")),
        heading("六、签字确认"),
        signatures("测试人员签字", "医院确认签字"),
        note("签字栏须手写。没有执行的用例记为“未执行”，不计入通过。测试不使用真实患者数据。"),
    )


def _cases() -> str:
    return listing(
        "case in cases",
        Column("编号", "id", 1000),
        Column("测试项与步骤", "steps", 2324),
        Column("测试数据", "input", 1300),
        Column("预期结果", "expected", 1500),
        Column("实际结果", "actual", 1500),
        Column("结论", "result", 800, "center"),
        Column("测试人日期", "by", 1100, "center"),
    )
