"""部署手册 as it is laid out: what stands where, how it is started, configured, reached and kept."""

from __future__ import annotations

from hmaint.report.source import assets
from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, lead, passages, revisions
from hmaint.report.source.service import backups
from hmaint.report.source.sheet import WRITING, Layout, heading, note, signatures, title


def layout() -> Layout:
    """Lay out the whole manual."""
    return document(
        "部署手册",
        title("{{ title }}"),
        particulars((("编制人", "{{ author }}"), ("待填写处", "{{ blanks }} 处，均标“［待填写］”"))),
        heading("一、系统概况"),
        passages(("系统用途", "{{ purpose }}"), ("部署规模", "{{ scale }}"), ("网络结构", "{{ network }}")),
        heading("二、服务器"),
        assets.hosts(),
        heading("三、端口"),
        _ports(),
        heading("四、服务的启动与停止"),
        lead("命令按清单登记的服务名写出，尚未在现场执行；首次使用前须由维护工程师核对。停止服务须先取得医院同意。"),
        assets.services(),
        note(""),
        passages(("启停顺序", "{{ order }}")),
        heading("五、配置、日志与证书"),
        assets.configuration(),
        note(""),
        passages(("应用配置文件", "{{ settings }}"), height=WRITING),
        heading("六、数据库"),
        assets.databases(),
        heading("七、账号（不含口令）"),
        lead("本手册不记录口令；口令保管在下列位置，由医院授权的人员管理。"),
        _accounts(),
        heading("八、服务接口"),
        assets.endpoints(),
        heading("九、网络设备、存储与电源"),
        assets.devices(),
        heading("十、备份"),
        backups(),
        heading("十一、安装、验证与回退"),
        passages(("安装介质", "{{ media }}"), ("安装步骤", "{{ installation }}"), ("验证方法", "{{ verification }}"),
                 ("回退方法", "{{ rollback }}"), height=WRITING),
        heading("十二、本手册尚缺的内容"),
        assets.gaps(),
        heading("十三、修订记录"),
        revisions(),
        heading("十四、签字确认"),
        signatures("维护单位签字", "医院签字"),
        note("签字栏须手写。"),
    )  # fmt: skip


def _ports() -> str:
    return listing(
        "item in ports",
        SERIAL,
        Column("主机", "host", 2600),
        Column("端口", "port", 1000, "center"),
        Column("用途", "use", 5364),
        none="清单中没有登记端口，须现场填写",
    )


def _accounts() -> str:
    return listing(
        "item in accounts",
        SERIAL,
        Column("使用位置", "where", 2600),
        Column("账号", "user", 1800),
        Column("用途与权限", "use", 2664),
        Column("口令或密钥保管", "kept", 1900),
        none="清单中没有登记账号，须现场填写",
    )
