#!/bin/sh
# Install what the tests start for themselves: sshd, sudo, login shells, MariaDB, PostgreSQL, LibreOffice, CJK fonts, a PDF reader.
# With the word `matrix` also what `make test-matrix` starts. On Debian/Ubuntu as root by apt; elsewhere say what is missing and let the tests decide.
set -u
missing=""
need() { # package, path or command that proves it
  for proof in $2; do
    case "$proof" in
      /*) ls $proof >/dev/null 2>&1 && return ;;
      *) command -v "$proof" >/dev/null 2>&1 && return ;;
    esac
  done
  missing="$missing $1"
}
PATH="$PATH:/usr/sbin:/sbin"
need openssh-server sshd
need openssh-client ssh-keygen
need sudo sudo
need mariadb-server "mariadbd mysqld"
need postgresql "/usr/lib/postgresql/*/bin/initdb initdb"
need libreoffice-writer-nogui "soffice libreoffice"
need poppler-utils pdftotext
need fonts-noto-cjk "/usr/share/fonts/opentype/noto/NotoSerifCJK*"
need fonts-wqy-zenhei "/usr/share/fonts/truetype/wqy/*"
for shell in busybox mksh zsh fish csh; do need "$shell" "$shell"; done
need util-linux unshare
need openssl openssl
need snmpd snmpd
need redis-server redis-server
need nginx-light nginx
for packer in xz-utils:xz zstd:zstd bzip2:bzip2 lz4:lz4 zip:zip unzip:unzip gawk:gawk mawk:mawk; do
  need "${packer%:*}" "${packer#*:}"
done
if [ "${1:-}" = matrix ]; then # one line a package
  need debootstrap debootstrap
  need npm npm
  need tomcat10 "/usr/share/tomcat10/bin/catalina.sh"
  need default-jdk-headless jstat
  need rabbitmq-server rabbitmqctl
  need mariadb-backup mariadb-backup
  need mydumper mydumper
  need restic restic
  need borgbackup borg
  need percona-toolkit pt-query-digest
  need mysqltuner mysqltuner
  need postgresql-15-hypopg "/usr/share/postgresql/*/extension/hypopg.control"
fi
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing:$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null || exit 1
  # The servers must not start by themselves: the tests start their own, in folders of their own.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  # shellcheck disable=SC2086 # one word a package
  apt-get install -q -y --no-install-recommends $missing >/dev/null || exit 1
else
  echo "missing here:$missing" >&2
  echo "install them, or run the tests with HMAINT_SERVICES=optional to skip what needs them" >&2
  [ "${HMAINT_SERVICES:-required}" = optional ] || exit 1
fi
