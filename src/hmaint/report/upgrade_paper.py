"""What the papers of an upgrade share: their head, and how acts, sizes and stretches of time are told in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hmaint.kit.clock import CHINA
from hmaint.model.data_fix import Fix
from hmaint.model.inventory import Inventory
from hmaint.model.upgrade_act import Act, Ask, Http, Pause, Reversal, Script, Sql
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.wording import clip, moment

Row = dict[str, object]
NONE = "无"
_LONG = 240
_UNITS = ("B", "KB", "MB", "GB")
_STEP = 1024.0
_KINDS = {
    "shell": "执行脚本",
    "upload": "上传文件并核对校验值",
    "unpack": "解包到新目录",
    "symlink": "切换链接",
    "service": "启停服务",
    "sql": "逐条执行数据库脚本",
    "file": "写入文件",
    "template": "写入由模板生成的文件",
    "wait": "等待",
    "http": "访问页面",
    "reboot": "重启主机",
    "ask": "人工确认",
    "fix": "在一个事务中执行",
}


def upgrade_paper(  # noqa: PLR0913, PLR0917 - a form and its head
    inventory: Inventory,
    site: str,
    title: str,
    record: str,
    said: Mapping[str, object],
    generated_at: datetime,
) -> dict[str, object]:
    """Put what a form says under the head all forms have; the number is given when it is issued."""
    head = {**parties(inventory, site, title), "number": record, "record": record}
    clean = neutralise({**head, **said, "version": 1, "generated_at": moment(generated_at)})
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def numbered(rows: Sequence[Mapping[str, object]]) -> list[Row]:
    """Rows with numbers."""
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


def method(act: Act) -> str:
    """How an act is done, in a few words and what a reader would look for: statements, a question, an address."""
    told = _KINDS.get(act.kind, act.kind)
    match act.do:
        case Script() if act.do.payload is not None and act.do.payload.artefact:
            told += f"：{act.do.payload.artefact}"
        case Script() if act.kind == "shell":
            told += f"：{act.do.text.strip()}"
        case Sql():
            told += f"：{act.do.source or '；'.join(each.text for each in act.do.statements)}"
        case Ask():
            told += f"：{act.do.question}"
        case Http():
            told += f"：{act.do.url}，应答 {act.do.expect}"
        case Pause():
            told += f" {act.do.seconds:g} 秒"
        case Fix():
            told += "：" + "；".join(f"{each.sql}（{each.rows} 行）" for each in act.do.statements)
    return clip(told, _LONG)


def taken_back(act: Act) -> str:
    """How an act is taken back, or that it is not."""
    if act.reversal is Reversal.NONE:
        return "不可回退（已声明不可回退点）"
    if isinstance(act.do, Fix):
        return "按留存的原数据逐行恢复；已被他人改动的不恢复"
    own = {"upload", "file", "template"}
    if act.kind in own:
        return "换回原文件并核对"
    words = {
        "symlink": "链接指回原处",
        "service": "恢复服务原状态",
        "unpack": "移除新目录",
        "sql": "执行回退语句并核对",
    }
    return words.get(act.kind, "执行回退脚本并核对")


def size(count: float) -> str:
    """Bytes as people write them."""
    for unit in _UNITS[:-1]:
        if count < _STEP:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= _STEP
    return f"{count:.1f} {_UNITS[-1]}"


def minutes(seconds: float) -> int:
    """Seconds in whole minutes, at least one: nothing takes none."""
    return max(1, round(seconds / 60))


def stretch(since: datetime, until: datetime) -> str:
    """From when to when; the day is named once where it is the same."""
    begun, ended = moment(since.astimezone(CHINA)), moment(until.astimezone(CHINA))
    return f"{begun} 至 {ended[11:] if ended[:10] == begun[:10] else ended}"


def length(seconds: float) -> str:
    """How long something took, as people say it."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} 秒"
    whole = round(seconds / 60)
    return f"{whole} 分钟" if whole < 120 else f"{whole // 60} 小时 {whole % 60} 分钟"  # noqa: PLR2004 - two hours
