"""日常运维手册 as data: inspections by playbook, and for every check that fits the site what to do about a finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hmaint.model.playbook import Step
from hmaint.report.estate import BLANK, Estate, Row, contacts, numbered, paper
from hmaint.report.estate_backups import backups
from hmaint.report.estate_upkeep import files, services
from hmaint.report.wording import KINDS

TITLE = "日常运维手册"
_PERIODS = {
    "inspect/weekly": "每周",
    "inspect/monthly": "每月",
    "inspect/quarterly": "每季度",
    "inspect/security": "每半年",
}
_PLACE = re.compile(r"\{\{\s*(.*?)\s*\}\}")
"""What a finding puts in: on paper it is a place to put it."""
_NO_ADVICE = "检查项未附建议，由工程师判断"


@dataclass(frozen=True, slots=True)
class Inspection:
    """A playbook, with those of its steps that fit at least one target of the site."""

    name: str
    title: str
    mode: str
    steps: tuple[Step, ...]


def operation_manual(estate: Estate, inspections: Sequence[Inspection]) -> dict[str, object]:
    """Tell a site as the form `operation-manual` has it."""
    return paper(
        estate,
        TITLE,
        {
            "inspections": numbered(_inspection(estate, each) for each in inspections),
            "services": services(estate),
            "files": files(estate),
            "backups": backups(estate),
            "topics": _topics(inspections),
            "shift": BLANK,
            "contacts": contacts(estate),
        },
    )


def _inspection(estate: Estate, each: Inspection) -> Row:
    return {
        "title": each.title,
        "per": _PERIODS.get(each.name, BLANK),
        "mode": each.mode or BLANK,
        "checks": str(len(each.steps)),
        "command": f"hmaint inspect --site {estate.site.name} --playbook {each.name} --report",
    }


def _topics(inspections: Sequence[Inspection]) -> list[Row]:
    """Group the checks by category, each once, in the order in which they come.

    What is asked otherwise of other versions has the same title and advice, and is one to those who read it.
    """
    steps = {_told(step): step for each in inspections for step in each.steps}
    topics: dict[str, list[Step]] = {}
    for step in steps.values():
        topics.setdefault(step.category or "其他", []).append(step)
    return [{"name": name, "checks": numbered(map(_check, some))} for name, some in topics.items()]


def _told(step: Step) -> tuple[str, ...]:
    return (step.category, step.title, step.on.kind, step.advice)


def _check(step: Step) -> Row:
    advice = _PLACE.sub(r"〈\1〉", step.advice) or _NO_ADVICE
    return {"title": step.title, "on": KINDS[step.on.kind], "advice": advice}
