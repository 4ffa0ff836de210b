"""版本说明 as it is laid out: what a version changes, what it repairs, and what is still known to be wrong with it."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, passages
from hmaint.report.source.sheet import Layout, heading, note, signatures, title


def layout() -> Layout:
    """Lay out the whole paper."""
    return document(
        "版本说明",
        title("{{ title }}"),
        particulars(
            (("软件名称", "{{ product }}"), ("发布日期", "{{ released }}")),
            (("原版本", "{{ before }}"), ("新版本", "{{ after }}")),
            (("编写人", "{{ author }}"), ("测试报告编号", "{{ test_report }}")),
        ),
        heading("一、版本概述"),
        passages(("概述", "{{ summary }}"), ("影响范围", "{{ impact }}")),
        heading("二、变更内容"),
        listing(
            "item in changes",
            SERIAL,
            Column("模块", "module", 1600),
            Column("类别", "kind", 1100, "center"),
            Column("变更内容", "what", 4664),
            Column("需求编号", "request", 1600),
        ),
        heading("三、已修复的问题"),
        listing(
            "item in fixed",
            SERIAL,
            Column("问题编号", "id", 1600),
            Column("模块", "module", 1600),
            Column("问题与修复", "what", 5764),
        ),
        heading("四、已知问题"),
        listing(
            "item in known",
            SERIAL,
            Column("已知问题", "problem", 3400),
            Column("规避办法", "workaround", 3564),
            Column("计划解决版本", "plan", 2000, "center"),
        ),
        heading("五、兼容性"),
        listing(
            "item in compatibility",
            SERIAL,
            Column("对象", "item", 2200),
            Column("要求", "needs", 3364),
            Column("验证情况", "checked", 3400),
        ),
        heading("六、交付文件"),
        listing(
            "item in artefacts",
            SERIAL,
            Column("文件名", "name", 3264),
            Column("大小", "size", 1100, "right"),
            Column("SHA-256", "sha256", 4600),
        ),
        heading("七、升级与回退说明"),
        passages(("升级说明", "{{ upgrade }}"), ("回退说明", "{{ rollback }}")),
        heading("八、签字确认"),
        signatures("维护单位（盖章）", "医院确认签字"),
        note("签字、盖章栏须手写或加盖公章。"),
    )
