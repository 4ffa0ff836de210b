# What hmaint runs on the host that holds a backup: it reads, and tells facts as lines KEY<tab>VALUE. It writes nothing but
# the cache borg cannot do without, in a temporary folder that is removed.
# POSIX sh with gzip, xz, zstd, bzip2, lz4, unzip, tar, grep, awk, sha256sum as far as they are there.
hb_t=$(printf '\t')
hb_nl='
'
hb_tell() { printf '%s\t%s\n' "$1" "$2"; }
hb_has() { command -v "$1" >/dev/null 2>&1; }
hb_need() { hb_has "$1" || { hb_tell missing "$1"; return 1; }; }
hb_awk=awk
hb_has mawk && hb_awk=mawk
hb_number() { case $1 in '' | *[!0-9]*) echo 0 ;; *) echo "$1" ;; esac; }

# Backups are read when the hospital sleeps, yet the database beside them does not.
hb_be_nice() {
  hb_nice=0 hb_me=$$
  if read -r hb_out 2>/dev/null </proc/self/stat; then
    hb_me=${hb_out%% *}
    set -- ${hb_out##*) }
    hb_nice=${17}
  fi
  # The first call of a visit slows the shell of all of them, which those after it are children of.
  if [ "$hb_nice" -lt 10 ]; then
    renice -n 10 -p "$hb_me" $$ >/dev/null 2>&1
    ionice -c 2 -n 7 -p "$hb_me" $$ >/dev/null 2>&1
  fi
  hb_clock=$(date '+%s %z')
  hb_now=${hb_clock% *}
  hb_tell host_now "$hb_now"
  hb_tell host_zone "${hb_clock#* }"
}

# A laptop that is gone reads no answer: whoever writes one learns it, and nobody reads on for hours for nothing.
# `kill 0` ends the processes of this visit alone: every visit is a session of its own.
hb_watch() {
  (
    trap '' PIPE
    trap 'kill "$hb_s" 2>/dev/null; exit 0' TERM
    while :; do
      sleep 10 >/dev/null 2>&1 </dev/null &
      hb_s=$!
      wait "$hb_s"
      { hb_tell beat 1; } 2>/dev/null || { trap - TERM; kill 0; }
    done
  ) &
  hb_watcher=$!
}
hb_unwatch() {
  [ -n "$hb_watcher" ] || return 0
  kill "$hb_watcher" 2>/dev/null
  wait "$hb_watcher" 2>/dev/null
  return 0
}

# ---- found: which of the files that fit is the newest, and what it is -------------------------------------------

hb_stat() { stat -L -c '%s %Y' -- "$1" 2>/dev/null; }

hb_why_none() { # the folder that would hold it is missing, or cannot be looked into
  hb_d=$1
  while :; do
    hb_d=${hb_d%/*}
    [ -n "$hb_d" ] || hb_d=/
    if [ -d "$hb_d" ]; then
      if [ -r "$hb_d" ] && [ -x "$hb_d" ]; then
        [ "$2" = "$hb_d" ] && hb_tell found nothing || hb_tell found no_folder
      else
        hb_tell found hidden
      fi
      hb_tell folder "$hb_d"
      return
    fi
    [ "$hb_d" = / ] && { hb_tell found no_folder; return; }
  done
}

# $1: name or time; $2: the folder of the pattern; the rest: what fits the pattern
hb_look() {
  hb_rule=$1 hb_home=$2
  shift 2
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then
    hb_why_none "$1" "$hb_home"
    return
  fi
  hb_need stat || return
  for hb_f; do
    case $hb_f in *"$hb_nl"*) hb_tell found odd_name; return ;; esac
  done
  hb_tell matches $#
  hb_seen=
  if [ $# = 1 ]; then
    hb_seen=$(stat -L -c "%s %Y" -- "$1" 2>/dev/null) && hb_tell "file$hb_t${hb_seen% *}$hb_t${hb_seen#* }" "$1"
  else
    stat -L -c "file$hb_t%s$hb_t%Y$hb_t%n" -- "$@" 2>/dev/null | tail -n "$([ "$hb_split" = 1 ] && echo 5000 || echo 62)"
  fi
  if [ "$hb_split" = 1 ]; then
    for hb_f; do :; done
    hb_tell volumes $#
  elif [ "$hb_rule" = time ] && [ $# -gt 1 ]; then
    hb_f=$(ls -1dt -- "$@" 2>/dev/null | head -n 1)
  else
    for hb_f; do :; done
  fi
  hb_tell path "$hb_f"
  if [ -L "$hb_f" ]; then
    hb_tell link "$(readlink -f -- "$hb_f" 2>/dev/null)"
  fi
  if [ -d "$hb_f" ]; then
    hb_tell type folder
    hb_watch
    [ -r "$hb_f" ] && [ -x "$hb_f" ] || { hb_tell found unreadable; return; }
    hb_space "$hb_f"
    hb_tell found yes
    hb_folder "$hb_f"
  elif [ -f "$hb_f" ]; then
    hb_tell type file
    set -- "$@"
    [ "$hb_split" = 1 ] || set -- "$hb_f"
    hb_space "$hb_f"
    hb_sizes "$@"
    [ "$hb_rate" = 0 ] && [ "$hb_bytes" -lt 5000000 ] || hb_watch # a small one is over before anybody could be gone
    for hb_v; do [ -r "$hb_v" ] || { hb_tell found unreadable; hb_tell owner "$(stat -L -c '%U %a' -- "$hb_v" 2>/dev/null)"; return; }; done
    hb_settled "$hb_f" || { hb_tell found writing; return; }
    hb_tell found yes
    hb_file "$@"
    [ "$(hb_stat "$hb_f")" = "$hb_first" ] || hb_tell changed 1
  elif [ -e "$hb_f" ]; then
    hb_tell found special
  else
    hb_tell found dangling
  fi
}

hb_sizes() {
  hb_first=${hb_seen:-$(hb_stat "$hb_f")}
  hb_tell mtime "${hb_first#* }"
  hb_bytes=${hb_first% *}
  [ $# = 1 ] || hb_bytes=$(stat -L -c %s -- "$@" 2>/dev/null | awk '{ s += $1 } END { printf "%.0f", s }')
  hb_tell size "$hb_bytes"
}

hb_space() {
  hb_d=${1%/*}
  hb_out=$(df -Pk -- "${hb_d:-/}" 2>/dev/null) || return
  set -f
  set -- ${hb_out#*"$hb_nl"}
  set +f
  [ $# -lt 6 ] || hb_tell space "$4$hb_t${5%\%}$hb_t$2"
}

# Somebody still writes: it has just changed, changes while we look, or is open for writing.
hb_settled() {
  hb_age=$((hb_now - ${hb_first#* }))
  [ "$hb_age" -gt 900 ] && return 0
  hb_tries=0
  while [ "$hb_age" -lt 60 ] && [ "$hb_tries" -lt 2 ]; do
    hb_tries=$((hb_tries + 1))
    sleep "$hb_pause"
    hb_again=$(hb_stat "$1")
    [ "$hb_again" = "$hb_first" ] && break
    [ "$hb_tries" -lt 2 ] || return 1
    hb_first=$hb_again
  done
  hb_open_for_writing "$1" && return 1
  return 0
}

hb_open_for_writing() {
  for hb_l in /proc/[0-9]*/fd/*; do
    [ "$hb_l" -ef "$1" ] 2>/dev/null || continue
    hb_p=${hb_l%/fd/*}
    while read -r hb_k hb_n; do
      [ "$hb_k" = flags: ] || continue
      case $hb_n in *[12567]) hb_tell writer "${hb_p#/proc/}"; return 0 ;; esac
    done 2>/dev/null <"$hb_p/fdinfo/${hb_l##*/}"
  done
  return 1
}

# ---- container: what it is by its first bytes, and read to its end in a stream -----------------------------------

hb_joined() { # words as one: $1 is od's table
  set -- $1
  hb_ifs=$IFS IFS=
  printf %s "$*"
  IFS=$hb_ifs
}
hb_hex() { hb_joined "$(od -An -v -tx1 "$@")"; }

hb_kind() { # the first bytes in hexadecimal
  case $1 in
    '') echo empty ;;
    1f8b* | 1f9d*) echo gzip ;;
    fd377a585a00*) echo xz ;;
    28b52ffd* | 5[0-9a-f]2a4d18*) echo zstd ;;
    425a68*) echo bzip2 ;;
    04224d18*) echo lz4 ;;
    5d0000*) echo lzma ;;
    504b0304* | 504b0506*) echo zip ;;
    377abcaf271c*) echo 7z ;;
    52617221*) echo rar ;;
    53616c7465645f5f*) echo openssl ;;
    6167652d656e6372*) echo age ;;
    2d2d2d2d2d424547494e20504750* | 8[45]0[123]* | 8c0[0-9a-f]0[0-9a-f]*) echo gpg ;;
    5047444d50*) echo pgdump ;;
    53514c69746520666f726d61742033*) echo sqlite ;;
    5842535443*) echo xbstream ;;
    54415045*) echo mtf ;;
    *7573746172*) case $(printf %s "$1" | cut -c 515-524) in
      7573746172) case $1 in 746f632e64617400*) echo pgdump ;; *) echo tar ;; esac ;;
      *) echo plain ;;
    esac ;;
    *) echo plain ;;
  esac
}

