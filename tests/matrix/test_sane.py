"""The eye of the matrix: it sees nonsense in a sentence, and lets sense pass."""

from __future__ import annotations

import pytest

from tests.matrix.sane import nonsense


@pytest.mark.parametrize(
    "text",
    [
        "库 his：无 MB，距上次巡检 1 小时增长 0 MB",
        "空闲 -3.5 MB",
        "命中率 -12%",
        "已用 240%",
        "定义者 None",
        "比例 nan",
        "已用 {{ used }} 个",
        "阈值（，单位秒）",
    ],
)
def test_nonsense_is_seen(text: str) -> None:
    assert nonsense("some.check", text)


@pytest.mark.parametrize(
    "text",
    [
        "已用 3 / 151 个连接（2%）",
        "库 his 有 0 张名字像临时表或备份表的表",
        "证书到 2036-11-22T16:35:28，还剩 3650 天",
        "数据库时间 2026-11-25T16:36:02，版本 10.11.19-MariaDB-0+deb12u1",
        "没有可检查的对象",
        "占满 100%",
    ],
)
def test_sense_passes(text: str) -> None:
    assert nonsense("some.check", text) == []
