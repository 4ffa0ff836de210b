"""What a person decided about acts nobody can be sure of: whether he may, and where it is written down."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.app.upgrade_run import Going
from hmaint.engine import upgrade as words
from hmaint.engine.journal import Outcome
from hmaint.engine.upgrade import ActState, Standing, State
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.upgrade_act import RenderedPlan, Sql


def refuse_decisions(rendered: RenderedPlan, state: State, decisions: Mapping[str, str]) -> None:
    """Refused, or WrongUsage, where nothing is to be decided about an act, or nothing about it is in doubt."""
    scripts = [act.id for act in rendered.acts if isinstance(act.do, Sql)]
    stuck = [act.id for act in rendered.acts if _stuck(state.standing(act.id))]
    for about, decision in decisions.items():
        if decision == "restore" and about in stuck:
            continue
        standing = state.standing(about)
        if about not in scripts and not standing.facts.get("half"):
            told = _("nothing is to be decided about {act}; scripts of this plan: {known}")
            raise WrongUsage(told.format(act=about, known=", ".join([*scripts, *stuck]) or "-"))
        open_ = standing.state is ActState.IN_DOUBT or bool(standing.facts.get("half"))
        if decision != "restore" and not open_:
            told = _("nothing about {act} is in doubt: there is nothing to decide")
            raise Refused(told.format(act=about))


def _stuck(standing: Standing) -> bool:
    return standing.state is ActState.FAILED and standing.what == "undo"


def write_decisions(going: Going, state: State, decisions: Mapping[str, str]) -> None:
    """Write down what a person decided; with a restored backup the act is as it was, and so must be the rest."""
    for about, decision in decisions.items():
        going.outcome(words.DECIDE, Outcome.DONE, about=about, decision=decision)
        if decision != "restore":
            continue
        going.outcome(about, Outcome.UNDONE, what="undo", how="restored by hand")
        if not state.back:
            reason = _("the backup was restored in place of {act}").format(act=about)
            going.outcome(words.TURN, Outcome.DONE, reason=reason, targets=[])
