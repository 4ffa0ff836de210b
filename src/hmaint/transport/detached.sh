# What hmaint runs on a host it upgrades. Every act runs apart from the connection that started it and leaves in a folder of
# its own who it is (pid), how it ended (rc) and what it said (out). Nothing is begun twice: a folder is made once.
# POSIX sh (dash, busybox, bash). Each request is one function, so that half a request runs nothing.
hm_say() { printf '%s %s\n' "$hm_mark" "$*"; }
hm_nap() { sleep "$1" 2>/dev/null || sleep 1; }
hm_birth() { # when a process began, in ticks; nothing for one that is not there
  hm_line=
  { read -r hm_line <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- ${hm_line##*) }
  [ "$1" != Z ] && printf '%s' "${20}"
}
hm_boot() {
  hm_line=unknown
  { read -r hm_line <"${hm_boot_id:-/proc/sys/kernel/random/boot_id}"; } 2>/dev/null
  printf '%s' "$hm_line"
}
hm_open() { # the folder of all runs: ours alone, or nothing is done
  umask 077
  mkdir -p "$hm_base" 2>/dev/null
  if [ ! -d "$hm_base" ] || [ -L "$hm_base" ]; then hm_say refused nofolder; return 1; fi
  if [ ! -O "$hm_base" ]; then hm_say refused notours; return 1; fi
  chmod 700 "$hm_base" && mkdir -p "$hm_run" || { hm_say refused nofolder; return 1; }
  hm_say host "$(date +%s)" "$(hm_boot)"
}
hm_top() { # the highest number of a lease
  hm_t=0
  for hm_f in "$hm_base"/fence.*; do
    hm_n=${hm_f##*.}
    case $hm_n in '' | *[!0-9]*) continue ;; esac
    [ "$hm_n" -gt "$hm_t" ] && hm_t=$hm_n
  done
}
hm_card() { # what stands on the card of a lease; whoever made it may be about to write it
  hm_r= hm_k= hm_s= hm_o= hm_u=0
  for hm_try in 1 2 3 4 5 6 7 8 9 10; do
    [ -e "$hm_base/fence.$1/until" ] && break
    hm_nap 0.1
  done
  { read -r hm_r; read -r hm_k; read -r hm_s; read -r hm_o; } 2>/dev/null <"$hm_base/fence.$1/card"
  { read -r hm_u; } 2>/dev/null <"$hm_base/fence.$1/until"
  hm_u=${hm_u:-0}
}
hm_beat() { # the lease is ours for so many seconds more
  printf '%s\n' "$(($(date +%s) + $2))" >"$hm_base/fence.$1/until.t" &&
    mv -f "$hm_base/fence.$1/until.t" "$hm_base/fence.$1/until"
}
hm_held() { hm_say held "${hm_r:--}" "$hm_u" "$(date +%s)" "${hm_o:--}"; }
hm_take() { # RUN TOKEN SESSION OWNER SECONDS new|resume|takeover
  hm_top
  hm_old=$hm_t
  if [ "$hm_old" -gt 0 ] && [ ! -e "$hm_base/fence.$hm_old/released" ]; then
    hm_card "$hm_old"
    if [ "$hm_r" = "$1" ] && [ "$hm_s" = "$3" ]; then
      hm_beat "$hm_old" "$5" && hm_say lease "$hm_old"
      return
    fi
    if [ "$hm_r" = "$1" ] && [ "$hm_k" = "$2" ]; then :
    elif [ "$6" = takeover ] && [ "$hm_r" = "$1" ] && [ "$hm_u" -le "$(date +%s)" ]; then :
    else hm_held; return 1
    fi
  fi
  hm_new=$((hm_old + 1))
  if ! mkdir "$hm_base/fence.$hm_new" 2>/dev/null; then
    hm_top
    if [ "$hm_t" -le "$hm_old" ]; then hm_say refused nofolder; return 1; fi
    hm_card "$hm_t"
    hm_held
    return 1
  fi
  printf '%s\n%s\n%s\n%s\n' "$1" "$2" "$3" "$4" >"$hm_base/fence.$hm_new/card" && hm_beat "$hm_new" "$5" ||
    { : >"$hm_base/fence.$hm_new/released"; hm_say refused nofolder; return 1; }
  for hm_f in "$hm_base"/fence.*; do
    hm_n=${hm_f##*.}
    case $hm_n in '' | *[!0-9]*) continue ;; esac
    [ "$hm_n" -lt "$hm_old" ] && rm -rf "$hm_f"
  done
  hm_say lease "$hm_new"
}
hm_fence() { # whether the lease of that number is still the one that counts
  hm_top
  if [ "$hm_t" = "$1" ] && [ ! -e "$hm_base/fence.$1/released" ]; then hm_beat "$1" "$2"; return 0; fi
  hm_card "$hm_t"
  hm_say lost "${hm_r:--}" "$hm_t" "${hm_o:--}"
  return 1
}
hm_rest() { printf '0\n' >"$hm_base/fence.$1/until"; } # nobody is at it; the lease stays
hm_release() { : >"$hm_base/fence.$1/released"; }
hm_copy() { # OFFSET LENGTH TEXT: the journal's next lines
  hm_j=$hm_run/journal.$hm_name
  hm_z=0
  [ -e "$hm_j" ] && hm_z=$(($(wc -c <"$hm_j")))
  [ "$hm_z" -eq $(($1 + $2)) ] && { hm_say copied "$hm_z"; return 0; }
  if [ "$hm_z" -lt "$1" ]; then hm_say gap "$hm_z"; return 0; fi
  if [ "$hm_z" -gt "$1" ]; then head -c "$1" "$hm_j" >"$hm_j.t" && mv -f "$hm_j.t" "$hm_j" || return 0; fi
  printf '%s\n' "$3" >>"$hm_j" && hm_say copied $(($1 + $2))
}
hm_copies() { # every copy of the journal that lies here
  for hm_f in "$hm_run"/journal.*; do
    case $hm_f in *.t) continue ;; esac
    [ -e "$hm_f" ] || continue
    hm_say file $(($(wc -c <"$hm_f")))
    cat "$hm_f"
  done
}
hm_lives() { # whether a process is still the one that was born then
  if [ "$2" = - ]; then kill -0 "$1" 2>/dev/null; else [ "$(hm_birth "$1")" = "$2" ]; fi
}
hm_told() { # how an act stands
  hm_a=$hm_run/$1
  if [ ! -d "$hm_a" ]; then hm_w=none; return; fi
  hm_p= hm_b= hm_k= hm_s=0
  { read -r hm_p hm_b hm_k hm_s; } 2>/dev/null <"$hm_a/pid"
  hm_w=claimed
  if [ -e "$hm_a/barred" ]; then hm_w=barred
  elif [ -e "$hm_a/rc" ]; then hm_w=ended
  elif [ -n "$hm_p" ]; then
    hm_w=running
    if [ "$hm_k" != "$(hm_boot)" ] || ! hm_lives "$hm_p" "$hm_b"; then
      hm_w=gone
      [ -e "$hm_a/rc" ] && hm_w=ended
    fi
  elif [ -d "$hm_a/begun" ]; then
    # A runner says who it is at once; one that has not by now died in between, as with the host's power.
    hm_w=begun
    [ -n "$(find "$hm_a/begun" -prune -mmin +1 2>/dev/null)" ] && hm_w=gone
  fi
}
hm_look() { # tells it, with what it said
  hm_told "$1"
  case $hm_w in
    ended)
      { read -r hm_rc hm_e; } 2>/dev/null <"$hm_a/rc"
      hm_say act ended "$hm_s" "${hm_rc:-unknown}" "${hm_e:-0}" ;;
    *) hm_say act "$hm_w" "${hm_s:-0}" ;;
  esac
  if [ -e "$hm_a/out" ]; then
    hm_say out $(($(wc -c <"$hm_a/out")))
    cat "$hm_a/out"
    [ "$hm_w" = ended ] && rm -f "$hm_a/secrets"
  fi
}
hm_wait() { # ACT SECONDS: until it has ended, or so long
  hm_until=$(($(date +%s) + $2))
  hm_i=0
  while [ ! -e "$hm_run/$1/rc" ]; do
    # To look whether it still lives, and at the clock, costs processes: not at every turn of a short wait.
    if [ $((hm_i % 8)) = 0 ]; then
      hm_told "$1"
      case $hm_w in running | begun | claimed) ;; *) break ;; esac
      [ "$(date +%s)" -ge "$hm_until" ] && break
    fi
    hm_i=$((hm_i + 1))
    if [ "$hm_i" -lt 16 ]; then hm_nap 0.03; else hm_nap 0.15; fi
  done
  hm_look "$1"
}
hm_bar() { # an act that has not begun by now never will
  hm_told "$1"
  mkdir "$hm_run/$1" 2>/dev/null
  if mkdir "$hm_run/$1/begun" 2>/dev/null; then
    : >"$hm_run/$1/barred"
    rm -f "$hm_run/$1/secrets"
  fi
  hm_look "$1"
}
hm_whole() { # FILE SIZE: whether all of it was written
  [ -e "$1" ] && [ "$(($(wc -c <"$1")))" = "$2" ]
}
hm_claim() { mkdir "$hm_run/$1" 2>/dev/null; }
hm_start() { # ACT LIMIT CAP UMASK
  [ -e "$hm_run/runner" ] || { printf '%s' "$hm_runner" >"$hm_run/runner.t" && mv -f "$hm_run/runner.t" "$hm_run/runner"; }
  if command -v setsid >/dev/null 2>&1; then
    setsid /bin/sh "$hm_run/runner" "$hm_run/$1" "$2" "$3" "$4" </dev/null >/dev/null 2>&1 &
  else
    (trap '' HUP; exec /bin/sh "$hm_run/runner" "$hm_run/$1" "$2" "$3" "$4") </dev/null >/dev/null 2>&1 &
  fi
}
hm_room() { # kilobytes that are free where runs lie
  hm_free=$(df -Pk "$hm_run" 2>/dev/null | { read -r hm_x; read -r hm_x hm_x hm_x hm_x2 hm_x; printf '%s' "${hm_x2:-0}"; })
  hm_say room "$hm_free"
}
hm_sum() { # FILE: its SHA-256
  [ -e "$1" ] || { hm_say sum none; return; }
  if command -v sha256sum >/dev/null 2>&1; then hm_h=$(sha256sum <"$1")
  elif command -v shasum >/dev/null 2>&1; then hm_h=$(shasum -a 256 <"$1")
  else hm_h=$(openssl dgst -sha256 -r <"$1" 2>/dev/null)
  fi
  hm_say sum "${hm_h%% *}"
}
hm_ask() { # WHAT SECONDS UMASK SIZE, the text in $hm_text: a question, in a shell of its own
  hm_limit=
  timeout 5 true >/dev/null 2>&1 && hm_limit="timeout -k 5 $2"
  hm_q=$hm_run/ask.$$
  printf '%s' "$hm_text" >"$hm_q"
  # Half a question would be answered wrongly.
  if ! hm_whole "$hm_q" "$4"; then rm -f "$hm_q"; hm_say code "$1" unknown; return; fi
  hm_o=$(umask "$3"; $hm_limit /bin/sh "$hm_q" </dev/null 2>&1)
  hm_c=$?
  rm -f "$hm_q"
  hm_say code "$1" "$hm_c"
  hm_say out "$(($(printf '%s' "$hm_o" | head -c 8192 | wc -c)))"
  printf '%s' "$hm_o" | head -c 8192
  printf '\n'
}
