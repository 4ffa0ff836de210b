"""Tomcat and RabbitMQ as Debian ships them: each fault beside its good twin. Heavy, so part of the matrix."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmaint.model.playbook import Level
from tests.checks.middleware import checks, inspect, kept
from tests.services.fixtures import running
from tests.services.rabbitmq import RabbitMQ
from tests.services.tomcat import Tomcat

pytestmark = pytest.mark.matrix
OLD = ["0.1"]
"""No release of these has ended, whatever the machine has."""


def tomcat_vars(tomcat: Tomcat, **more: object) -> dict[str, object]:
    return {"tomcat_log": str(tomcat.log), "tomcat_releases_ended": OLD, "tomcat_gc_warning": 60, **more}


@pytest.fixture(scope="module")
def tomcat() -> Iterator[Tomcat]:
    with running(Tomcat()) as started:
        yield started


def test_a_healthy_tomcat_is_seen_whole_and_nothing_is_said_of_it(tomcat: Tomcat) -> None:
    said = tomcat_vars(tomcat)
    seen = checks(inspect("tomcat", before=kept(inspect("tomcat", **said)), **said))
    assert {c.id: (c.level, c.summary) for c in seen.values() if c.level is not Level.OK} == {}
    assert str(tomcat.base) in seen["tomcat.running"].summary
    assert str(tomcat.port) in seen["tomcat.ports"].summary
    assert "10.1." in seen["tomcat.release"].summary


def test_thresholds_that_a_running_tomcat_passes_are_told(tomcat: Tomcat) -> None:
    """What takes hours to bring about for real: the same figures against a threshold below them."""
    low = {"tomcat_old_warning": 0, "tomcat_threads_warning": 1, "tomcat_logs_mb": -1}
    said = tomcat_vars(tomcat, tomcat_releases_ended=["10.1"], **low)
    seen = checks(inspect("tomcat", **said))
    assert {seen[f"tomcat.{name}"].level for name in ("heap", "threads", "logs", "release")} == {
        Level.WARNING
    }


def test_a_port_that_nobody_listens_on_is_critical(tomcat: Tomcat) -> None:
    server = tomcat.base / "conf" / "server.xml"
    whole = server.read_text(encoding="utf-8")
    try:
        server.write_text(
            whole.replace("<Engine", '<Connector\n protocol="AJP/1.3" port="1" />\n<Engine'), encoding="utf-8"
        )
        seen = checks(inspect("tomcat", "tomcat.ports", **tomcat_vars(tomcat)))["tomcat.ports"]
        assert (seen.level, "没有监听的：1" in seen.summary) == (Level.CRITICAL, True)
    finally:
        server.write_text(whole, encoding="utf-8")


def test_demonstration_programs_are_told_of(tomcat: Tomcat) -> None:
    (tomcat.base / "webapps" / "examples").mkdir()
    try:
        seen = checks(inspect("tomcat", "tomcat.apps", **tomcat_vars(tomcat)))["tomcat.apps"]
        assert (seen.level, "examples" in seen.summary) == (Level.WARNING, True)
    finally:
        (tomcat.base / "webapps" / "examples").rmdir()


def test_want_of_memory_in_the_log_is_critical(tomcat: Tomcat, tmp_path: Path) -> None:
    for line, level in (
        ("java.lang.OutOfMemoryError: Java heap space", Level.CRITICAL),
        ("INFO: started", Level.OK),
    ):
        log = tmp_path / "catalina.out"
        log.write_text(f"Exception in thread main\n{line}\n", encoding="utf-8")
        seen = checks(inspect("tomcat", "tomcat.errors", **tomcat_vars(tomcat, tomcat_log=str(log))))
        assert seen["tomcat.errors"].level is level


def test_a_tomcat_that_was_restarted_says_so(tomcat: Tomcat) -> None:
    time.sleep(5)
    before = kept(inspect("tomcat", **tomcat_vars(tomcat)))
    tomcat.restart()
    seen = checks(inspect("tomcat", before=before, **tomcat_vars(tomcat)))
    assert seen["tomcat.restart"].level is Level.WARNING


def test_a_tomcat_of_root_with_a_heap_that_is_always_full() -> None:
    with running(Tomcat("root", "-Xmx96m -XX:+UseSerialGC")) as careless:
        said = tomcat_vars(careless)
        before = kept(inspect("tomcat", "tomcat.user", "tomcat.full_gcs", **said))
        seen = checks(inspect("tomcat", before=before, **tomcat_vars(careless, tomcat_full_gcs_warning=-1)))
    assert seen["tomcat.user"].level is Level.WARNING
    assert seen["tomcat.full_gcs"].level is Level.WARNING


# ---- RabbitMQ ----


@pytest.fixture(scope="module")
def rabbit() -> Iterator[RabbitMQ]:
    with running(RabbitMQ()) as started:
        yield started


def rabbit_vars(rabbit: RabbitMQ, **more: object) -> dict[str, object]:
    told = {"rabbitmq_node": rabbit.node, "rabbitmq_log": str(rabbit.log)}
    return {**told, "rabbitmq_releases_ended": OLD, **more}


def declare(rabbit: RabbitMQ, queue: str, messages: int) -> None:
    """A queue of the node's own, with so many messages that nobody reads."""
    name = f'{{resource,<<"/">>,queue,<<"{queue}">>}}'
    rabbit.control("eval", f'rabbit_amqqueue:declare({name},true,false,[],none,<<"me">>).')
    publish = (
        '[rabbit_basic:publish({resource,<<"/">>,exchange,<<>>},<<"%s">>,[],<<"x">>) || _ <- lists:seq(1,%d)]'
    )
    if messages:
        rabbit.control("eval", f"{publish % (queue, messages)}, ok.")


