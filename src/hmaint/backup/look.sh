# What hmaint runs on the host that holds a backup: it reads, writes nothing, and tells facts as lines KEY<tab>VALUE.
# POSIX sh with gzip, xz, zstd, bzip2, lz4, unzip, tar, grep, awk, sha256sum as far as they are there.
hb_t=$(printf '\t')
hb_nl='
'
hb_tell() { printf '%s\t%s\n' "$1" "$2"; }
hb_has() { command -v "$1" >/dev/null 2>&1; }
hb_need() { hb_has "$1" || { hb_tell missing "$1"; return 1; }; }
hb_number() { case $1 in '' | *[!0-9]*) echo 0 ;; *) echo "$1" ;; esac; }

# Backups are read when the hospital sleeps, yet the database beside them does not.
hb_be_nice() {
  hb_me=$(exec sh -c 'echo $PPID')
  renice -n 10 -p "$hb_me" >/dev/null 2>&1
  ionice -c 2 -n 7 -p "$hb_me" >/dev/null 2>&1
  hb_tell host_now "$(date +%s)"
  hb_tell host_zone "$(date +%z)"
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
  hb_tell matches $#
  stat -L -c "file$hb_t%s$hb_t%Y$hb_t%n" -- "$@" 2>/dev/null | tail -n 62
  if [ "$hb_split" = 1 ]; then
    for hb_f; do :; done
    hb_tell volumes $#
  elif [ "$hb_rule" = time ]; then
    hb_f=$(ls -1dt -- "$@" 2>/dev/null | head -n 1)
  else
    for hb_f; do :; done
  fi
  case $hb_f in *"$hb_nl"*) hb_tell found odd_name; return ;; esac
  hb_tell path "$hb_f"
  if [ -L "$hb_f" ]; then
    hb_tell link "$(readlink -f -- "$hb_f" 2>/dev/null)"
  fi
  if [ -d "$hb_f" ]; then
    hb_tell type folder
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
  hb_tell mtime "$(hb_first=$(hb_stat "$hb_f"); echo "${hb_first#* }")"
  stat -L -c %s -- "$@" 2>/dev/null | awk '{ s += $1 } END { printf "size\t%.0f\n", s }'
}

