"""`updates`: packages waiting to be updated, by `apt-get -s upgrade` or `yum|dnf check-update`.

The text begins with `# apt` or `# rpm`, followed by `fresh` where the package lists are young enough to be
believed.
"""

from __future__ import annotations

import re

from hmaint.parse.fields import Options, Rows, filled

_APT = re.compile(r"Inst (\S+) .*\((\S+) (.*)\)")
_RPM = re.compile(r"(\S+\.(?:noarch|x86_64|i[3-6]86|aarch64|loongarch64|mips64el|sw_64))\s+(\S+)\s+(\S+)")


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row: `manager pending security fresh first`; `security` is None where the manager does not tell."""
    head, *body = filled(text)
    words = head.split()
    if words[:1] != ["#"] or words[1:2] not in (["apt"], ["rpm"]):
        raise ValueError(f"无法解读：{head[:60]!r}")
    apt = words[1] == "apt"
    found = [match for line in body if (match := (_APT.match(line) if apt else _RPM.fullmatch(line)))]
    return [
        {
            "manager": words[1],
            "pending": len(found),
            "security": sum("security" in match.group(3).lower() for match in found) if apt else None,
            "fresh": "fresh" in words,
            "first": "、".join(match.group(1) for match in found[:5]),
        }
    ]
