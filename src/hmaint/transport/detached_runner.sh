# One act, apart from whoever started it: $1 its folder, $2 seconds it may take (0: no end), $3 bytes kept of what it says, $4 umask.
a=$1 seconds=$2 cap=$3 mask=$4
mkdir "$a/begun" 2>/dev/null || exit 0
trap '' HUP
boot=unknown birth=- line=
{ read -r boot <"${hm_boot_id:-/proc/sys/kernel/random/boot_id}"; } 2>/dev/null
if { read -r line <"/proc/$$/stat"; } 2>/dev/null; then
  set -- ${line##*) }
  birth=${20}
fi
printf '%s %s %s %s\n' "$$" "$birth" "$boot" "$(date +%s)" >"$a/pid.t" && mv -f "$a/pid.t" "$a/pid" || exit 1
limit=
if [ "$seconds" -gt 0 ] && timeout 5 true >/dev/null 2>&1; then limit="timeout -k 10 $seconds"; fi
rm -f "$a/pipe"
mkfifo "$a/pipe" || exit 1
{ head -c "$cap" >"$a/out"; cat >/dev/null; : >"$a/drained"; } <"$a/pipe" &
(
  if [ -e "$a/secrets" ]; then
    . "$a/secrets"
    rm -f "$a/secrets"
  fi
  . "$a/env"
  umask "$mask"
  exec $limit /bin/sh "$a/do" </dev/null
) >"$a/pipe" 2>&1
rc=$?
rm -f "$a/secrets"
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -e "$a/drained" ] && break
  sleep 0.02 2>/dev/null || sleep 1
done
printf '%s %s\n' "$rc" "$(date +%s)" >"$a/rc.t" && mv -f "$a/rc.t" "$a/rc"
rm -f "$a/pipe"
