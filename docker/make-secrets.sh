#!/bin/sh
# Makes the secrets of docker-compose.yml that are not there yet. What is there stays.
#
#   docker/make-secrets.sh postgres://reader:password@host:5432/warehouse
#
# The files can be read by all, for the programs in the containers are different users; the folder only by you.
set -eu
if [ $# -ne 1 ]; then
  echo 'Give the URL of the database to query: postgres://user:password@host:port/database' >&2
  exit 2
fi
folder=$(dirname "$0")/secrets
mkdir -p "$folder"
chmod 700 "$folder"
umask 022

keep() {
  [ -s "$folder/$1" ] || printf '%s\n' "$2" > "$folder/$1"
}
random() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

keep postgres-password "$(random)"
keep redis-password "$(random)"
keep dashboard-token "$(random)"
keep journal-url "postgres://querypool:$(cat "$folder/postgres-password")@postgres:5432/querypool"
keep redis-url "redis://:$(cat "$folder/redis-password")@redis:6379"
keep warehouse-url "$1"
echo "The secrets are in $folder."
