"""A server among others: a replica is changed through its primary, a cluster stands still while a table is changed."""

from __future__ import annotations

from dataclasses import replace

from hmaint.advise.facts import Facts
from hmaint.advise.mysql.settings import Settings, settings
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Advice

_OF_THIS_SERVER = frozenset({Act.SET, Act.MANUAL, Act.ANALYZE})
_REPLICA = "本库只读（从库）：在主库上执行，随复制过来；直接改会与主库不一致"
_CLUSTER = "多主集群：改表会让整个集群停下等待，须与厂商另定办法（如逐节点滚动）"
_UNKNOWN = "看不到它是否从库或集群成员，不作为可安全执行"


def suited(item: Advice, facts: Facts) -> Advice:
    """The item as it may be applied here: what changes a table is for a person where others depend on this server."""
    fix = item.fix
    if fix is None or fix.act in _OF_THIS_SERVER:
        return item
    try:
        why = _company(settings(facts))
    except CouldNotLook:
        told = replace(fix, safe=False)
        return replace(item, fix=told, checked=f"{item.checked}；{_UNKNOWN}")
    if not why:
        return item
    return replace(item, fix=replace(fix, act=Act.MANUAL, safe=False), checked=f"{item.checked}；{why}")


def is_replica(seen: Settings) -> bool:
    """Whether it takes no changes but those of its primary; newer MariaDB has kinds of read-only besides ON."""
    return (seen.text("read_only") or "OFF").upper() not in ("OFF", "0")


def _company(seen: Settings) -> str:
    """Why a table is not changed here by itself; empty where nothing speaks against it (MySQL and Galera manuals)."""
    if is_replica(seen):
        return _REPLICA
    if seen.is_on("wsrep_on") or seen.text("group_replication_group_name"):
        return _CLUSTER
    return ""
