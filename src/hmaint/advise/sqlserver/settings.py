"""A SQL Server as it is set: memory, parallelism, options of the database, growth of its files."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.sqlserver.rows import (
    by_hand,
    name,
    seeing,
    whole,
)
from hmaint.model.advice import Chapter, Claim, Lock, Verb

_UNLIMITED = 2_147_483_647


def _config(setting: str, title: str, wanted: int, wrong: frozenset[int], gain: str, source: str) -> Topic:  # noqa: PLR0913, PLR0917 - a row of a table
    def find(facts: Facts) -> Iterator[Draft]:
        for row in facts.rows("settings"):
            if row["name"] == setting and whole(row["value"]) in wrong:
                said = [
                    f"EXEC sys.sp_configure N'{setting}', {value}; RECONFIGURE"
                    for value in (wanted, whole(row["value"]))
                ]
                shown = "EXEC sys.sp_configure N'show advanced options', 1; RECONFIGURE"
                live = bool(whole(row["dynamic"]))
                yield Draft(
                    setting,
                    f"{setting} 现为 {whole(row['value'])}，建议 {wanted}",
                    gain,
                    (MEDIUM, LOW, LOW),
                    risk="部分语句的执行计划会改变" if live else "要重启",
                    evidence=({"setting": setting, "value": whole(row["value"]), "advised": wanted},),
                    fix=by_hand(
                        (shown, said[0]),
                        (shown, said[1]),
                        Lock("不锁表" if live else "重启数据库", 0 if live else None),
                    ),
                    checked="只与参数的含义核对",
                    claims=(Claim(Verb.SET, setting),),
                )

    return Topic(
        f"config.{setting.split(' (', maxsplit=1)[0].replace(' ', '_')}",
        Chapter.CONFIGURATION,
        title,
        find,
        source,
        ("settings",),
    )


def _memory(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("settings"):
        if row["name"] == "max server memory (MB)" and whole(row["value"]) >= _UNLIMITED:
            yield Draft(
                "max server memory (MB)",
                "内存上限没有设置，SQL Server 会把服务器的内存用到操作系统吃紧",
                "操作系统与备份程序有内存可用",
                (HIGH, NO, LOW),
                evidence=({"setting": "max server memory (MB)", "value": "不限"},),
                advice="设为物理内存减 4 GB 与其他程序所需（在线生效）",
                checked="只与参数的含义核对",
            )


_OPTIONS: tuple[tuple[str, str, object, str, str, str], ...] = (
    (
        "auto_close",
        "自动关闭",
        1,
        "AUTO_CLOSE OFF",
        "AUTO_CLOSE ON",
        "没有连接时不再反复关闭、打开，第一个登录的人不再等",
    ),
    ("auto_shrink", "自动收缩", 1, "AUTO_SHRINK OFF", "AUTO_SHRINK ON", "不再反复收缩又增长，索引不再碎片化"),
    (
        "creates",
        "不自动建统计信息",
        0,
        "AUTO_CREATE_STATISTICS ON",
        "AUTO_CREATE_STATISTICS OFF",
        "行数估得准",
    ),
    (
        "updates",
        "不自动更新统计信息",
        0,
        "AUTO_UPDATE_STATISTICS ON",
        "AUTO_UPDATE_STATISTICS OFF",
        "行数估得准",
    ),
)


def _option(column: str, title: str, wrong: object, words: str, back: str, gain: str) -> Topic:  # noqa: PLR0913, PLR0917 - a row of _OPTIONS
    def find(facts: Facts) -> Iterator[Draft]:
        for row in facts.rows("database"):
            if row[column] is not None and whole(row[column]) == wrong:
                head = f"ALTER DATABASE {name(row['name'])} SET "
                yield Draft(
                    f"{row['name']} {words.split(maxsplit=1)[0]}",
                    f"库 {row['name']}：{title}",
                    gain,
                    (HIGH, NO, LOW),
                    evidence=(
                        {
                            "db": str(row["name"]),
                            "option": words.split(maxsplit=1)[0],
                            "on": bool(whole(row[column])),
                        },
                    ),
                    fix=by_hand((head + words,), (head + back,), Lock("不锁表", 0.1)),
                    checked="sys.databases",
                    claims=(Claim(Verb.SET, words.split(maxsplit=1)[0]),),
                )

    return Topic(
        f"config.{words.split(maxsplit=1)[0].lower()}",
        Chapter.CONFIGURATION,
        title,
        find,
        "sp_Blitz",
        ("database",),
    )


def _verify(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("database"):
        if row["verifies"] is not None and row["verifies"] != "CHECKSUM":
            head = f"ALTER DATABASE {name(row['name'])} SET PAGE_VERIFY "
            yield Draft(
                f"{row['name']} PAGE_VERIFY",
                f"库 {row['name']} 的页校验是 {row['verifies']}",
                "磁盘损坏的数据会被发现",
                (HIGH, LOW, NO),
                "写入时算校验，约 1%～2%",
                evidence=({"db": str(row["name"]), "page_verify": str(row["verifies"])},),
                fix=by_hand((f"{head}CHECKSUM",), (head + str(row["verifies"]),), Lock("不锁表", 0.1)),
                checked="sys.databases",
                claims=(Claim(Verb.SET, "PAGE_VERIFY"),),
            )


def _growth(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("files"):
        grows, percents = whole(row["growth"]), whole(row["percents"])
        if float(str(row["size_mb"])) >= 1000 and grows and (percents or grows <= 128):  # noqa: PLR2004 - sp_Blitz; 128 pages are 1 MB
            old = f"{grows}%" if percents else f"{grows // 128} MB"
            database = str(seeing(facts)["db"])
            head = f"ALTER DATABASE {name(database)} MODIFY FILE (NAME = {name(row['name'])}, FILEGROWTH = "
            yield Draft(
                f"{database} {row['name']}",
                f"文件 {row['name']}（{whole(row['size_mb'])} MB）每次增长 {old}",
                "增长不再太慢或太碎",
                (MEDIUM, NO, NO),
                evidence=({"file": str(row["name"]), "size_mb": whole(row["size_mb"]), "growth": old},),
                fix=by_hand((f"{head}256MB)",), (f"{head}{old.replace(' ', '')})",), Lock("不锁表", 0.1)),
                checked="sys.master_files",
                claims=(Claim(Verb.SET, f"growth of {row['name']}"),),
            )


TOPICS: tuple[Topic, ...] = (
    Topic(
        "config.max_server_memory", Chapter.CONFIGURATION, "没有内存上限", _memory, "sp_Blitz", ("settings",)
    ),
    _config(
        "cost threshold for parallelism",
        "并行门槛过低",
        50,
        frozenset(range(6)),
        "小语句不再并行，省工作线程",
        "sp_Blitz：默认 5 是上世纪的机器",
    ),
    _config(
        "priority boost",
        "抬高了进程优先级",
        0,
        frozenset({1}),
        "操作系统不再被饿死",
        "Microsoft 文档：不要打开",
    ),
    _config(
        "lightweight pooling",
        "使用纤程",
        0,
        frozenset({1}),
        "避免不支持纤程的组件出错",
        "Microsoft 文档：不要打开",
    ),
    *(_option(*each) for each in _OPTIONS),
    Topic(
        "config.page_verify", Chapter.CONFIGURATION, "页校验不是 CHECKSUM", _verify, "sp_Blitz", ("database",)
    ),
    Topic(
        "storage.growth",
        Chapter.STORAGE,
        "文件增长方式不当",
        _growth,
        "1 GB 以上按比例或每次 1 MB（sp_Blitz）",
        ("files", "server"),
    ),
)
