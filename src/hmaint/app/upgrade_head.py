"""What the first line of a run says of it, and which hmaint and plan may go on with it."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

from hmaint import __version__
from hmaint.app.upgrade_desk import Desk
from hmaint.app.world import World
from hmaint.engine.upgrade import State
from hmaint.errors import Refused
from hmaint.kit.i18n import _
from hmaint.model.inventory import Site
from hmaint.model.upgrade_act import RenderedPlan

SCHEMA = 1
"""Of the journal; a run is only gone on with by a hmaint that knows its schema."""


def masked_document(world: World, rendered: RenderedPlan) -> bytes:
    """The plan as papers tell it later: whatever is masked elsewhere is masked in it, too."""
    return json.dumps(world.redactor.redact_value(json.loads(rendered.document)), ensure_ascii=False).encode()


def fit(desk: Desk, rendered: RenderedPlan) -> State:
    """The state of a run that this hmaint and this plan may go on with; Refused otherwise."""
    state = desk.state()
    schema = state.head.get("schema")
    if schema != SCHEMA:
        told = _(
            "run {run} was begun by hmaint {version} with journal schema {schema}; this one knows {known}"
        )
        raise Refused(
            told.format(run=desk.run, version=state.head.get("hmaint"), schema=schema, known=SCHEMA)
        )
    if state.head.get("digest") != rendered.digest:
        told = _(
            "the plan, its artefacts, its variables or its targets are not those run {run} was begun with"
        )
        raise Refused(told.format(run=desk.run))
    return state


def head(
    world: World,
    rendered: RenderedPlan,
    site: Site,
    warnings: tuple[str, ...],
) -> dict[str, object]:
    """What the first line of a journal says of its run."""
    plan = rendered.plan
    return {
        "schema": SCHEMA,
        "hmaint": __version__,
        "site": site.name,
        "plan": str(Path(os.path.relpath(plan.path, world.workspace.root))),
        "name": plan.name,
        "title": plan.title,
        "kind": plan.kind,
        "from": plan.from_version,
        "to": plan.to_version,
        "digest": rendered.digest,
        "plan_digest": plan.digest,
        "operator": world.operator,
        "laptop": socket.gethostname(),
        "supervisor": plan.supervisor,
        "window": [plan.window.start.isoformat(), plan.window.end.isoformat()],
        "warnings": list(warnings),
    }
