"""POSIX sh for the acts of an upgrade: each saves what it will change, changes it in one move, and can be asked about.

Every script may be cut off anywhere and be run again: what was there before is kept once, in HMAINT_KEEP, before the
first change; the change itself is one rename. An undo touches nothing that somebody else changed since.
"""

from __future__ import annotations

PRELUDE = r"""
hm_fail() { printf '%s\n' "$1" >&2; exit 1; }
hm_doubt() { printf '%s\n' "$1" >&2; exit 3; }
hm_sha() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum < "$1" | cut -c1-64
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256 < "$1" | cut -c1-64
  else openssl dgst -sha256 < "$1" | sed 's/.* //'; fi
}
hm_room() {
  hm_free=$(df -Pk -- "$1" 2>/dev/null | { read -r hm_x; read -r hm_x hm_x hm_x hm_f hm_x; printf '%s' "$hm_f"; })
  case $hm_free in ''|*[!0-9]*) return 0;; esac
  [ "$hm_free" -gt "$2" ] || hm_fail "not enough room in $1: $hm_free KiB free, $2 KiB needed"
}
hm_seal() { : > "$HMAINT_KEEP/saved" || hm_fail "what is there cannot be kept in $HMAINT_KEEP"; }
"""


def shown(script: str, *helpers: str) -> str:
    """A script as people read it: without the helpers that stand in every one."""
    for each in (PRELUDE, _TURN, _MINE, *helpers):
        script = script.replace(each, "")
    return script


_SAVE_FILE = r"""
[ ! -L "$P" ] || hm_fail "$P is a link: name the file itself"
[ ! -d "$P" ] || hm_fail "$P is a folder"
if [ ! -e "$HMAINT_KEEP/saved" ]; then
  if [ -e "$P" ]; then
    cp -p -- "$P" "$HMAINT_KEEP/before" && cmp -s -- "$P" "$HMAINT_KEEP/before" || hm_fail "$P cannot be kept"
  else : > "$HMAINT_KEEP/absent" || hm_fail "nothing can be kept"; fi
  hm_seal
fi
"""

PLACE = (
    r"""
D=$(dirname -- "$P")
[ -d "$D" ] || hm_fail "there is no folder $D"
[ "$(hm_sha "$HMAINT_KEEP/payload")" = "$S" ] || hm_fail "what arrived is not what was sent"
hm_room "$D" "$K"
"""
    + _SAVE_FILE
    + r"""
T="$D/.hmaint-$HMAINT_RUN-$$"
trap 'rm -f -- "$T"' 0
if [ -e "$HMAINT_KEEP/before" ]; then
  cp -p -- "$HMAINT_KEEP/before" "$T" || hm_fail "cannot write into $D"
  if ! cat -- "$HMAINT_KEEP/payload" 2>/dev/null > "$T"; then
    chmod u+w -- "$T" && cat -- "$HMAINT_KEEP/payload" > "$T" && chmod u-w -- "$T" || hm_fail "cannot write into $D"
  fi
else
  cat -- "$HMAINT_KEEP/payload" > "$T" && chmod 0644 -- "$T" || hm_fail "cannot write into $D"
fi
[ -z "$M" ] || chmod -- "$M" "$T" || hm_fail "mode $M cannot be set"
[ -z "$O" ] || chown -- "$O" "$T" || hm_fail "owner $O cannot be set"
[ -z "$G" ] || chgrp -- "$G" "$T" || hm_fail "group $G cannot be set"
[ "$(hm_sha "$T")" = "$S" ] || hm_fail "what was written is not what was sent"
mv -f -- "$T" "$P" || hm_fail "$P cannot be replaced"
"""
)

PLACE_PROBE = r"""
[ -e "$P" ] || exit 1
[ -f "$P" ] && [ -r "$P" ] || hm_doubt "$P cannot be read"
H=$(hm_sha "$P") || hm_doubt "$P cannot be read"
[ "${#H}" -eq 64 ] || hm_doubt "no SHA-256 can be made here"
[ "$H" = "$S" ] || exit 1
"""

REMOVE = _SAVE_FILE + 'rm -f -- "$P" || hm_fail "$P cannot be removed"\n'

REMOVE_PROBE = '[ ! -e "$P" ] || exit 1\n'

RESTORE_FILE = r"""
[ -e "$HMAINT_KEEP/saved" ] || exit 0
ours() { if [ -n "$S" ]; then [ -f "$P" ] && [ "$(hm_sha "$P")" = "$S" ]; else [ ! -e "$P" ]; fi; }
if [ -e "$HMAINT_KEEP/absent" ]; then
  [ -e "$P" ] || exit 0
  ours || hm_fail "$P was changed since by somebody else: nothing was touched"
  rm -f -- "$P" || hm_fail "$P cannot be removed"
else
  ! cmp -s -- "$HMAINT_KEEP/before" "$P" || exit 0
  ours || hm_fail "$P was changed since by somebody else: nothing was touched"
  T="$(dirname -- "$P")/.hmaint-$HMAINT_RUN-$$"
  trap 'rm -f -- "$T"' 0
  cp -p -- "$HMAINT_KEEP/before" "$T" && cmp -s -- "$HMAINT_KEEP/before" "$T" || hm_fail "cannot write beside $P"
  mv -f -- "$T" "$P" || hm_fail "$P cannot be put back"
fi
"""

