"""A JSON Schema of playbook files, for editors that complete and check while one types."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.expect.parse import BAD_LEVELS, NAMES
from hmaint.load.argument_form import form_of
from hmaint.load.playbook_form import JUDGEMENTS, HeadForm, StepForm
from hmaint.load.playbook_kind import Kinds

_DEFINITIONS = "#/$defs/"
_Json = dict[str, object]


def schema_of(kinds: Kinds) -> _Json:
    """Make the schema from the very models that files are checked with, one branch a kind of step."""
    step = StepForm.model_json_schema(ref_template=f"{_DEFINITIONS}{{model}}")
    head = HeadForm.model_json_schema(ref_template=f"{_DEFINITIONS}{{model}}")
    definitions: _Json = {**_taken(head), **_taken(step), "Matcher": _matcher(), "Rule": _rule()}
    branches = [_branch(name, kinds, definitions) for name in sorted(kinds)]
    properties = _object(step["properties"])
    properties["do"] = {"enum": sorted(kinds)}
    properties["expect"] = {"type": "object", "minProperties": 1, "additionalProperties": _reference("Rule")}
    definitions["Step"] = {**step, "allOf": branches, "oneOf": [{"required": [name]} for name in JUDGEMENTS]}
    _object(head["properties"])["steps"] = {"type": "array", "items": _reference("Step")}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **head, "$defs": definitions}


def _branch(name: str, kinds: Kinds, definitions: _Json) -> _Json:
    """Say what `with` must be when `do` names this kind."""
    args = form_of(kinds[name].args).model_json_schema()  # type: ignore[arg-type]  # a class can be hashed
    definitions.update(_taken(args))
    definitions[f"with {name}"] = args
    return {
        "if": {"properties": {"do": {"const": name}}},
        "then": {"properties": {"with": _reference(f"with {name}")}},
    }


def _taken(schema: _Json) -> _Json:
    return _object(schema.pop("$defs", {}))


def _object(value: object) -> _Json:
    return dict(value) if isinstance(value, Mapping) and not isinstance(value, dict) else value  # type: ignore[return-value] # pydantic makes dicts


def _reference(name: str) -> _Json:
    return {"$ref": f"{_DEFINITIONS}{name}"}


def _matcher() -> _Json:
    lists: _Json = {"type": "array", "minItems": 1}
    matchers: _Json = {**lists, "items": _reference("Matcher")}
    operands: _Json = {name: {"type": ["string", "number", "boolean"]} for name in NAMES}
    operands |= {
        "in": {"anyOf": [lists, {"type": "string"}]},
        "between": {"type": "array", "minItems": 2, "maxItems": 2},
        "present": {"type": "boolean"},
        "not": _reference("Matcher"),
        "all": matchers,
        "any": matchers,
    }
    mapping = {"type": "object", "properties": operands, "additionalProperties": False, "minProperties": 1}
    return {"anyOf": [{"type": ["string", "number", "boolean"]}, mapping]}


def _rule() -> _Json:
    levels = [str(level) for level in BAD_LEVELS]
    properties: _Json = {name: _reference("Matcher") for name in (*levels, "must")}
    properties["otherwise"] = {"enum": levels}
    mapping = {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
    return {"anyOf": [_reference("Matcher"), mapping]}
