"""Contracts' profiles: the examples are sound and carry no sentences, and every fault has its place and words."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.i18n import speak
from hmaint.kit.resources import shipped
from hmaint.load.contract import (
    is_example,
    list_contracts,
    load_contract,
    load_rectification,
    open_contract,
    read_contract,
    survey_contract,
)
from hmaint.load.contract_schema import contract_schema
from hmaint.load.yaml import read_yaml
from hmaint.model.contract import Contract
from hmaint.model.limit import AGREED, Limit, Window
from hmaint.model.playbook import Level
from hmaint.model.predicate import Among, Either

EXAMPLES = sorted(shipped("contracts").glob("*.yaml"))

OWN_NAMES = {"always", "office", "phone", "workday", "scope", "difficulty"}
"""Keys that a contract makes up itself."""
SOUND = """
schema: hmaint.contract/1
id: c
title: 示例
term: {length: P1Y, start: {anchor: signed, offset_days: 1}}
dates: {signed: 2026-03-01}
calendars:
  always: {kind: continuous}
  office: {kind: hours, days: cn-statutory, windows: ["08:00-12:00", "14:00-18:00"]}
  phone: {kind: hours, days: everyday, windows: null, hours_per_day: 8}
  workday: {kind: cn-statutory}
channels: [{id: phone, name: 电话}]
service_hours: [{channel: phone, calendar: phone}]
personnel: [{id: C-9, role: 项目经理, count: 1, fixed: true}]
availability: {max_downtime: PT8H, per: year}
incident:
  dimensions: {scope: [个人, 科室, 全院], difficulty: free}
  clock_rules: {from: notified, pause: none, combine: strictest, on_reclassify: keep_start}
  levels:
    - id: P1
      name: 重大
      criteria: {any: [业务中断, {all: ["影响范围 > 1 个检查室", "时长 > PT15M"]}]}
      clocks:
        - {id: response, limit: PT15M, calendar: always, from: reported, until: responded}
        - {id: onsite, limit: PT0S, immediate: true, from: reported, until: arrived, condition: onsite_needed}
  classes:
    - {id: other, name: 其他, clocks: [{id: resolve, limit: null, from: notified, until: resolved}]}
  always_do: [{id: C-2, act: feedback_to_reporter, on: resolved}]
triggered:
  - {id: C-3, on: incident.resolved, when: "level in [P1] or scope in [科室, 全院]", deliver: rca, within: {n: 3, unit: workday}}
  - {id: C-4, on: contract.signed, deliver: [rca, log], within: {n: 1, unit: month}}
obligations:
  - {id: C-1, title: 巡检, kind: inspection, per: month, evidence: [log], cli: auto}
  - {id: C-1b, title: 装订, kind: bundle, per: contract, at: end, evidence: [log], size: [2, 3]}
on_demand: [{id: C-5, title: 培训, evidence: [log]}]
quotas: [{id: C-6, what: 报表, limit: 10, unit: 张, per: contract}]
requirements:
  free_quota: {limit: 5, unit: person_workday, per: request, inclusive: true}
  overall_cap: {limit: P3M, clause: C-7}
  grades:
    - {id: bug, kind: bug, clocks: [{id: fix, limit: agreed, cap: P3M, from: accepted, until: fixed}]}
upgrade:
  gates: [{id: application, required: true, doc: log}]
  after: {doc: log, within: null, clause: C-8}
backup: {full: null, copies: [local, offsite], drill: {per: quarter, doc: log}}
assessment: {cycle: half_year, pay: {share: "0.5", of: annual_fee}}
deductions:
  verify: {required: true}
  classes:
    - id: ordinary
      name: 普通
      rules: [{id: D-1, when: "same_issue_warnings >= 3", rate: "0.01", base: service_fee}]
fees: {annual_fee: "120000.00"}
rectification: {critical: 3wd, warning: 1mo}
security: [{id: C-10, deliver: rca, who: each_person}]
documents:
  - {id: log, name: 记录}
  - {id: rca, name: 报告, fields: [事件], parts: [log]}
ambiguities:
  - id: A-1
    text: 没有期限
    proposal: 三日
    needs: written_confirmation
    about: [C-3, P1, P1.response, rca, availability]
    readings:
      - {id: three, title: 三日, changes: {C-3: {within: 3wd}, P1.response: {calendar: office, from: notified}}}
      - {id: none, title: 不定}
