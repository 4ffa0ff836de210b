"""What is checked of each backup beside the backup itself: nights nobody looked, and verdicts changed since."""

from __future__ import annotations

from datetime import datetime

from hmaint.app.backup_nights import nights_checks
from hmaint.app.results_check import altered_targets
from hmaint.app.world import World
from hmaint.engine.judge import finding_id
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding

ALTERED = "backup.records.altered"
_TITLE, _CATEGORY = "核验记录未被改动", "备份"
_ADVICE = "保留现场，用 hmaint audit verify 核对全部记录，查明谁改动了记录库，并从记录库的备份中恢复"


def checks_beside(world: World, site: str, now: datetime) -> dict[str, tuple[Check, ...]]:
    """The checks of each backup of a site that need no look at it, by its name; call it before the run begins."""
    nights = nights_checks(world, site, now)
    altered = altered_targets(world, site)
    return {name: (*_altered(site, name, altered.get(name, "")), check) for name, check in nights.items()}


def _altered(site: str, name: str, words: str) -> tuple[Check, ...]:
    if not words:
        return ()
    known = finding_id(site, ALTERED, name, "", unseen=False)
    finding = Finding(known, ALTERED, name, "", Level.CRITICAL, _TITLE, words, _CATEGORY, _ADVICE)
    return (Check(ALTERED, name, _TITLE, _CATEGORY, Level.CRITICAL, words, (finding,)),)
