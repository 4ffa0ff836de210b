"""例会纪要 as it is laid out: who met, what became of the last decisions, what was talked about and decided."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.sheet import WRITING, Layout, heading, note, signatures, title, writing
from hmaint.report.source.word import table

_PAPERS = (
    Column("序号", "number", 700, "center"), Column("会前提交的材料", "name", 4724),
    Column("文件编号", "paper", 2400), Column("提交日期", "handed_in", 1700, "center"),
)  # fmt: skip
_EARLIER = (
    Column("序号", "number", 700, "center"), Column("上次会议决议", "decision", 3524),
    Column("负责人", "owner", 1300, "center"), Column("完成时限", "due", 1300, "center"),
    Column("落实情况", "state", 2700),
)  # fmt: skip
_TOPICS = (
    Column("序号", "number", 700, "center"), Column("议题", "topic", 2324),
    Column("讨论情况", "discussion", 3900), Column("结论", "conclusion", 2600),
)  # fmt: skip
_DECISIONS = (
    Column("序号", "number", 700, "center"), Column("决议事项", "decision", 4524),
    Column("负责单位", "party", 1500, "center"), Column("负责人", "owner", 1300, "center"),
    Column("完成时限", "due", 1500, "center"),
)  # fmt: skip


def layout() -> Layout:
    """Lay out the whole minutes."""
    return document(
        "例会纪要",
        title("{{ title }}"),
        particulars(
            (("会议名称", "{{ name }}"), ("会议类别", "{{ kind }}")),
            (("会议时间", "{{ time }}"), ("会议地点", "{{ place }}")),
            (("主持人", "{{ chair }}"), ("记录人", "{{ writer }}")),
            (("医院参加人员", "{{ hospital_people }}"),),
            (("维护单位参加人员", "{{ vendor_people }}"),),
        ),
        heading("一、会前提交的材料"),
        listing("paper in papers", *_PAPERS),
        heading("二、上次会议决议的落实"),
        listing("item in earlier", *_EARLIER, none="无（首次会议，或上次会议没有决议）"),
        heading("三、议题"),
        listing("item in topics", *_TOPICS),
        heading("四、决议"),
        listing("item in decisions", *_DECISIONS, none="本次会议没有决议"),
        note(""),
        table(
            (1400, 8124),
            writing("医院意见", "{{ opinion }}", span=1, height=WRITING),
            writing("下次会议", "{{ next_meeting }}", span=1),
        ),
        heading("五、签字确认"),
        signatures("医院代表签字", "维护单位代表签字"),
    )