def test_a_healthy_rabbitmq_is_seen_and_nothing_is_said_of_it(rabbit: RabbitMQ) -> None:
    declare(rabbit, "hl7.in", 3)
    rabbit.control("delete_user", "guest")
    rabbit.control("add_user", "his", "a-password-1")
    said = rabbit_vars(rabbit)
    before = kept(inspect("rabbitmq", "rabbitmq.restart", **said))
    seen = checks(inspect("rabbitmq", before=before, **said))
    assert {c.id: (c.level, c.summary) for c in seen.values() if c.level is not Level.OK} == {}
    assert "积压 3 条" in seen["rabbitmq.queues"].summary


def test_a_backlog_is_told_with_its_queue(rabbit: RabbitMQ) -> None:
    declare(rabbit, "lis.out", 1500)
    seen = checks(inspect("rabbitmq", "rabbitmq.queues", **rabbit_vars(rabbit)))["rabbitmq.queues"]
    assert (seen.level, "lis.out" in seen.summary) == (Level.WARNING, True)


def test_the_guest_account_is_told_of(rabbit: RabbitMQ) -> None:
    rabbit.control("add_user", "guest", "guest")
    try:
        seen = checks(inspect("rabbitmq", "rabbitmq.guest", **rabbit_vars(rabbit)))
        assert seen["rabbitmq.guest"].level is Level.WARNING
    finally:
        rabbit.control("delete_user", "guest")


def test_a_memory_alarm_is_critical(rabbit: RabbitMQ) -> None:
    rabbit.control("set_vm_memory_high_watermark", "absolute", "40MB")
    try:
        limit = time.monotonic() + 60
        level = Level.OK
        while level is Level.OK and time.monotonic() < limit:
            seen = checks(inspect("rabbitmq", "rabbitmq.alarms", **rabbit_vars(rabbit)))
            level = seen["rabbitmq.alarms"].level
        seen = checks(inspect("rabbitmq", "rabbitmq.alarms", "rabbitmq.memory", **rabbit_vars(rabbit)))
        assert {seen["rabbitmq.alarms"].level, seen["rabbitmq.memory"].level} == {Level.CRITICAL}
        assert "memory" in seen["rabbitmq.alarms"].summary
    finally:
        rabbit.control("set_vm_memory_high_watermark", "0.4")


def test_thresholds_that_a_running_rabbitmq_passes_are_told(rabbit: RabbitMQ) -> None:
    low = {"rabbitmq_disk_ratio": 10**9, "rabbitmq_files_warning": -1, "rabbitmq_errors_warning": -1}
    names = ("rabbitmq.disk", "rabbitmq.files", "rabbitmq.log", "rabbitmq.release")
    said = rabbit_vars(rabbit, **low, rabbitmq_releases_ended=["3.10"])
    seen = checks(inspect("rabbitmq", *names, **said))
    assert {seen[name].level for name in names} == {Level.WARNING}


def test_a_node_whose_broker_is_stopped_was_not_examined(rabbit: RabbitMQ) -> None:
    names = ("rabbitmq.answer", "rabbitmq.queues", "rabbitmq.guest")
    rabbit.control("stop_app")
    try:
        stopped = checks(inspect("rabbitmq", *names[:2], **rabbit_vars(rabbit)))
        assert {stopped[name].level for name in names[:2]} == {Level.UNKNOWN}
    finally:
        rabbit.control("start_app")
    again = checks(inspect("rabbitmq", *names, **rabbit_vars(rabbit)))
    assert {again[name].level for name in ("rabbitmq.answer", "rabbitmq.guest")} == {Level.OK}


def test_a_node_that_is_not_there_is_not_fine(rabbit: RabbitMQ) -> None:
    seen = checks(
        inspect("rabbitmq", **rabbit_vars(rabbit, rabbitmq_node="nobody@localhost", rabbitmq_log="/nowhere"))
    )
    assert Level.OK not in {check.level for id_, check in seen.items() if id_.startswith("rabbitmq.")}