duties: [{id: C-11, title: 保密}]
"""  # noqa: E501 - a clause is a line in profiles


def written(folder: Path, text: str) -> Path:
    path = folder / "c.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Contract:
    return read_contract(written(tmp_path, SOUND))


def test_five_examples_ship_and_are_sound() -> None:
    assert [path.stem for path in EXAMPLES] == ["s0", "s1", "s2", "s3", "s4"]
    for path in EXAMPLES:
        contract, faults = survey_contract(path)
        assert contract is not None, "\n".join(map(str, faults))
        assert not contract.dates, "an example is in force nowhere"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_carry_no_words_of_the_contracts(path: Path) -> None:
    assert not re.search(r"\bquote:", path.read_text("utf-8").partition("schema:")[2])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_question_of_an_example_says_what_it_bears_on(path: Path) -> None:
    contract = read_contract(path)
    assert all(each.about or each.needs == "note" for each in contract.ambiguities)
    assert len(contract.ambiguities) >= 5


def test_what_a_profile_says_is_in_the_contract(sound: Contract) -> None:
    assert sound.incident is not None
    level = sound.incident.levels[0]
    assert [clock.limit for clock in level.clocks] == [Limit(900, "second"), Limit(0, "second")]
    assert isinstance(level.criteria, Either)
    assert sound.incident.dimensions == {"scope": ("个人", "科室", "全院"), "difficulty": ()}
    assert sound.calendars["office"].windows == (Window(28800, 43200), Window(50400, 64800))
    assert sound.calendars["phone"].seconds_per_day == 28800
    assert isinstance(sound.triggered[0].when, Either)
    assert sound.triggered[0].when.parts[1] == Among("scope", ("科室", "全院"))
    assert sound.triggered[1].deliver == ("rca", "log")
    assert sound.requirements is not None
    fix = sound.requirements.grades[0].clocks[0]
    assert (fix.limit, fix.cap) == (AGREED, Limit(3, "month"))
    assert sound.deductions.rules[0].rate == Decimal("0.01")
    assert sound.deductions.verify_required
    assert sound.fees == {"annual_fee": Decimal("120000.00")}
    assert sound.assessment is not None
    assert sound.assessment.pay_share == Decimal("0.5")
    assert sound.ambiguities[0].readings[0].changes == {
        "C-3": {"within": Limit(3, "workday")},
        "P1.response": {"calendar": "office", "starts": "notified"},
    }
    assert sound.obligations[1].size == (2, 3)
    assert len(sound.sha256) == 64


def test_quotes_are_optional_and_kept(tmp_path: Path) -> None:
    text = SOUND.replace("kind: inspection, per: month", "kind: inspection, per: month, quote: 每月一次")
    assert read_contract(written(tmp_path, text)).obligations[0].quote == "每月一次"


FAULTS: tuple[tuple[str, str, str, str], ...] = (
    # what is written well, what somebody wrote, where, and what they are told
    ("schema: hmaint.contract/1", "schema: hmaint.contract/2", "2:9", "hmaint.contract/1"),
    ("title: 示例\n", "title: 示例\ntitel: 示例\n", "5:1", "title"),
    ("length: P1Y", "length: 1 year", "5:16", "P3M"),
    ("length: P1Y", "length: P1YT3H", "5:16", "混用"),
    ("length: P1Y", "length: PT8H", "5:16", "P1Y"),
    ("anchor: signed", "anchor: sigend", "5:37", "signed"),
    ("offset_days: 1", "offset_days: -1", "5:58", "不能小于 0"),
    ("{signed: 2026-03-01}", "{signed: 2026-02-30}", "6:17", "2026-03-01"),
    ("{signed: 2026-03-01}", "{signed: 2026-03-01, end: 2025-01-01}", "6:34", "早于"),
    ("kind: continuous", "kind: contineous", "8:18", "continuous"),
    ("kind: continuous", 'kind: continuous, windows: ["08:00-12:00"]', "8:30", "kind: hours"),
    ("days: cn-statutory, windows", "days: workdays, windows", "9:31", "cn-statutory"),
    ("kind: hours, days: cn-statutory, windows", "kind: hours, windows", "9:11", "days"),
    ('"14:00-18:00"', '"11:30-18:00"', "9:70", "早于上一段"),
    ('"14:00-18:00"', '"18:00-14:00"', "9:70", "24:00"),
    ('"14:00-18:00"', '"14:00-25:00"', "9:70", "24:00"),
    ('"14:00-18:00"', '"14-18"', "9:70", "windows"),
    ("hours_per_day: 8", "hours_per_day: 25", "10:70", "24"),
    ("windows: null, hours_per_day", 'windows: ["08:00-16:00"], hours_per_day', "10:66", "hours_per_day"),
    ("calendar: phone}]", "calendar: fone}]", "13:44", "phone"),
    ("fixed: true", "fixed: yes", "14:52", "true"),
    ("max_downtime: PT8H", "max_downtime: 3wd", "15:30", "PT8H"),
    ("clock_rules: {from: notified, pause: none", "clock_rules: {from: notified, pause: maybe", "18:40", "none"),
    ("clock_rules: {from: notified, ", "clock_rules: {", "18:", "from"),
    ("{any: [业务中断, ", "{any: [业务中断], all: [", "22:17", "all"),
    ('"时长 > PT15M"', '"时长 > PT15"', "22:", "PT15"),
    ('"影响范围 > 1 个检查室"', '"影响范围 > > 1"', "22:", ">"),
    ("limit: PT15M, calendar: always", "limit: 15, calendar: always", "24:33", "加引号"),
    ("limit: PT15M, calendar: always", "limit: PT15M, calendar: allways", "24:", "always"),
    ("limit: PT15M, calendar: always", "limit: P99Y, calendar: always", "24:", "十年"),
    ("limit: PT0S, immediate: true", "limit: PT1H, immediate: true", "25:", "PT0S"),
    ("id: onsite, limit", "id: response, limit", "25:", "response"),
    ("until: resolved}]}", "untill: resolved}]}", "27:", "until"),
    ("level in [P1] or", "level in [P9] or", "30:", "P9"),
    ("level in [P1] or", "level in [P1 or", "30:", "]"),
    ("level in [P1] or", "__import__('os') or", "30:", "“(”"),
    ("scope in [科室, 全院]", "scope in [科室, 全国]", "30:", "全国"),
    ("scope in [科室, 全院]", "skope in [科室]", "30:", "scope"),
    ("scope in [科室, 全院]", "scope > 科室", "30:", ">"),
    ("deliver: rca, within: {n: 3, unit: workday}", "deliver: rcaa, within: {n: 3, unit: workday}", "30:", "rca"),
    ("{n: 3, unit: workday}", "{n: 3, unit: fortnight}", "30:", "workday"),
    ("{n: 3, unit: workday}", "{n: three, unit: workday}", "30:", "n "),
    ("{n: 3, unit: workday}}", "{n: 3, unit: workday}, with: x}", "30:", "with"),
    ("per: month, evidence: [log]", "per: fortnight, evidence: [log]", "33:", "month"),
    ("per: month, evidence: [log]", "per: month, evidence: [lgo]", "33:", "log"),
    ("per: month, evidence: [log]", "per: month, evidence: log", "33:", "[a, b]"),
    ("{id: C-1, title: 巡检, kind", "{id: C-1, kind", "33:", "title"),
    ("{id: C-1, title", "{id: C-3, title", "33:", "C-3"),
    ("{id: C-1, title", "{id: 1, title", "33:", "id"),
    ("per: contract, at: end", "per: year, at: end", "34:", "per: contract"),
    ("size: [2, 3]", "size: [3, 2]", "34:", "较小"),
    ("limit: 10, unit: 张", "limit: -1, unit: 张", "36:", "0"),
    ("limit: agreed, cap: P3M", "limit: 3wd, cap: P3M", "41:", "agreed"),
    ('share: "0.5"', "share: 0.5", "46:", "share"),
    ('share: "0.5"', 'share: "1.5"', "46:", "1.5"),
    ('rate: "0.01"', "rate: 0.01", "52:", "rate"),
    ('"same_issue_warnings >= 3"', '"same_issue_warning >= 3"', "52:", "same_issue_warnings"),
    ('"same_issue_warnings >= 3"', "disaster_struck", "52:", "disaster_struck"),
    ('when: "same_issue_warnings >= 3", ', "", "52:", "when"),
    ('annual_fee: "120000.00"', "annual_fee: 120000.00", "53:", "annual_fee"),
    ("critical: 3wd", "critical: soon", "54:", "3d"),
    ("critical: 3wd", "crit: 3wd", "54:", "critical"),
    ("parts: [log]", "parts: [lag]", "58:", "log"),
    ("- {id: log, name: 记录}", "- {id: log, name: 记录}\n  - {id: log, name: 又一}", "58:", "log"),
    ("needs: written_confirmation", "needs: confirmation", "63:", "written_confirmation"),
    ("about: [C-3, P1,", "about: [C-3, P9,", "64:", "P9"),
    ("changes: {C-3: {within: 3wd}", "changes: {C-33: {within: 3wd}", "66:", "C-3"),
    ("changes: {C-3: {within: 3wd}", "changes: {C-3: {limit: 3wd}", "66:", "within"),
    ("{calendar: office, from", "{calendar: offiz, from", "66:", "offiz"),
    ("- {id: none, title: 不定}", "- {id: three, title: 不定}", "67:", "three"),
)  # fmt: skip


@pytest.fixture
def chinese() -> object:
    speak("zh")
    yield
    speak("en")


def test_the_good_twin_of_every_fault_is_sound(tmp_path: Path) -> None:
    assert len(FAULTS) >= 40
    assert read_contract(written(tmp_path, SOUND)).id == "c"
    for right, wrong, _place, _words in FAULTS:
        assert SOUND.count(right) == 1, f"{right!r} must be there once"
        assert right != wrong


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("right", "wrong", "place", "words"), FAULTS, ids=[fault[1][:40] for fault in FAULTS]
)
def test_a_fault_is_told_with_its_place_and_what_to_do(
    tmp_path: Path, right: str, wrong: str, place: str, words: str
) -> None:
    path = written(tmp_path, SOUND.replace(right, wrong))
    with pytest.raises(BadFile) as bad:
        read_contract(path)
    told = [str(fault) for fault in bad.value.faults]
    assert any(f"c.yaml:{place}" in fault and words in fault for fault in told), told
    assert len(told) <= 3, told


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SOUND
    for right, wrong, _place, _words in (FAULTS[1], FAULTS[9], FAULTS[32], FAULTS[44], FAULTS[60]):
        text = text.replace(right, wrong)
    with pytest.raises(BadFile) as bad:
        read_contract(written(tmp_path, text))
    lines = [fault.place.line for fault in bad.value.faults]
    assert lines == sorted(lines)
    assert len(set(lines)) == 5


@pytest.mark.parametrize("text", ["", "[]", "a: b", "- 1", "schema: [", "id: !secret x", "\x00"])
def test_what_is_no_profile_at_all_is_told_and_nothing_breaks(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadFile):
        read_contract(written(tmp_path, text))


def test_the_schema_for_editors_knows_every_key_that_the_examples_use() -> None:
    schema = contract_schema()
    text = json.dumps(schema)
    assert schema["additionalProperties"] is False
    for key in re.findall(r"[{ ]([a-z_]+): ", SOUND):
        assert f'"{key}"' in text or key in OWN_NAMES, key
    properties = schema["properties"]
    assert isinstance(properties, dict)
    for path in EXAMPLES:
        value = read_yaml(path).value
        assert isinstance(value, dict)
        assert set(value) <= set(properties)


def test_own_contracts_win_over_examples_and_an_example_is_in_force_nowhere(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "s3.yaml").write_text(SOUND, "utf-8")
    assert open_contract("s3", tmp_path).parent == tmp_path / "contracts"
    assert is_example(open_contract("s4", tmp_path))
    assert load_contract(tmp_path, "s4") is None
    found = load_contract(tmp_path, "s3")
    assert found is not None
    assert (found.name, found.id) == ("s3", "c")
    assert set(list_contracts(tmp_path)) == {"s0", "s1", "s2", "s3", "s4"}
    with pytest.raises(WrongUsage, match="s3"):
        open_contract("s33", tmp_path)


def test_how_long_findings_may_take_is_read_from_the_profile(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "c.yaml").write_text(SOUND, "utf-8")
    assert load_rectification(tmp_path, "c") == {
        Level.CRITICAL: Limit(3, "workday"),
        Level.WARNING: Limit(1, "month"),
    }
    assert load_rectification(tmp_path, "none") == {}
