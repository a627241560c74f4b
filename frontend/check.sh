#!/bin/sh
# Is what is committed under static/dist what the sources make? Needs npm; without it `make test` still
# compares the sources with static/dist/SOURCES.sha256.
set -eu
cd "$(dirname "$0")"
if ! command -v npm >/dev/null 2>&1; then
    echo "npm is not here: only the fingerprint of the sources is compared."
    exit 0
fi
npm ci --silent
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
node build.mjs "$fresh"
diff -r "$fresh" ../static/dist && echo "static/dist is what its sources make."
