"""A document that was issued: what it was made of, where it lies, and how far it has come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from hmaint.kit.frozen import dataclass


class Standing(StrEnum):
    """How far a document has come; it never goes back, a further version starts anew."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Handling:
    """What became of a document once: handed in, or come back signed."""

    standing: Standing
    at: datetime
    """When it happened, as told by a person or by the e-mail."""
    recorded_at: datetime
    operator: str
    person: str = ""
    """Whom it was handed to, or who sent the signed copy."""
    file: str = ""
    """SHA-256 of the document's file at that moment; empty when the file was not there."""
    evidence: str = ""
    """SHA-256 under which the scan or e-mail is kept."""
    evidence_name: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one document."""

    number: str
    version: int
    form: str
    title: str
    site: str
    contract: str
    sources: tuple[str, ...]
    """Ids of the records it was made of."""
    digest: str
    """SHA-256 over what it says; the data itself is kept as evidence under this hash."""
    path: str
    """Relative to the workspace where it lies in it."""
    file: str
    """SHA-256 of the file as it was issued."""
    generated_at: datetime
    """When its data was made, as printed on it."""
    issued_at: datetime
    operator: str
    handlings: tuple[Handling, ...] = ()

    @property
    def standing(self) -> Standing:
        """The furthest it has come."""
        order = list(Standing)
        return max((each.standing for each in self.handlings), key=order.index, default=Standing.DRAFTED)
