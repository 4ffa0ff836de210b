"""paramiko as most scripts use it: one SSHClient per host, ten exec_command calls, fifty threads."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import paramiko


def visit(host: dict[str, Any], scene: dict[str, Any]) -> str:
    """One host's ten replies, as a line."""
    client = paramiko.SSHClient()
    client.load_host_keys(scene["known_hosts"])
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(
        host["address"],
        port=host["port"],
        username=scene["user"],
        key_filename=scene["key"],
        allow_agent=False,
        look_for_keys=False,
    )
    replies = []
    for command in scene["looks"]:
        _, stdout, _ = client.exec_command(command)
        replies.append(stdout.read().decode())
    client.close()
    return f"BENCH {json.dumps([host['name'], replies])}\n"


def main(path: str) -> None:
    """Visit every host of the scene."""
    scene = json.loads(Path(path).read_text(encoding="utf-8"))
    with ThreadPoolExecutor(scene["parallel"]) as pool:
        for line in pool.map(lambda host: visit(host, scene), scene["hosts"]):
            sys.stdout.write(line)


if __name__ == "__main__":
    main(sys.argv[1])
