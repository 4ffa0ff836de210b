# What a host without Python reads a slow log of MySQL or MariaDB with. POSIX awk, LC_ALL=C: text is bytes.
# It tells lines of fields parted by tabs: H (all), G (one kind of statement). Strings are gone before anything is told;
# where it is not sure what is a string it tells nothing behind the first one (" ...?").

function shut(s) {
  if (match(s, /[\042\047`#]|\/\*|--/)) s = substr(s, 1, RSTART - 1)
  return plain(s) " ...?"
}

# Without numbers, each list of literals as one, on one line.
function plain(t) {
  gsub(/[A-Za-z0-9_$\200-\377]+/, "\001&", t)
  gsub(/\001[0-9]+(\.\001[0-9]+)?[eE][-+]\001[0-9]+/, "?", t)
  gsub(/\001[0-9][A-Za-z0-9_$\200-\377]*/, "?", t)
  gsub(/\001/, "", t)
  gsub(/\003( *\003)*/, "?", t)
  gsub(/\?(\.\?)+/, "?", t)
  gsub(/[ \t\r\n]+/, " ", t)
  gsub(/, ?(NULL|null) ?,/, ",?,", t)
  gsub(/, ?(NULL|null) ?,/, ",?,", t)
  gsub(/, ?(NULL|null) ?\)/, ",?)", t)
  gsub(/\?( ?, ?\?)+/, "?+", t)
  gsub(/\( ?\?\+? ?\)( ?, ?\( ?\?\+? ?\))+/, "(?+)", t)
  return t
}

function is_utf8(s) {
  gsub(/[\302-\337][\200-\277]|[\340-\357][\200-\277][\200-\277]|[\360-\364][\200-\277][\200-\277][\200-\277]/, "", s)
  return s !~ /[\200-\377]/
}

# Whether it would be a whole statement too, with other strings than in t, where backslashes escape nothing.
function otherwise(s, t, v) {
  v = s
  gsub(/\047[^\047]*\047|\042[^\042]*\042|`[^`]*`|\/\*([^*]|\*+[^*\/])*\*+\/|--[ \t][^\n]*|--\n|#[^\n]*/, "\001&\002", v)
  if (v == t) return 0
  gsub(/\047[^\047]*\047|\042[^\042]*\042|`[^`]*`|\/\*([^*]|\*+[^*\/])*\*+\/|--[ \t][^\n]*|--\n|#[^\n]*/, "", s)
  return s !~ /[\042\047`\\]|\/\*/
}

# Whether a character of GBK has the mark of names as its second byte.
function hides_mark(s) {
  if (s !~ /[\201-\376]`/ || is_utf8(s)) return 0
  gsub(/[\201-\376][\100-\137\141-\176\200-\376]/, "", s)
  return s ~ /[\201-\376]`/
}

# Every string, quoted name and comment is put between \001 and \002 in one pass, leftmost first; `open` is told.
function mask(s, t) {
  open = 0
  if (s ~ /[\001-\003]/) gsub(/[\001-\003]/, " ", s)
  if (s ~ /[\201-\376]\\/ && !is_utf8(s)) return shut(s)
  if (hides_mark(s)) return shut(s)
  t = s
  gsub(/\047([^\047\\]|\\.|\\\n)*\047|\042([^\042\\]|\\.|\\\n)*\042|`[^`]*`|\/\*([^*]|\*+[^*\/])*\*+\/|--[ \t][^\n]*|--\n|#[^\n]*/, "\001&\002", t)
  if (s ~ /\\[\042\047]/ && otherwise(s, t)) return shut(s)
  gsub(/\001\047[^\002]*\002|\001\042[^\002]*\002/, "\003", t)
  gsub(/\001[#\/-][^\002]*\002/, " ", t)
  if (t ~ /\003[A-Za-z0-9_\\\200-\377]/) return shut(s)
  gsub(/\001`/, "`", t)
  gsub(/`\002/, "`", t)
  # What is left of quotes and comments outside of names was never closed.
  u = t
  gsub(/`[^`]*`/, "", u)
  if (u ~ /[\042\047`]|\/\*/) {
    # Of a statement that was cut here the last string is not closed, of any other what follows may be part of it.
    if (!cutoff) { open = 1; return shut(s) }
    if (s ~ /\\[\042\047]/ || t ~ /`/) return shut(s)
    match(t, /[\042\047]|\/\*/)
    t = substr(t, 1, RSTART - 1) "\003"
  }
  return plain(t)
}

function forget(k, least, part, h) {
  least = 0
  for (k in count) least += total[k]
  least /= kinds
  for (k in count) if (total[k] <= least) {
    rest_kinds++; rest_calls += count[k]; rest_seconds += total[k]; kinds--
    for (h = 0; h < 700; h++) delete spread[k, h]
    delete count[k]; delete total[k]; delete most[k]; delete lock[k]; delete sent[k]; delete examined[k]
    delete widest[k]; delete first[k]; delete last[k]; delete schemas[k]
  }
}

function flush(s, k, h) {
  if (!have) return
  have = 0
  s = whole buffer
  whole = buffer = ""
  cutoff = size > longest
  sub(/[ \t\r\n]+$/, "", s)
  if (s == "") { unread++; return }
  if (s ~ /^# administrator command: [A-Za-z][A-Za-z ]*;?$/) k = substr(s, 3)
  else if (hidden) { hidden = 0; k = " ...?" }
  else { k = mask(s); if (open) hidden = 1 }
  if (k ~ / \.\.\.\?$/) doubtful++
  if (length(k) > 8000) k = substr(k, 1, 8000) " ...?"
  entries++
  seconds += q
  if (!(k in count)) { if (kinds >= 4000) forget(); kinds++; count[k] = 0; first[k] = 0; last[k] = 0 }
  count[k]++; total[k] += q; lock[k] += l; sent[k] += rs; examined[k] += re
  if (q > most[k]) most[k] = q
  if (re > widest[k]) widest[k] = re
  if (at) {
    if (!first[k] || at < first[k]) first[k] = at
    if (at > last[k]) last[k] = at
  }
  h = q > 0.000001 ? int(log(q / 0.000001) / 0.04879016416943205) : 0
  spread[k, h]++
  if (schema != "" && length(schemas[k]) < 200 && index("," schemas[k], "," schema ",") == 0) schemas[k] = schemas[k] schema ","
}

function keep(line) {
  if (!have) { if (line !~ /^[ \t]*$/ && !banner) torn = 1; return }
  if (size > longest) return
  if (length(line) > longest - size) line = substr(line, 1, longest - size + 1)
  size += length(line) + 1
  buffer = buffer line "\n"
  if (length(buffer) > 32768) { whole = whole buffer; buffer = "" }
}

# The time gsub takes grows faster than a text in some of these programs: of a longer statement the beginning is enough.
BEGIN { longest = 65536 }

{ sub(/\r$/, "") }

heading == 1 {
  if ($0 ~ /^# Query_time: [0-9]/) {
    flush()
    if (next_schema != "") schema = next_schema
    next_schema = ""
    for (i = 1; i < NF; i++) {
      if ($i == "Query_time:") nq = $(i + 1)
      else if ($i == "Lock_time:") nl = $(i + 1)
      else if ($i == "Rows_sent:") ns = $(i + 1)
      else if ($i == "Rows_examined:") ne = $(i + 1)
      else if ($i == "Schema:" && $(i + 1) !~ /:$/) schema = $(i + 1)
    }
    q = nq + 0; l = nl + 0; rs = ns + 0; re = ne + 0
    have = 1; at = 0; size = 0; heading = 2; held = ""; banner = 0
    next
  }
  if ($0 ~ /^#/) {
    for (i = 1; i < NF; i++) if ($i == "Schema:" && $(i + 1) !~ /:$/) next_schema = $(i + 1)
    held = held $0 "\n"
    next
  }
  keep(held $0)
  heading = 0
  held = ""
  next
}

/^# User@Host: / { heading = 1; next_schema = ""; held = $0 "\n"; next }

heading == 2 {
  if ($0 ~ /^# administrator command: /) { keep($0); heading = 0; next }
  if ($0 ~ /^#/) next
  if ($0 ~ /^use [^ ]*;$/) { schema = substr($0, 5, length($0) - 5); gsub(/`/, "", schema); next }
  heading = 0
  if (match($0, /^SET ([^;]*,)?timestamp=[0-9]+/)) { at = substr($0, RSTART, RLENGTH); sub(/.*=/, "", at); at += 0; next }
}

/^# Time: / { next }
/(mysqld|mariadbd)[^ ]*, Version: .*started with:$/ { flush(); banner = 1; next }
{ keep($0) }

END {
  flush()
  printf "H\t%.0f\t%.9g\t%d\t%d\t%d\t%.0f\t%.9g\n", entries, seconds, doubtful, unread + torn, rest_kinds, rest_calls, rest_seconds
  for (k in spread) { split(k, part, SUBSEP); told[part[1]] = told[part[1]] part[2] ":" spread[k] "," }
  for (k in count) {
    text = k
    gsub(/\t/, " ", text)
    printf "G\t%.0f\t%.9g\t%.9g\t%.9g\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%s\t%s\t%s\n", count[k], total[k], most[k], lock[k], sent[k], examined[k], widest[k], first[k], last[k], told[k], schemas[k], text
  }
}
