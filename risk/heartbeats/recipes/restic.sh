#!/bin/sh
# Backs up with restic, forgets what is old, checks the repository, and tells Vaka.
# RESTIC_REPOSITORY and RESTIC_PASSWORD_FILE come from /etc/vaka/restic.env; restic's exit 3 (a file could not be read)
# is a failure too.
set -u
[ -r /etc/vaka/restic.env ] && . /etc/vaka/restic.env
paths="${PATHS:-/etc /home /srv /var/lib}"
address='@API@'
token="${VAKA_TOKEN_FILE:-/etc/vaka/heartbeat}"  # one line: Authorization: Bearer TOKEN

tell() {
    curl -fsS -o /dev/null --max-time 10 --retry 5 --retry-connrefused -H "@$token" "$@" "$address"
}

back_up() {
    # shellcheck disable=SC2086 # several paths on purpose
    restic backup --one-file-system $paths || return
    restic forget --keep-daily 14 --keep-weekly 8 --keep-monthly 12 --prune || return
    restic check --read-data-subset=1%
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