hb_space() {
  hb_d=${1%/*}
  df -Pk -- "${hb_d:-/}" 2>/dev/null | awk 'NR == 2 { sub("%", "", $5); printf "space\t%s\t%s\t%s\n", $4, $5, $2 }'
}

# Somebody still writes: it has just changed, changes while we look, or is open for writing.
hb_settled() {
  hb_first=$(hb_stat "$1")
  hb_age=$(($(date +%s) - ${hb_first#* }))
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

hb_hex() { od -An -v -tx1 | tr -d ' \n'; }

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
    *) case $(printf %s "$1" | cut -c 515-524) in
      7573746172) echo tar ;;
      *) echo plain ;;
    esac ;;
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
    cat >/dev/null
  } 8>&1 1>&7 | sed -n "1,6s/^/unpack_said$hb_t/p" >&9; } 7>&1
}

hb_file() {
  hb_cap=$(stat -L -c %s -- "$@" 2>/dev/null | awk -v r="$hb_ratio" -v least="$hb_small" -v most="$hb_most" '
    { s += $1 } END { c = s * r; if (c < least) c = least; if (most > 0 && c > most) c = most + 1; printf "%.0f", c }')
  hb_tell cap "$hb_cap"
  hb_magic=$(hb_raw_once "$@" | dd bs=600 count=1 2>/dev/null | hb_hex)
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
  { {
    hb_raw "$@" | tee /dev/fd/6 | hb_unpack | head -c "$hb_cap" | hb_scan
  } 6>&1 | hb_sum; } 9>&1
}

hb_raw_once() { cat -- "$@" 2>/dev/null; }

# What stands after the end of a stream: unpackers pass over padding without a word.
hb_ending() {
  for hb_v; do :; done
  hb_tell last_bytes "$(tail -c 12 -- "$hb_v" 2>/dev/null | hb_hex)"
}

# The first 64 kB of what is inside tell what it is.
hb_inside() {
  hb_inner=plain
  if [ "$hb_container" != plain ]; then
    hb_inner=$(hb_kind "$(hb_raw_once "$@" | $hb_outer 2>/dev/null | dd bs=600 count=1 2>/dev/null | hb_hex)")
  fi
  hb_second=
  case $hb_inner in
    tar) hb_need tar && hb_second=tar ;;
    pgdump) hb_unpacker pgdump && hb_second=$hb_cmd ;;
    gzip | xz | zstd | bzip2 | lz4) hb_unpacker "$hb_inner" && hb_second=$hb_cmd ;;
  esac
  [ "$hb_container" = tar ] && hb_second=tar hb_inner=tar hb_outer=cat
  hb_tell inner "$hb_inner"
  hb_speech=$(hb_raw_once "$@" | $hb_outer 2>/dev/null | hb_again_unpacked 2>/dev/null | head -c 65536 | hb_dialect)
  hb_tell dialect "$hb_speech"
  hb_cmd=$hb_outer
  if [ "$hb_speech" = unknown ] && [ "$hb_container" = plain ]; then
    hb_tell packed_again "$(head -c 65536 -- "$1" | gzip -c | wc -c | tr -d ' ')"
  fi
}

hb_again_unpacked() {
  case $hb_second in
    '') cat ;;
    tar) tar -xOf - ;;
    *) $hb_second ;;
  esac
}

hb_dialect() {
  grep -a -o -E '^(-- (MySQL|MariaDB) dump|-- PostgreSQL database|/\*!40101 SET|/\*M?!999999|CREATE TABLE `|INSERT INTO `|SET statement_timeout|COPY [^(]* \(|CREATE TABLE|INSERT INTO|<!DOCTYPE|<html|BEGIN TRANSACTION)' | head -n 40 | awk '
    /^-- (MySQL|MariaDB)|^\/\*!40101|^\/\*M?!999999|`/ { m++ } /^-- PostgreSQL|^SET statement|^COPY/ { p++ }
    /^CREATE TABLE$|^INSERT INTO$|^BEGIN/ { s++ } /^</ { h++ }
    END { print m ? "mysql" : p ? "postgresql" : s ? "sql" : h ? "html" : "unknown" }'
}

hb_sum() {
  if hb_has sha256sum; then
    sha256sum | sed -n "s/^\([0-9a-f]*\).*/sha256$hb_t\1/p" >&9
  else
    hb_tell missing sha256sum >&9
  fi
  cat >/dev/null
}

hb_only_hash() { { hb_raw "$@" | hb_sum; } 9>&1; }

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
  } 8>&1 1>&7 | sed -n "1,6s/^/unpack_said$hb_t/p" >&9; } 7>&1 | head -c "$hb_cap" | hb_scan; } 9>&1
}

hb_sqlite() {
  od -An -v -tu1 -j 16 -N 16 -- "$1" | awk '{ for (i = 1; i <= NF; i++) b[n++] = $i }
    END { page = b[0] * 256 + b[1]; if (page == 1) page = 65536
      printf "sqlite_bytes\t%.0f\n", page * (((b[12] * 256 + b[13]) * 256 + b[14]) * 256 + b[15]) }'
  hb_need sqlite3 || return
  hb_u=$(printf %s "$1" | sed 's/%/%25/g; s/?/%3f/g; s/#/%23/g')
  hb_tell sqlite_check "$(nice -n 10 sqlite3 -batch "file:$hb_u?immutable=1" 'pragma quick_check(5)' </dev/null 2>&1 | head -n 3 | tr '\n\t' '  ')"
  for hb_n in $(sqlite3 -batch "file:$hb_u?immutable=1" "select hex(name) from sqlite_master where type='table' and name not like 'sqlite_%'" </dev/null 2>/dev/null | head -n 500); do
    sqlite3 -batch "file:$hb_u?immutable=1" "select 'table'||char(9)||char(9)||(select name from sqlite_master where hex(name)='$hb_n')" </dev/null 2>/dev/null | head -n 1
  done
}

# ---- the unpacked stream: bytes, end, structure, rows, character set, words; one reading for all ------------------

hb_scan() {
  if [ "$hb_second" = tar ]; then
    { tee /dev/fd/5 | hb_tar >&9; } 5>&1 | { tar -xOf - 2>/dev/null; cat >/dev/null; } | head -c "$hb_cap" | hb_scan_text
  elif [ -n "$hb_second" ]; then
    { { $hb_second 2>&8; hb_tell unpack_status "$?" >&9; cat >/dev/null; } 8>&1 1>&7 | sed -n "1,6s/^/unpack_said$hb_t/p" >&9; } 7>&1 | head -c "$hb_cap" | hb_scan_text
  else
    hb_scan_text
  fi
}

