"""`number`: one figure and nothing else."""

from __future__ import annotations

from hmaint.parse.fields import Options, Rows, figure, whole


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row with column `value`, whole where it was written whole; ValueError for anything but one number."""
    word = text.strip()
    try:
        return [{"value": whole(word)}]
    except ValueError:
        return [{"value": figure(word)}]
