"""How data is restored by hand, step by step for each engine and each kind of loss, with commands to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Step(NamedTuple):
    """One thing to do, an example of the command, and how to know that it went well."""

    action: str
    command: str = ""
    confirm: str = ""


class Scenario(NamedTuple):
    """A kind of loss, when it is this one, what must not be done, and the way back."""

    name: str
    when: str
    warning: str
    steps: tuple[Step, ...]


ENGINES: Mapping[str, str] = {
    "mysql": "MySQL / MariaDB", "postgresql": "PostgreSQL", "oracle": "Oracle", "sqlserver": "SQL Server",
    "sqlite": "SQLite",
}  # fmt: skip
_RESTORE: Mapping[str, str] = {
    "mysql": "gzip -dc 〈备份文件〉 | mysql -h 〈恢复服务器〉 -u 〈账号〉 -p 〈恢复库〉",
    "postgresql": "createdb -h 〈恢复服务器〉 〈恢复库〉 && "
    "pg_restore -h 〈恢复服务器〉 -d 〈恢复库〉 --exit-on-error 〈备份文件〉",
    "oracle": "impdp 〈账号〉@〈恢复服务〉 directory=〈目录〉 dumpfile=〈备份文件〉 logfile=〈日志〉",
    "sqlserver": "RESTORE DATABASE 〈恢复库〉 FROM DISK = N'〈备份文件〉' WITH MOVE …, CHECKSUM",
    "sqlite": "cp 〈备份文件〉 〈恢复库〉 && sqlite3 〈恢复库〉 'PRAGMA integrity_check'",
}
_TABLE: Mapping[str, str] = {
    "mysql": 'mysqldump --no-create-info --where="〈条件〉" 〈恢复库〉 〈表〉 > 〈导出文件〉',
    "postgresql": "pg_dump -h 〈恢复服务器〉 -d 〈恢复库〉 --data-only -t 〈表〉 -f 〈导出文件〉",
    "oracle": "expdp 〈账号〉@〈恢复服务〉 tables=〈属主.表〉 query=〈条件〉 dumpfile=〈导出文件〉",
    "sqlserver": "SELECT … INTO 〈核对表〉 FROM 〈恢复库〉.dbo.〈表〉 WHERE 〈条件〉",
    "sqlite": 'sqlite3 〈恢复库〉 ".mode insert 〈表〉" "select * from 〈表〉 where 〈条件〉" > 〈导出文件〉',
}
_LATER: Mapping[str, str] = {
    "mysql": 'mysqlbinlog --stop-datetime="〈时刻〉" 〈二进制日志〉 | mysql 〈恢复库〉',
    "postgresql": "recovery_target_time = '〈时刻〉'（物理备份与 WAL 归档齐全时）",
    "oracle": 'RMAN：SET UNTIL TIME "〈时刻〉"; RESTORE DATABASE; RECOVER DATABASE;',
    "sqlserver": "RESTORE LOG 〈恢复库〉 FROM DISK = N'〈日志备份〉' WITH STOPAT = N'〈时刻〉'",
    "sqlite": "",
}
PREREQUISITES = (
    "已得到书面的恢复命令，写明恢复什么、恢复到哪一时刻、由谁执行；误操作的恢复同时写明原因。",
    "已通知受影响的科室，并安排好手工记录。",
    "出问题的数据和文件已原样另存一份，供核对和事后分析，任何步骤都不覆盖它。",
    "有一台与生产隔离的恢复服务器，数据库版本与生产一致，磁盘空间不少于备份解压后的两倍。",
    "备份文件的校验值与记录一致；校验不一致的备份不得使用，改用上一份。",
)


def table_scenario(engine: str) -> Scenario:
    """Give a few rows or one table back, while the rest of the database is well."""
    steps = (
        Step("记录误操作的时间与范围，暂停相关操作", confirm="范围经信息科书面确认"),
        Step("取误操作之前最近的一份备份，核对校验值", "sha256sum 〈备份文件〉", "与记录的校验值一致"),
        Step("恢复到隔离的数据库", _RESTORE[engine], "没有错误输出，表与行数与预期一致"),
        Step("取出所需的行，交信息科核对", _TABLE[engine], "信息科确认是所要的数据"),
        Step("在维护窗口写回生产库，写回之前先备份该表", confirm="写回行数一致，业务核对通过"),
        Step("删除恢复库和导出文件，填写数据恢复与调整记录", confirm="列表核对无残留"),
    )
    return Scenario(
        f"单表或少量数据（{ENGINES[engine]}）",
        "误删、误改或丢失少量数据，其余正常",
        "禁止把整份备份直接导入生产库：备份之后的数据会全部丢失。",
        steps,
    )


def database_scenario(engine: str) -> Scenario:
    """Give a whole database back."""
    later = Step("补做备份之后的数据（日志完整时）", _LATER[engine], "到达目标时刻")
    steps = (
        Step("停止应用，保留损坏的数据文件，不重新初始化", confirm="数据库无新连接，文件已另存"),
        Step("取最近一份校验通过的备份，记下备份时间", "sha256sum 〈备份文件〉", "与记录的校验值一致"),
        Step("恢复到新建的库", _RESTORE[engine], "没有错误输出"),
        *((later,) if later.command else ()),
        Step("核对表数、行数、字符集和账号权限", confirm="与上次巡检和备份记录一致"),
        Step("信息科作业务检查，书面同意后切换应用", confirm="科室核对最近的业务数据"),
        Step("记录丢失的时间段，安排手工补录；恢复后立即做一次完整备份", confirm="新备份校验通过"),
    )
    return Scenario(f"整库（{ENGINES[engine]}）", "数据库损坏或大范围数据丢失", "", steps)


SERVER = Scenario(
    "整台服务器",
    "服务器硬件损坏、系统无法启动或机房灾害",
    "",
    (
        Step("确认原服务器不会自行恢复运行（断电或断网），避免两份数据同时写入", confirm="原地址无响应"),
        Step("在备用服务器或虚拟机上安装与原来一致的操作系统和数据库版本", confirm="版本与部署手册一致"),
        Step("从异地副本取回备份，核对校验值", "sha256sum 〈备份文件〉", "与记录的校验值一致"),
        Step("按“整库”场景恢复各数据库，再恢复应用程序、配置和文件", confirm="服务启动无错误"),
        Step("接口、证书、计划任务和备份任务逐项核对", confirm="与部署手册一致，首次备份成功"),
        Step("信息科作业务检查，书面同意后启用", confirm="科室确认可用"),
    ),
)
RANSOM = Scenario(
    "勒索软件",
    "文件被加密、出现勒索信或大量异常改写",
    "先断网，不关机、不重启、不付款；立即报告信息科和网络安全管理员。",
    (
        Step("断开受害主机及同网段共享的网络，保护现场", confirm="交换机端口已关闭"),
        Step("停止备份任务和副本同步，防止好的副本被覆盖", confirm="任务已停用，副本只读"),
        Step("确定最早受感染的时间，选择此前的离线或异地副本", confirm="副本经病毒扫描无发现"),
        Step("重装操作系统，更换全部密码和密钥，修补入侵途径", confirm="网络安全管理员书面确认"),
        Step("在隔离网络中按“整台服务器”场景恢复并扫描", confirm="无异常进程和外连"),
        Step("分批接入网络，加强监测，按规定上报", confirm="观察期内无复发"),
    ),
)
