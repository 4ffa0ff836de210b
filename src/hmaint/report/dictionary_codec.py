"""A dictionary as JSON and back: how an edition is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hmaint.model.dictionary import Column, Dictionary, Entry, Index, Relation

SCHEMA = "hmaint.dictionary-edition/1"


def encode(dictionary: Dictionary, edition: int) -> str:
    """One edition as text that shows its changes well in a version control system: one line a fact."""
    whole = {"schema": SCHEMA, "edition": edition, **plain(dictionary)}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def plain(dictionary: Dictionary) -> dict[str, object]:
    """The dictionary in words JSON has."""
    return {**asdict(dictionary), "taken_at": dictionary.taken_at.isoformat(timespec="seconds")}


def decode(text: str) -> tuple[int, Dictionary]:
    """An edition's number and content; ValueError when the text is none."""
    try:
        whole = json.loads(text)
        if whole["schema"] != SCHEMA:
            raise ValueError(whole["schema"])
        return int(whole["edition"]), _dictionary(whole)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(str(wrong)) from wrong


def _dictionary(whole: Mapping[str, Any]) -> Dictionary:
    return Dictionary(
        whole["database"],
        whole["engine"],
        whole["version"],
        datetime.fromisoformat(whole["taken_at"]),
        tuple(_entry(each) for each in whole["entries"]),
        tuple(whole["remarks"]),
    )


def _entry(one: Mapping[str, Any]) -> Entry:
    return Entry(
        **{
            **one,
            "columns": tuple(Column(**each) for each in one["columns"]),
            "indexes": tuple(Index(**_tuples(each, ("columns",))) for each in one["indexes"]),
            "relations": tuple(
                Relation(**_tuples(each, ("columns", "to_columns"))) for each in one["relations"]
            ),
        }
    )


def _tuples(one: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {**one, **{name: tuple(one[name]) for name in names}}
