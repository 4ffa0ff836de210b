"""The register of versions: which one each site runs by the last run that came to a good end, and all runs before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from hmaint.app.upgrade_ended import ended_runs, keep_all_ended, unended_runs
from hmaint.app.world import World
from hmaint.kit.clock import CHINA

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.upgrade_log import Ended

SCHEMA = "hmaint.versions/1"
_RunRow = TypedDict(
    "_RunRow", {"run": str, "at": str, "from": str, "to": str, "state": str, "title": str, "matter": str}
)


class SiteVersions(TypedDict):
    """One site: the version that holds, since when, and the runs that led there."""

    site: str
    version: str
    since: str | None
    unfinished: str
    """The run that was begun since and has not ended: until it has, the version is not sure."""
    runs: list[_RunRow]


def _version(runs: Sequence[Ended], last: Ended | None) -> str:
    """The version that holds, with the targets that kept another one when the others were put back."""
    back = runs and runs[-1].state == "rolled_back"
    whole = last.after if last else runs[-1].before if back else ""
    since = runs[runs.index(last) + 1 :] if last else runs
    return whole + "".join(f"（{each.left}：{each.after}）" for each in since if each.left)


def register_of(world: World, site: str = "") -> list[SiteVersions]:
    """Fold the runs of one site or of all; WrongUsage for a site that is none."""
    if site:
        world.site(site)
    keep_all_ended(world)
    upgrades = [each for each in ended_runs(world, site or None) if each.kind == "upgrade"]
    going = [each for each in unended_runs(world, site or None) if each.kind == "upgrade"]
    told: list[SiteVersions] = []
    for name in dict.fromkeys(each.site for each in (*upgrades, *going)):
        mine = [each for each in upgrades if each.site == name]
        good = [each for each in mine if each.state == "done"]
        last = good[-1] if good else None
        told.append({
            "site": name,
            # A run that was put back left the version it began with.
            "version": _version(mine, last),
            "since": last.ended.isoformat() if last else None,
            "unfinished": next((each.run for each in going if each.site == name), ""),
            "runs": [
                {
                    "run": each.run, "at": f"{each.ended.astimezone(CHINA):%Y-%m-%d %H:%M}", "from": each.before,
                    "to": each.after, "state": each.state, "title": each.title, "matter": each.matter,
                }
                for each in mine
            ],
        })  # fmt: skip
    return told
