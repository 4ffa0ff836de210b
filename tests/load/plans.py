"""A plan that is right in every part, as text, and the files it names."""
# ruff: noqa: E501 - one step a line

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

APP, SCRIPT, BACK = (
    b"not really a tar\n",
    b"-- probe: SELECT 1\nALTER TABLE bed ADD COLUMN ward text;\n",
    b"SELECT 1;\n",
)

PLAN = f"""\
plan: icu-1-1
title: 重症系统升级到 1.1
site: icu
from: "1.0"
to: "1.1"
modules: [护理记录]
content: 修复打印错行
reason: 科室书面提出
impact: 停业务十分钟
requests: [C-20261101-001]
window: {{day: "2026-11-28", from: "22:00", to: "02:00"}}
applicant: 张工
approvers: [李主任, 赵主任]
supervisor: 王工
tests: 测试环境全部通过
test_report: report.txt
release_notes: notes.txt
risks: [{{risk: 启动失败, chance: 低, effect: 停业务, measure: 自动回滚}}]
notices: [{{who: 各病区, how: 电话, time: 前一天}}]
stop_when: [备份失败]
artefacts:
  app: {{file: app.tar.gz, sha256: {sha256(APP).hexdigest()}}}
  script: {{file: s.sql, sha256: {sha256(SCRIPT).hexdigest()}}}
  back: {{file: back.sql, sha256: {sha256(BACK).hexdigest()}}}
backups: [{{name: icu-full, max_age: 24h, of: icu-main}}]
vars: {{root: /opt/app, port: 8080}}
targets: {{icu-app-1: {{port: 8081}}}}
rollout: {{serial: 1, canary: icu-app-1}}
preflight:
  - {{id: host.alive, title: 可登录, do: shell, on: hosts, with: {{run: echo ok}}, keep: true}}
steps:
  - {{id: stop, title: 停止, do: service, on: hosts, with: {{name: app, state: stopped}}, outage: true}}
  - {{id: bring, title: 上传, do: upload, on: hosts, with: {{artefact: app, to: "{{{{ vars.root }}}}/app.tar.gz", mode: "0640"}}}}
  - {{id: unpack, title: 解包, do: unpack, on: hosts, with: {{artefact: app, to: "{{{{ vars.root }}}}/1.1"}}}}
  - {{id: link, title: 切换, do: symlink, on: hosts, with: {{path: /opt/app/current, to: /opt/app/1.1}}}}
  - {{id: conf, title: 配置, do: file, on: hosts, with: {{path: /opt/app/conf, content: "port={{{{ vars.port }}}}"}}}}
  - {{id: banner, title: 模板, do: template, on: hosts, with: {{path: /opt/app/banner, source: banner.txt}}}}
  - {{id: migrate, title: 脚本, do: sql, on: databases, with: {{script: script}}, undo: {{script: back}}}}
  - id: poke
    title: 触发
    do: shell
    on: {{hosts: {{roles: [app]}}}}
    with: {{run: "printf '%s' \\"$TOKEN\\" | curl --data @- {{{{ vars.root }}}}"}}
    probe: "[ -e {{{{ vars.root }}}}/x ]"
    undo: "rm -f {{{{ vars.root }}}}/x"
    secrets: {{TOKEN: !secret tok}}
  - {{id: start, title: 启动, do: service, on: hosts, with: {{name: app, state: started, stable: 10s}}}}
  - {{id: settle, title: 等待, do: wait, with: {{for: 5s}}}}
  - {{id: page, title: 页面, do: http, with: {{url: "http://127.0.0.1/", expect: 200}}}}
  - {{id: again, title: 重启, do: reboot, on: hosts, with: {{}}}}
  - {{id: sure, title: 确认, do: ask, with: {{question: 界面正常吗}}}}
verify:
  - {{id: app.version, title: 版本, do: shell, on: hosts, with: {{run: echo 1.1}}, expect: {{line: {{must: {{eq: "1.1"}}}}}}}}
observe: {{for: 10m, every: 30s}}
rollback: {{mode: auto, on_overrun: rollback}}
"""


def folder(path: Path, plan: str = PLAN) -> Path:
    """A folder with the plan and its files; the plan's own path."""
    path.mkdir(parents=True, exist_ok=True)
    files = {
        "app.tar.gz": APP,
        "s.sql": SCRIPT,
        "back.sql": BACK,
        "report.txt": b"ok\n",
        "notes.txt": b"ok\n",
    }
    for name, content in {**files, "banner.txt": b"port {{ vars.port }}\n"}.items():
        (path / name).write_bytes(content)
    place = path / "icu-1-1.yaml"
    place.write_text(plan, "utf-8")
    return place