hb_tar() {
  { { tar -tf - 2>&8; hb_tell tar_status "$?" >&9; cat >/dev/null; } 8>&1 1>&7 | sed -n "1,6s/^/tar_said$hb_t/p" >&9; } 7>&1 | hb_members
}

hb_members() { # names one a line: how many, and which of the globs asked for were met (hb_glob1, hb_glob2, ... are EREs)
  awk 'BEGIN { while (("hb_glob" n + 1) in ENVIRON) g[++n] = ENVIRON["hb_glob" n] }
    { c++; for (i = 1; i <= n; i++) if ($0 ~ g[i]) h[i]++ }
    END { printf "entries\t%d\n", c; fflush(); for (i = 1; i <= n; i++) { printf "member\t%d\t%d\n", i, h[i]; fflush() } }'
}

hb_scan_text() {
  case $hb_speech in mysql | postgresql | sql) ;; *)
    { tee /dev/fd/5 | hb_end >&9; } 5>&1 | hb_count >&9
    return ;;
  esac
  if [ -n "$hb_w1$hb_section1" ]; then
    { { { { { tee /dev/fd/3 /dev/fd/4 /dev/fd/5 /dev/fd/8 | hb_end >&9; } 3>&1 | hb_count >&9; } 4>&1 | hb_structure >&9; } 5>&1 | hb_charset >&9; } 8>&1 | hb_wanted >&9; }
  else
    { { { { tee /dev/fd/3 /dev/fd/4 /dev/fd/5 | hb_end >&9; } 3>&1 | hb_count >&9; } 4>&1 | hb_structure >&9; } 5>&1 | hb_charset >&9; }
  fi
}

hb_count() { hb_tell unpacked "$(wc -c | tr -d ' ')"; }

hb_end() {
  tail -c 1500 | { tr '\000' '\001' | grep -a -o -E '^-- Dump completed.*|^-- PostgreSQL database( cluster)? dump complete|^/\*!40111 SET SQL_NOTES=@OLD_SQL_NOTES|^COMMIT;|'"$(printf '\001')"'$' | tail -n 3 | sed "s/^/end$hb_t/; s/$(printf '\001')/NUL/"; }
}

hb_structure() {
  case $hb_speech in
    postgresql) grep -a -n -o -E "$hb_words_pg" | awk "$hb_read_pg" ;;
    *) grep -a -o -E "$hb_words_my" | uniq -c | awk "$hb_read_my" ;;
  esac
  cat >/dev/null
}

hb_errors='(mysqldump|mariadb-dump|mysqlpump|pg_dump|pg_dumpall|pg_restore|mysql|psql): .*|ERROR [0-9]+ .*|ERROR: .*|ORA-[0-9]+: .*|(ba|da|k)?sh: .*: .*|Usage: .*|Segmentation fault.*|Killed$|gzip: .*'
hb_words_my='^(-- (MySQL|MariaDB) dump .*|-- Host: .*|-- Server version.*|-- Current Database: .*|-- Dump completed.*|(-- )?CHANGE (MASTER|REPLICATION SOURCE) TO .*|(/\*!40101 )?SET NAMES [a-z0-9]*|USE [^;]*|CREATE (OR REPLACE )?DATABASE [^;]*|CREATE TABLE [^(]*|(INSERT|REPLACE)( IGNORE)? INTO [^(]*|(INSERT|REPLACE)( IGNORE)? INTO .*VALUES$|/\*![0-9]+ VIEW [^ ]*|/\*![0-9]+ CREATE\*/.* (TRIGGER|EVENT) [^ ]*|CREATE( OR REPLACE)?( DEFINER=[^ ]*)? (FUNCTION|PROCEDURE|TRIGGER|EVENT|PACKAGE|VIEW|ALGORITHM)( BODY)? |LOCK TABLES [^ ]*| +CONSTRAINT [^(]* FOREIGN KEY|'$hb_errors'|\()|\),\('
hb_words_pg='^(-- PostgreSQL database.*|-- Dumped (from|by) .*|-- (Started|Completed) on .*|\\connect .*|CREATE DATABASE [^;]*|SET client_encoding = .*|CREATE( UNLOGGED| FOREIGN)? TABLE [^(]*|CREATE( OR REPLACE)? (MATERIALIZED VIEW|VIEW|FUNCTION|PROCEDURE|TRIGGER|CONSTRAINT TRIGGER|EVENT TRIGGER|AGGREGATE|SEQUENCE) [^ (]*|COPY [^(]*|INSERT INTO [^(]*|\\\.$|INSERT INTO .*VALUES$|'"$(printf '\t')"'?\(| +ADD CONSTRAINT [^(]* FOREIGN KEY|'$hb_errors')'

