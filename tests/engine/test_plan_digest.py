"""What an approval binds to: the same for the same plan whatever its layout, another for any change of anything."""
# ruff: noqa: E501 - a table with one case a line

from __future__ import annotations

import random
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hmaint.app.kinds import KINDS
from hmaint.engine.acts import draw, render
from hmaint.engine.plan_document import differences
from hmaint.errors import BadFile
from hmaint.load.plan import load_plan
from hmaint.load.yaml import parse_yaml
from hmaint.model.inventory import Site
from hmaint.model.upgrade_act import RenderedPlan, Reversal, TargetIdentity
from tests.duty.test_upgrade_gates import SITE
from tests.load.plans import PLAN, folder

SEEN = (
    TargetIdentity("icu-app-1", "host", "10.0.0.1:22", "ssh-ed25519 SHA256:a", "m1"),
    TargetIdentity("icu-app-2", "host", "10.0.0.2:22", "ssh-ed25519 SHA256:b", "m2"),
    TargetIdentity("icu-main", "database", "10.0.0.3:3306", database_id="uuid"),
)
CHANGES = [
    ("修复打印错行", "修复打印错列"),
    ("approvers: [李主任, 赵主任]", "approvers: [李主任]"),
    ("port: 8081", "port: 8082"),
    ("root: /opt/app,", "root: /opt/app2,"),
    ('to: "02:00"', 'to: "02:01"'),
    ("state: stopped", "state: started"),
    ("echo 1.1", "echo 1.2"),
    ("for: 10m", "for: 11m"),
    ("!secret tok", "!secret tok2"),
    ("serial: 1", "serial: 2"),
    ("question: 界面正常吗", "question: 界面正常么"),
    ("max_age: 24h", "max_age: 25h"),
]


def rendered(path: Path, text: str = PLAN, site: Site = SITE) -> RenderedPlan:
    plan = load_plan(folder(path, text), kinds=KINDS)
    return render(plan, draw(plan, site), SEEN)


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_any_change_of_a_word_is_another_plan_and_the_difference_is_shown(
    tmp_path: Path, before: str, after: str
) -> None:
    assert before in PLAN
    one, other = rendered(tmp_path / "a"), rendered(tmp_path / "b", PLAN.replace(before, after, 1))
    assert one.digest != other.digest
    changed = [line for line in differences(one.document, other.document) if line[:1] in "+-"]
    assert any(line[:1] == "+" for line in changed[2:])


def test_the_same_plan_in_another_layout_on_another_laptop_is_the_same(tmp_path: Path) -> None:
    text = "# 说明\n" + PLAN.replace("title: 重症系统升级", "title:    重症系统升级")
    one, other = rendered(tmp_path / "a"), rendered(tmp_path / "elsewhere" / "b", text)
    assert one.digest == other.digest
    assert str(tmp_path) not in one.document


def test_an_artefact_or_template_of_another_content_is_another_plan(tmp_path: Path) -> None:
    one = rendered(tmp_path / "a")
    plan = folder(tmp_path / "b")
    (plan.parent / "banner.txt").write_text("port {{ vars.port }}!\n")
    loaded = load_plan(plan, kinds=KINDS)
    assert render(loaded, draw(loaded, SITE), SEEN).digest != one.digest
    (plan.parent / "app.tar.gz").write_bytes(b"another\n")
    with pytest.raises(BadFile, match="SHA-256"):
        load_plan(plan, kinds=KINDS)


@given(st.permutations(SEEN))
def test_the_order_in_which_targets_were_met_does_not_count(order: list[TargetIdentity]) -> None:
    assert _WHOLE.digest == render(_WHOLE.plan, _DRAWN, order).digest


