#!/bin/sh
# Dumps a PostgreSQL database, reads the dump back, keeps the last fourteen, and tells Vaka.
# The password belongs in ~/.pgpass, never in DATABASE.
set -u
database="${DATABASE:-dbname=app}"
folder="${FOLDER:-/var/backups/postgresql}"
keep="${KEEP:-14}"
address='@API@'
token="${VAKA_TOKEN_FILE:-/etc/vaka/heartbeat}"  # one line: Authorization: Bearer TOKEN

tell() {
    curl -fsS -o /dev/null --max-time 10 --retry 5 --retry-connrefused -H "@$token" "$@" "$address"
}

back_up() {
    umask 077
    file="$folder/$(date -u +%Y-%m-%dT%H%M%SZ).dump"
    rm -f "$folder"/*.part
    pg_dump --no-password --format=custom --file="$file.part" "$database" || return
    pg_restore --list "$file.part" >/dev/null || return
    mv "$file.part" "$file" || return
    ls -1 "$folder"/*.dump | sort -r | tail -n "+$((keep + 1))" | while read -r old; do rm -f "$old"; done
    echo "$(wc -c <"$file") bytes, $(ls -1 "$folder"/*.dump | wc -l) kept"
}

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
tell -d status=start || echo 'Vaka was not told of the start.' >&2
back_up >"$log" 2>&1
code=$?
cat "$log"
if [ "$code" -eq 0 ]; then
    tell -d status=success --data-urlencode "message=$(tail -n 1 "$log" | tail -c 900)"
else
    tail -c 900 "$log" | tell -d status=fail -d "exit_status=$code" --data-urlencode message@-
fi || echo 'Vaka was not told of the end.' >&2
exit "$code"
