"""Manuals and plans as data: what the inventory knows, marked gaps for the rest, and never a secret."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hmaint.engine.plan import address_of
from hmaint.errors import Place
from hmaint.kit.clock import CHINA
from hmaint.model.inventory import (
    Backup,
    Copy,
    Database,
    Device,
    Endpoint,
    Hospital,
    Host,
    Inventory,
    Secret,
    Site,
    Snmp,
    Ssh,
    Vendor,
)
from hmaint.model.playbook import Keep, Selector, Step
from hmaint.report.agreement import disagreements
from hmaint.report.deployment import deployment_manual
from hmaint.report.estate import BLANK, Estate
from hmaint.report.estate_assets import protocol
from hmaint.report.form import find_form
from hmaint.report.operation import Inspection, operation_manual
from hmaint.report.plans import emergency_plan, recovery_plan

PLAIN = Secret("plain", "Winter-2026!")
SITE = Site(
    "icu",
    "重症监护系统",
    "icu-2026",
    hosts=(
        Host("app-1", "icu", "10.1.2.11", roles=("app",), services=("tomcat",), ports=(8080,), logs=("/a.log",)),
        Host("win-1", "icu", "10.1.2.13", platform="windows", services=("Icu Agent",), ssh=Ssh("hm", key="~/k")),
        Host("db-1", "icu", "10.1.2.12", roles=("DB",), ssh=Ssh("hm", password=PLAIN, jumps=("app-1",))),
        Host("bare", "icu", "10.1.2.14"),
        Host("here", "icu", connection="local", title="本机", roles=("app",), ssh=Ssh("hm")),
    ),
    databases=(
        Database("main", "icu", "mysql", "10.1.2.12", 3306, "ro", Secret("secret", "main-key"), "icu"),
        Database("lone", "icu", "oracle", "10.1.2.15", 1521, "ro", PLAIN, service="orcl"),
    ),
    devices=(
        Device("core", "icu", "10.1.0.1", model="switch", snmp=Snmp("2c", PLAIN)),
        Device("ups", "icu", "10.1.0.2", model="ups", snmp=Snmp("3", None, "hm", "sha256", PLAIN)),
    ),
    endpoints=(Endpoint("portal", "icu", url="https://10.1.2.11/"), Endpoint("hl7", "icu", mllp="10.1.2.11:6661")),
    backups=(
        Backup("full", "icu", "/b/full.gz", "db-1", "main", max_age=93_600, copies=(Copy("app-1", "/c"),)),
        Backup("files", "icu", "/b/files.gz", "app-1", schedule="weekly", copies=(Copy("app-1", "/d"),)),
    ),
)  # fmt: skip
STEP = Step(
    "linux.disk", "磁盘空间", "linux_command", Selector("host"), None, Keep(), Place("x"), category="磁盘",
    advice="清理 {{ mount }} 下的日志",
)  # fmt: skip


def estate(site: Site = SITE) -> Estate:
    inventory = Inventory(
        Path("inventory.yaml"),
        Hospital("青海示范医院", "信息科"),
        Vendor("某公司", "张三", "400"),
        {site.name: site},
    )
    addresses = {target.name: address_of(target) for target in site.targets()}
    when = datetime(2026, 11, 21, 9, 32, tzinfo=CHINA)
    return Estate(inventory, site, addresses, "资产清单 icu（abc）", "张工", when)


def papers(of: Estate) -> dict[str, dict[str, Any]]:
    inspections = [
        Inspection("inspect/monthly", "月度远程巡检", "远程", (STEP,)),
        Inspection(
            "inspect/own",
            "本院巡检",
            "",
            (replace(STEP, id="a"), replace(STEP, id="b", category="", advice="")),
        ),
    ]
    return {
        "deployment-manual": deployment_manual(of),
        "operation-manual": operation_manual(of, inspections),
        "emergency-plan": emergency_plan(of),
        "disaster-recovery-plan": recovery_plan(of),
    }


PAPERS = papers(estate())
EMPTY = papers(estate(Site("icu", "重症监护系统")))


@pytest.mark.parametrize("form_id", PAPERS)
def test_data_and_form_agree_also_of_an_empty_site(form_id: str) -> None:
    fields = find_form(form_id, None).fields
    assert disagreements(PAPERS[form_id], fields) == []
    assert disagreements(EMPTY[form_id], fields) == []


@pytest.mark.parametrize("form_id", PAPERS)
def test_no_secret_nor_the_name_of_one_is_told(form_id: str) -> None:
    told = json.dumps(PAPERS[form_id], ensure_ascii=False)
    assert "Winter" not in told
    assert "main-key" not in told


@pytest.mark.parametrize("form_id", PAPERS)
def test_blanks_are_counted_as_they_stand(form_id: str) -> None:
    data = PAPERS[form_id]
    assert data["blanks"] == json.dumps(data, ensure_ascii=False).count(BLANK) > 0


def test_services_are_started_as_their_platform_has_it() -> None:
    services = {row["service"]: row["start"] for row in PAPERS["deployment-manual"]["services"]}
    assert services == {"tomcat": "systemctl start tomcat", "Icu Agent": 'Start-Service "Icu Agent"'}


def test_accounts_are_told_with_where_their_secret_is_kept() -> None:
    kept = {(row["where"], row["user"]): row["kept"] for row in PAPERS["deployment-manual"]["accounts"]}
    assert kept == {
        ("win-1", "hm"): "私钥文件",
        ("db-1", "hm"): "写在清单中，须移入加密口令库",
        ("main", "ro"): "加密口令库",
        ("lone", "ro"): "写在清单中，须移入加密口令库",
        ("core", "团体名，按口令保管"): "写在清单中，须移入加密口令库",
        ("ups", "hm"): "写在清单中，须移入加密口令库",
    }


def test_what_the_inventory_lacks_is_listed_as_lacking() -> None:
    gaps = {row["where"]: row["what"] for row in PAPERS["deployment-manual"]["gaps"]}
    assert gaps["bare"] == "清单中没有登记服务、端口、日志位置、用途"
    assert "app-1" not in gaps
    assert "没有登记该数据库的备份" in gaps["lone"]


def test_a_copy_on_the_same_host_is_no_copy_elsewhere() -> None:
    gaps = {row["where"]: row["what"] for row in PAPERS["disaster-recovery-plan"]["gaps"]}
    assert "没有登记另一主机上的副本" in gaps["files"]
    assert "full" not in gaps


def test_no_target_of_recovery_is_made_up_and_nothing_is_said_to_be_measured() -> None:
    targets = PAPERS["disaster-recovery-plan"]["targets"]
    assert [(row["name"], row["rpo_bound"], row["source"]) for row in targets] == [
        ("main", "26 小时", "full"),
        ("lone", "未登记备份", "无"),
        ("files", "26 小时", "files"),
    ]
    assert {(row["rto"], row["rpo"], row["rto_measured"]) for row in targets} == {
        (BLANK, BLANK, "无演练记录")
    }


def test_things_come_back_in_the_order_of_what_they_stand_on() -> None:
    order = PAPERS["emergency-plan"]["order"]
    assert [row["name"] for row in order] == [
        *("core", "ups", "db-1", "main", "lone", "app-1", "win-1", "bare", "here", "portal", "hl7"),
    ]
    assert {row["why"] for row in order if row["name"] in ("win-1", "bare")} == {"角色未登记，次序待确认"}


def test_levels_name_no_time_that_the_contract_has_not_told() -> None:
    for level in PAPERS["emergency-plan"]["levels"]:
        assert (level["response"], level["arrival"], level["restore"]) == (BLANK, BLANK, BLANK)


def test_a_manual_tells_each_check_once_with_its_advice_for_people() -> None:
    manual = PAPERS["operation-manual"]
    assert [(row["per"], row["checks"]) for row in manual["inspections"]] == [("每月", "1"), (BLANK, "2")]
    assert (
        manual["inspections"][0]["command"] == "hmaint inspect --site icu --playbook inspect/monthly --report"
    )
    assert [
        (topic["name"], [check["advice"] for check in topic["checks"]]) for topic in manual["topics"]
    ] == [
        ("磁盘", ["清理 〈mount〉 下的日志"]),
        ("其他", ["检查项未附建议，由工程师判断"]),
    ]


def test_the_same_inventory_gives_the_same_digest_whenever_it_is_told() -> None:
    later = replace(estate(), at=datetime(2026, 11, 21, 17, 0, tzinfo=CHINA))
    assert emergency_plan(later)["digest"] == PAPERS["emergency-plan"]["digest"]


@pytest.mark.parametrize(
    ("endpoint", "spoken"),
    [
        (Endpoint("a", "s", url="http://a/"), "HTTP"),
        (Endpoint("a", "s", tls="a:636"), "TLS"),
        (Endpoint("a", "s", mllp="a:1"), "MLLP"),
        (Endpoint("a", "s", dicom="a:104"), "DICOM"),
    ],
)
def test_endpoints_are_named_by_their_protocol(endpoint: Endpoint, spoken: str) -> None:
    assert protocol(endpoint) == spoken


def test_a_plan_without_a_database_or_backup_on_its_list_does_not_say_that_nothing_lacks() -> None:
    bare = papers(estate(replace(SITE, databases=(), backups=())))
    assert [row["what"] for row in bare["disaster-recovery-plan"]["gaps"]] == [
        "清单中没有登记数据库和备份，缺什么无从判断"
    ]
