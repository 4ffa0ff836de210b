"""What goes where, and what is refused whole."""

from __future__ import annotations

import pytest

from hmaint.engine.plan import make_plan
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, visit
from hmaint.errors import Place, Refused, WrongUsage
from hmaint.kit.clock import SystemClock
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Database, Endpoint, Host, Site
from hmaint.model.playbook import Level, Playbook, Risk, Selector
from tests.engine.steps import step

SITE = Site(
    "icu",
    "重症监护系统",
    hosts=(Host("app", "icu", roles=("app",)), Host("db", "icu", roles=("db",))),
    databases=(Database("main", "icu", "mysql"), Database("his", "icu", "oracle")),
    endpoints=(Endpoint("portal", "icu", url="https://127.0.0.1/"),),
)


def playbook(*steps):
    return Playbook("demo", "示例", "远程", steps, {}, "0" * 64, Place("demo.yaml"))


def chosen(plan):
    return {job.target.name: [s.id for s in job.steps] for job in plan.jobs}


def test_a_step_goes_to_the_targets_its_selector_names():
    steps = (
        step(id="a", on=Selector("host")),
        step(id="b", on=Selector("host", {"roles": ("db",)})),
        step(id="c", on=Selector("database", {"engine": ("mysql",)})),
        step(id="d", on=Selector("endpoint", {"types": ("tls",)})),
        step(id="e", on=Selector("host", {"has": ("services",)})),
    )
    assert chosen(make_plan(playbook(*steps), SITE)) == {
        "app": ["a"], "db": ["a", "b"], "main": ["c"], "his": [], "portal": ["d"],
    }  # fmt: skip


def test_a_playbook_that_changes_things_is_refused_whole_before_anything_is_touched():
    steps = (step(id="look"), step(id="act", risk=Risk.CHANGE))
    with pytest.raises(Refused, match="act"):
        make_plan(playbook(*steps), SITE)
    assert make_plan(playbook(*steps), SITE, allowed=Risk.CHANGE).jobs


def test_a_limit_or_a_tag_that_leaves_nothing_is_wrong_usage():
    with pytest.raises(WrongUsage, match="app"):
        make_plan(playbook(step()), SITE, limit="nobody*")
    with pytest.raises(WrongUsage, match="monthly"):
        make_plan(playbook(step(tags=("monthly",))), SITE, tags=("yearly",))
    with pytest.raises(WrongUsage, match="bare"):
        make_plan(playbook(step()), Site("bare", "空"))


def test_a_database_of_an_engine_nobody_looks_at_was_not_examined_and_is_not_passed_over():
    plan = make_plan(playbook(step(on=Selector("database", {"engine": ("mysql",)}))), SITE)
    oracle = next(job for job in plan.jobs if job.target.name == "his")
    nothing = Tools(SystemClock(), None, None, None, None, Redactor())
    seen = visit(Errand(oracle, SITE, {}, nothing))
    assert seen.result.level is Level.UNKNOWN
    assert "oracle" in str(seen.result.error)


def test_a_target_of_a_kind_the_playbook_does_not_speak_of_is_not_applicable():
    plan = make_plan(playbook(step(on=Selector("host"))), SITE)
    database = next(job for job in plan.jobs if job.target.name == "main")
    nothing = Tools(SystemClock(), None, None, None, None, Redactor())
    assert visit(Errand(database, SITE, {}, nothing)).result.level is Level.SKIPPED