hb_read_my='
  function note(key, text) { if (seen[key]++ < 6) { printf "%s\t%s\n", key, substr(text, 1, 240); fflush() } }
  function named(text, word) { sub(word, "", text); sub(/^(IF NOT EXISTS )/, "", text); sub(/ *(VALUES *)?$/, "", text); gsub(/[`"\t]/, "", text); return text }
  function at(table) { if (!(key() table in rows)) { order[++n] = key() table; rows[key() table] = 0 } return key() table }
  function key() { return db "\t" }
  { c = $1; $0 = substr($0, index($0, $1) + length($1) + 1) }
  $0 == "),(" || $0 == "(" { if (cur != "") rows[cur] += c; next }
  /^(INSERT|REPLACE)/ { cur = at(named($0, "^(INSERT|REPLACE)( IGNORE)? INTO ")); if ($0 !~ /VALUES$/) rows[cur] += c; inserts += c; next }
  /^CREATE TABLE/ { cur = ""; at(named($0, "^CREATE TABLE ")); made[key() named($0, "^CREATE TABLE ")] = 1; tables++; next }
  { if ($0 !~ /^LOCK/) cur = "" }
  /^USE |^-- Current Database/ { db = $0; sub(/^USE |^-- Current Database: /, "", db); gsub(/[`; \t]/, "", db); if (!(db in dbs)) { dbs[db] = 1; note("database", db) } next }
  /^CREATE (OR REPLACE )?DATABASE/ { creates++; next }
  /VIEW / && /^(\/\*!|CREATE)/ { views += c; next }
  /TRIGGER / && /^(\/\*!|CREATE)/ { triggers += c; next }
  /EVENT / && /^(\/\*!|CREATE)/ { events += c; next }
  /^CREATE.*(FUNCTION|PROCEDURE|PACKAGE)/ { routines += c; next }
  /FOREIGN KEY$/ { keys += c; next }
  /^-- (MySQL|MariaDB) dump/ { note("header", $0); next }
  /^-- Host:/ { note("source", $0); next }
  /^-- Server version/ { note("server", $0); next }
  /^-- Dump completed/ { note("completed", $0); next }
  /SET NAMES/ { sub(/.*NAMES /, ""); note("names", $0); next }
  /CHANGE (MASTER|REPL)/ { note("position", $0); next }
  /^LOCK/ { next }
  /^(CREATE|ALTER)/ { next }
  { errors += c; note("error", $0) }
  END {
    for (i = 1; i <= n && i <= 5000; i++) { printf "table\t%s\t%.0f\t%d\n", order[i], rows[order[i]], made[order[i]]; fflush() }
    printf "objects\tviews=%d triggers=%d events=%d routines=%d foreign_keys=%d tables=%d inserts=%.0f errors=%d creates=%d\n", views, triggers, events, routines, keys, tables, inserts, errors, creates; fflush()
  }'
