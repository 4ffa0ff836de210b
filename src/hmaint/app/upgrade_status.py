"""How a run of an upgrade stands, for people and programs: by the journal on this laptop, touching nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from hmaint.app.upgrade_desk import Desk, at_work
from hmaint.engine.upgrade import ActState, Standing, State
from hmaint.kit.i18n import _

SCHEMA = "hmaint.upgrade/1"


def status_of(desk: Desk) -> dict[str, object]:
    """The object that `upgrade status --format json` prints."""
    story = desk.story()
    state = desk.state()
    working = at_work(desk)
    return {
        "schema": SCHEMA,
        "run": desk.run,
        "plan": state.head.get("name", ""),
        "title": state.head.get("title", ""),
        "site": state.head.get("site", ""),
        "from": state.head.get("from", ""),
        "to": state.head.get("to", ""),
        "state": _state(state, working=working),
        "working": working,
        "reason": _reason(state),
        "left": list(state.left),
        "rolling_back": state.back,
        "overrun": state.overrun,
        "started_at": story.lines[0].at if story.lines else None,
        "changed_at": story.lines[-1].at if story.lines else None,
        # Relative to the workspace, as every path in what is printed for programs.
        "journal": desk.journal.relative_to(desk.folder.parents[2]).as_posix(),
        "acts": [_act(act, state, working=working) for act in _planned(desk, state)],
    }


def _reason(state: State) -> str:
    reason = state.why_halted or state.why_back
    if not state.left:
        return reason
    words = _("{reason}; put back on {hosts} alone, {left} keep what they got")
    return words.format(reason=reason, hosts=", ".join(state.scope), left=", ".join(state.left))


def _state(state: State, *, working: bool) -> str:
    # A run whose process is gone without a word waits for somebody to go on with it.
    return "paused" if state.state == "running" and not working else state.state


def _planned(desk: Desk, state: State) -> Sequence[Mapping[str, object]]:
    """The acts in their order, by the rendered plan; those of the journal alone where it is not here."""
    try:
        acts = json.loads(desk.document.read_bytes())["acts"]
    except (OSError, ValueError, KeyError):
        return [{"id": name, "target": name.rpartition("@")[2]} for name in state.acts]
    return list(acts)


def _act(act: Mapping[str, object], state: State, *, working: bool) -> dict[str, object]:
    standing = state.standing(str(act["id"]))
    facts = standing.facts
    return {
        "id": standing.act,
        "title": act.get("title", ""),
        "kind": act.get("kind", ""),
        "target": act.get("target", ""),
        "wave": act.get("wave"),
        "state": str(_shown(standing, working=working)),
        "doing": standing.what,
        "attempts": standing.attempt,
        "begun_at": standing.begun_at or None,
        "changed_at": standing.line.at if standing.line else None,
        "seconds": facts.get("seconds"),
        "reason": facts.get("reason", ""),
    }


def _shown(standing: Standing, *, working: bool) -> ActState:
    return ActState.INTENT if standing.state is ActState.IN_DOUBT and working else standing.state
