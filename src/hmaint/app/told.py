"""What a form is to say, with where it comes from: handed from those who gather to the one place that issues."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hmaint.kit.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """The data of one document, the records it was made of, and the day that puts it into a year.

    Equal `sources` on one form of one site are one document: told again it becomes a further version.
    """

    data: Mapping[str, object]
    sources: tuple[str, ...]
    day: date
    stem: str = ""
    """The file's name without its ending; the form's title and the document's number where there is none."""
