#!/bin/bash
# Of the official image's entry point: an empty data folder is filled, for a root without password, before the server starts.
set -euo pipefail
data=/var/lib/mysql
for argument; do
  case $argument in
    --datadir=*) data=${argument#*=} ;;
  esac
done
if [[ ${1:-} == mysqld && ! -d $data/mysql ]]; then
  if [[ ! ${MYSQL_ALLOW_EMPTY_PASSWORD:-} ]]; then
    echo "docker-entrypoint.sh: $data is empty, and this stand-in makes only a root without password: set MYSQL_ALLOW_EMPTY_PASSWORD" >&2
    exit 1
  fi
  # Whole or not at all: a start that was cut off begins anew.
  rm -rf "$data.new"
  mysqld --initialize-insecure --datadir="$data.new"
  mv --no-target-directory "$data.new" "$data"
fi
exec "$@"