hb_read_pg='
  function note(key, text) { if (seen[key]++ < 6) { printf "%s\t%s\n", key, substr(text, 1, 240); fflush() } }
  function named(text, word) { sub(word, "", text); sub(/^IF NOT EXISTS /, "", text); sub(/ *(VALUES *)?$/, "", text); gsub(/["\t]/, "", text); return text }
  function at(table) { if (!(table in rows)) { order[++n] = table; rows[table] = 0 } return table }
  { i = index($0, ":"); line = substr($0, 1, i - 1); $0 = substr($0, i + 1) }
  copying != "" { if ($0 == "\\.") { rows[copying] += line - from - 1; copying = "" } next }
  /^COPY / { copying = at(named($0, "^COPY ")); from = line; inserts++; next }
  /^INSERT/ { cur = at(named($0, "^INSERT INTO ")); if ($0 !~ /VALUES$/) rows[cur]++; inserts++; next }
  /^\t?\($/ { if (cur != "") rows[cur]++; next }
  { cur = "" }
  /^CREATE( UNLOGGED| FOREIGN)? TABLE/ { t = named($0, "^CREATE( UNLOGGED| FOREIGN)? TABLE "); sub(/ PARTITION OF .*/, "", t); at(t); made[t] = 1; tables++; next }
  /^CREATE.* VIEW / { views++; next }
  /^CREATE.*TRIGGER / { if ($0 ~ /EVENT TRIGGER/) events++; else triggers++; next }
  /^CREATE( OR REPLACE)? (FUNCTION|PROCEDURE|AGGREGATE) / { routines++; next }
  /^CREATE( OR REPLACE)? SEQUENCE / { next }
  /FOREIGN KEY$/ { keys++; next }
  /^\\connect/ { db = $0; sub(/^\\connect (-reuse-previous=on )?/, "", db); gsub(/["\047]/, "", db); sub(/^dbname=/, "", db); note("database", db); next }
  /^CREATE DATABASE/ { creates++; t = $3; gsub(/"/, "", t); note("database", t); next }
  /^-- PostgreSQL database( cluster)? dump complete/ { note("completed", $0); next }
  /^-- PostgreSQL database/ { note("header", $0); next }
  /^-- (Dumped|Started|Completed)/ { note("server", $0); next }
  /^SET client_encoding/ { note("names", $0); next }
  /^\\/ { next }
  { errors++; note("error", $0) }
  END {
    if (copying != "") note("cut", copying)
    for (i = 1; i <= n && i <= 5000; i++) { printf "table\t\t%s\t%.0f\t%d\n", order[i], rows[order[i]], made[order[i]]; fflush() }
    printf "objects\tviews=%d triggers=%d events=%d routines=%d foreign_keys=%d tables=%d inserts=%.0f errors=%d creates=%d\n", views, triggers, events, routines, keys, tables, inserts, errors, creates; fflush()
  }'

# The first 64 MB and an eighth of the rest: bytes above ASCII and question marks only.
hb_charset() {
  { head -c 67108864; hb_slices; } | tr -cd '\200-\377?' | {
    head -c 400000 | grep -a -o -E "$hb_letters" | awk '
      /^\?/ { q++; next } { l = length($0); if (l == 1) bad++; else if (l == 3) three++; else if (/^[\302\303]/) latin++; else two++ }
      END { printf "letters\tmarks=%d bad=%d latin=%d two=%d three=%d\n", q, bad, latin, two, three; fflush() }'
    hb_tell more_letters "$(wc -c | tr -d ' ')"
  }
  cat >/dev/null
}
hb_letters=$(printf '\\?|[\302-\337][\200-\277]|[\340-\357][\200-\277][\200-\277]|[\360-\364][\200-\277][\200-\277][\200-\277]|[\200-\377]')

hb_slices() {
  while hb_got=$({ dd bs=65536 count=64 2>&1 1>&8 | sed -n 's/ records in$//p'; } 8>&7) && [ "$hb_got" != 0+0 ] && [ -n "$hb_got" ]; do
    dd bs=65536 count=448 of=/dev/null 2>/dev/null
  done 7>&1
}

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
  grep -a -o -F "$@" | uniq -c | awk 'BEGIN { while (("hb_w" n + 1) in ENVIRON) w[++n] = ENVIRON["hb_w" n] }
    { k = $1; $0 = substr($0, index($0, $1) + length($1) + 1); for (i = 1; i <= n; i++) if (index($0, w[i])) c[i] += k }
    END { for (i = 1; i <= n; i++) { printf "word\t%d\t%.0f\n", i, c[i]; fflush() } }'
  cat >/dev/null
}

hb_sections() {
  awk 'BEGIN { while (("hb_section" n + 1) in ENVIRON) { s[++n] = ENVIRON["hb_section" n]; cmd[n] = "{ printf \"section\\t" n "\\t\"; sha256sum; } >&9" } }
    !p { for (i = 1; i <= n; i++) if (index($0, s[i]) == 1) { p = i; copy = substr($0, 1, 4) == "COPY"; break } }
    p { print | cmd[p]; if (copy ? $0 == "\\." : $0 ~ /;$/) p = 0 }
    END { for (i = 1; i <= n; i++) close(cmd[i]) }'
  cat >/dev/null
}
