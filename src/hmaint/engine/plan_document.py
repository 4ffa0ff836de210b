"""What an approval binds to, as one text: plan, artefacts, variables, acts, targets; and how two of them differ."""

from __future__ import annotations

import base64
import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from hashlib import sha256

from hmaint.model.data_fix import Fix
from hmaint.model.secret import Secret
from hmaint.model.upgrade import UpgradePlan
from hmaint.model.upgrade_act import Act, TargetIdentity

SCHEMA = "hmaint.plan/1"


def document_of(
    plan: UpgradePlan,
    acts: Sequence[Act],
    variables: Mapping[str, Mapping[str, object]],
    identities: Sequence[TargetIdentity],
) -> tuple[str, str]:
    """The document of a rendered plan and its SHA-256: the same for the same content, whatever its order on the way."""
    whole = {
        "schema": SCHEMA,
        "plan": _without_patients(json.loads(plan.written or "{}")),
        "artefacts": {each.name: each.sha256 for each in plan.artefacts},
        "variables": variables,
        "acts": [plain(each) for each in acts],
        "targets": sorted((plain(each) for each in identities), key=str),
    }
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1, default=str) + "\n"
    return text, sha256(text.encode()).hexdigest()


def _without_patients(written: dict[str, object]) -> dict[str, object]:
    """The plan as it was written, but for what a `fix` binds: its act tells that, by hashes."""
    steps = written.get("steps")
    if not isinstance(steps, list):
        return written
    bare = [
        {name: each for name, each in step.items() if name != "with"}
        if isinstance(step, dict) and step.get("do") == "fix"
        else step
        for step in steps
    ]
    return {**written, "steps": bare}


def plain(value: object) -> object:
    """A value of the model as JSON can say it; text of several lines as a list of them, secrets by name."""
    made = value
    match value:
        case Secret():
            made = str(value)
        case Fix():
            made = plain(value.document())
        case bytes():
            made = _content(value)
        case str() if "\n" in value:
            made = value.split("\n")
        case Mapping():
            made = {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            made = [plain(each) for each in value]
        case _ if is_dataclass(value):
            made = {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return made


def differences(before: str, now: str, *, most: int = 200) -> tuple[str, ...]:
    """The lines that two documents differ in, with where they stand; the first `most`."""
    lines = difflib.unified_diff(before.splitlines(), now.splitlines(), "approved", "now", lineterm="", n=2)
    found = list(lines)
    return (*found[:most], *(["…"] if len(found) > most else []))


def _content(value: bytes) -> object:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
    return text.split("\n")
