r"""Lets a plain dump of PostgreSQL through to psql, but none of the commands of psql itself, as `\!` runs programs.

In awk. It reads SQL as psql does, so far as to know what stands within quotes, comments and the data of COPY. Where
the two could understand something differently it ends instead with status 3 and says at which line. Lines that only
give owners and rights to accounts which a throwaway server does not have are left out and counted.
"""

from __future__ import annotations

REFUSED = 3
"""The exit status for a dump that may not be loaded."""

GUARD = r"""
BEGIN { q = "\047"; state = ""; fresh = 1; depth = 0; level = 0; copying = 0; left = 0; joined = 0 }
function refuse(why) { print "hmaint-guard " NR " " why > "/dev/stderr"; bad = 1; exit 3 }
copying {
  if ($0 == "\\.") { copying = 0; print; next }
  if (index($0, "\\")) {
    line = $0; gsub(/\\\\/, "", line)
    if (line ~ /\\[^bfnrtvNx0-7]/ || (index(line, "\\") && index(line, "`"))) refuse("copy")
  }
  print; next
}
state == "" && fresh {
  if ($0 ~ /^\\(un)?restrict [A-Za-z0-9]+$/) next
  if ($0 ~ /^\\connect [^`]*$/) { joined++; next }
  if ($0 ~ /^ALTER [A-Z ]+ [^;\047]* OWNER TO [^;\047]*;$/ || $0 ~ /^(GRANT|REVOKE) [^;\047]*;$/ ||
      $0 ~ /^ALTER DEFAULT PRIVILEGES [^;\047]*;$/ || $0 ~ /^COMMENT ON EXTENSION [^;\\]*;$/ ||
      $0 ~ /^SET SESSION AUTHORIZATION [^;]*;$/ || $0 ~ /^CREATE EXTENSION IF NOT EXISTS plpgsql[^;]*;$/ ||
      $0 ~ /^SET default_tablespace = [^;]*;$/ ||
      $0 ~ /^(CREATE|ALTER|DROP) (ROLE|USER|DATABASE|TABLESPACE) [^;]*;$/) {
    if ($0 ~ /^(GRANT|REVOKE|ALTER)/) left++
    next
  }
}
{
  s = $0; whole = (state == "" && fresh)
  if (tolower(s) ~ /standard_conforming_strings/ && tolower(s) ~ /off|false|[^a-z_]0/) refuse("strings")
  while (s != "") {
    if (state == "") {
      if (!match(s, /["$\\();\047]|--|\/\*/)) { if (s ~ /[^ \t\r]/) fresh = 0; break }
      before = substr(s, 1, RSTART - 1); token = substr(s, RSTART, RLENGTH)
      if (before ~ /[^ \t\r]/) fresh = 0
      rest = substr(s, RSTART + RLENGTH)
      if (token == "\\") refuse("command")
      else if (token == "--") break
      else if (token == "/*") { level = 1; state = "comment"; s = rest }
      else if (token == "(") { depth++; fresh = 0; s = rest }
      else if (token == ")") { if (depth) depth--; fresh = 0; s = rest }
      else if (token == ";") { if (!depth) fresh = 1; s = rest }
      else if (token == "\"") { state = "name"; fresh = 0; s = rest }
      else if (token == q) {
        state = (before ~ /(^|[^A-Za-z0-9_$\200-\377])[eE]$/) ? "escaped" : "text"; fresh = 0; s = rest
      } else {
        fresh = 0; s = rest
        if (before !~ /[A-Za-z0-9_\200-\377]$/ &&
            match("$" rest, /^\$([A-Za-z_\200-\377][A-Za-z0-9_\200-\377]*)?\$/)) {
          tag = substr("$" rest, 1, RLENGTH); state = "dollar"; s = substr("$" rest, RLENGTH + 1)
        }
      }
    } else if (state == "comment") {
      if (!match(s, /\/\*|\*\//)) break
      level += (substr(s, RSTART, 2) == "/*") ? 1 : -1
      s = substr(s, RSTART + 2); if (!level) state = ""
    } else if (state == "name") {
      at = index(s, "\""); if (!at) break
      s = substr(s, at + 1); state = ""
    } else if (state == "text") {
      at = index(s, q); if (!at) break
      if (at > 1 && substr(s, at - 1, 1) == "\\") refuse("strings")
      s = substr(s, at + 1); state = ""
    } else if (state == "escaped") {
      if (!match(s, /\\.?|\047/)) break
      if (substr(s, RSTART, 1) == q) state = ""
      s = substr(s, RSTART + RLENGTH)
    } else {
      at = index(s, tag); if (!at) break
      s = substr(s, at + length(tag)); state = ""
    }
  }
  print
  if (whole && state == "" && fresh && toupper($0) ~ /^COPY [^;\047]* FROM STDIN;$/) copying = 1
}
END { if (!bad) print "hmaint-guard-left " left " " joined > "/dev/stderr" }
"""
