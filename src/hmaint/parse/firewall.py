"""`firewall`: whether anything guards what comes in, by `nft list ruleset` or `iptables-save -t filter`.

The text begins with `# nft`, `# iptables` or `# none` (no packet filter is loaded into the kernel).
"""

from __future__ import annotations

import re

from hmaint.parse.fields import Options, Rows, filled

_CHAIN = re.compile(r"chain \S+ \{(.*?)\n\s*\}", re.DOTALL)
_NO_RULE = re.compile(r"\s*(?:type .*|policy .*|comment .*|#.*)?")
_REFUSING = re.compile(r"policy (?:drop|reject)")


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row: `tool rules policy active`; rules and policy are those that packets for this host meet.

    Rules of other chains do not count: container engines write them on hosts that have no firewall.
    """
    head, *body = filled(text)
    tool = head.removeprefix("# ")
    if tool == "none":
        rules, policy = 0, "accept"
    elif tool == "nft":
        rules, policy = _nft("\n".join(body))
    elif tool == "iptables":
        rules, policy = _iptables(body)
    else:
        raise ValueError(f"无法解读：{head[:60]!r}")
    return [{"tool": tool, "rules": rules, "policy": policy, "active": rules > 0 or policy != "accept"}]


def _nft(text: str) -> tuple[int, str]:
    chains = [chain for chain in _CHAIN.findall(text) if "hook input" in chain]
    lines = [line for chain in chains for line in chain.splitlines()]
    rules = [line for line in lines if not _NO_RULE.fullmatch(line)]
    refusing = any(_REFUSING.search(line) for line in lines if "hook input" in line)
    return len(rules), "drop" if refusing else "accept"


def _iptables(lines: list[str]) -> tuple[int, str]:
    policy = next((line.split()[1].lower() for line in lines if line.startswith(":INPUT ")), None)
    if policy is None:
        raise ValueError("iptables-save 没有列出 INPUT 链")
    return sum(line.startswith("-A INPUT ") for line in lines), policy
