#!/bin/sh
# Tells Vaka whether the virus definitions of ClamAV are fresh. In /etc/clamav/freshclam.conf:
#   OnUpdateExecute /usr/local/sbin/vaka-freshclam
#   OnErrorExecute /usr/local/sbin/vaka-freshclam failed
# and once a day by cron, because freshclam runs nothing when there was nothing new:
#   15 7 * * * clamav /usr/local/sbin/vaka-freshclam
set -u
folder="${CLAMAV:-/var/lib/clamav}"
hours="${HOURS:-48}"
address='@API@'
token="${VAKA_TOKEN_FILE:-/etc/vaka/heartbeat}"  # one line: Authorization: Bearer TOKEN

tell() {
    curl -fsS -o /dev/null --max-time 10 --retry 5 --retry-connrefused -H "@$token" "$@" "$address"
}

fail() {
    tell -d status=fail --data-urlencode "message=$1"
    exit 1
}

# The date stands in the file itself: ClamAV-VDB:29 Nov 2026 08-26 +0000:27463:...
age_of() {
    built=$(head -c 512 "$1" | cut -d: -f2 | sed 's/ \([0-9][0-9]\)-\([0-9][0-9]\) / \1:\2 /')
    built=$(date -d "$built" +%s 2>/dev/null) || return 1
    echo $((($(date +%s) - built) / 3600))
}

[ "${1:-}" = failed ] && fail 'freshclam could not update the definitions.'
youngest=
for file in "$folder"/daily.cvd "$folder"/daily.cld; do
    [ -r "$file" ] || continue
    age=$(age_of "$file") || fail "The date in $(basename "$file") cannot be read."
    if [ -z "$youngest" ] || [ "$age" -lt "$youngest" ]; then youngest=$age; fi
done
[ -n "$youngest" ] || fail "There are no definitions in $folder."
[ "$youngest" -le "$hours" ] || fail "The definitions are $youngest hours old."
tell -d status=success --data-urlencode "message=The definitions are $youngest hours old."
