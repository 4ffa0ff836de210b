"""Variables and counters of MySQL and MariaDB as numbers; one the server does not have is None, never nought."""

from __future__ import annotations

from dataclasses import dataclass

from hmaint.advise.facts import Facts
from hmaint.errors import CouldNotLook
from hmaint.model.look import Seen


@dataclass(frozen=True, slots=True)
class Settings:
    """All that `SHOW GLOBAL VARIABLES` and `SHOW GLOBAL STATUS` gave, by name."""

    variables: dict[str, str]
    status: dict[str, str]
    uptime: int | None

    def text(self, name: str) -> str | None:
        """A variable as the server spells it; None where this server has none of that name."""
        return self.variables.get(name)

    def is_on(self, name: str) -> bool | None:
        """Whether a switch is on; None where there is no such switch."""
        told = self.variables.get(name)
        return None if told is None else told.upper() in ("ON", "1", "YES", "TRUE")

    def number(self, name: str) -> int | None:
        """A variable as a whole number; None where there is none such or it is no number."""
        return _whole(self.variables.get(name))

    def count(self, name: str) -> int:
        """A counter since the start; CouldNotLook where the server does not have it."""
        told = _whole(self.status.get(name))
        if told is None:
            raise CouldNotLook(Seen.UNSUPPORTED, f"服务器没有计数器 {name}")
        return told


def _whole(text: str | None) -> int | None:
    try:
        return None if text is None else int(float(text))
    except ValueError:
        return None


def settings(facts: Facts) -> Settings:
    """What was seen of both; CouldNotLook where either was not."""
    variables = {str(row["variable_name"]).lower(): str(row["value"]) for row in facts.rows("variables")}
    status = {str(row["variable_name"]): str(row["value"]) for row in facts.rows("status")}
    return Settings(variables, status, facts.uptime)


def seasoned(facts: Facts) -> Settings:
    """The same, for rules that read ratios of counters: CouldNotLook when those are too young or too small."""
    young = facts.too_young(facts.limits.ratio_hours / 24)
    if young:
        raise CouldNotLook(Seen.UNSUPPORTED, young)
    seen = settings(facts)
    asked = seen.count("Questions")
    if asked < facts.limits.questions:
        raise CouldNotLook(
            Seen.UNSUPPORTED, f"启动以来只执行了 {asked} 条语句，少于 {facts.limits.questions} 条，不作判断"
        )
    return seen
