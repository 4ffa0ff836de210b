"""版本说明 and 测试报告 as data: what a file says of a version, with the changes that are on record for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from hmaint.duty.change import is_bug
from hmaint.load.release_file import Release, Tests
from hmaint.model.inventory import Inventory
from hmaint.model.matter import Matter
from hmaint.report.digest import digest
from hmaint.report.matter_paper import Row
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.wording import moment

NOTES, TEST_REPORT = "版本说明", "测试报告"
_KINDS = {"1": "BUG问题", "2": "反复BUG", "3": "新功能", "4": "特殊需求"}


def release_notes(  # noqa: PLR0913 - a version, and all that is known of it
    release: Release,
    inventory: Inventory,
    changes: Sequence[Matter],
    *,
    site: str,
    author: str,
    test_report: str,
    artefacts: Sequence[Mapping[str, str]],
    generated_at: datetime,
) -> dict[str, object]:
    """Tell what a version brings: requirements delivered with it, BUGs mended by it, BUGs still open."""
    brought = [each for each in changes if each.text("version") == release.after and each.first("delivered")]
    still = [each for each in changes if is_bug(each) and not each.first("delivered")]
    said = {
        "product": release.product,
        "released": release.released,
        "before": release.before,
        "after": release.after,
        "author": release.author or author,
        "test_report": test_report,
        "summary": release.summary,
        "impact": release.impact,
        "changes": _numbered([_change(each) for each in brought if not is_bug(each)]),
        "fixed": _numbered([_fixed(each) for each in brought if is_bug(each)]),
        "known": _numbered([*(each.model_dump() for each in release.known), *map(_open, still)]),
        "compatibility": _numbered([each.model_dump() for each in release.compatibility]),
        "artefacts": _numbered([dict(each) for each in artefacts]),
        "upgrade": release.upgrade,
        "rollback": release.rollback,
    }
    return _paper(inventory, site, NOTES, said, release, generated_at)


def test_report(
    release: Release, tests: Tests, inventory: Inventory, site: str, generated_at: datetime
) -> dict[str, object]:
    """Tell how a version was tested, case by case; what was not run has not passed."""
    said = {
        **tests.model_dump(exclude={"cases", "defects"}),
        "product": release.product,
        "tested": release.after,
        "tally": _tally(tests),
        "cases": [{**each.model_dump(), "actual": each.actual or "未执行"} for each in tests.cases],
        "defects": _numbered([each.model_dump() for each in tests.defects]),
    }
    return _paper(inventory, site, TEST_REPORT, said, release, generated_at)


def _paper(  # noqa: PLR0913, PLR0917 - a form and its head
    inventory: Inventory,
    site: str,
    title: str,
    said: Mapping[str, object],
    release: Release,
    generated_at: datetime,
) -> dict[str, object]:
    head = {
        **parties(inventory, site, title),
        "number": release.after,
        "record": f"{release.product} {release.after}",
    }
    clean = neutralise({**head, **said, "version": 1, "generated_at": moment(generated_at)})
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _numbered(rows: Sequence[Mapping[str, object]]) -> list[Row]:
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


def _tally(tests: Tests) -> str:
    counted = Counter(each.result for each in tests.cases)
    told = "，".join(f"{word} {counted[word]}" for word in ("通过", "不通过", "未执行"))
    return f"用例 {len(tests.cases)} 个：{told}"


def _what(change: Matter) -> str:
    return change.text("result") or change.text("details")


def _change(change: Matter) -> Row:
    kind = _KINDS.get(change.text("kind"), "需求")
    return {"module": change.text("module"), "kind": kind, "what": _what(change), "request": change.id}


def _fixed(change: Matter) -> Row:
    return {
        "id": change.id,
        "module": change.text("module"),
        "what": f"{change.text('details')}：{_what(change)}",
    }


def _open(change: Matter) -> Row:
    promised = f"承诺 {change.text('promised')}" if change.text("promised") else ""
    problem = f"{change.text('module')}：{change.text('details')}（{change.id}）"
    return {"problem": problem, "workaround": change.text("workaround"), "plan": promised}
