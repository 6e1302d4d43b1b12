#!/bin/sh
# Bring PostgreSQL's programs where that is ours to do: root on Debian. Elsewhere its tests skip and say so. No server of
# the machine's own is used: the tests start one in a temporary folder.
set -eu
if command -v pg_ctl >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing postgresql for the tests of the operations database" >&2
  apt-get update -qq >&2
  mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
else
  echo "no PostgreSQL here and no right to install it: its tests will be SKIPPED" >&2
fi
