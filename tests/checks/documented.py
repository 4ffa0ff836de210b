"""The accounts of the how-to page, made on real servers exactly as the page says."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "database-accounts.md"
PASSWORD = "ein 长密码'\"$\\#&"


def statements(engine: str) -> list[str]:
    """Every statement the page gives for an engine, its placeholders filled in."""
    blocks = re.findall(
        r"^```sql ([^\n]+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    text = "\n".join(body for engines, body in blocks if engine in engines.split())
    quote = {"'": "''"} if engine == "postgresql" else {"'": "''", "\\": "\\\\"}
    secret = "".join(quote.get(char, char) for char in PASSWORD)
    filled = text.replace("10.1.2.%", "127.0.0.1").replace("a long password", secret)
    found = [statement.strip() for statement in filled.split(";\n") if statement.strip()]
    assert found, engine
    return found