hb_raw() {
  if [ "$hb_rate" -gt 0 ]; then
    for hb_v; do hb_slow <"$hb_v"; done
  else
    cat -- "$@"
  fi
}

hb_slow() { # so many MB a second, and a rest
  while hb_got=$({ dd bs=1048576 count="$hb_rate" 2>&1 1>&8 | sed -n 's/+.*records in$//p'; } 8>&7) && [ "${hb_got:-0}" -gt 0 ]; do
    sleep 1
  done 7>&1
  cat
}

hb_unpacker() { # the command that unpacks a container from stdin to stdout
  case $1 in
    gzip) hb_need gzip && hb_cmd='gzip -dc' ;;
    xz) hb_need xz && hb_cmd='xz -dc --memlimit-decompress=268435456' ;;
    lzma) hb_need xz && hb_cmd='xz -dc --format=lzma --memlimit-decompress=268435456' ;;
    zstd) hb_need zstd && hb_cmd='zstd -dcq' ;;
    bzip2) hb_need bzip2 && hb_cmd='bzip2 -dc' ;;
    lz4) hb_need lz4 && hb_cmd='lz4 -dcq' ;;
    openssl) hb_need openssl && hb_cmd="openssl enc -d $hb_cipher -pass env:HB_KEY" ;;
    pgdump) hb_pg_restore && hb_cmd="pg_restore $hb_pg_out" ;;
    tar) hb_need tar && hb_cmd='tar -xOf -' ;;
    *) hb_cmd=cat ;;
  esac
}

hb_pg_restore() {
  hb_need pg_restore || return 1
  hb_pg_out='-f -'
  case $(pg_restore --version 2>/dev/null) in *' '[89].* | *' 1'[01].*) hb_pg_out= ;; esac
}

# stdin packed, stdout unpacked; what the tool says and how it ends goes to 9; the rest is drained so that hashes are whole
hb_unpack() {
  { {
    $hb_cmd 2>&8
    hb_tell unpack_status "$?" >&9
  } 8>&1 1>&7 | sed -n "1,6s/^/unpack_said$hb_t/p" >&9; } 7>&1
}

