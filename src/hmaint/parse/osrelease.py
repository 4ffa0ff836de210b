"""`osrelease`: /etc/os-release, or the one line of an older /etc/redhat-release."""

from __future__ import annotations

import re

from hmaint.parse.fields import Options, Rows, filled

_ONE_LINE = re.compile(
    r"(?P<name>\S.*?)\s+(?:Linux )?(?:release|Server release)\s+V?(?P<version>\d+(?:\.\d+)*)\b.*",
    re.IGNORECASE,
)
_IDS = {
    "centos": "centos",
    "red": "rhel",
    "oracle": "ol",
    "rocky": "rocky",
    "almalinux": "almalinux",
    "kylin": "kylin",
}


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row: `id version major pretty release`; `release` is `id major` for lists of versions, such as `centos 7`.

    Ubuntu's first two numbers count as the major version, everyone else's first.
    """
    lines = filled(text)
    pairs = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    told = {name: value.strip().strip("\"'") for name, value in pairs.items()}
    if "ID" in told:
        return [_row(told["ID"], told.get("VERSION_ID", ""), told.get("PRETTY_NAME", ""))]
    match = _ONE_LINE.fullmatch(lines[0].strip())
    if not match:
        raise ValueError(f"无法解读：{lines[0][:60]!r}")
    first = match["name"].split()[0].lower()
    return [_row(_IDS.get(first, first), match["version"], lines[0].strip())]


def _row(name: str, version: str, pretty: str) -> dict[str, str | int | float | bool | None]:
    numbers = version.split(".")
    major = ".".join(numbers[:2]) if name == "ubuntu" else numbers[0]
    return {
        "id": name,
        "version": version,
        "major": major,
        "pretty": pretty,
        "release": f"{name} {major}".strip(),
    }
