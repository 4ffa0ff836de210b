"""What becomes of an issued document: handed in, come back signed; and whether its file is still what was issued."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from hmaint.app.proof import read_evidence
from hmaint.app.world import World
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _, series
from hmaint.kit.letter import Letter, read_letter
from hmaint.model.document import Document, Handling, Standing


class Condition(StrEnum):
    """How a document's file compares with what was issued."""

    INTACT = "intact"
    CHANGED = "changed"
    CHANGED_SINCE_SIGNED = "changed-since-signed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Which:
    """A document by its number; the version must be named where there are several."""

    number: str
    version: int | None = None


def submit(world: World, which: Which, to: str = "", at: str = "") -> Document:
    """Record that a document was handed in. Refused for one that came back signed already."""
    document = _find(world, which)
    if document.standing is Standing.SIGNED:
        words = _("{number} version {version} is signed already; a signed document is not handed in again")
        raise Refused(words.format(number=document.number, version=document.version))
    return _handled(world, document, _handling(world, document, Standing.SUBMITTED, at, to))


def sign(world: World, which: Which, evidence: Path, sender: str = "", at: str = "") -> Document:
    """Record that a document came back signed, and keep the scan or e-mail that shows it.

    Sender and time are taken from an e-mail where they are not told. WrongUsage for a file that can be no evidence.
    """
    document = _find(world, which)
    content = _evidence(document, evidence)
    letter = read_letter(content) if evidence.suffix.lower() == ".eml" else Letter()
    name = f"{evidence.name} {letter.id}".strip()
    sent = letter.sent_at.isoformat() if letter.sent_at else ""
    handling = _handling(world, document, Standing.SIGNED, at or sent, sender or letter.sender)
    kept = world.records.evidence.put(content, durable=True)
    return _handled(world, document, replace(handling, evidence=kept, evidence_name=name))


def condition(world: World, document: Document) -> Condition:
    """Compare a document's file with what was issued, and with what was signed."""
    found = _file_hash(world, document)
    if not found:
        return Condition.MISSING
    signed = [each.file for each in document.handlings if each.standing is Standing.SIGNED and each.file]
    if signed and found not in signed:
        return Condition.CHANGED_SINCE_SIGNED
    return Condition.INTACT if found == document.file else Condition.CHANGED


def _find(world: World, which: Which) -> Document:
    newest = world.records.documents.find(which.number, which.version)
    versions = [
        each
        for each in world.records.documents.listed(newest.site, newest.form)
        if each.number == newest.number
    ]
    if which.version is None and len(versions) > 1:
        words = _("{number} has several versions: say which with --version: {names}")
        names = series(f"{each.version}" for each in sorted(versions, key=lambda each: each.version))
        raise WrongUsage(words.format(number=which.number, names=names))
    return newest


def _handling(world: World, document: Document, standing: Standing, at: str, person: str) -> Handling:
    now = world.clock.now()
    when = _moment(at) if at else now
    if when > now:
        raise WrongUsage(_("{time} has not come yet").format(time=at))
    if when.astimezone(CHINA).date() < document.issued_at.date():
        words = _("{time} is before the document was issued ({issued})")
        raise WrongUsage(words.format(time=at, issued=f"{document.issued_at:%Y-%m-%d}"))
    return Handling(standing, when, now, world.operator, person, _file_hash(world, document))


def _moment(text: str) -> datetime:
    """Read a day or a moment; without a zone it is China's."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        words = _("{text} is no time: write 2026-11-25 or 2026-11-25T09:30")
        raise WrongUsage(words.format(text=text)) from None
    return read if read.tzinfo else read.replace(tzinfo=CHINA)


def _evidence(document: Document, path: Path) -> bytes:
    content = read_evidence(path)
    if sha256(content).hexdigest() == document.file:
        raise WrongUsage(
            _("{file} is the document as it was issued, not a signed copy of it").format(file=path)
        )
    return content


def _handled(world: World, document: Document, handling: Handling) -> Document:
    sent = f"{handling.standing} {document.number} v{document.version} {handling.evidence}".strip()
    world.audit.write(
        [{"target": document.number, "sent": sent, "outcome": str(handling.standing), "ms": 0}],
        operator=world.operator,
        at=handling.recorded_at,
    )
    world.records.documents.handle(document, handling)
    if world.records.rescue is not None:
        return document
    return world.records.documents.find(document.number, document.version)


def _file_hash(world: World, document: Document) -> str:
    """SHA-256 of the document's file as it lies there; empty when it does not."""
    try:
        return sha256((world.workspace.root / document.path).read_bytes()).hexdigest()
    except OSError:
        return ""
