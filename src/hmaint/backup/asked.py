"""What the inventory asks for and no layer could judge: it is told as not examined, never passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hmaint.backup.case import Case
from hmaint.backup.verdict import Verdict, unknown
from hmaint.model.playbook import Level

_SPEAKS_FOR_ALL = ("container.", "structure.")
"""Where one of these is bad it is said already that nothing inside was judged."""


def asked(case: Case, made: Sequence[Verdict]) -> Iterator[Verdict]:
    """What was asked for beyond the verdicts that were made."""
    bad = [v.what for v in made if v.level in (Level.CRITICAL, Level.UNKNOWN)]
    if any(what.startswith(_SPEAKS_FOR_ALL) for what in bad):
        return
    # What a layer only says it left out was not judged; with a subject it is a beginning to compare with.
    judged = {v.what for v in made if v.level is not Level.SKIPPED or v.subject}
    if "charset.garbled" in bad:
        judged.add("identity.hospital")  # words that are garbled are told as such
    kind = case.main.word("container") or case.backup.kind
    for what, words in _wanted(case):
        if what not in judged:
            yield unknown(what, f"清单要求核对{words}，但这种备份（{kind}）的内容没有读到，本次未能核对")


def _wanted(case: Case) -> Iterator[tuple[str, str]]:
    backup = case.backup
    if backup.tables:
        yield "tables.missing", f" {len(backup.tables)} 张表（tables）"
    if any((table.min_rows, table.max_rows) != (None, None) for table in backup.tables):
        yield "tables.rows", "表的行数（min_rows、max_rows）"
    if backup.objects:
        yield "objects.missing", "视图等对象的个数（objects）"
    if backup.contains or backup.lacks:
        yield "identity.hospital", "本院字样（contains、lacks）"
    if backup.immutable or backup.fingerprints:
        yield "content.differs", "不再变化的表（immutable、fingerprints）"
    if backup.files:
        yield "structure.parts", "必需的文件（files）"
