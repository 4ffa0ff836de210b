"""Manuals, plans and records of work as they come out of the printer, and what they must bear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hmaint.errors import BadFile
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from hmaint.report.source.scenarios import SCENARIOS
from tests.forms.stress import HARMLESS, LONG, heads_of, lengthened, stuffed, words_of
from tests.services.libreoffice import LibreOffice, pdf_pages

DEMANDED = {
    "deployment-manual": (
        *("部署手册", "一、系统概况", "二、服务器", "平台", "登录方式", "三、端口", "四、服务的启动与停止"),
        *(
            "启动",
            "停止",
            "查看状态",
            "五、配置、日志与证书",
            "六、数据库",
            "七、账号（不含口令）",
            "口令或密钥保管",
        ),
        *("八、服务接口", "九、网络设备、存储与电源", "十、备份", "十一、安装、验证与回退"),
        *("十二、本手册尚缺的内容", "十三、修订记录", "十四、签字确认", "维护单位签字", "医院签字"),
    ),
    "operation-manual": (
        *(
            "日常运维手册",
            "一、工作安排",
            "每日",
            "每周",
            "每月",
            "每季度",
            "巡检方案",
            "执行命令",
            "二、结果的判读",
        ),
        *("正常", "警告", "严重", "未能检查", "不适用", "三、服务的启动与停止", "四、日志、证书与目录"),
        *("五、备份检查", "六、发现问题后的处理", "检查项", "处理建议", "七、报告与记录", "八、联系人"),
        *("九、修订记录", "十、签字确认", "维护单位签字", "医院签字"),
    ),
    "emergency-plan": (
        *(
            "应急响应预案",
            "一、总则",
            "二、组织机构与责任分工",
            "三、事件分级与启动条件",
            "触发条件",
            "四、应急处置流程",
        ),
        *(
            "五、各场景的处置",
            "设备损坏",
            "处置流程",
            "责任分工",
            "线路故障",
            "系统错误",
            "操作失误",
            "病毒破坏",
        ),
        *(
            "非法入侵",
            "自然灾害",
            "六、人工替代方案",
            "七、恢复目标与恢复顺序",
            "（RTO）",
            "（RPO）",
            "八、应急资源",
        ),
        *("九、联系人", "十、演练计划", "十一、资产清单", "十二、修订记录", "十三、签字确认", "项目经理签字"),
        *("医院信息科负责人签字", "医院分管领导签字"),
    ),
    "disaster-recovery-plan": (
        *(
            "灾难恢复计划",
            "一、目标与适用范围",
            "二、组织与责任分工",
            "三、灾难场景与影响",
            "四、恢复目标（RTO/RPO）",
        ),
        *(
            "实测恢复时间",
            "备份最长间隔",
            "五、备份与异地副本",
            "六、备份保护的缺口",
            "七、恢复顺序",
            "八、恢复步骤",
        ),
        *("九、灾难期间的业务替代", "十、演练与回顾", "十一、联系人", "十二、修订记录", "十三、签字确认"),
        *("项目经理签字", "医院信息科负责人签字", "医院分管领导签字"),
    ),
    "drill-record": (
        *(
            "应急演练记录",
            "依据预案",
            "演练场景",
            "一、演练目的与准备",
            "二、参加人员与签到",
            "签到",
            "三、演练过程",
        ),
        *("四、结果与目标对照", "目标", "实际", "五、发现的问题与改进措施", "改进措施", "六、演练评价"),
        *("七、签字确认", "维护单位签字", "医院签字"),
    ),
    "knowledge-digest": (
        *("知识库更新摘要", "更新周期", "一、更新概况", "二、新增条目", "三、修订条目", "四、停用条目"),
        *("五、本期常用条目", "六、从未得到确认的条目", "七、下期计划", "八、签字确认", "项目经理签字"),
        "采购人项目负责人签收",
    ),
    "release-notes": (
        *(
            "版本说明",
            "原版本",
            "新版本",
            "一、版本概述",
            "二、变更内容",
            "三、已修复的问题",
            "问题编号",
            "四、已知问题",
        ),
        *(
            "五、兼容性",
            "六、交付文件",
            "七、升级与回退说明",
            "八、签字确认",
            "维护单位（盖章）",
            "医院确认签字",
        ),
    ),
    "test-report": (
        *(
            "测试报告",
            "测试环境",
            "一、测试范围与方法",
            "未测内容",
            "二、结果汇总",
            "三、测试用例",
            "测试数据",
        ),
        *(
            "预期结果",
            "实际结果",
            "结论",
            "四、缺陷与处理",
            "五、遗留问题与风险",
            "六、签字确认",
            "测试人员签字",
        ),
        "医院确认签字",
    ),
    "data-fix-record": (
        *("数据恢复与调整记录", "申请人", "授权人", "患者/记录标识", "一、申请内容与原因", "二、处理前备份"),
        *("三、执行过程", "执行的语句或操作", "返回结果", "四、处理前后对照", "处理前", "处理后", "五、核对"),
        *("六、签字确认", "申请人签字", "授权人签字", "维护工程师签字", "核对人签字"),
    ),
    "patch-record": (
        *(
            "补丁及防病毒更新记录",
            "更新周期",
            "一、概况",
            "更新前备份",
            "二、安全补丁",
            "更新前版本",
            "更新后版本",
        ),
        *("三、防病毒软件", "病毒库日期", "四、未更新的内容", "五、签字确认", "维护工程师签字"),
        "医院网络安全管理员签字",
    ),
    "vulnerability-record": (
        *(
            "漏洞检查记录",
            "检查时间",
            "一、检查范围与结论",
            "报告情况",
            "二、发现的漏洞",
            "风险等级",
            "修补期限",
        ),
        *(
            "三、上次遗留漏洞的复查",
            "四、未能检查的内容（不作有无漏洞的判断）",
            "五、签字确认",
            "维护工程师签字",
        ),
        "医院网络安全管理员签字",
    ),
    "year-plan": (
        *(
            "年度服务计划",
            "服务年度",
            "一、服务目标",
            "二、各项服务的月度安排",
            "合同条款",
            "三、按月工作与提交文件",
        ),
        *("完成情况", "四、合同未写明周期的服务", "五、需要医院配合的事项", "六、签字确认", "项目经理签字"),
        "采购人签字",
    ),
}
"""Headings and labels of each form in their order."""
FORMS = tuple(DEMANDED)
_HEADING = re.compile(r"[一二三四五六七八九十]+、")
_MOST_PAGES = 6


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def in_order(text: str, wanted: tuple[str, ...]) -> None:
    at = 0
    for words in wanted:
        found = text.find(words, at)
        assert found >= 0, f"{words} is missing, or not in its place"
        at = found + len(words)


@pytest.mark.parametrize("form_id", FORMS)
def test_everything_demanded_is_there_in_order(form_id: str) -> None:
    form = find_form(form_id, None)
    in_order(flat(words_of(fill(form, form.example()))), DEMANDED[form_id])


@pytest.mark.parametrize("form_id", FORMS)
def test_it_is_printed_with_its_headings_head_foot_and_counted_pages(
    form_id: str, printed: Mapping[str, list[str]]
) -> None:
    form = find_form(form_id, None)
    sample = form.example()
    pages = [flat(page) for page in printed[form_id]]
    in_order("".join(pages), tuple(words for words in DEMANDED[form_id] if _HEADING.match(words)))
    assert len(pages) <= _MOST_PAGES
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页共{len(pages)}页" in page
        assert f"青海示范医院{form.title}编号：{sample['number']}合同：{sample['contract']}" in page
        assert flat(f"本文件由记录{sample['record']}生成版本1") in page
        assert "数据SHA-256：" in page


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
    content = fill(form, lengthened(form, 500))
    lists = sum(field.type == "rows" for field in form.fields.values())
    assert sum(count > 0 for count in heads_of(content)) >= lists


def test_a_manual_of_five_hundred_machines_stays_a_document(libreoffice: LibreOffice, tmp_path: Path) -> None:
    form = find_form("deployment-manual", None)
    sample = form.example()
    machines = lengthened(form, 500)["hosts"]
    path = tmp_path / "long.docx"
    path.write_bytes(fill(form, {**sample, "hosts": machines}))
    pages = [flat(page) for page in pdf_pages(libreoffice.pdf(path))]
    listed = [page for page in pages if "应用服务器；app" in page]
    assert 10 < len(listed) < 40
    assert all("登录方式" in page for page in listed)


@pytest.mark.parametrize("key", ["630101199001012517", "N20260417", "张三", "**17", "N****202604170417"])
def test_a_key_that_is_not_masked_never_reaches_a_record_of_a_fix(key: str) -> None:
    form = find_form("data-fix-record", None)
    sample: dict[str, Any] = form.example()
    rows = [{**sample["changes"][0], "key": key}]
    for data, place in (({**sample, "key": key}, "key"), ({**sample, "changes": rows}, "changes[1].key")):
        with pytest.raises(BadFile) as refused:
            fill(form, data)
        assert f"{place}（患者/记录标识（遮盖））" in str(refused.value)
        assert key not in str(refused.value)


def test_every_scenario_of_the_contracts_has_signs_steps_duties_and_a_warning() -> None:
    assert [each.name.partition("（")[0] for each in SCENARIOS] == [
        *("设备损坏", "线路故障", "系统错误", "操作失误", "病毒破坏", "非法入侵", "自然灾害"),
    ]
    for each in SCENARIOS:
        assert all(len(words) > 8 for words in each[1:])
        assert [mark for mark in "①②③④⑤" if mark not in each.steps] == []


def test_a_case_that_was_not_run_is_not_counted_as_passed() -> None:
    sample: dict[str, Any] = find_form("test-report", None).example()
    results = [case["result"] for case in sample["cases"]]
    counts = {word: results.count(word) for word in ("通过", "不通过", "未执行")}
    told = "，".join(f"{word} {count}" for word, count in counts.items())
    assert sample["tally"] == f"用例 {len(results)} 个：{told}"
