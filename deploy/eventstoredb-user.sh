#!/bin/sh
# Makes the EventStoreDB user that Moniker works as, with no more rights than it needs: it reads the log and reads and
# writes ordinary streams. It cannot delete a stream or change its metadata, and nobody else but admins can write.
# Can be repeated. Needs curl, and: EVENTSTOREDB_HTTP (https://host:2113), EVENTSTOREDB_CA (a file),
# EVENTSTOREDB_ADMIN_PASSWORD, EVENTSTOREDB_MONIKER_PASSWORD (letters and digits).
set -eu
: "${EVENTSTOREDB_HTTP:?}" "${EVENTSTOREDB_CA:?}" "${EVENTSTOREDB_ADMIN_PASSWORD:?}" "${EVENTSTOREDB_MONIKER_PASSWORD:?}"

# Asks as admin, retrying for a minute while the users or the leader are not there yet; succeeds on a status in $1.
ask() {
  wanted=$1
  shift
  for _ in $(seq 30); do
    # The password comes by standard input: arguments can be seen by every process.
    status=$(printf 'user = "admin:%s"\n' "$EVENTSTOREDB_ADMIN_PASSWORD" |
      curl --config - --silent --max-time 5 --cacert "$EVENTSTOREDB_CA" --output /dev/null --write-out '%{http_code}' "$@") || true
    case " $wanted " in *" $status "*) return 0 ;; esac
    sleep 2
  done
  echo "no success after a minute, last status $status: $*" >&2
  return 1
}

json='Content-Type: application/json'
password="{\"newPassword\":\"$EVENTSTOREDB_MONIKER_PASSWORD\"}"
user="{\"loginName\":\"moniker\",\"fullName\":\"Moniker\",\"groups\":[],\"password\":\"$EVENTSTOREDB_MONIKER_PASSWORD\"}"

echo 'user moniker'
ask '200' "$EVENTSTOREDB_HTTP/users/admin"
ask '201 409' "$EVENTSTOREDB_HTTP/users/" --header "$json" --data "$user"
ask '200' "$EVENTSTOREDB_HTTP/users/moniker/command/reset-password" --header "$json" --data "$password"

echo 'it reads the log'
ask '201' "$EVENTSTOREDB_HTTP/streams/%24%24%24all" --header "$json" --header 'ES-EventType: $metadata' \
  --header "ES-EventId: $(cat /proc/sys/kernel/random/uuid)" --data '{"$acl":{"$r":["$admins","moniker"]}}'

echo 'it reads and writes ordinary streams, and only admins delete them'
ask '201' "$EVENTSTOREDB_HTTP/streams/%24settings" --header "$json" --header 'ES-EventType: update-default-acl' \
  --header "ES-EventId: $(cat /proc/sys/kernel/random/uuid)" --data '{
    "$userStreamAcl": {"$r": "moniker", "$w": "moniker", "$d": "$admins", "$mr": "moniker", "$mw": "$admins"},
    "$systemStreamAcl": {"$r": "$admins", "$w": "$admins", "$d": "$admins", "$mr": "$admins", "$mw": "$admins"}
  }'
