"""A scan, photograph or e-mail that shows what was put on record: read once, kept under its hash."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hmaint.app.world import World
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.kit.letter import Letter, read_letter

_LARGEST = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that can be evidence, and what it says of itself where it is an e-mail."""

    name: str
    content: bytes
    letter: Letter


def read_proof(path: Path) -> Proof:
    """Read a file of evidence. WrongUsage for one that cannot be any."""
    content = read_evidence(path)
    return Proof(path.name, content, read_letter(content) if path.suffix.lower() == ".eml" else Letter())


def read_evidence(path: Path) -> bytes:
    """The content of a file of evidence. WrongUsage for one that is too large, empty or cannot be read."""
    try:
        if path.stat().st_size > _LARGEST:
            raise WrongUsage(
                _("{file} is larger than 100 MB: scan it at a lower resolution").format(file=path)
            )
        content = path.read_bytes()
    except OSError as error:
        raise WrongUsage(
            _("{file} cannot be read: {reason}").format(file=path, reason=error.strerror)
        ) from None
    if not content:
        raise WrongUsage(_("{file} is empty and shows nothing").format(file=path))
    return content


def kept_proof(world: World, proof: Proof) -> dict[str, str]:
    """Keep it, and say how entries name it: hash, file, and of an e-mail id, sender and date.

    Refused where the disk does not take it.
    """
    try:
        kept = world.records.evidence.put(proof.content, durable=True)
    except OSError as error:
        raise Refused(
            _("{file} cannot be kept: {reason}").format(file=proof.name, reason=error.strerror)
        ) from None
    letter = proof.letter
    sent = letter.sent_at.isoformat() if letter.sent_at else ""
    told = {"message_id": letter.id, "sender": letter.sender, "sent_at": sent}
    return {"sha256": kept, "name": proof.name, **{name: text for name, text in told.items() if text}}


def sender_of(evidence: Iterable[Path]) -> str:
    """Who sent the first e-mail among some files; empty where there is none."""
    letters = (read_proof(path).letter for path in evidence if path.suffix.lower() == ".eml")
    return next((each.sender for each in letters if each.sender), "")
