"""What the shell offers behind an option."""

from __future__ import annotations


def site_names(incomplete: str) -> list[str]:
    """Names of sites; silent when there is no inventory here."""
    from hmaint.app.world import make_world
    from hmaint.errors import Failure

    try:
        return [name for name in make_world(None, None).inventory.sites if name.startswith(incomplete)]
    except Failure:
        return []
