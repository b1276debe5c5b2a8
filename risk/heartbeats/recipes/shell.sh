#!/bin/sh
# vaka-beat: runs a command and tells Vaka how it went, for example: vaka-beat /usr/local/sbin/nightly-job --all
# /etc/vaka/heartbeat holds one line that only its owner may read: Authorization: Bearer TOKEN
address='@API@'
token="${VAKA_TOKEN_FILE:-/etc/vaka/heartbeat}"

tell() {
    curl -fsS -o /dev/null --max-time 10 --retry 5 --retry-connrefused -H "@$token" "$@" "$address"
}

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
tell -d status=start || echo 'Vaka was not told of the start.' >&2
"$@" >"$log" 2>&1
code=$?
cat "$log"
if [ "$code" -eq 0 ]; then
    tell -d status=success
else
    tail -c 900 "$log" | tell -d status=fail -d "exit_status=$code" --data-urlencode message@-
fi || echo 'Vaka was not told of the end.' >&2
exit "$code"
