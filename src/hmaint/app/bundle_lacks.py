"""What a quarter wants, and what of it is not there: each with the reason, as the hospital reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from hmaint.app.bundle_make import NO_RECORD, NOT_HERE, OF_RUNS, Made, spans_of
from hmaint.app.bundle_papers import belongs, record_days
from hmaint.app.gather import GATHERERS
from hmaint.app.world import World
from hmaint.duty.papers import TUNING, shows
from hmaint.load.contract_documents import load_wanted
from hmaint.model.inventory import Site
from hmaint.model.period import Period
from hmaint.model.wanted import Wanted

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.bundle import Lack

DEFAULT = (
    Wanted("日常系统巡检记录", "inspection-record", "month"),
    Wanted("巡检记录单", "inspection-sheet", "quarter"),
    Wanted("系统健康检查与性能分析报告", "health-report", "quarter"),
    Wanted("备份检查记录", "backup-log", "month"),
    Wanted("备份恢复验证报告", "restore-report", "quarter"),
    Wanted("日常故障月度汇总", "incident-monthly", "month"),
    Wanted("知识库更新摘要", "knowledge-digest", "quarter"),
    Wanted("系统运行汇总报告", "operation-summary", "quarter"),
    Wanted("系统配置手册", "", "quarter"),
    Wanted("故障分析报告", "incident-report", "if_any"),
    Wanted("系统升级记录", "upgrade-log", "if_any"),
    Wanted("整改单", "rectification", "if_any"),
)
"""What a quarter wants where no contract says it: what the quarterly submissions of the contracts have in common."""
_NO_FORM = "没有对应的表单，须人工编制后随附。"
_NOT_BEGUN = "该期间尚未开始。"
_GOING_ON = "该期间尚未结束，目前没有登记。"
_LOOK = "没有登记；须先读取数据库生成（hmaint schema-doc --report）。"
_BY_HAND = "没有登记；此类文档目前不能由记录生成，须按表单人工填写。"


def wanted_of(world: World, site: Site) -> tuple[tuple[Wanted, ...], str]:
    """What a site's contract wants with a quarter, and its name; the default list and no name without one."""
    known = load_wanted(world.workspace.root, site.contract)
    return (DEFAULT, "") if known is None else (known, site.contract)


def lacks(
    world: World, site: str, period: Period, wanted: Sequence[Wanted], made: Made
) -> tuple[list[Lack], list[str]]:
    """List what is missing, and the titles of what is owed on an occasion and is not there either."""
    days = record_days(world, site)
    kept = world.records.documents.listed(site)

    def there(each: Wanted, span: Period) -> bool:
        return any(
            one.form == each.form and belongs(one, span, days) and shows(one.form, one.sources, each.rhythm)
            for one in kept
        )

    today = world.clock.now().date()
    missing = list(_missing(period, wanted, there, lambda each, span: _reason(each, span, made, today)))
    return missing, [each.title for each in wanted if each.rhythm == "if_any" and not there(each, period)]


def _missing(
    period: Period,
    wanted: Sequence[Wanted],
    there: Callable[[Wanted, Period], bool],
    why: Callable[[Wanted, Period], str],
) -> Iterator[Lack]:
    from hmaint.report.bundle import Lack  # noqa: PLC0415 - the Word libraries, see above

    for each in wanted:
        # What there is no form for is not registered here: one line for the whole period says so.
        spans = spans_of(period, each.rhythm if each.form or each.rhythm == "if_any" else "quarter")
        yield from (
            Lack(each.title, span.words, each.clause, why(each, span))
            for span in spans
            if not there(each, span)
        )


def _reason(each: Wanted, span: Period, made: Made, today: date) -> str:
    if not each.form:
        return _NO_FORM
    if span.first > today:
        return _NOT_BEGUN
    if each.form in NOT_HERE:
        return _LOOK
    if each.form not in GATHERERS or each.form == TUNING:
        return _BY_HAND
    told = [
        words for (form, _what), words in made.reasons.items() if form == each.form and each.form in OF_RUNS
    ]
    reason = made.reasons.get((each.form, span.name)) or next(iter(told), NO_RECORD)
    return _GOING_ON if reason == NO_RECORD and today <= span.last else reason
