"""A tool counts only when every host's answers are there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from bench.scene import Endpoint, Scene
from bench.tools import ansible, hmaint, replies, xargs

KERNEL = os.uname().release
HOSTS = (Endpoint("h001", 2201), Endpoint("h002", 2202))
NAMES = tuple(host.name for host in HOSTS)
TEN = [KERNEL, *"bcdefghij"]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(
        tmp_path, tmp_path, HOSTS, tmp_path / "key", tmp_path / "known_hosts", tmp_path / "app.log", "root"
    )


def ansible_says(names: tuple[str, ...], tasks: int = 10, kernel: str = KERNEL) -> str:
    return "".join(f'changed: [{n}] => {{"stdout": "{kernel}"}}\n' for n in names for _ in range(tasks))


def own_client_says(names: tuple[str, ...], said: list[str]) -> str:
    return "loading\n" + "".join(f"{replies.MARK}{json.dumps([name, said])}\n" for name in names)


def hmaint_says(
    names: tuple[str, ...], *, seen: int = 24, strange: int = 0, skipped: int = 0, error: str | None = None
) -> str:
    counts = {
        "ok": seen - strange,
        "warning": 0,
        "critical": strange,
        "unknown": 24 - seen,
        "skipped": skipped,
    }
    return json.dumps(
        {
            "checks": counts,
            "targets": [{"name": name, "error": error} for name in names],
            "findings": [{"target": name, "summary": "another kernel"} for name in names[:strange]],
        }
    )


def test_whole_answers_leave_nothing_to_say(scene: Scene) -> None:
    ports = "".join(f"kernel {host.port} {KERNEL}\n---\n" for host in HOSTS)
    assert ansible.problem(scene, 0, ansible_says(NAMES)) == ""
    assert replies.problem(scene, 0, own_client_says(NAMES, TEN)) == ""
    assert xargs.problem(scene, 0, ports) == ""
    assert hmaint.problem(scene, 0, hmaint_says(NAMES)) == ""


@pytest.mark.parametrize(
    "out", [ansible_says(NAMES[:1]), ansible_says(NAMES, tasks=9), ansible_says(NAMES, kernel="1.0"), ""]
)
def test_ansible_fails_when_a_host_a_task_or_the_kernel_is_missing(scene: Scene, out: str) -> None:
    assert ansible.problem(scene, 0, out)


@pytest.mark.parametrize(
    "out",
    [
        own_client_says(NAMES[:1], TEN),
        own_client_says(NAMES, TEN[:9]),
        own_client_says(NAMES, ["1.0"] * 10),
        "",
    ],
)
def test_pyinfra_and_paramiko_fail_when_a_host_a_reply_or_the_kernel_is_missing(
    scene: Scene, out: str
) -> None:
    assert replies.problem(scene, 0, out)


def test_xargs_fails_when_a_port_or_its_kernel_is_missing(scene: Scene) -> None:
    assert xargs.problem(scene, 0, f"kernel 2201 {KERNEL}\n") == "no kernel seen from 1 of 2 hosts (h002 …)"
    assert xargs.problem(scene, 0, f"kernel 2201 {KERNEL}\nkernel 2202 \n")
    assert xargs.problem(scene, 123, f"kernel 2201 {KERNEL}\nkernel 2202 {KERNEL}\n") == "exit status 123"


@pytest.mark.parametrize(
    "out",
    [
        hmaint_says(NAMES, seen=21),
        hmaint_says(NAMES, strange=1),
        hmaint_says(NAMES, skipped=1),
        hmaint_says(NAMES, error="refused"),
        hmaint_says(NAMES[:1]),
    ],
)
def test_hmaint_fails_when_a_check_the_kernel_or_a_host_was_not_seen(scene: Scene, out: str) -> None:
    assert hmaint.problem(scene, 2, out)


@pytest.mark.parametrize("status", [3, 64, 70, 78, 130])
def test_hmaint_fails_by_any_exit_status_but_seen(scene: Scene, status: int) -> None:
    assert hmaint.problem(scene, status, hmaint_says(NAMES)) == f"exit status {status}"
