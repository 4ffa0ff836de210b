"""Which looks tell how a target is set up, and by what their rows are known, so that two runs can be compared."""

from __future__ import annotations

from dataclasses import replace

from hmaint.engine.judge import Case, passed
from hmaint.model.look import Identity, Observation, Seen
from hmaint.model.playbook import Changed, Keep

TAG = "config"
"""A step that only keeps what it reads says by this tag that its rows are configuration."""


def marked(case: Case, observation: Observation) -> Observation:
    """The same look with what its rows are known by; unchanged where they are no configuration or not wholly read."""
    if observation.seen is not Seen.OBSERVED or observation.table.cut:
        return observation
    key = _key(case, observation)
    kept = passed(case, observation.table.rows) if key else None
    if kept is None:
        return observation
    whole = len(kept) == len(observation.table.rows)
    return replace(observation, identity=Identity(key, case.step.subject, None if whole else kept))


def _key(case: Case, observation: Observation) -> tuple[str, ...]:
    step = case.step
    match step.judge:
        case Changed(key, lasting=True):
            return key
        case Keep() if TAG in step.tags and step.subject:
            columns = (name for row in observation.table.rows for name in row)
            return tuple(dict.fromkeys((step.subject, *columns)))
    return ()