@given(st.sampled_from(range(len(SEEN))), st.data())
def test_a_target_that_is_another_one_is_another_plan(number: int, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([each.name for each in fields(TargetIdentity) if each.name != "kind"]))
    changed = replace(SEEN[number], **{name: getattr(SEEN[number], name) + "x"})
    others = [each for place, each in enumerate(SEEN) if place != number]
    assert render(_WHOLE.plan, _DRAWN, [changed, *others]).digest != _WHOLE.digest


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_keys_in_any_order_are_the_same_plan(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    luck = random.Random(seed)  # noqa: S311 - an order, not a secret
    written = parse_yaml(PLAN.replace("!secret tok", "a-secret"), "plan").value
    shuffled = yaml.safe_dump(_shuffled(written, luck), allow_unicode=True, sort_keys=False)
    text = shuffled.replace("a-secret", "!secret tok")
    assert rendered(tmp_path_factory.mktemp("shuffled"), text).digest == _WHOLE.digest


def _shuffled(value: Any, luck: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        luck.shuffle(keys)
        return {key: _shuffled(value[key], luck) for key in keys}
    return [_shuffled(each, luck) for each in value] if isinstance(value, list) else value


def test_no_secret_stands_in_what_is_kept(tmp_path: Path) -> None:
    assert "!secret tok" in rendered(tmp_path).document


def test_steps_go_host_by_host_the_first_alone_and_databases_once(tmp_path: Path) -> None:
    whole = rendered(tmp_path)
    waves = [(act.wave, act.id) for act in whole.acts]
    assert waves == sorted(waves, key=lambda pair: pair[0])
    ids = [act.id for act in whole.acts]
    assert ids[:6] == [f"{name}@icu-app-1" for name in ("stop", "bring", "unpack", "link", "conf", "banner")]
    assert ids[6:12] == [
        f"{name}@icu-app-2" for name in ("stop", "bring", "unpack", "link", "conf", "banner")
    ]
    assert ids.count("migrate@icu-main") == 1
    assert ids[-1] == "sure@-"
    # Only when the last block with the first host is done is that host whole.
    checked = [act.id for act in whole.acts if act.wave in whole.checkpoints]
    assert checked == ["again@icu-app-1"]


def test_all_hosts_at_once_where_nothing_else_is_said(tmp_path: Path) -> None:
    whole = rendered(tmp_path, PLAN.replace("rollout: {serial: 1, canary: icu-app-1}\n", ""))
    first = {act.id for act in whole.acts if act.wave == 0}
    assert first == {"stop@icu-app-1", "stop@icu-app-2"}
    assert whole.checkpoints == ()


def test_words_are_filled_in_for_each_target_and_quoted(tmp_path: Path) -> None:
    text = PLAN.replace(
        "targets: {icu-app-1: {port: 8081}}", 'targets: {icu-app-1: {root: "/opt/a\'b; rm -rf $HOME"}}'
    )
    whole = rendered(tmp_path, text)
    one, other = whole.act("poke@icu-app-1"), whole.act("poke@icu-app-2")
    assert one is not None
    assert other is not None
    assert "'/opt/a'\"'\"'b; rm -rf $HOME'" in one.do.text  # type: ignore[union-attr] # a script
    assert "/opt/app" in other.do.text  # type: ignore[union-attr] # a script


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("canary: icu-app-1", "canary: icu-app-9", "icu-app-9"),
        ("targets: {icu-app-1:", "targets: {icu-app-9:", "icu-app-9"),
        ("{name: icu-full, max_age: 24h, of: icu-main}", "{name: icu-fuil}", "icu-full"),
        ("of: icu-main", "of: his-main", "icu-main"),
        ("on: {hosts: {roles: [app]}}", "on: {hosts: {roles: [nobody]}}", "poke"),
        ("do: sql, on: databases", "do: sql, on: {databases: {engine: oracle}}", "migrate"),
        ("{id: app.version, title: 版本, do: shell, on: hosts", "{id: app.version, title: 版本, do: shell, on: {hosts: {roles: [x]}}", "app.version"),
        ("{id: app.version, title: 版本, do: shell, on: hosts", "{id: app.version, title: 版本, do: shell, on: {hosts: {name: [icu-app-2]}}", "canary icu-app-1|首台 icu-app-1"),
        ("with: {script: script}", "with: {script: script, transaction: true}", "migrate@icu-main"),
        ("with: {script: script}, undo", "with: {statements: [COMMIT]}, undo", "migrate@icu-main"),
        ('"{{ vars.root }}/1.1"', '"{{ vars.port }}"', "unpack@"),
    ],
)  # fmt: skip
def test_what_the_site_does_not_have_is_refused_before_anything_is_looked_at(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    assert before in PLAN
    with pytest.raises(BadFile, match=words):
        rendered(tmp_path, PLAN.replace(before, after, 1))


def test_what_only_a_visit_can_tell_is_no_word_of_a_plan(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="poke@icu-app-1"):
        rendered(tmp_path, PLAN.replace("curl --data @- {{ vars.root }}", "curl {{ host.kernel }}"))


def test_a_flag_is_never_written_into_a_file_as_people_say_it(tmp_path: Path) -> None:
    text = PLAN.replace("port: 8080}", "port: true}")
    with pytest.raises(BadFile, match="banner@icu-app-2"):
        rendered(tmp_path, text)


def test_behind_the_point_of_no_return_every_act_is_marked(tmp_path: Path) -> None:
    text = PLAN.replace("undo: {script: back}", "undo: none") + "point_of_no_return: migrate\n"
    whole = rendered(tmp_path, text)
    marked = {act.step for act in whole.acts if act.beyond}
    assert marked == {"migrate", "poke", "start", "settle", "page", "again", "sure"}
    migrate = whole.act("migrate@icu-main")
    assert migrate is not None
    assert (migrate.reversal, migrate.undo) == (Reversal.NONE, None)


@pytest.fixture(scope="module", autouse=True)
def _once(tmp_path_factory: pytest.TempPathFactory) -> None:
    global _WHOLE, _DRAWN  # noqa: PLW0603 - made once for all examples of the property tests
    plan = load_plan(folder(tmp_path_factory.mktemp("once")), kinds=KINDS)
    _DRAWN = draw(plan, SITE)
    _WHOLE = render(plan, _DRAWN, SEEN)


_WHOLE: Any = None
_DRAWN: Any = None
