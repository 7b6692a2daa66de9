#!/usr/bin/env bash
# Runs a command with AANWEZIG_TEST_DATABASE naming a PostgreSQL of its own, which is gone afterwards.
# Where PostgreSQL is not installed it says so and ends with 77, so that the caller can pass over it.
set -euo pipefail

find_program() {
	command -v "$1" 2>/dev/null && return
	local found
	for found in /usr/lib/postgresql/*/bin/"$1" /usr/local/pgsql/bin/"$1"; do
		[ -x "$found" ] && { echo "$found"; return; }
	done
	return 1
}

initdb=$(find_program initdb) && pg_ctl=$(find_program pg_ctl) || {
	echo "PostgreSQL is not installed here (Debian/Ubuntu: apt install postgresql); its tests are passed over." >&2
	exit 77
}
folder=$(mktemp -d)
# PostgreSQL refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
	id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
	chown postgres "$folder"
	as=(runuser -u postgres --)
fi
stop() {
	"${as[@]}" "$pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
	rm -rf "$folder"
}
trap stop EXIT
cd "$folder"
"${as[@]}" "$initdb" -D "$folder/data" -U aanwezig -A trust -E UTF8 --no-locale >/dev/null
# Only by a socket in the folder: no port that somebody else may hold. Tests need no safety against a power cut.
"${as[@]}" "$pg_ctl" -D "$folder/data" -l "$folder/log" -w \
	-o "-c listen_addresses='' -k $folder -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start >/dev/null
chmod 755 "$folder"
cd "$OLDPWD"
AANWEZIG_TEST_DATABASE="postgresql://aanwezig@/postgres?host=$folder" "$@"
