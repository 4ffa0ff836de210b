"""Articles as a hospital's computer department would write them, made up: as many as wanted, the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from hmaint.model.article import Article

_WHERE = """
    护士站 医生站 门诊 住院 药房 检验科 影像科 手术室 监护室 急诊 收费处 挂号处 体检中心 血库 供应室 病案室 信息科 机房
"""
_WHAT = """
    医嘱 护理 病历 检验 影像 腕带 标签 处方 体征 波形 报表 接口 队列 会话 账号 打印 扫码 叫号 发药 摆药 收费 结算
    预约 挂号 归档 备份 复制 索引 证书 磁盘 内存 网卡 时钟 防火墙 中间件 数据库 客户端 服务器 监护仪 输液泵 呼吸机
    电子签名 医保 集成平台 随访 会诊 转科 出院 入院 床位 费用 药敏 血气 病理 切片 胶片 麻醉 输血 抢救 排班 交班
"""
_HOW = """
    卡顿 死锁 乱码 超时 丢失 重复 报错 断开 闪退 黑屏 蓝屏 空白 延迟 积压 失败 拒绝 过期 写满 漂移 偏移 错位 卡死
    崩溃 中断 缺失 无响应 打不开 登不上 连不上 不显示 不同步 对不上 少一条 慢查询 锁等待 漏传 串号 脱机 倒置 截断
"""
_DONE = """
    重启 清理 校准 更换 扩容 提交 回滚 重建 续期 授权 核对 补录 重发 升级 降级 关闭 调整 隔离 切换 恢复 联系厂家
    释放空间 修改参数 注销 解锁 迁移 压缩 加固 追溯 复核
"""
WHERE, WHAT, HOW, DONE = (words.split() for words in (_WHERE, _WHAT, _HOW, _DONE))
CODES = ("ORA-{:05d}", "0x8007{:04X}", "E-{:04d}", "HTTP {:03d}", "10.{}.{}.{}", "MY-{:06d}", "SQL{:04d}N")


def articles(number: int, seed: int = 7) -> Iterator[Article]:
    """Articles of about a hundred and fifty characters; common words are common, rare ones rare."""
    chance = Random(seed)  # noqa: S311 - made-up articles, the same each time
    for count in range(1, number + 1):
        yield _article(chance, count)


def _article(chance: Random, count: int) -> Article:
    place, thing, ill = _one(chance, WHERE), _one(chance, WHAT), _one(chance, HOW)
    code, other = _code(chance), _code(chance)
    return Article(
        f"K-20261125-{count:05d}",
        "icu" if chance.random() < 0.7 else "",
        f"{place}{thing}{ill}",
        thing,
        f"{place}反映{thing}{ill}，提示 {code}，编号 {chance.randrange(10**6):06d}，影响 {chance.randrange(40)} 台终端",
        f"{_one(chance, WHAT)}{_one(chance, HOW)}，与 {other} 有关",
        "\n".join(f"{n}. {_one(chance, DONE)}{_one(chance, WHAT)}" for n in range(1, chance.randrange(3, 6))),
        tags=(thing,),
        codes=(code,),
    )


def _one(chance: Random, words: list[str]) -> str:
    # Squared: the first words of a list come up several times as often as the last.
    return words[int(len(words) * chance.random() ** 2)]


def _code(chance: Random) -> str:
    form = chance.choice(CODES)
    return (
        form.format(*(chance.randrange(1, 250) for _ in range(3)))
        if form.startswith("10.")
        else form.format(chance.randrange(1, 60_000))
    )
