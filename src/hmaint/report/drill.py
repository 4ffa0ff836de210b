"""应急演练记录 as data."""

from __future__ import annotations

from datetime import datetime

from hmaint.model.inventory import Inventory
from hmaint.model.matter import Matter
from hmaint.report.matter_paper import UNTOLD, numbered, paper, told, told_or, when, when_told, who

TITLE = "应急演练记录"
_STEP = ("at", "what", "by", "outcome")
_RESULT = ("item", "target", "actual", "met")


def drill_record(drill: Matter, inventory: Inventory, generated_at: datetime) -> dict[str, object]:
    """Tell a drill; a result nobody told is untold, never reached."""
    began, ended = when(drill.opening.at) if drill.opening else UNTOLD, when_told(drill.text("ended"))
    said = {
        **told_or(drill, "name", "plan", "scenario", "mode", "leader", "purpose", "safety", "scope"),
        "period": f"{began} 至 {ended[11:] if ended[:10] == began[:10] and ended[11:] else ended}",
        "place": drill.text("place"),
        "recorder": who(drill, "recorder"),
        "participants": numbered(drill.rows("participants"), ("name", "unit", "duty")),
        "timeline": numbered(drill.rows("timeline") or ({"at": UNTOLD},), _STEP, ("what",)),
        "results": numbered(
            drill.rows("results") or ({"item": UNTOLD},), _RESULT, ("target", "actual", "met")
        ),
        "problems": numbered(
            drill.rows("problems"), ("problem", "improvement", "owner", "due"), ("improvement",)
        ),
        **told(drill, "conclusion"),
        "opinion": "",
    }
    return paper(drill, inventory, TITLE, said, generated_at)