hb_file() {
  hb_cap=$((hb_bytes * hb_ratio))
  [ "$hb_cap" -ge "$hb_small" ] || hb_cap=$hb_small
  if [ "$hb_most" -gt 0 ] && [ "$hb_cap" -gt "$hb_most" ]; then hb_cap=$((hb_most + 1)); fi
  hb_tell cap "$hb_cap"
  hb_magic=$(hb_hex -N 600 <"$1")
  hb_container=$(hb_kind "$hb_magic")
  hb_tell container "$hb_container"
  [ "$hb_deep" = 1 ] || hb_container=plain
  hb_ending "$@"
  case $hb_container in
    empty) return ;;
    zip) hb_zip "$@"; return ;;
    7z | rar | age | gpg | xbstream | mtf) hb_only_hash "$@"; return ;;
    openssl) [ -n "$HB_KEY" ] || { hb_only_hash "$@"; return; } ;;
    sqlite) hb_only_hash "$@"; hb_sqlite "$1"; return ;;
    plain) [ "$hb_deep" = 1 ] || { hb_only_hash "$@"; return; } ;;
  esac
  hb_unpacker "$hb_container" || { hb_only_hash "$@"; return; }
  hb_outer=$hb_cmd
  hb_inside "$@"
  # Two readers of one file side by side: the disk gives it once, and no bytes are copied about for the hash.
  { hb_only_hash "$@" & hb_hash=$!
    hb_feed "$@" | hb_scan
    wait "$hb_hash"; } 9>&1
}

hb_feed() { # the unpacked bytes of a file, or of volumes
  if [ $# = 1 ] && [ "$hb_rate" = 0 ]; then hb_unpack <"$1"; else hb_raw "$@" | hb_unpack; fi
}

hb_raw_once() { if [ $# = 1 ]; then dd if="$1" bs=65536 count=64 2>/dev/null; else cat -- "$@" 2>/dev/null; fi; }

# What stands after the end of a stream: unpackers pass over padding without a word.
hb_ending() {
  for hb_v; do :; done
  hb_tell last_bytes "$(tail -c 12 -- "$hb_v" 2>/dev/null | hb_hex)"
}

hb_begun() { # what is unpacked first; one file is left where it is as soon as nobody wants more
  if [ $# = 1 ] && [ "$hb_container" != pgdump ]; then $hb_outer <"$1" 2>/dev/null; else hb_raw_once "$@" | $hb_outer 2>/dev/null; fi
}

# The first 64 kB of what is inside tell what it is.
hb_inside() {
  hb_inner=plain
  if [ "$hb_container" != plain ]; then
    hb_inner=$(hb_kind "$(hb_begun "$@" | hb_hex -N 600)")
  fi
  hb_second=
  case $hb_inner in
    tar) hb_need tar && hb_second=tar ;;
    pgdump) hb_unpacker pgdump && hb_second=$hb_cmd ;;
    gzip | xz | zstd | bzip2 | lz4) hb_unpacker "$hb_inner" && hb_second=$hb_cmd ;;
  esac
  [ "$hb_container" = tar ] && hb_second=tar hb_inner=tar hb_outer=cat
  hb_tell inner "$hb_inner"
  if [ -n "$hb_second" ]; then
    hb_speech=$(hb_raw_once "$@" | $hb_outer 2>/dev/null | hb_again_unpacked 2>/dev/null | head -c 65536 | hb_dialect)
  else
    hb_speech=$(hb_begun "$@" | head -c 65536 | hb_dialect)
  fi
  hb_tell dialect "$hb_speech"
  hb_cmd=$hb_outer
  if [ "$hb_speech" = unknown ] && [ "$hb_container" = plain ]; then
    hb_tell packed_again "$(head -c 65536 -- "$1" | gzip -c | wc -c | tr -d ' ')"
  fi
}

hb_again_unpacked() {
  case $hb_second in
    tar) tar -xOf - ;;
    *) $hb_second ;;
  esac
}

