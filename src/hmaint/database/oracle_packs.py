"""Views of Oracle that count as using the Diagnostics or Tuning Pack as soon as somebody reads them."""

from __future__ import annotations

import re

from hmaint.database.tokens import Unclear, cut

# Database Licensing Information 19c and 23ai, chapter on management packs. `$` stands in names.
_PACK = re.compile(
    r"g?v_?\$(?:active_session_history|ash_info|sql_monitor\w*|sql_plan_monitor)"
    r"|g?v_?\$(?:sysmetric|sessmetric|sessionmetric|servicemetric|waitclassmetric|filemetric|eventmetric"
    r"|iofuncmetric|rsrcmgrmetric|con_sysmetric|metric)\w*"
    r"|(?:dba|cdb|awr|all|user)_hist_\w+|awr_(?:root|pdb|cdb)_\w+|wr[himr]\$_\w+"
    r"|(?:dba|cdb|all|user)_(?:advisor|addm)_\w+|(?:dba|cdb|all|user)_sql(?:set|_profiles|tune|_monitor)\w*"
)
_FREE = re.compile(
    r"(?:dba|cdb)_hist_(?:snapshot|database_instance|snap_error|seg_stat|seg_stat_obj|undostat)"
)
"""Named by the same chapter as free."""


def licensed_view(sql: str) -> str | None:
    """The first view a statement names that must have been bought; None where there is none."""
    try:
        names = [token.text.casefold() for token in cut(sql, "oracle") if token.kind in ("word", "name")]
    except Unclear:
        return None  # the guard does not let it pass
    return next((name for name in names if _PACK.fullmatch(name) and not _FREE.fullmatch(name)), None)