FILE_UNDONE = r"""
[ -e "$HMAINT_KEEP/saved" ] || exit 0
if [ -e "$HMAINT_KEEP/absent" ]; then [ ! -e "$P" ] || exit 1; exit 0; fi
[ -e "$P" ] || exit 1
cmp -s -- "$HMAINT_KEEP/before" "$P"
"""

_TURN = r"""
turn() {
  L="$(dirname -- "$P")/.hmaint-$HMAINT_RUN-$$"
  rm -f -- "$L"; ln -s -- "$1" "$L" || hm_fail "no link can be made beside $P"
  mv -T -f -- "$L" "$P" 2>/dev/null || { rm -f -- "$L"; ln -sfn -- "$1" "$P"; } || hm_fail "$P cannot be turned"
}
"""

SYMLINK = (
    _TURN
    + r"""
[ -e "$N" ] || hm_fail "$N is not there"
[ -L "$P" ] || [ ! -e "$P" ] || hm_fail "$P is no link"
if [ ! -e "$HMAINT_KEEP/saved" ]; then
  if [ -L "$P" ]; then readlink -- "$P" > "$HMAINT_KEEP/before" || hm_fail "$P cannot be read"
  else : > "$HMAINT_KEEP/absent" || hm_fail "nothing can be kept"; fi
  hm_seal
fi
turn "$N"
"""
)

SYMLINK_PROBE = r"""
[ -L "$P" ] || exit 1
H=$(readlink -- "$P") || hm_doubt "$P cannot be read"
[ "$H" = "$N" ] || exit 1
"""

SYMLINK_UNDO = (
    _TURN
    + r"""
[ -e "$HMAINT_KEEP/saved" ] || exit 0
NOW=$(readlink -- "$P" 2>/dev/null)
if [ -e "$HMAINT_KEEP/absent" ]; then
  [ -e "$P" ] || [ -L "$P" ] || exit 0
  [ "$NOW" = "$N" ] || hm_fail "$P was changed since by somebody else: nothing was touched"
  rm -f -- "$P" || hm_fail "$P cannot be removed"
  exit 0
fi
B=$(cat -- "$HMAINT_KEEP/before")
[ "$NOW" != "$B" ] || exit 0
[ "$NOW" = "$N" ] || hm_fail "$P was changed since by somebody else: nothing was touched"
turn "$B"
"""
)

SYMLINK_UNDONE = r"""
[ -e "$HMAINT_KEEP/saved" ] || exit 0
if [ -e "$HMAINT_KEEP/absent" ]; then [ ! -e "$P" ] && [ ! -L "$P" ] || exit 1; exit 0; fi
[ "$(readlink -- "$P")" = "$(cat -- "$HMAINT_KEEP/before")" ] || exit 1
"""

_MINE = r"""
mine() {
  [ -s "$HMAINT_KEEP/inode" ] && [ -d "$P" ] && [ ! -L "$P" ] || return 1
  [ "$(ls -di -- "$P" | awk '{print $1}')" = "$(cat -- "$HMAINT_KEEP/inode")" ]
}
"""

UNPACK = (
    _MINE
    + r"""
! mine || exit 0
D=$(dirname -- "$P")
[ -d "$D" ] || hm_fail "there is no folder $D"
[ ! -e "$P" ] && [ ! -L "$P" ] || hm_fail "$P is there already"
[ "$(hm_sha "$HMAINT_KEEP/payload")" = "$S" ] || hm_fail "what arrived is not what was sent"
hm_room "$D" "$K"
T="$D/.hmaint-$HMAINT_RUN-$HMAINT_ACT"
trap 'rm -rf -- "$T"' 0
rm -rf -- "$T" && mkdir -- "$T" || hm_fail "cannot write into $D"
case $F in
  gz) tar -xozf "$HMAINT_KEEP/payload" -C "$T";;
  xz) tar -xoJf "$HMAINT_KEEP/payload" -C "$T";;
  bz2) tar -xojf "$HMAINT_KEEP/payload" -C "$T";;
  zip) unzip -q "$HMAINT_KEEP/payload" -d "$T";;
  *) tar -xof "$HMAINT_KEEP/payload" -C "$T";;
esac || hm_fail "it cannot be unpacked"
chmod 0755 -- "$T"
ls -di -- "$T" | awk '{print $1}' > "$HMAINT_KEEP/inode" && [ -s "$HMAINT_KEEP/inode" ] || hm_fail "nothing can be kept"
mv -- "$T" "$P" || hm_fail "$P cannot be made"
"""
)

UNPACK_PROBE = _MINE + "mine || exit 1\n"

UNPACK_UNDO = (
    _MINE
    + r"""
if [ ! -e "$P" ] && [ ! -L "$P" ]; then exit 0; fi
[ -s "$HMAINT_KEEP/inode" ] || exit 0
mine || hm_fail "$P is another folder by now: nothing was touched"
# What was written into it since may be somebody's data: it goes aside, not away.
if N=$(find "$P" -newer "$HMAINT_KEEP/inode" -print) && [ -z "$N" ]; then rm -rf -- "$P"
else
  B="$P.hmaint-$HMAINT_RUN"
  [ ! -e "$B" ] && [ ! -L "$B" ] && mv -- "$P" "$B" && printf '%s\n' "$P was written into since: it is kept as $B"
fi && rm -f -- "$HMAINT_KEEP/inode" || hm_fail "$P cannot be removed"
"""
)

UNPACK_UNDONE = _MINE + "! mine || exit 1\n"
