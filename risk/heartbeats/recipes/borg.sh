#!/bin/sh
# Backs up with borg, prunes, compacts, and tells Vaka.
# BORG_REPO and BORG_PASSCOMMAND come from /etc/vaka/borg.env; borg's exit 1 (a warning: a file changed or could not be
# read) is a failure too.
set -u
[ -r /etc/vaka/borg.env ] && . /etc/vaka/borg.env
paths="${PATHS:-/etc /home /srv /var/lib}"
address='@API@'
token="${VAKA_TOKEN_FILE:-/etc/vaka/heartbeat}"  # one line: Authorization: Bearer TOKEN

tell() {
    curl -fsS -o /dev/null --max-time 10 --retry 5 --retry-connrefused -H "@$token" "$@" "$address"
}

back_up() {
    # shellcheck disable=SC2086 # several paths on purpose
    borg create --stats --one-file-system '::{hostname}-{now}' $paths || return
    borg prune --glob-archives '{hostname}-*' --keep-daily 14 --keep-weekly 8 --keep-monthly 12 || return
    borg compact
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
