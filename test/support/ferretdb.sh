#!/bin/sh
# FerretDB 1.24, a server of MongoDB's wire protocol in one process on SQLite: it takes MongoDB's place in the tests.
# Builds it once (needs Go 1.22 or newer and a Go module proxy, takes about 2 minutes) and prints the program's path.
# Exits 3, saying why in one line, where that cannot be.
set -eu
version=v1.24.0
cache=${FERRETDB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dtrove-ferretdb}
program=$cache/ferretdb-${version#v}

if [ ! -x "$program" ]; then
  command -v go >/dev/null || { echo 'there is no Go to build FerretDB with' >&2; exit 3; }
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
  cd "$work"
  # Not `go install`: the module as it is published lacks the file with its version, and would not start.
  go mod download -json "github.com/FerretDB/FerretDB@$version" >module 2>log ||
    { echo "cannot download FerretDB: $(cat log module | tr '\n' ' ' | tail -c 300)" >&2; exit 3; }
  cp -R "$(sed -n 's/^[[:space:]]*"Dir": "\(.*\)",$/\1/p' module)" source
  chmod -R u+w source
  echo "$version" >source/build/version/version.txt
  cd source
  go build -o "$work/ferretdb" ./cmd/ferretdb >"$work/log" 2>&1 ||
    { echo "cannot build FerretDB: $(tail -n 1 "$work/log")" >&2; exit 3; }
  mv "$work/ferretdb" "$program"
fi
echo "$program"
