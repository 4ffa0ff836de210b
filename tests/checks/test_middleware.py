"""Redis and nginx for real, containers and Elasticsearch as they were recorded: each fault beside its good twin."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from hmaint.app.kinds import KINDS
from hmaint.engine.facts import FACTS
from hmaint.engine.plan import Job, make_plan, selects
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, Visit, visit
from hmaint.kit.clock import SystemClock
from hmaint.kit.redact import Redactor
from hmaint.load.playbook import load_playbook
from hmaint.model.inventory import Host, Middleware, Site
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.model.playbook import Level
from tests.checks.middleware import HOUR, MOMENT, checks, inspect, kept, never
from tests.services.fixtures import running
from tests.services.nginx import Nginx
from tests.services.redis import Redis
from tests.step.shells import alone

PASSWORD = "mima-8888"
PLAYBOOK = load_playbook("checks/middleware", workspace=None, kinds=KINDS)


def named(redis: Redis, **more: object) -> dict[str, object]:
    """What the inventory says of an instance."""
    told = {"redis_ports": [redis.port], "redis_configs": [str(redis.config)]}
    return {**told, "redis_log": str(redis.folder / "redis.log"), **more}


@pytest.fixture(scope="module")
def guarded() -> Iterator[Redis]:
    with running(Redis(PASSWORD, ("maxmemory 64mb", "maxclients 100"))) as started:
        time.sleep(MOMENT.total_seconds() + 1)
        yield started


@pytest.fixture(scope="module")
def careless() -> Iterator[Redis]:
    with running(Redis()) as started:
        yield started


def test_a_healthy_redis_is_seen_and_nothing_is_said_of_it(guarded: Redis) -> None:
    said = named(guarded, redis_releases_ended=["4.0"])
    seen = checks(inspect("redis", before=kept(inspect("redis", **said)), **said))
    assert {
        check.id: (check.level, check.summary) for check in seen.values() if check.level is not Level.OK
    } == {}
    assert "应答：是" in seen["redis.answer"].summary


def test_a_redis_without_password_and_limit_is_told_of(careless: Redis) -> None:
    seen = checks(inspect("redis", **named(careless)))
    assert seen["redis.guarded"].level is Level.WARNING
    assert seen["redis.limit"].level is Level.WARNING


def test_a_release_that_has_ended_is_told_of(careless: Redis) -> None:
    shown = checks(inspect("redis", "redis.answer", **named(careless)))["redis.answer"].summary
    release = shown.partition("版本 ")[2].partition("，")[0].rpartition(".")[0]
    for ended, level in (([release], Level.WARNING), (["2.4"], Level.OK)):
        seen = checks(inspect("redis", "redis.release", **named(careless, redis_releases_ended=ended)))
        assert seen["redis.release"].level is level


def test_memory_of_a_redis_that_fills_up(guarded: Redis) -> None:
    assert checks(inspect("redis", "redis.memory", **named(guarded)))["redis.memory"].level is Level.OK
    guarded.say("SETRANGE", "big", "55000000", "x")
    try:
        seen = checks(inspect("redis", "redis.memory", **named(guarded)))["redis.memory"]
        assert seen.level is Level.WARNING, seen.summary
    finally:
        guarded.say("DEL", "big")


def test_keys_that_were_thrown_out_for_want_of_memory() -> None:
    with running(Redis(settings=("maxmemory 3mb", "maxmemory-policy allkeys-lru"))) as redis:
        first = kept(inspect("redis", "redis.evicted", **named(redis)))
        good = checks(inspect("redis", "redis.evicted", before=first, **named(redis)))["redis.evicted"]
        assert good.level is Level.OK, good.summary
        for number in range(60):
            redis.say("SETRANGE", f"k{number}", "100000", "x")
        bad = checks(inspect("redis", "redis.evicted", before=first, **named(redis)))["redis.evicted"]
        assert bad.level is Level.WARNING
        assert "淘汰键" in bad.findings[0].summary


def test_a_save_that_failed_is_critical() -> None:
    with running(Redis(settings=("dbfilename in-the-way",))) as redis:
        assert checks(inspect("redis", "redis.saved", **named(redis)))["redis.saved"].level is Level.OK
        (redis.folder / "in-the-way").mkdir()
        redis.say("SET", "k", "v")
        redis.say("BGSAVE")
        limit = time.monotonic() + 20
        while b"rdb_last_bgsave_status:err" not in redis.say("INFO", "persistence"):
            assert time.monotonic() < limit
            time.sleep(0.1)
        seen = checks(inspect("redis", "redis.saved", **named(redis)))["redis.saved"]
        assert seen.level is Level.CRITICAL
        assert "rdb_last_bgsave_status" in seen.findings[0].summary


def test_a_replica_without_its_master_is_critical() -> None:
    with (
        running(Redis()) as master,
        running(Redis(settings=(f"replicaof 127.0.0.1 {master.port}",))) as replica,
    ):
        limit = time.monotonic() + 20
        while b"master_link_status:up" not in replica.say("INFO", "replication"):
            assert time.monotonic() < limit
            time.sleep(0.1)
        good = checks(inspect("redis", "redis.link", **named(replica)))["redis.link"]
        assert (good.level, "角色 slave" in good.summary) == (Level.OK, True)
        replica.say("REPLICAOF", "127.0.0.1", "1")
        bad = checks(inspect("redis", "redis.link", **named(replica)))["redis.link"]
        assert bad.level is Level.CRITICAL


def test_connections_that_run_short(guarded: Redis) -> None:
    assert checks(inspect("redis", "redis.clients", **named(guarded)))["redis.clients"].level is Level.OK
    idle = [socket.create_connection(("127.0.0.1", guarded.port)) for _ in range(85)]
    try:
        seen = checks(inspect("redis", "redis.clients", **named(guarded)))["redis.clients"]
        assert seen.level is Level.WARNING, seen.summary
    finally:
        for link in idle:
            link.close()


def test_fragmentation_is_looked_at_where_there_is_much_to_fragment(careless: Redis) -> None:
    for mb, level in ((0, Level.WARNING), (200, Level.OK)):
        said = named(careless, redis_fragmentation_mb=mb)
        assert checks(inspect("redis", "redis.fragmentation", **said))["redis.fragmentation"].level is level


def test_a_redis_that_was_restarted_says_so() -> None:
    with running(Redis()) as redis:
        time.sleep(2.1)
        first = kept(inspect("redis", "redis.restart", **named(redis)))
        good = checks(inspect("redis", "redis.restart", before=first, **named(redis)))["redis.restart"]
        assert good.level is Level.OK
        redis.restart()
        bad = checks(inspect("redis", "redis.restart", before=first, **named(redis)))["redis.restart"]
        assert bad.level is Level.WARNING


def test_a_password_kept_on_the_host_does_not_make_an_open_redis_guarded(
    careless: Redis, tmp_path: Path
) -> None:
    secret = tmp_path / "redis-password"
    for password in (PASSWORD, "mi ma's \\8"):
        secret.write_text(password + "\n", encoding="utf-8")
        said = named(careless, redis_password_file=str(secret))
        seen = checks(inspect("redis", "redis.answer", "redis.guarded", **said))
        assert (seen["redis.answer"].level, seen["redis.guarded"].level) == (Level.OK, Level.WARNING)


def test_errors_in_the_log_of_redis(careless: Redis, tmp_path: Path) -> None:
    log = tmp_path / "redis.log"
    for text, level in (
        ("* Ready to accept connections\n", Level.OK),
        ("# Can't save in background: fork\n", Level.WARNING),
    ):
        log.write_text(f"1:M 25 Nov 2026 17:23:25.937 {text}", encoding="utf-8")
        seen = checks(inspect("redis", "redis.log", **named(careless, redis_log=str(log))))
        assert seen["redis.log"].level is level


def test_a_redis_that_nobody_started_is_critical_and_everything_else_unknown(guarded: Redis) -> None:
    nobody = named(guarded, redis_ports=[guarded.port + 1])
    seen = checks(inspect("redis", before=kept(inspect("redis", **named(guarded))), **nobody))
    assert seen["redis.answer"].level is Level.CRITICAL
    others = {check.level for id_, check in seen.items() if id_.startswith("redis.") and id_ not in _OWN}
    assert Level.OK not in others


_OWN = ("redis.answer", "redis.log")


@pytest.mark.parametrize("password", [PASSWORD, "mi ma's \\8", "wrong"])
def test_a_password_from_the_file_on_the_host_opens_and_a_wrong_one_is_denied(
    password: str, tmp_path: Path
) -> None:
    secret = tmp_path / "redis-password"
    secret.write_text(password + "\n", encoding="utf-8")
    real = PASSWORD if password == "wrong" else password
    with running(Redis(real.replace("\\", "\\\\"))) as redis:
        said = named(redis, redis_configs=["/nowhere"], redis_password_file=str(secret))
        seen = inspect("redis", "redis.answer", **said)
    check = checks(seen)["redis.answer"]
    assert check.level is (Level.UNKNOWN if password == "wrong" else Level.OK), check.summary
    assert password == "wrong" or password not in repr(seen) + seen.evidence.decode()


def test_the_password_stands_in_no_command_line(guarded: Redis) -> None:
    seen: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    seen.add((process / "cmdline").read_bytes().decode(errors="replace"))
                except OSError:
                    continue

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        for _ in range(5):
            assert (
                checks(inspect("redis", "redis.answer", **named(guarded)))["redis.answer"].level is Level.OK
            )
    finally:
        over.set()
        thread.join()
    assert not [line for line in seen if PASSWORD in line]
    assert [line for line in seen if "redis-cli" in line]


# ---- nginx ----


@pytest.fixture(scope="module")
def web() -> Iterator[Nginx]:
    with running(Nginx()) as started:
        for _ in range(150):
            started.get("/")
        time.sleep(MOMENT.total_seconds() + 1)
        yield started


def about(web: Nginx, **more: object) -> dict[str, object]:
    """What the inventory says of the server."""
    logs = {
        "nginx_access_logs": [str(web.logs / "access.log")],
        "nginx_error_log": str(web.logs / "error.log"),
    }
    places = {"nginx_configs": [str(web.folder)], "nginx_status_url": f"http://127.0.0.1:{web.port}/status"}
    return {**logs, **places, **more}


def test_a_healthy_nginx_is_seen_and_nothing_is_said_of_it(web: Nginx) -> None:
    seen = checks(inspect("nginx", before=kept(inspect("nginx", **about(web))), **about(web)))
    assert {
        check.id: (check.level, check.summary) for check in seen.values() if check.level is not Level.OK
    } == {}
    assert "5xx 0 条" in seen["nginx.errors_5xx"].summary


def test_answers_of_5xx_are_counted_and_too_few_lines_are_not_judged(web: Nginx, tmp_path: Path) -> None:
    line = '10.1.2.3 - - [25/Nov/2026:09:00:00 +0800] "GET /his/张三?id=1 HTTP/1.1" {} 12 "-" "-"\n'
    log = tmp_path / "access.log"
    for bad, all_of, level in (
        (0, 200, Level.OK),
        (3, 200, Level.WARNING),
        (30, 200, Level.CRITICAL),
        (9, 20, Level.SKIPPED),
    ):
        log.write_text(line.format(502) * bad + line.format(200) * (all_of - bad), encoding="utf-8")
        seen = inspect("nginx", "nginx.errors_5xx", **about(web, nginx_access_logs=[str(log)]))
        assert checks(seen)["nginx.errors_5xx"].level is level
        assert "张三" not in seen.evidence.decode()


def test_an_access_log_that_is_not_there_was_not_examined(web: Nginx) -> None:
    seen = checks(
        inspect("nginx", "nginx.errors_5xx", "nginx.logs", **about(web, nginx_access_logs=["/nowhere/x.log"]))
    )
    assert {check.level for id_, check in seen.items() if id_.startswith("nginx")} == {Level.UNKNOWN}


def test_errors_of_the_upstream_are_found(web: Nginx) -> None:
    first = checks(inspect("nginx", "nginx.errors", **about(web)))["nginx.errors"]
    assert first.level is Level.OK
    for _ in range(25):
        assert web.get("/dead") == 502
    bad = checks(inspect("nginx", "nginx.errors", **about(web)))["nginx.errors"]
    assert (bad.level, "upstream" in bad.findings[0].summary) == (Level.WARNING, True)


def test_old_protocols_a_shown_version_and_listed_folders_are_told_of(web: Nginx) -> None:
    cases = [
        ("server_tokens off; ssl_protocols TLSv1.2 TLSv1.3;", Level.OK, Level.OK),
        ("server_tokens off; ssl_protocols TLSv1 TLSv1.2;", Level.WARNING, Level.OK),
        ("server_tokens off; ssl_protocols TLSv1.2 TLSv1.1;", Level.WARNING, Level.OK),
        ("server_tokens off; ssl_certificate x.pem;", Level.WARNING, Level.OK),
        ("server_tokens off; autoindex on;", Level.OK, Level.WARNING),
        ("# server_tokens off;", Level.OK, Level.WARNING),
    ]
    for http, protocols, exposure in cases:
        web.write("\n" + http)
        seen = checks(inspect("nginx", "nginx.protocols", "nginx.exposure", **about(web)))
        assert (seen["nginx.protocols"].level, seen["nginx.exposure"].level) == (protocols, exposure), http
    web.write("server_tokens off; ssl_protocols TLSv1.2;")


def test_an_access_log_in_a_form_nobody_knows_was_not_examined(web: Nginx, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    for lines, level in ((200, Level.UNKNOWN), (20, Level.SKIPPED)):
        log.write_text('{"status": 502, "uri": "/his"}\n' * lines, encoding="utf-8")
        seen = checks(inspect("nginx", "nginx.errors_5xx", **about(web, nginx_access_logs=[str(log)])))
        assert seen["nginx.errors_5xx"].level is level, seen["nginx.errors_5xx"].summary


@dataclass(frozen=True)
class Ordinary:
    """A host on which an account without rights looks."""

    def open(self, host: Host, site: Site) -> Ordinary:
        del host, site
        return self

    def trip(self, fragments: Sequence[Fragment]) -> tuple[Reply, ...]:
        return tuple(self._run(alone(each)) for each in fragments)

    def _run(self, script: str) -> Reply:
        who = ["setpriv", "--reuid=65534", "--clear-groups"] if os.getuid() == 0 else []
        done = subprocess.run(  # noqa: S603 - a text of the catalogue
            [*who, "sh", "-c", script], capture_output=True, check=False, timeout=30
        )
        return Reply(Seen.OBSERVED, done.stdout, done.stderr, done.returncode)

    def close(self) -> None:
        pass


def test_settings_in_a_file_that_may_not_be_read_are_not_taken_for_good(tmp_path: Path) -> None:
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    (tmp_path / "nginx.conf").write_text("server_tokens off; ssl_protocols TLSv1.2;\n", encoding="utf-8")
    hidden = tmp_path / "his.conf"
    hidden.write_text("server { ssl_protocols TLSv1; }\n", encoding="utf-8")
    hidden.chmod(0)
    host = Host("app", "icu", middleware=("nginx",))
    steps = tuple(step for step in PLAYBOOK.steps if step.id in ("nginx.protocols", "nginx.exposure"))
    tools = Tools(SystemClock(), KINDS.__getitem__, lambda _: Ordinary(), never, never, Redactor())
    said = {**PLAYBOOK.vars, "nginx_configs": [str(tmp_path)]}
    seen = checks(visit(Errand(Job(host, steps), Site("icu", "重症监护系统", hosts=(host,)), said, tools)))
    assert {seen[step.id].level for step in steps} == {Level.UNKNOWN}


def test_logs_that_grew_too_large_and_a_release_too_old(web: Nginx) -> None:
    for most, oldest, level in ((0, "99.0", Level.WARNING), (10_240, "1.0", Level.OK)):
        seen = checks(
            inspect(
                "nginx", "nginx.logs", "nginx.release", **about(web, nginx_logs_mb=most, nginx_oldest=oldest)
            )
        )
        assert (seen["nginx.logs"].level, seen["nginx.release"].level) == (level, level)


def test_connections_that_were_dropped(web: Nginx) -> None:
    first = kept(inspect("nginx", "nginx.dropped", **about(web)))
    for allowed, level in (
        (0, Level.OK),
        (-1, Level.WARNING),
    ):  # the server drops none: the threshold moves instead
        said = about(web, nginx_dropped_warning=allowed)
        seen = checks(inspect("nginx", "nginx.dropped", before=first, **said))
        assert seen["nginx.dropped"].level is level
    unsaid = checks(inspect("nginx", "nginx.dropped", before=first, **about(web, nginx_status_url="")))
    assert unsaid["nginx.dropped"].level is Level.SKIPPED


# ---- recorded: nothing of these can be started here ----


@dataclass(frozen=True)
class Told:
    """A host that gives its facts, and one reply for whatever else is asked."""

    reply: Reply

    def open(self, host: Host, site: Site) -> Told:
        del host, site
        return self

    def trip(self, fragments: Sequence[Fragment]) -> tuple[Reply, ...]:
        facts = Reply(Seen.OBSERVED, b"os\tLinux\n", code=0)
        return tuple(facts if fragment == FACTS else self.reply for fragment in fragments)

    def close(self) -> None:
        pass


def recorded(
    name: Middleware,
    reply: Reply,
    before: Visit | None = None,
    *,
    ago: timedelta = HOUR,
    kind: str = "shell",
    **variables: object,
) -> Visit:
    """One visit to a host that runs something and gives that reply."""
    host = Host("app", "icu", middleware=(name,))
    site = Site("icu", "重症监护系统", hosts=(host,))
    steps = tuple(step for step in PLAYBOOK.steps if selects(step.on, host) and step.do == kind)
    tools = Tools(SystemClock(), KINDS.__getitem__, lambda _: Told(reply), never, never, Redactor())
    known = {} if before is None else kept(before, ago)
    return visit(Errand(Job(host, steps), site, {**PLAYBOOK.vars, **variables}, tools, previous=known))


def out(text: str, code: int = 0, err: str = "") -> Reply:
    return Reply(Seen.OBSERVED, text.encode(), err.encode(), code)


UP = "his-api\trunning\tUp 3 days (healthy)\nlis\trunning\tUp 3 days\nold\texited\tExited (0) 2 months ago\n"


@pytest.mark.parametrize(
    ("now", "state", "gone"),
    [
        (UP, Level.OK, Level.OK),
        (UP.replace("(healthy)", "(unhealthy)"), Level.CRITICAL, Level.OK),
        (UP.replace("lis\trunning", "lis\trestarting"), Level.CRITICAL, Level.CRITICAL),
        (UP.replace("lis\trunning", "lis\texited"), Level.OK, Level.CRITICAL),
    ],
)
def test_containers_that_are_ill_or_gone(now: str, state: Level, gone: Level) -> None:
    seen = checks(recorded("docker", out(now), before=recorded("docker", out(UP))))
    assert (seen["docker.state"].level, seen["docker.gone"].level) == (state, gone)


@pytest.mark.parametrize(
    ("reply", "level"),
    [
        (out("", 127, "docker: not found"), Level.UNKNOWN),
        (out("", 1, "permission denied while trying to connect to the Docker daemon socket"), Level.UNKNOWN),
        (out(""), Level.SKIPPED),
    ],
)
def test_containers_that_could_not_be_listed_are_not_fine(reply: Reply, level: Level) -> None:
    assert checks(recorded("docker", reply))["docker.state"].level is level


HEALTH = (
    '{{"cluster_name":"his","status":"{}","number_of_nodes":3,'
    '"unassigned_shards":{},"number_of_pending_tasks":{}}}'
)


@pytest.mark.parametrize(
    ("reply", "health", "pending"),
    [
        (out(HEALTH.format("green", 0, 0)), Level.OK, Level.OK),
        (out(HEALTH.format("yellow", 5, 51)), Level.WARNING, Level.WARNING),
        (out(HEALTH.format("red", 5, 0)), Level.CRITICAL, Level.OK),
        (out("", 7, "curl: (7) Failed to connect to 127.0.0.1 port 9200"), Level.UNKNOWN, Level.UNKNOWN),
        (out("<html>", 0), Level.UNKNOWN, Level.UNKNOWN),
    ],
)
def test_the_health_of_a_search_cluster(reply: Reply, health: Level, pending: Level) -> None:
    seen = checks(recorded("elasticsearch", reply))
    assert (seen["elasticsearch.health"].level, seen["elasticsearch.pending"].level) == (health, pending)


PS = "PID PPID USER STAT ELAPSED TIME RSS COMMAND COMMAND\n"
INIT = "   1     0 root Ss 9-02:00:00 00:00:00 1500 systemd /sbin/init\n"
MASTER = "  90     1 root Ss 3-02:00:00 00:00:00 1500 nginx nginx: master process /usr/sbin/nginx\n"
WORKER = "  91    90 www  S  3-02:00:00 00:00:07 5500 nginx nginx: worker process\n"


def test_an_nginx_that_does_not_run_has_no_workers_or_was_started_anew() -> None:
    first = recorded("nginx", out(PS + INIT + MASTER + WORKER), kind="process")
    anew = (MASTER + WORKER).replace("3-02:00:00", "05:00")
    for text, running_now, restart in (
        (MASTER + WORKER, Level.OK, Level.OK),
        (MASTER, Level.CRITICAL, Level.OK),
        ("", Level.CRITICAL, Level.WARNING),
        (anew, Level.OK, Level.WARNING),
    ):
        seen = checks(recorded("nginx", out(PS + INIT + text), before=first, kind="process"))
        assert (seen["nginx.running"].level, seen["nginx.restart"].level) == (running_now, restart), text


def test_a_tomcat_that_is_declared_and_does_not_run_is_critical_and_nothing_of_it_is_fine() -> None:
    seen = checks(recorded("tomcat", out("")))
    mine = {id_: check.level for id_, check in seen.items() if id_.startswith("tomcat.")}
    assert mine.pop("tomcat.running") is Level.CRITICAL
    assert set(mine.values()) == {Level.UNKNOWN}


RABBIT = (Path(__file__).parents[1] / "parse" / "cases" / "rabbitmq" / "debian12-3.10.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("check", "fault", "level"),
    [
        ("rabbitmq.answer", {"is_under_maintenance": True}, Level.WARNING),
        ("rabbitmq.alarms", {"alarms": ["disk"]}, Level.CRITICAL),
        ("rabbitmq.alarms", {"alarms": None}, Level.UNKNOWN),
        ("rabbitmq.restart", {"uptime": 5}, Level.WARNING),
        ("rabbitmq.memory", {"vm_memory_high_watermark_limit": 150_000_000}, Level.WARNING),
        ("rabbitmq.memory", {"memory": {}}, Level.UNKNOWN),
        ("rabbitmq.disk", {"disk_free": 150_000_000}, Level.WARNING),
        ("rabbitmq.disk", {"disk_free": 60_000_000}, Level.CRITICAL),
        ("rabbitmq.files", {"file_descriptors": {"total_used": 900, "total_limit": 927}}, Level.WARNING),
        ("rabbitmq.release", {"rabbitmq_version": "3.8.9"}, Level.WARNING),
        ("rabbitmq.vhosts", {"totals": {"virtual_host_count": 2}}, Level.WARNING),
        ("rabbitmq.vhosts", {"totals": {}}, Level.UNKNOWN),
    ],
)
def test_a_rabbitmq_that_reports_trouble(check: str, fault: dict[str, object], level: Level) -> None:
    told = {**json.loads(RABBIT), "rabbitmq_version": "4.1.2"}
    first = recorded("rabbitmq", out(json.dumps(told)))
    good = checks(recorded("rabbitmq", out(json.dumps(told)), before=first, ago=MOMENT))[check]
    assert (good.level, good.findings) == (Level.OK, ())
    bad = checks(recorded("rabbitmq", out(json.dumps({**told, **fault})), before=first))[check]
    assert (bad.level, len(bad.findings)) == (level, 1)


QUEUES = "messages\tconsumers\tstate\tname\n3\t2\trunning\thl7 in\n{}"
"""As rabbitmqctl lists them; a queue whose node is gone has blanks for figures."""


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ("", Level.OK),
        ("\t\tdown\tlis.out\n", Level.CRITICAL),
        ("\t\t\tlis.out\n", Level.UNKNOWN),
        ("0\t0\trunning\t20000\n", Level.OK),
        ("20000\t0\trunning\tlis.out\n", Level.CRITICAL),
    ],
)
def test_a_queue_without_figures_is_not_passed_over(
    more: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "said").write_text(QUEUES.format(more), encoding="utf-8")
    tool = tmp_path / "rabbitmqctl"
    tool.write_text(f"#!/bin/sh\nexec cat {tmp_path}/said\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    seen = checks(inspect("rabbitmq", "rabbitmq.queues"))["rabbitmq.queues"]
    assert seen.level is level, seen.summary


def test_a_tomcat_that_left_no_notes_is_of_the_release_its_last_start_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "logs").mkdir()
    for year, release in ((2025, "8.5.1"), (2026, "9.0.50")):
        log = tmp_path / "logs" / f"catalina.{year}-01-01.log"
        log.write_text(f"INFO Server version name: Apache Tomcat/{release}\n", encoding="utf-8")
    java = f"/jre/bin/java -Dcatalina.base={tmp_path} -Djava.io.tmpdir=/tmp org.apache.catalina.startup.Bootstrap start"
    for name, text in (("ps", f'echo "77 his 01:00 60 5120 {java}"'), ("unzip", "exit 1")):
        tool = tmp_path / name
        tool.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    seen = checks(inspect("tomcat", "tomcat.release"))["tomcat.release"]
    assert (seen.level, "版本 9.0.50" in seen.summary) == (Level.OK, True), seen.summary


def test_a_redis_that_still_loads_its_data_does_not_answer() -> None:
    said = (Path(__file__).parents[1] / "parse" / "cases" / "redis" / "debian12-7.0.txt").read_text("utf-8")
    for text, level in ((said, Level.OK), (said.replace("loading:0", "loading:1", 1), Level.CRITICAL)):
        assert checks(recorded("redis", out(text)))["redis.answer"].level is level


def test_a_redis_that_listens_elsewhere_is_asked_there(careless: Redis) -> None:
    for place, level in (("127.0.0.1", Level.OK), ("127.0.0.9", Level.CRITICAL)):
        seen = checks(inspect("redis", "redis.answer", **named(careless, redis_host=place)))["redis.answer"]
        assert seen.level is level


def test_all_containers_that_are_gone_are_not_called_inapplicable() -> None:
    seen = checks(recorded("docker", out(""), before=recorded("docker", out(UP))))["docker.gone"]
    assert (seen.level, {each.subject for each in seen.findings}) == (Level.CRITICAL, {"his-api", "lis"})


TOMCAT = "@ {} his 3-02:00:00 60 512000\nbase /opt/{}\n"


def test_one_of_two_tomcats_that_died_is_told() -> None:
    both = TOMCAT.format(90, "his") + TOMCAT.format(91, "lis")
    first = recorded("tomcat", out(both))
    for text, running_now, gone in (
        (both, Level.OK, Level.OK),
        (TOMCAT.format(90, "his"), Level.OK, Level.CRITICAL),
        ("", Level.CRITICAL, Level.UNKNOWN),
    ):
        seen = checks(recorded("tomcat", out(text), before=first))
        assert (seen["tomcat.running"].level, seen["tomcat.gone"].level) == (running_now, gone), text


def test_a_restart_between_two_far_looks_is_told_however_long_it_has_run_since() -> None:
    month = timedelta(days=30)
    short, long = (out(f"@ 90 his {age} 60 512000\nbase /opt/his\n") for age in ("2-00:00:00", "9-00:00:00"))
    unbroken = out("@ 90 his 32-00:00:00 60 512000\nbase /opt/his\n")
    first = recorded("tomcat", short)
    for now, level in ((unbroken, Level.OK), (long, Level.WARNING)):
        seen = checks(recorded("tomcat", now, before=first, ago=month))["tomcat.restart"]
        assert (seen.level, "晚于上次巡检" in seen.summary) == (level, level is Level.WARNING)


def test_only_what_a_host_declares_is_looked_for() -> None:
    nothing = Host("app", "icu")
    (job,) = make_plan(PLAYBOOK, Site("icu", "重症监护系统", hosts=(nothing,))).jobs
    assert job.steps == ()
    for name in ("tomcat", "nginx", "redis", "rabbitmq"):
        host = Host("app", "icu", middleware=(name,))
        (job,) = make_plan(PLAYBOOK, Site("icu", "重症监护系统", hosts=(host,))).jobs
        assert len(job.steps) >= 5
        assert {step.id.partition(".")[0] for step in job.steps} == {name}