hb_dialect() {
  grep -a -o -E '^(-- (MySQL|MariaDB) dump|-- PostgreSQL database|/\*!40101 SET|/\*M?!999999|CREATE TABLE `|INSERT INTO `|SET statement_timeout|COPY [^(]* \(|CREATE TABLE|INSERT INTO|<!DOCTYPE|<html|BEGIN TRANSACTION)' | $hb_awk '
    NR > 40 { next }
    /^-- (MySQL|MariaDB)|^\/\*!40101|^\/\*M?!999999|`/ { m++ } /^-- PostgreSQL|^SET statement|^COPY/ { p++ }
    /^CREATE TABLE$|^INSERT INTO$|^BEGIN/ { s++ } /^</ { h++ }
    END { print m ? "mysql" : p ? "postgresql" : s ? "sql" : h ? "html" : "unknown" }'
}

hb_sum() {
  if [ "$hb_bytes" -gt 50000000 ] && hb_quick_sum; then
    hb_out=$(openssl dgst -sha256) && hb_tell sha256 "${hb_out##* }" >&9
  elif hb_has sha256sum; then
    hb_out=$(sha256sum) && hb_tell sha256 "${hb_out%% *}" >&9
  else
    hb_tell missing sha256sum >&9
  fi
  cat >/dev/null
}

hb_quick_sum() { # openssl hashes several times as fast, where it is there and hashes as it should
  case $(openssl dgst -sha256 </dev/null 2>/dev/null) in
    *' e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855') return 0 ;;
  esac
  return 1
}

hb_only_hash() {
  { if [ $# = 1 ] && [ "$hb_rate" = 0 ]; then hb_sum <"$1"; else hb_raw "$@" | hb_sum; fi; } 9>&1
}

hb_zip() {
  hb_only_hash "$@"
  hb_need unzip || return
  unzip -l "$1" 2>/dev/null | awk 'END { if ($2 ~ /^[0-9]+$/) printf "members\t%s\t%.0f\n", $2, $1 }'
  hb_cmd="unzip -p" hb_inner=plain hb_second=
  hb_speech=$(unzip -p "$1" </dev/null 2>/dev/null | head -c 65536 | hb_dialect)
  hb_tell dialect "$hb_speech"
  unzip -Z1 "$1" 2>/dev/null | hb_members
  { { {
    unzip -p "$1" </dev/null 2>&8
    hb_tell unpack_status "$?" >&9
  } 8>&1 1>&7 | sed -n "1,6s/^/unpack_said$hb_t/p" >&9; } 7>&1 | hb_scan; } 9>&1
}

hb_sqlite() {
  od -An -v -tu1 -j 16 -N 16 -- "$1" | awk '{ for (i = 1; i <= NF; i++) b[n++] = $i }
    END { page = b[0] * 256 + b[1]; if (page == 1) page = 65536
      printf "sqlite_bytes\t%.0f\n", page * (((b[12] * 256 + b[13]) * 256 + b[14]) * 256 + b[15]) }'
  hb_need sqlite3 || return
  hb_u=$(printf %s "$1" | sed 's/%/%25/g; s/?/%3f/g; s/#/%23/g')
  hb_tell sqlite_check "$(nice -n 10 sqlite3 -batch "file:$hb_u?immutable=1" 'pragma quick_check(5)' </dev/null 2>&1 | head -n 3 | tr '\n\t' '  ')"
  sqlite3 -batch "file:$hb_u?immutable=1" "select 'table'||char(9)||char(9)||name from sqlite_master where type='table' and name not like 'sqlite_%' limit 5000" </dev/null 2>/dev/null
}

# ---- the unpacked stream: bytes, end, structure, rows, character set, words; one reading for all ------------------

hb_scan() {
  if [ "$hb_second" = tar ]; then
    { tee /dev/fd/5 | hb_tar >&9; } 5>&1 | { tar -xOf - 2>/dev/null; cat >/dev/null; } | hb_scan_text
  elif [ -n "$hb_second" ]; then
    { { $hb_second 2>&8; hb_tell unpack_status "$?" >&9; cat >/dev/null; } 8>&1 1>&7 | sed -n "1,6s/^/unpack_said$hb_t/p" >&9; } 7>&1 | hb_scan_text
  else
    hb_scan_text
  fi
}

hb_tar() {
  { { tar -tf - 2>&8; hb_tell tar_status "$?" >&9; cat >/dev/null; } 8>&1 1>&7 | sed -n "1,6s/^/tar_said$hb_t/p" >&9; } 7>&1 | hb_members
}

hb_members() { # names one a line: how many, and which of the globs asked for were met (hb_glob1, hb_glob2, ... are EREs)
  awk 'BEGIN { while (("hb_glob" n + 1) in ENVIRON) { n++; g[n] = ENVIRON["hb_glob" n] } }
    { c++; for (i = 1; i <= n; i++) if ($0 ~ g[i]) h[i]++ }
    END { printf "entries\t%d\n", c; fflush(); for (i = 1; i <= n; i++) { printf "member\t%d\t%d\n", i, h[i]; fflush() } }'
}

hb_scan_text() {
  case $hb_speech in mysql | postgresql | sql) ;; *)
    hb_count >&9
    return ;;
  esac
  if [ -n "$hb_w1$hb_section1" ]; then
    { tee /dev/fd/8 | hb_structure >&9; } 8>&1 | hb_wanted >&9
  else
    hb_structure >&9
  fi
}

hb_count() { hb_tell unpacked "$(head -c "$hb_cap" | wc -c | tr -d ' ')"; }

# One awk over every line; mawk is the fastest by far. A line without an end must not eat the host's memory, and
# what unpacks to more than its bounds is left where it is: those before it in the pipe end by themselves.
hb_structure() {
  (
    ulimit -v 400000 2>/dev/null
    # GNU libc gives memory of long lines back at once, and takes it anew for the next line: 3 of 4 CPU seconds.
    export AWKBUFSIZE=65536 MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=134217728
    case $hb_speech in
      postgresql) exec $hb_awk -v cap="$hb_cap" "$hb_common$hb_read_pg" ;;
      *) exec $hb_awk -v cap="$hb_cap" "$hb_common$hb_read_my" ;;
    esac
  ) || hb_tell structure_status "$?"
}

hb_common='
  function note(key, text) { if (seen[key]++ < 6) { printf "%s\t%s\n", key, substr(text, 1, 240); fflush() } }
  function named(text) {
    sub(/^(INSERT|REPLACE)( IGNORE)? INTO |^CREATE( UNLOGGED| FOREIGN)? TABLE |^COPY /, "", text); sub(/^IF NOT EXISTS /, "", text)
    sub(/ *\(.*/, "", text); sub(/ VALUES.*/, "", text); sub(/ PARTITION OF .*/, "", text); sub(/ FROM stdin;$/, "", text)
    gsub(/[`"\t]/, "", text); sub(/ +$/, "", text); return text
  }
  function at(table) { table = db "\t" table; if (!(table in rows)) { order[++n] = table; rows[table] = 0 } return table }
  function total() {
    for (i = 1; i <= n && i <= 5000; i++) { printf "table\t%s\t%.0f\t%d\n", order[i], rows[order[i]], made[order[i]]; fflush() }
    close(letters)
    printf "unpacked\t%.0f\n", bytes; fflush()
    if (capped) exit
    if (over) { print "end\t" over; fflush() }
    if (after) { printf "after_end\t%d\n", after; fflush() }
    if (blank) { print "end\tNUL"; fflush() }
    printf "objects\tviews=%d triggers=%d events=%d routines=%d foreign_keys=%d tables=%d inserts=%.0f errors=%d creates=%d\n", views, triggers, events, routines, keys, tables, inserts, errors, creates; fflush()
  }
  { bytes += length($0) + 1
    if (bytes < 16777216 || NR % 16 == 0) print | letters
    if (bytes >= cap) { capped = 1; exit } }
  BEGIN { letters = ENVIRON["hb_charset"]; nul = sprintf("%c", 0) }
