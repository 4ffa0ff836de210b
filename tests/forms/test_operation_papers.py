"""Inspections of a period, backups, faults, tuning and upgrades: as they are printed, and what they must bear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from hmaint.report.docx import fill
from hmaint.report.form import find_form
from tests.forms.stress import HARMLESS, LONG, heads_of, lengthened, stuffed, words_of
from tests.services.libreoffice import LibreOffice, pdf_pages

DEMANDED = {
    "inspection-sheet": (
        *(
            "巡检记录单",
            "巡检期间",
            "一、汇总",
            "结果汇总",
            "二、巡检清单",
            "巡检时间",
            "正常",
            "警告",
            "严重",
        ),
        *(
            "未能检查",
            "三、未关闭的异常",
            "整改时限",
            "本期已消除的异常",
            "四、变化趋势",
            "新发现",
            "容量趋势",
        ),
        *("五、最近一次巡检未能检查的内容", "工程师签字", "采购人负责人签字"),
    ),
    "inspection-report": (
        *("书面巡检报告", "巡检时间", "提交期限", "一、巡检结论", "二、巡检内容", "系统硬件设备运行状况"),
        *(
            "软件系统运行状态",
            "数据备份完整性",
            "日常运维记录完整性",
            "三、发现的问题、风险等级、整改建议与整改时限",
        ),
        *(
            "发现的问题",
            "风险等级",
            "整改建议",
            "整改时限",
            "四、未能检查的内容",
            "五、整改落实",
            "整改完成情况",
        ),
        *("院方验证", "服务商（盖公章）", "院方确认意见", "巡检人员签字", "院方确认签字"),
    ),
    "operation-summary": (
        *("系统运行汇总报告", "汇总期间", "一、总体情况", "二、可用性", "探测次数", "三、故障", "四、巡检"),
        *("五、性能与容量", "容量趋势", "六、数据检查", "七、变更", "八、下期工作与服务计划"),
        *("九、没有记录可依的内容", "没有记录不等于没有发生", "项目经理签字", "医院接收人签字"),
    ),
    "backup-log": (
        *(
            "备份检查记录",
            "检查期间",
            "一、检查结论",
            "二、备份清单",
            "其他副本（异地）",
            "三、检查内容与结果",
        ),
        *("四、异常与处理", "汇报项目负责人", "五、未检查的备份", "六、与院方共同检查情况", "检查人员签字"),
        "医院信息科签字",
    ),
    "tuning-record": (
        *(
            "性能调优/重启记录",
            "类别",
            "一、原因与评估",
            "定期重启评估",
            "二、内容与批准",
            "实施窗口",
            "批准人",
        ),
        *("执行的命令", "三、前后指标", "调优前", "调优后", "四、效果与观察", "五、回退方案与执行"),
        *("工程师签字", "监督人签字"),
    ),
    "restore-report": (
        *(
            "备份恢复验证报告",
            "一、验证结论",
            "二、备份清单",
            "方式",
            "大小",
            "备份时间",
            "本地路径",
            "异地路径",
        ),
        *(
            "SHA-256",
            "本期缺失的备份",
            "演练副本选择规则",
            "恢复目标（隔离环境）",
            "四、恢复步骤",
            "开始",
            "结束",
        ),
        *(
            "RTO实测",
            "RPO实测",
            "恢复对象",
            "预期行数",
            "恢复行数",
            "业务检查",
            "字符集抽样",
            "七、发现的问题",
        ),
        *("未验证的内容", "下次演练计划", "工程师签字", "项目经理签字", "采购人签字"),
    ),
    "restore-manual": (
        *("数据恢复操作手册", "一、适用范围", "二、前提条件", "三、恢复授权", "四、各场景的恢复步骤"),
        *(
            "单表或少量数据",
            "整库",
            "勒索软件",
            "五、预计用时",
            "六、联系人",
            "七、本手册尚缺的内容",
            "八、修订记录",
        ),
        *("项目经理签字", "采购人签字"),
    ),
    "incident-report": (
        *(
            "故障分析报告",
            "故障级别",
            "一、事件描述",
            "二、处理步骤",
            "时间线",
            "报修",
            "响应",
            "到场",
            "备用方案",
        ),
        *(
            "恢复",
            "关闭",
            "时限达标情况",
            "三、原因分析与根本原因分析",
            "四、影响范围",
            "五、表现形式及解决方法",
        ),
        *("六、总结", "七、预防及改进措施", "责任人", "完成时限", "八、证据", "工程师签字", "项目经理签字"),
        "采购人签字",
    ),
    "incident-monthly": (
        *("日常故障月度汇总", "汇总月份", "二、分类汇总", "类别", "影响范围", "故障类型", "严重程度", "次数"),
        *("三、故障清单与解决办法确认", "解决办法已确认", "四、超时故障", "五、重复故障", "六、主要原因"),
        *("工程师签字", "项目负责人签字"),
    ),
    "upgrade-request": (
        *(
            "升级申请",
            "方案校验值",
            "一、升级内容",
            "涉及的系统与主机",
            "升级文件",
            "SHA-256",
            "二、详细实施方案",
        ),
        *(
            "升级测试情况",
            "三、时间计划",
            "实施窗口",
            "现场监督人",
            "四、风险评估",
            "通知名单",
            "五、备份与回滚方案",
        ),
        *("升级前备份", "回滚步骤", "实施条件", "中止条件", "六、审批", "☐批准", "☐不批准", "审批意见"),
        *("申请人签字", "采购人审批签字"),
    ),
    "upgrade-report": (
        *(
            "升级实施报告",
            "升级申请编号",
            "批准校验值",
            "执行校验值",
            "是否一致",
            "一、实施结论",
            "二、实施步骤",
        ),
        *(
            "计划起止",
            "实际起止",
            "返回码",
            "操作人",
            "三、升级前备份",
            "四、验证结果",
            "实际停机",
            "与方案的偏差",
        ),
        *(
            "是否回滚",
            "六、稳定性观察",
            "七、现场监督",
            "到场时间",
            "离场时间",
            "工程师签字",
            "现场监督人签字",
        ),
        "采购人签字",
    ),
    "upgrade-log": (
        *(
            "升级记录",
            "升级日期",
            "升级内容",
            "升级改造模块",
            "运行情况",
            "影响范围",
            "版本与申请",
            "工程师签字",
        ),
    ),
}
"""Headings and labels of each form in their order; what wraps in a narrow cell is looked for in the Word file."""
FORMS = tuple(DEMANDED)


@pytest.mark.parametrize("form_id", FORMS)
def test_everything_demanded_is_there_in_order(form_id: str) -> None:
    form = find_form(form_id, None)
    text, at = re.sub(r"\s+", "", words_of(fill(form, form.example()))), 0
    for words in DEMANDED[form_id]:
        found = text.find(words, at)
        assert found >= 0, f"{words} is missing, or not in its place"
        at = found + len(words)


@pytest.mark.parametrize("form_id", FORMS)
def test_it_is_printed_with_head_foot_and_counted_pages(
    form_id: str, printed: Mapping[str, list[str]]
) -> None:
    form = find_form(form_id, None)
    pages = printed[form_id]
    for number, page in enumerate(pages, start=1):
        flat = re.sub(r"\s+", "", page)
        assert f"第{number}页共{len(pages)}页" in flat
        assert f"青海示范医院{form.title}编号：{form.example()['number']}" in flat
        assert f"本文件由记录{form.example()['record']}生成版本1".replace(" ", "") in flat
        assert "数据SHA-256：" in flat
    everything = re.sub(r"\s+", "", "".join(pages))
    assert "{{" not in everything
    assert [
        words
        for words in DEMANDED[form_id]
        if re.match(r"[一二三四五六七八九十]、", words) and words not in everything
    ] == []


@pytest.mark.parametrize("form_id", FORMS)
def test_hostile_words_come_out_readable_and_do_nothing(form_id: str) -> None:
    form = find_form(form_id, None)
    text = words_of(fill(form, stuffed(form)))
    assert HARMLESS in text
    assert "[31m" not in text


@pytest.mark.parametrize("form_id", FORMS)
def test_lines_of_ten_kilobytes_are_kept_whole(form_id: str) -> None:
    form = find_form(form_id, None)
    assert LONG in words_of(fill(form, stuffed(form, LONG)))


@pytest.mark.parametrize("form_id", FORMS)
def test_lists_of_five_hundred_rows_have_heads_that_come_again(form_id: str) -> None:
    form = find_form(form_id, None)
    data = lengthened(form, 500)
    if form_id == "restore-manual":
        # Five hundred scenarios are no manual; one of them has a long list of steps.
        data["scenarios"] = data["scenarios"][:3]
        data["scenarios"][0]["steps"] *= 100
    content = fill(form, data)
    prose = {"prerequisites", "overdue"}
    lists = sum(field.type == "rows" and name not in prose for name, field in form.fields.items())
    assert sum(count > 0 for count in heads_of(content)) >= lists


def test_a_long_sheet_of_inspections_repeats_its_heads_and_stays_a_document(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    form = find_form("inspection-sheet", None)
    data = form.example()
    anomalies = data["anomalies"]
    assert isinstance(anomalies, list)
    data["anomalies"] = [anomalies[number % len(anomalies)] for number in range(500)]
    path = tmp_path / "long.docx"
    path.write_bytes(fill(form, data))
    pages = [re.sub(r"\s+", "", page) for page in pdf_pages(libreoffice.pdf(path))]
    assert len(pages) < 60
    listed = [page for page in pages if "逾期9天" in page]
    assert len(listed) > 5
    assert all("异常与位置" in page and "发现日期" in page for page in listed)


@pytest.mark.parametrize(
    ("form_id", "places"),
    [
        ("inspection-report", "服务商（盖公章）日期年月日"),
        ("inspection-report", "院方确认意见巡检人员签字日期年月日院方确认签字日期年月日"),
        ("upgrade-request", "审批意见申请人签字日期年月日采购人审批签字日期年月日"),
        ("incident-report", "工程师签字日期年月日项目经理签字日期年月日采购人签字日期年月日"),
    ],
)
def test_places_to_sign_seal_and_decide_are_empty(form_id: str, places: str) -> None:
    form = find_form(form_id, None)
    assert places in re.sub(r"\s+", "", words_of(fill(form, form.example())))
