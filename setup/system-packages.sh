#!/bin/bash
# Programs and libraries outside Python: system-packages.sh node|pdf|browser …
# As root on Debian or Ubuntu what is absent is installed; elsewhere it is said how. Without node nothing can be
# built (exit 2); without the others letters cannot become PDF and browser tests are skipped (exit 0).
set -eu

there() {
	case "$1" in
		node) command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null ;;
		pdf) ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 && ldconfig -p | grep -q libharfbuzz-subset ;;
		browser) command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ;;
	esac
}

packages() {
	case "$1" in
		node) echo nodejs npm ;;
		pdf) echo libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation ;;
		browser) echo chromium ;;
	esac
}

purpose() {
	case "$1" in
		node) echo "node 18 or later with npm builds the style of the pages; the application cannot be shown without" ;;
		pdf) echo "pango and harfbuzz make PDF of letters; without them letters are only shown on screen" ;;
		browser) echo "Chromium runs the browser tests; without it they are skipped" ;;
	esac
}

absent=()
for what in "$@"; do there "$what" || absent+=("$what"); done
[ ${#absent[@]} -gt 0 ] || exit 0

wanted=()
for what in "${absent[@]}"; do read -r -a more <<<"$(packages "$what")"; wanted+=("${more[@]}"); done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Installing ${wanted[*]} ..." >&2
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get -qq update && apt-get -qq install -y --no-install-recommends "${wanted[@]}"; } </dev/null >/dev/null || true
fi

status=0
for what in "${absent[@]}"; do
	there "$what" && continue
	# A library that was just installed may only be known to the linker after this.
	[ "$(id -u)" != 0 ] || ldconfig 2>/dev/null || true
	there "$what" && continue
	echo "Not found: $(purpose "$what")." >&2
	echo "  Debian/Ubuntu: sudo apt install $(packages "$what")" >&2
	[ "$what" != node ] || { echo "  Elsewhere: https://nodejs.org/" >&2; status=2; }
done
exit $status
