"""The knowledge base as forms have it: the digest of a period (知识库更新摘要), and the volume that is handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.kit.text import one_line
from hmaint.model.article import ADDED, EDITED, RETIRED, USED, Article, told
from hmaint.model.entry import Entry, standing
from hmaint.model.inventory import Inventory
from hmaint.model.period import Period
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.rows import Row
from hmaint.report.wording import brief, moment

DIGEST, VOLUME = "知识库更新摘要", "知识库移交册"
_MOST_USED = 20


@dataclass(frozen=True, slots=True)
class Known:
    """An article as it stood at the end of the period, with its entries until then."""

    article: Article
    entries: tuple[Entry, ...]

    def within(self, period: Period, event: str) -> tuple[Entry, ...]:
        """Its entries of one kind that happened in the period."""
        return tuple(each for each in self.entries if each.event == event and each.at.date() in period)


def known(entries: Iterable[Entry], period: Period) -> list[Known]:
    """Every article there was by the end of a period, as it stood then."""
    groups: dict[str, list[Entry]] = {}
    for entry in standing(entries):
        if entry.at.date() <= period.last:
            groups.setdefault(entry.matter, []).append(entry)
    found = ((told(group), tuple(group)) for group in groups.values())
    return [Known(article, group) for article, group in found if article is not None]


def knowledge_digest(
    every: Sequence[Known], inventory: Inventory, site: str, period: Period, made: tuple[str, datetime]
) -> dict[str, object]:
    """Tell what became of the articles of a site in a period on the form `knowledge-digest`.

    `made` is by whom and when.
    """
    added = _changes(every, period, ADDED, _source)
    revised = _changes(every, period, EDITED, _reason)
    retired = _changes([each for each in every if each.article.retired], period, RETIRED, _reason)
    return _closed(
        {
            **parties(inventory, site, DIGEST),
            "number": f"{site} {period.name}",
            "record": period.name,
            "period": f"{period.words}（{period.first} 至 {period.last}）",
            "editor": made[0],
            "total": sum(not each.article.retired for each in every),
            "tally": f"新增 {len(added)}，修订 {len(revised)}，停用 {len(retired)}",
            "summary": _summary(every, period, added),
            "added": added,
            "revised": revised,
            "retired": retired,
            "used": _used(every, period),
            "unconfirmed": _unconfirmed(every),
            "plan": "",
        },
        made[1],
    )


def _changes(
    every: Sequence[Known], period: Period, event: str, why: Callable[[Known, Entry], str]
) -> list[Row]:
    pairs = [(each, entries[-1]) for each in every if (entries := each.within(period, event))]
    if event == EDITED:
        pairs = [(each, entry) for each, entry in pairs if not each.article.retired]
    rows = [
        {
            **_head(each.article),
            "kind": _kind(each.article),
            "why": one_line(why(each, entry), 60),
            "date": f"{entry.at:%Y-%m-%d}",
        }
        for each, entry in sorted(pairs, key=lambda pair: pair[1].at)
    ]
    return _counted(rows)


def _head(article: Article) -> Row:
    return {"id": article.number, "title": one_line(article.title, 80)}


def _counted(rows: Iterable[Row]) -> list[Row]:
    return [{"number": number, **row} for number, row in enumerate(rows, 1)]


def _kind(article: Article) -> str:
    return one_line(article.tags[0] if article.tags else article.system, 20)


def _source(known_one: Known, _entry: Entry) -> str:
    incident = known_one.article.incident
    return f"故障 {incident}" if incident else "手工整理"


def _reason(_known: Known, entry: Entry) -> str:
    return str(entry.body.get("why") or "")


def _summary(every: Sequence[Known], period: Period, added: Sequence[Row]) -> str:
    incidents = {each.article.incident for each in every if each.within(period, ADDED)} - {""}
    uses = [entry for each in every for entry in each.within(period, USED)]
    solved = sum(entry.body.get("solved") is True for entry in uses)
    parts = [
        f"本期新增条目 {len(added)} 条" + (f"，其中由 {len(incidents)} 起故障整理" if incidents else ""),
        f"条目被使用 {len(uses)} 次，解决问题 {solved} 次" if uses else "本期没有使用记录",
    ]
    return "；".join(parts) + "。"


def _used(every: Sequence[Known], period: Period) -> list[Row]:
    tried = [(each, uses) for each in every if (uses := each.within(period, USED))]
    tried.sort(key=lambda pair: (-len(pair[1]), pair[0].article.number))
    return _counted(
        {**_head(each.article), "times": len(uses), "solved": _share(uses)}
        for each, uses in tried[:_MOST_USED]
    )


def _share(uses: Sequence[Entry]) -> str:
    return f"{100 * sum(each.body.get('solved') is True for each in uses) / len(uses):.0f}%"


def _unconfirmed(every: Sequence[Known]) -> list[Row]:
    never = [each.article for each in every if not each.article.solved and not each.article.retired]
    return _counted(
        {
            **_head(each),
            "since": f"{each.added_at:%Y-%m-%d}" if each.added_at else "",
            "plan": f"已试用 {each.failed} 次未解决，建议修订或停用" if each.failed else "",
        }
        for each in sorted(never, key=lambda one: one.number)
    )


def knowledge_volume(
    articles: Sequence[Article], inventory: Inventory, site: str, editor: str, at: datetime
) -> dict[str, object]:
    """Put all articles on the form `knowledge-base`."""
    rows = _counted(_row(each) for each in articles)
    return _closed(
        {
            **parties(inventory, site, VOLUME),
            "number": site,
            "record": f"知识库，条目 {len(rows)} 条",
            "editor": editor,
            "total": len(rows),
            "entries": rows,
        },
        at,
    )


def _row(article: Article) -> Row:
    tried = f"解决 {article.solved} 次，未解决 {article.failed} 次" if article.used else "尚未得到确认"
    facts = (
        article.number,
        f"错误代码 {'、'.join(article.codes)}" if article.codes else "",
        f"标签 {'、'.join(article.tags)}" if article.tags else "",
        f"来源故障 {article.incident}" if article.incident else "",
        tried,
    )
    return {
        **_head(article),
        "system": brief(article.system),
        "confirmed": "已确认" if article.solved else "未确认",
        "about": "；".join(filter(None, facts)),
        "symptoms": article.symptoms,
        "cause": article.cause,
        "steps": article.steps,
        "links": "\n".join(article.links),
    }


def _closed(data: dict[str, object], at: datetime) -> dict[str, object]:
    clean = neutralise({**data, "version": 1, "generated_at": moment(at)})
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}
