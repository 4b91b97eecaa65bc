#!/bin/sh
# MinIO, a real S3 server in one process. Builds it once (needs Go and a Go module proxy, takes some minutes) and prints
# the program's path. Exits 3, saying why in one line, where that cannot be.
set -eu
version=${MINIO_VERSION:-v0.0.0-20260212201848-7aac2a2c5b7c}
cache=${MINIO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dtrove-minio}
program=$cache/minio-$version

if [ ! -x "$program" ]; then
  command -v go >/dev/null || { echo 'there is no Go to build MinIO with' >&2; exit 3; }
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
  GOBIN=$work go install "github.com/minio/minio@$version" >"$work/log" 2>&1 ||
    { echo "cannot build MinIO: $(tail -n 1 "$work/log")" >&2; exit 3; }
  mv "$work/minio" "$program"
fi
echo "$program"
