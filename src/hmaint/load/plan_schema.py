"""A JSON Schema of plan files, for editors that complete and check while one types."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.load.plan_form import PlanForm, StepForm
from hmaint.load.plan_kinds import PLAN_KINDS
from hmaint.load.playbook_form import StepForm as LookForm

_DEFINITIONS = "#/$defs/"
_Json = dict[str, object]


def plan_schema() -> _Json:
    """Make the schema from the very models that files are checked with, one branch a kind of step."""
    head = PlanForm.model_json_schema(ref_template=f"{_DEFINITIONS}{{model}}")
    step = _without_secrets(
        StepForm.model_json_schema(ref_template=f"{_DEFINITIONS}{{model}}", mode="validation")
    )
    look = LookForm.model_json_schema(ref_template=f"{_DEFINITIONS}{{model}}")
    definitions: _Json = {**_taken(head), **_taken(step), **_taken(look)}
    branches = [_branch(name, definitions) for name in sorted(PLAN_KINDS)]
    _object(step["properties"])["do"] = {"enum": sorted(PLAN_KINDS)}
    definitions["PlanStep"] = {**step, "allOf": branches}
    definitions["Look"] = look
    properties = _object(head["properties"])
    properties["steps"] = {"type": "array", "minItems": 1, "items": {"$ref": f"{_DEFINITIONS}PlanStep"}}
    for name in ("preflight", "verify"):
        properties[name] = {"type": "array", "items": {"$ref": f"{_DEFINITIONS}Look"}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **head, "$defs": definitions}


def _branch(name: str, definitions: _Json) -> _Json:
    args = PLAN_KINDS[name].form.model_json_schema(ref_template=f"{_DEFINITIONS}{{model}}")
    definitions.update(_taken(args))
    definitions[f"with {name}"] = args
    return {
        "if": {"properties": {"do": {"const": name}}},
        "then": {"properties": {"with": {"$ref": f"{_DEFINITIONS}with {name}"}}},
    }


def _without_secrets(schema: _Json) -> _Json:
    # A tag such as !secret has no word in JSON: an editor sees the name behind it.
    _object(schema["properties"])["secrets"] = {"type": "object", "additionalProperties": {"type": "string"}}
    return schema


def _taken(schema: _Json) -> _Json:
    return _object(schema.pop("$defs", {}))


def _object(value: object) -> _Json:
    return value if isinstance(value, dict) else dict(value) if isinstance(value, Mapping) else {}
