"""A JSON Schema of contracts' profiles, for editors that complete and check while one types."""

from __future__ import annotations

from hmaint.load.profile import ProfileForm


def contract_schema() -> dict[str, object]:
    """Make the schema from the very models that profiles are checked with."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ProfileForm.model_json_schema()}
