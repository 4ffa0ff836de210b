"""What every host is asked first, in every shell there is here, and the reading of it."""

from __future__ import annotations

import os
import platform
import socket
import time

from hmaint.engine.facts import FACTS, read_facts
from hmaint.model.look import Reply, Seen
from tests.step.shells import every_shell, run


@every_shell
def test_this_machine_tells_itself(shell: str) -> None:
    facts = read_facts(run(FACTS, shell), "utf-8")
    assert (facts["os"], facts["kernel"], facts["hostname"]) == (
        "Linux",
        platform.release(),
        socket.gethostname(),
    )
    assert (facts["cpus"], facts["uid"]) == (os.cpu_count(), os.getuid())
    assert isinstance(facts["time"], float)
    assert abs(facts["time"] - time.time()) < 5
    assert facts["distribution"]


def test_what_a_shell_complains_of_is_no_fact() -> None:
    said = b"sh: 9: cannot open /proc/uptime: Permission denied\nos\tLinux\nID\t\"centos\"\nVERSION_ID\t'7'\n"
    facts = read_facts(Reply(Seen.OBSERVED, said, code=0), "utf-8")
    assert not [name for name in facts if "cannot" in name]
    assert (facts["os"], facts["distribution"], facts["release"], facts["uptime"]) == (
        "Linux",
        "centos",
        "7",
        None,
    )
