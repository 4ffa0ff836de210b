"""What no sentence for people may say: nothing where a figure belongs, amounts below zero, more than all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hmaint.expr.condition import compile_condition
from hmaint.expr.template import compile_template
from hmaint.model.look import Row
from hmaint.model.playbook import Step
from tests.checks.catalogues import Inspection

_UNIT = r"(?:%|[KMG]B|次|个|张|天|秒|小时|行|类|条)"
_NONSENSE = (
    re.compile(rf"无 {_UNIT}"),
    re.compile(rf"(?<![\w.])-\d[\d.]* ?{_UNIT}"),
    re.compile(r"\b(?:None|nan|inf|null|NULL)\b"),
    re.compile(r"\{\{|\}\}"),
    re.compile(r"[（：，] ?[）。；，]"),
)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)%")
_SPEAKS_OF_RATIOS = frozenset(
    {"mysql.innodb.redo", "mysql.innodb.redo_80", "mariadb.innodb.redo", "postgresql.wraparound.tables"}
)
"""An hour's writing may be any multiple of the log that holds it, an age any multiple of what it should be."""


def nonsense(check: str, text: str) -> list[str]:
    """What is wrong with a sentence; nothing when it can be shown."""
    found = [match.group() for pattern in _NONSENSE if (match := pattern.search(text))]
    if check not in _SPEAKS_OF_RATIOS:
        found += [f"{share}%" for share in _SHARE.findall(text) if float(share) > 100]
    return found


def sentences(step: Step, seen: Inspection) -> Iterator[str]:
    """The playbook's sentence over every row it may be said of; one that cannot be rendered raises."""
    rows = seen.rows[step.id].rows if step.id in seen.rows and not step.delta else ()
    for row in rows:
        scope = {**seen.scope, **row}
        if not step.where or compile_condition(step.where)(scope):
            yield compile_template(step.says).render(scope)


def figures_below_zero(step: Step, row: Row) -> list[str]:
    """Columns of a row that hold an amount less than nothing; times before now may, and settings where -1 is off."""
    signed = ("days_left", "utc_offset", "threshold_ms")
    return [
        name
        for name, value in row.items()
        if isinstance(value, int | float) and value < 0 and name not in signed and not step.delta
    ]