'
hb_errors='^(mysqldump|mariadb-dump|mysqlpump|pg_dump|pg_dumpall|pg_restore|mysql|psql|gzip|ba?sh|dash|sh|tee): |^ERROR [0-9]+ |^ERROR: |^ORA-[0-9]+: |^Usage: |^Segmentation fault|^Killed$|^-ba?sh: '
hb_read_my='
  cur != "" && /^\(/ { rows[cur] += 1 + gsub(/\),\([-0-9\047"N_]/, "x"); next }
  /^(INSERT|REPLACE)/ {
    h = substr($0, 1, 400); cur = at(named(h)); inserts++; over = ""
    if (length($0) > 400 || $0 !~ /VALUES *$/) rows[cur] += 1 + gsub(/\),\([-0-9\047"N_]/, "x")
    next
  }
  { h = substr($0, 1, 400) }
  /^$/ { next }
  /^CREATE TABLE/ { cur = ""; t = at(named(h)); made[t] = 1; tables++; over = ""; next }
  /^  / { if (h ~ /^ +CONSTRAINT [^(]* FOREIGN KEY/) keys++; next }
  /^LOCK TABLES|^UNLOCK|^\) |^--$/ { cur = ""; next }
  { cur = "" }
  h ~ /^-- Dump completed/ { over = h; note("completed", h); after = 0; next }
  h ~ /^\/\*!40111 SET SQL_NOTES=@OLD_SQL_NOTES/ { over = "notes"; after = 0; next }
  h ~ /^\/\*!40111 SET @OLD_SQL_NOTES/ { note("prolog", "1"); next }
  h ~ /^USE |^-- Current Database/ { sub(/^USE |^-- Current Database: /, "", h); gsub(/[`; \t]/, "", h); db = h; if (!(db in dbs)) { dbs[db] = 1; note("database", db) } next }
  h ~ /^CREATE (OR REPLACE )?DATABASE/ { creates++; next }
  { u = toupper(h) } # trigger or TRIGGER: as whoever made it wrote it
  u ~ /^\/\*![0-9]+ VIEW |^CREATE( OR REPLACE)?( ALGORITHM=[A-Z]+)?( DEFINER=[^ ]*)?( SQL SECURITY [A-Z]+)? VIEW / { views++; next }
  u ~ /^(\/\*![0-9]+ CREATE\*\/|CREATE).* TRIGGER / { triggers++; next }
  u ~ /^(\/\*![0-9]+ CREATE\*\/|CREATE).* EVENT / { events++; next }
  u ~ /^(\/\*![0-9]+ )?CREATE.* (FUNCTION|PROCEDURE|PACKAGE) / { routines++; next }
  h ~ /^-- (MySQL|MariaDB) dump/ { note("header", h); next }
  h ~ /^-- Host:/ { note("source", h); next }
  h ~ /^-- Server version/ { note("server", h); next }
  h ~ /SET NAMES / { sub(/.*SET NAMES /, "", h); sub(/[ ;*].*/, "", h); note("names", h); next }
  h ~ /^(-- )?CHANGE (MASTER|REPLICATION SOURCE) TO/ { note("position", h); next }
  h ~ errors { wrong++; note("error", h); next }
  nul != "" && substr($0, 1, 1) == nul { blank = 1; next }
  over != "" && h !~ /^(--|\/\*)/ { after++ }
  BEGIN { errors = ENVIRON["hb_errors"] }
  END { errors = wrong; total() }'
hb_read_pg='
  copying != "" { if ($0 == "\\.") copying = ""; else rows[copying]++; next }
  /^COPY / && / FROM stdin;$/ { copying = at(named($0)); inserts++; next }
  /^INSERT INTO / { cur = at(named(substr($0, 1, 400))); inserts++; if ($0 !~ /VALUES *$/) rows[cur] += 1; next }
  cur != "" && /^\t?\(/ { rows[cur]++; next }
  /^$/ || /^--$/ { next }
  { h = substr($0, 1, 400) }
  /^  / { if (h ~ /^ +ADD CONSTRAINT [^(]* FOREIGN KEY/) keys++; next }
  h ~ /^CREATE( UNLOGGED| FOREIGN)? TABLE / { cur = ""; t = at(named(h)); made[t] = 1; tables++; next }
  h ~ /^CREATE.* VIEW / { views++; next }
  h ~ /^CREATE EVENT TRIGGER / { events++; next }
  h ~ /^CREATE.*TRIGGER / { triggers++; next }
  h ~ /^CREATE( OR REPLACE)? (FUNCTION|PROCEDURE|AGGREGATE) / { routines++; next }
  h ~ /^\\connect/ { sub(/^\\connect (-reuse-previous=on )?/, "", h); gsub(/["\047]/, "", h); sub(/^dbname=/, "", h); db = h; note("database", h); next }
  h ~ /^CREATE DATABASE/ { creates++; split(h, w, " "); gsub(/"/, "", w[3]); note("database", w[3]); next }
  h ~ /^-- PostgreSQL database( cluster)? dump complete/ { over = h; after = 0; if (!done) done = 1; next }
  h ~ /^-- PostgreSQL database/ { note("header", h); over = ""; next }
  h ~ /^-- Completed on/ { note("completed", h); next }
  h ~ /^-- (Dumped|Started)/ { note("server", h); next }
  h ~ /^SET client_encoding/ { sub(/.*= /, "", h); gsub(/[\047;]/, "", h); note("names", h); next }
  h ~ errors { wrong++; note("error", h); next }
  nul != "" && substr($0, 1, 1) == nul { blank = 1; next }
  over != "" && h !~ /^(--|\\(un)?restrict)/ { after++; over = (h ~ /^\\/) ? over : over }
  BEGIN { errors = ENVIRON["hb_errors"] }
  END { if (copying != "") note("cut", substr(copying, index(copying, "\t") + 1)); errors = wrong; total() }'
export hb_errors

# The first 16 MB and a sixteenth of the lines after: bytes above ASCII and question marks only.
hb_letters=$(printf '\\?|[\302-\337][\200-\277]|[\340-\357][\200-\277][\200-\277]|[\360-\364][\200-\277][\200-\277][\200-\277]|[\200-\377]')
hb_charset='tr -cd "\200-\377?" | { head -c 200000 | grep -a -o -E "$hb_letters" | $hb_awk "
  /^[?]/ { q++; next } { l = length(\$0); if (l == 1) bad++; else if (l == 3) three++; else if (/^[\302\303]/) latin++; else two++ }
  END { printf \"letters\tmarks=%d bad=%d latin=%d two=%d three=%d\n\", q, bad, latin, two, three }"; cat >/dev/null; }'
export hb_awk hb_letters hb_charset

# Words that must or must not be there, and the hashes of single tables' rows.
hb_wanted() {
  if [ -n "$hb_section1" ] && [ -n "$hb_w1" ]; then
    { tee /dev/fd/5 | hb_word_counts >&9; } 5>&1 | hb_sections >&9
  elif [ -n "$hb_section1" ]; then
    hb_sections
  else
    hb_word_counts
  fi
  cat >/dev/null
}

hb_word_counts() {
  eval "set -- $hb_word_list"
  grep -a -o -F "$@" | uniq -c | awk 'BEGIN { while (("hb_w" n + 1) in ENVIRON) { n++; w[n] = ENVIRON["hb_w" n] } }
    { k = $1; $0 = substr($0, index($0, $1) + length($1) + 1); for (i = 1; i <= n; i++) if (index($0, w[i])) c[i] += k }
    END { for (i = 1; i <= n; i++) { printf "word\t%d\t%.0f\n", i, c[i]; fflush() } }'
  cat >/dev/null
}

hb_sections() {
  awk 'BEGIN { while (("hb_section" n + 1) in ENVIRON) { n++; s[n] = ENVIRON["hb_section" n]; cmd[n] = "sha256sum | sed \"s/^/section\t" n "\t/\" >&9" } }
    !p { for (i = 1; i <= n; i++) if (index($0, s[i]) == 1) { p = i; copy = substr($0, 1, 4) == "COPY"; break } }
    p { print | cmd[p]; if (copy ? $0 == "\\." : $0 ~ /;$/) p = 0 }
    END { for (i = 1; i <= n; i++) close(cmd[i]) }'
  cat >/dev/null
}

# ---- folders: what tools write as many files, and plain folders ---------------------------------------------------

hb_tool() { # a program of PostgreSQL, which many systems keep off the path
  command -v "$1" 2>/dev/null && return
  for hb_p in /usr/lib/postgresql/*/bin/"$1" /usr/pgsql-*/bin/"$1" /usr/local/pgsql/bin/"$1"; do
    [ -x "$hb_p" ] && hb_last=$hb_p
  done
  [ -n "$hb_last" ] && echo "$hb_last"
}

hb_weigh() { # bytes, newest time, files, empty files
  find "$1" -type f -exec stat -c '%s %Y' -- {} + 2>/dev/null | awk '{ s += $1; if ($2 > m) m = $2; if ($1 == 0) z++ } END { printf "%.0f %.0f %d %d", s, m, NR, z }'
}

hb_folder() {
  hb_weight=$(hb_weigh "$1")
  set -- "$1" $hb_weight
  if [ $((hb_now - $3)) -lt 60 ]; then
    sleep "$hb_pause"
    [ "$(hb_weigh "$1")" = "$hb_weight" ] || { hb_tell found writing; return; }
  fi
  hb_tell size "$2"
  hb_tell mtime "$3"
  hb_tell entries "$4"
  hb_tell empty_files "$5"
  hb_tell hidden_parts "$(find "$1" 2>&1 >/dev/null | wc -l | tr -d ' ')"
  hb_tree "$1"
  [ "$hb_deep" = 1 ] || return
  (cd "$1" && find . -type f 2>/dev/null | sed 's|^\./||' | hb_members)
  if [ -f "$1/toc.dat" ]; then
    hb_pg_folder "$1"
  elif [ -f "$1/xtrabackup_checkpoints" ] || [ -f "$1/mariadb_backup_checkpoints" ]; then
    hb_xtrabackup "$1"
  elif [ -f "$1/backup_manifest" ] || [ -f "$1/backup_label" ] || [ -f "$1/base.tar" ] || [ -f "$1/base.tar.gz" ]; then
    hb_basebackup "$1"
  elif [ -f "$1/metadata" ] || [ -f "$1/metadata.partial" ]; then
    hb_mydumper "$1" "$2"
  elif [ -d "$1/data" ] && [ -d "$1/keys" ] && [ -d "$1/snapshots" ] && [ -f "$1/config" ]; then
    hb_restic "$1"
  elif [ -f "$1/config" ] && [ -d "$1/data" ] && grep -q '^\[repository\]' "$1/config" 2>/dev/null; then
    hb_borg "$1"
  elif [ -n "$(find "$1" -maxdepth 1 -name '*.txt' 2>/dev/null | head -n 1)" ] && [ -n "$(find "$1" -maxdepth 1 -name '*.sql' 2>/dev/null | head -n 1)" ]; then
    hb_tab "$1"
  else
    hb_tell container folder
  fi
}

hb_tree() { # one hash over the names and hashes of all files; none where one of them could not be read
  hb_need sha256sum || return
  hb_out=$({ (cd "$1" && find . -type f -exec sha256sum {} + 2>&8 | sort -k 2 | sha256sum | sed 's/ .*//' >&7) 8>&1 | awk 'END { print "unread " NR }'; } 7>&1)
  case $hb_out in
    *'unread 0'*) hb_tell sha256 "$(printf '%s\n' "$hb_out" | sed -n 's/^\([0-9a-f]\{64\}\)$/\1/p')" ;;
    *) hb_tell unread "$(printf '%s\n' "$hb_out" | sed -n 's/^unread //p')" ;;
  esac
}

hb_all() { # what a folder's streams hold: $1 the command that unpacks stdin
  hb_cap=$(($2 * hb_ratio))
  [ "$hb_cap" -ge "$hb_small" ] || hb_cap=$hb_small
  hb_tell cap "$hb_cap"
  hb_cmd=$1 hb_second= hb_speech=mysql
  hb_tell dialect mysql
  { hb_unpack | hb_scan_text; } 9>&1
}

hb_pg_folder() {
  hb_tell container pgdir
  hb_pg_restore || return
  hb_tell dialect postgresql
  hb_speech=postgresql hb_second= hb_cap=1000000000000000
  { { { {
    pg_restore $hb_pg_out "$1" 2>&8 </dev/null
    hb_tell unpack_status "$?" >&9
  } 8>&1 1>&7 | sed -n "1,6s/^/unpack_said$hb_t/p" >&9; } 7>&1 | hb_scan_text; } 9>&1; }
}

hb_xtrabackup() {
  hb_tell container xtrabackup
  cat "$1/xtrabackup_checkpoints" "$1/mariadb_backup_checkpoints" 2>/dev/null | sed -n "s/^\([a-z_]*\) *= *\([A-Za-z0-9_-]*\)\$/point_\1$hb_t\2/p" | head -n 20
  cat "$1/xtrabackup_info" "$1/mariadb_backup_info" 2>/dev/null | grep -E '^(tool_name|tool_version|start_time|end_time|incremental|partial|server_version|binlog_pos|innodb_(from|to)_lsn) ' | sed "s/ *= */$hb_t/; s/^/about_/" | head -n 20
  for hb_n in ibdata1 ib_logfile0 xtrabackup_logfile backup-my.cnf; do [ -e "$1/$hb_n" ] || [ -e "$1/$hb_n.qp" ] || [ -e "$1/$hb_n.zst" ] && hb_tell has "$hb_n"; done
  hb_tell torn "$(find "$1" \( -name '*.ibd' -o -name ibdata1 \) -type f -exec stat -c %s -- {} + 2>/dev/null | awk '$1 == 0 || $1 % 4096 { n++ } END { print n + 0 }')"
  (cd "$1" && find . -mindepth 2 \( -name '*.ibd*' -o -name '*.frm*' -o -name '*.MYD*' \) -type f 2>/dev/null) | awk -F/ '
    { t = $3; sub(/\..*/, "", t); sub(/#.*/, "", t); if (!(($2 "/" t) in s)) { s[$2 "/" t] = 1; if (++n <= 5000) printf "tablefile\t%s\t%s\n", $2, t } }'
}

hb_basebackup() {
  hb_tell container basebackup
  grep -E '^(START WAL LOCATION|START TIME|LABEL|BACKUP METHOD|BACKUP FROM)' "$1/backup_label" 2>/dev/null | sed "s/^/label$hb_t/" | head -n 6
  [ -f "$1/backup_manifest" ] && hb_manifest "$1"
  for hb_n in "$1"/*.tar "$1"/*.tar.gz "$1"/*.tgz "$1"/*.tar.lz4 "$1"/*.tar.zst; do
    [ -f "$hb_n" ] || continue
    hb_unpacker "$(hb_kind "$(dd if="$hb_n" bs=600 count=1 2>/dev/null | hb_hex)")" || continue
    [ "$hb_cmd" = 'tar -xOf -' ] && hb_cmd=cat
    { hb_unpack <"$hb_n" | { { tar -tf - 2>&8 >/dev/null; hb_tell tar_status "$?" >&9; cat >/dev/null; } 8>&1 | sed -n "1,6s/^/tar_said$hb_t/p" >&9; }; } 9>&1
  done
  [ -f "$1/PG_VERSION" ] && { [ -f "$1/global/pg_control" ] && hb_tell has pg_control; hb_tell has PG_VERSION; }
  [ -f "$1/base.tar" ] || [ -f "$1/base.tar.gz" ] && hb_tell has base.tar
  for hb_n in "$1"/pg_wal/[0-9A-F]* "$1"/pg_xlog/[0-9A-F]* "$1"/pg_wal.tar*; do [ -f "$hb_n" ] && { hb_tell has wal; break; }; done
}

hb_manifest() {
  hb_tell manifest_files "$(grep -c '"Path"' "$1/backup_manifest")"
  hb_said=$(sed -n 's/.*"Manifest-Checksum": *"\([0-9a-f]*\)".*/\1/p' "$1/backup_manifest")
  hb_true=$(sed '$d' "$1/backup_manifest" | sha256sum 2>/dev/null | sed 's/ .*//')
  hb_tell manifest_sum "$([ -n "$hb_said" ] && [ "$hb_said" = "$hb_true" ] && echo same || echo other)"
  [ -f "$1/PG_VERSION" ] || return
  hb_last=
  hb_verify=$(hb_tool pg_verifybackup)
  if [ -n "$hb_verify" ]; then
    hb_out=$("$hb_verify" -q -n "$1" </dev/null 2>&1)
    hb_tell verify_status "$?"
    printf '%s\n' "$hb_out" | head -n 6 | sed "s/^/verify_said$hb_t/"
    return
  fi
  hb_tell missing_checksums pg_verifybackup
  (cd "$1" && sed -n 's/.*"Path": *"\([^"\\]*\)".*"Size": *\([0-9]*\).*/\2 \1/p' backup_manifest | while read -r hb_s hb_n; do
    [ "$(stat -c %s -- "$hb_n" 2>/dev/null)" = "$hb_s" ] || printf '%s\t%s\n' unlike "$hb_n"
  done | head -n 20)
}

hb_mydumper() {
  hb_tell container mydumper
  cat "$1/metadata" "$1/metadata.partial" 2>/dev/null | grep -a -E '^(# )?(Started|Finished) dump at' | sed "s/^/mydumper$hb_t/" | head -n 4
  [ -f "$1/metadata" ] || hb_tell mydumper partial
  case $(ls "$1" | grep -E '\.sql(\.gz|\.zst)?$' | head -n 1) in
    *.gz) hb_cmd='gzip -dc'; hb_need gzip || return ;;
    *.zst) hb_cmd='zstd -dcq'; hb_need zstd || return ;;
    *) hb_cmd=cat ;;
  esac
  (cd "$1" && ls | sed -n 's/-schema\.sql.*//p' | grep -v '^[^.]*$' | awk '{ i = index($0, "."); printf "tablefile\t%s\t%s\n", substr($0, 1, i - 1), substr($0, i + 1) }' | head -n 5000)
  find "$1" -name '*.sql*' -type f -exec cat -- {} + 2>/dev/null | hb_all "$hb_cmd" "$2"
}

hb_tab() {
  hb_tell container tab
  awk 'FNR == 1 && NR > 1 { if (!ok) print "untailed\t" prev; ok = 0 } /^-- Dump completed/ { ok = 1 } { prev = FILENAME } END { if (!ok) print "untailed\t" prev }' "$1"/*.sql | head -n 20
  for hb_n in "$1"/*.sql; do
    hb_b=${hb_n%.sql}
    if [ -f "$hb_b.txt" ]; then
      printf 'table\t\t%s\t%s\t1\n' "${hb_b##*/}" "$(awk '!/\\$/ { n++ } END { printf "%.0f", n }' "$hb_b.txt")"
    elif ! grep -q VIEW "$hb_n"; then
      hb_tell without_data "${hb_b##*/}"
    fi
  done
}

# ---- repositories: by their own tools, without locks or caches of ours ----------------------------------------------

hb_restic() {
  hb_tell container restic
  hb_need restic || return
  [ -n "$HB_KEY" ] || { hb_tell repo_said 'no key'; return; }
  RESTIC_PASSWORD=$HB_KEY
  export RESTIC_PASSWORD
  hb_out=$(restic -r "$1" --no-lock --no-cache snapshots --json --latest 1 </dev/null 2>/dev/null) && hb_listed=yes || hb_listed=
  hb_out=$(printf '%s\n' "$hb_out" | tr ',{}' '\n\n\n' | sed -n 's/^"time":"\([^"]*\)"/\1/p' | sort)
  [ -z "$hb_listed" ] || hb_tell snapshots "$(printf '%s\n' "$hb_out" | grep -c .)"
  [ -z "$hb_out" ] || hb_tell snapshot "$(printf '%s\n' "$hb_out" | tail -n 1)"
  hb_out=$(restic -r "$1" --no-lock --no-cache -q check --read-data-subset="$hb_subset" </dev/null 2>&1)
  hb_tell repo_status "$?"
  printf '%s\n' "$hb_out" | grep . | tail -n 6 | sed "s/^/repo_said$hb_t/"
}

hb_borg() {
  hb_tell container borg
  hb_need borg || return
  BORG_PASSPHRASE=$HB_KEY BORG_RELOCATED_REPO_ACCESS_IS_OK=yes BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
  BORG_BASE_DIR=$(mktemp -d "${TMPDIR:-/tmp}/hmaint-borg.XXXXXX") || return
  export BORG_PASSPHRASE BORG_RELOCATED_REPO_ACCESS_IS_OK BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK BORG_BASE_DIR
  borg --bypass-lock list --last 1 --format '{time:%Y-%m-%d %H:%M:%S}{NL}' "$1" </dev/null 2>/dev/null | tail -n 1 | sed "s/^/snapshot$hb_t/"
  borg --bypass-lock list --last 1 --short "$1" </dev/null 2>&1 | tail -n 3 | sed "s/^/repo_said$hb_t/"
  hb_latest=$(borg --bypass-lock list --last 1 --short "$1" </dev/null 2>/dev/null) && hb_tell snapshots "$(printf '%s\n' "$hb_latest" | grep -c .)"
  if [ -n "$hb_latest" ]; then
    hb_out=$(borg --bypass-lock extract --dry-run "$1::$hb_latest" </dev/null 2>&1)
    hb_tell repo_status "$?"
    printf '%s\n' "$hb_out" | tail -n 4 | sed "s/^/repo_said$hb_t/"
  else
    hb_tell repo_status 2
  fi
  case $BORG_BASE_DIR in */hmaint-borg.*) rm -rf -- "$BORG_BASE_DIR" ;; esac
}

# ---- what stands beside a backup: logs that continue it, the full one it needs, the log of its tool ----------------

hb_chain() { [ -e "$1" ] && hb_need stat && stat -L -c "chain$hb_t%s$hb_t%Y$hb_t%n" -- "$@" 2>/dev/null | tail -n 4000; hb_tell chain_end "$#"; }

hb_base() {
  [ -e "$1" ] || { hb_tell base none; return; }
  stat -L -c "base$hb_t%s$hb_t%Y$hb_t%n" -- "$@" 2>/dev/null | tail -n 60
  for hb_n; do sed -n "s/^to_lsn *= *\([0-9]*\)\$/base_lsn$hb_t\1/p" "$hb_n/xtrabackup_checkpoints" "$hb_n/mariadb_backup_checkpoints" 2>/dev/null; done
}

hb_log() {
  [ -e "$1" ] || { hb_tell log none; return; }
  hb_n=$(ls -1td -- "$@" | head -n 1)
  [ -r "$hb_n" ] || { hb_tell log unreadable; return; }
  hb_tell log_path "$hb_n"
  hb_tell log_time "$(stat -L -c %Y -- "$hb_n")"
  grep -a -E '^(\. \. |.*ORA-[0-9]|.*(EXP|LRM|UDE|IMP)-[0-9])' "$hb_n" | head -n 3000 | sed "s/^/log$hb_t/"
  tail -n 25 "$hb_n" | grep -a . | sed "s/^/log_end$hb_t/"
}
