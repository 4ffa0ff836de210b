"""Articles of the knowledge base as Markdown: a page each, and a table of contents by system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hmaint.kit.filename import file_name
from hmaint.kit.text import harmless, one_line
from hmaint.model.article import Article

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|])")
_STARTS = re.compile(r"^(\s*)([-+]\s|=+$|-+$|~)", re.MULTILINE)
NO_SYSTEM = "未注明系统"


def page(article: Article) -> str:
    """Write one article; words that look like markup are shown as they were written."""
    head = [f"# {_words(one_line(article.title))}", "", *_facts(article), ""]
    parts = (("现象", article.symptoms), ("原因", article.cause), ("处理步骤", article.steps))
    body = [line for title, text in parts if text for line in (f"## {title}", "", _words(text), "")]
    links = [f"- {_words(each)}" for each in article.links]
    return "\n".join([*head, *body, *(["## 参考", "", *links, ""] if links else [])])


def _facts(article: Article) -> list[str]:
    tried = f"解决 {article.solved} 次，未解决 {article.failed} 次" if article.used else "尚未得到确认"
    facts = (
        ("编号", article.number),
        ("系统", article.system),
        ("错误代码", "、".join(article.codes)),
        ("标签", "、".join(article.tags)),
        ("来源故障", article.incident),
        ("整理", f"{article.author} {article.added_at:%Y-%m-%d}" if article.added_at else article.author),
        ("使用情况", tried),
        ("状态", "已停用" if article.retired else ""),
    )
    return [f"- {name}：{_words(value)}" for name, value in facts if value]


def _words(text: str) -> str:
    """Escape what Markdown would take for its own; a single line end stays one."""
    safe = _STARTS.sub(r"\1\\\2", _MARKS.sub(r"\\\1", harmless(text)))
    return safe.replace("\n", "  \n")


def page_name(article: Article) -> str:
    """The file an article is written to."""
    return f"{article.number}-{file_name(article.title)}.md"


def contents(articles: Sequence[Article], title: str) -> str:
    """List all articles under their systems."""
    lines = [f"# {_words(title)}", "", f"共 {len(articles)} 条。", ""]
    for system, group in by_system(articles):
        lines += [f"## {_words(system)}", ""]
        lines += [f"- [{_words(one_line(each.title))}](<{page_name(each)}>)" for each in group]
        lines += [""]
    return "\n".join(lines)


def by_system(articles: Iterable[Article]) -> list[tuple[str, list[Article]]]:
    """Articles by the system they are about, in the order of their numbers."""
    groups: dict[str, list[Article]] = {}
    for each in sorted(articles, key=lambda one: one.number):
        groups.setdefault(one_line(each.system) or NO_SYSTEM, []).append(each)
    return sorted(groups.items(), key=lambda pair: (pair[0] == NO_SYSTEM, pair[0]))
