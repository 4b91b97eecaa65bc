#!/bin/sh
# MinIO, a real S3 server in one process: prints the program's path. With BUILD=1 it is built where it is not there yet (needs
# Go and a Go module proxy, takes some minutes). Exits 3, saying why in one line, where that cannot be.
set -eu
version=${MINIO_VERSION:-v0.0.0-20260212201848-7aac2a2c5b7c}
cache=${MINIO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dtrove-minio}
program=$cache/minio-$version

if [ ! -x "$program" ]; then
  [ -n "${BUILD:-}" ] || { echo 'there is no MinIO; BUILD=1 test/support/minio.sh builds it, once' >&2; exit 3; }
  command -v go >/dev/null || { echo 'there is no Go to build MinIO with' >&2; exit 3; }
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
  GOBIN=$work go install "github.com/minio/minio@$version" >"$work/log" 2>&1 ||
    { echo "cannot build MinIO: $(tail -n 1 "$work/log")" >&2; exit 3; }
  mv "$work/minio" "$program"
fi
echo "$program"
