"""POSIX sh for services: started, stopped, asked about, by whichever init system there is or by commands of its own."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

_BY_NAME = r"""
hm_ctl() {
  if [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; then systemctl "$1" -- "$U"
  elif command -v rc-service >/dev/null 2>&1; then rc-service "$U" "$1"
  elif command -v service >/dev/null 2>&1; then service "$U" "$1"
  elif [ -x "/etc/init.d/$U" ]; then "/etc/init.d/$U" "$1"
  else hm_doubt "no init system was found here"; fi
}
hm_start() { hm_ctl start; }
hm_stop() { hm_ctl stop; }
hm_reload() { hm_ctl reload; }
hm_known() {
  if [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; then
    [ "$(systemctl show -p LoadState -- "$U" 2>/dev/null)" = LoadState=loaded ]
  else [ -e "/etc/init.d/$U" ] || [ -e "/etc/rc.d/init.d/$U" ] || [ -e "/etc/init/$U.conf" ]; fi
}
hm_up() {
  hm_known || hm_doubt "there is no service $U here"
  if [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; then
    systemctl is-active --quiet -- "$U"; else hm_ctl status >/dev/null 2>&1; fi
  hm_rc=$?
  case $hm_rc in 0) return 0;; 1|2|3) return 1;; *) hm_doubt "whether $U runs cannot be told ($hm_rc)";; esac
}
"""

_WAITS = r"""
hm_wait_up() {
  hm_n=0
  until hm_up; do
    hm_n=$((hm_n + 1)); [ "$hm_n" -le "$W" ] || hm_fail "it did not come up within $W s"
    sleep 1
  done
  hm_n=0
  while [ "$hm_n" -lt "$A" ]; do
    sleep 1; hm_n=$((hm_n + 1)); hm_up || hm_fail "it came up and died again after $hm_n s"
  done
}
hm_wait_down() {
  hm_n=0
  while hm_up; do
    hm_n=$((hm_n + 1)); [ "$hm_n" -le "$W" ] || hm_fail "it did not stop within $W s"
    sleep 1
  done
}
hm_save() {
  [ -e "$HMAINT_KEEP/saved" ] && return 0
  if hm_up; then echo up; else echo down; fi > "$HMAINT_KEEP/before" || hm_fail "nothing can be kept"
  hm_seal
}
hm_before() { cat -- "$HMAINT_KEEP/before"; }
hm_begin() { hm_up || hm_start </dev/null || hm_fail "it could not be started"; hm_wait_up; }
hm_end() { ! hm_up || hm_stop </dev/null || hm_fail "it could not be stopped"; hm_wait_down; }
"""

HELPERS = (_BY_NAME, _WAITS)
DO: Mapping[str, str] = {
    "started": "hm_save; hm_begin\n",
    "stopped": "hm_save; hm_end\n",
    "restarted": "hm_end; hm_begin\n",
    "reloaded": 'hm_up || hm_fail "it does not run"; hm_reload || hm_fail "it could not be reloaded"; hm_wait_up\n',
}
PROBE: Mapping[str, str] = {"started": "hm_up || exit 1\n", "stopped": "! hm_up || exit 1\n"}
UNDO = """[ -e "$HMAINT_KEEP/saved" ] || exit 0
if [ "$(hm_before)" = up ]; then hm_begin; else hm_end; fi
"""
UNDONE = """[ -e "$HMAINT_KEEP/saved" ] || exit 0
if hm_up; then NOW=up; else NOW=down; fi
[ "$NOW" = "$(hm_before)" ] || exit 1
"""


def service_words(
    *, name: str = "", own: Mapping[str, str] | None = None, stable: float, patience: float
) -> str:
    """The functions all scripts of one service begin with; `own` are its start, stop and running commands."""
    figures = f"A={max(0, round(stable))}; W={max(1, round(patience))}\n"
    if own is None:
        return f"U={shlex.quote(name)}\n{figures}{_BY_NAME}{_WAITS}"
    commands = "".join(_function(f"hm_{_NAMES[word]}", text) for word, text in own.items())
    return f"{figures}{commands}{_UP}{_WAITS}"


def has_own_commands(script: str) -> bool:
    """Whether a script runs what a plan's author wrote."""
    return "hm_running() {" in script


_NAMES = {"start": "start", "stop": "stop", "running": "running"}
_UP = r"""
hm_up() {
  hm_running
  hm_rc=$?
  case $hm_rc in 0) return 0;; 126|127) hm_doubt "whether it runs cannot be told ($hm_rc)";; *) return 1;; esac
}
"""


def _function(name: str, text: str) -> str:
    # In a subshell: an exit in somebody's command must not end ours.
    return f"{name}() {{ (\n{text}\n) }}\n"
