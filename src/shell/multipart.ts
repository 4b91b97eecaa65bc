import { sh, type Command } from './command.js';

/** Bytes of the first parts of an upload; they double every thousand parts, as a bucket takes ten thousand of them. */
const firstPart = 16 * 1024 * 1024;
const tries = 5;

// Addresses hold signatures: curl is told them on its stdin. It is asked again where it could not, after a while.
const curl = sh`curl_told() {
  told=$1 attempt=0; shift
  until printf 'url = "%s"\\n' "$told" | curl -K - -sS -f --connect-timeout 20 --speed-limit 1024 --speed-time 120 "$@"; do
    attempt=$((attempt + 1))
    [ "$attempt" -lt ${tries} ] || return 1
    sleep "$attempt"
  done
}
chunk=$(mktemp /var/tmp/dtrove-part.XXXXXX) || exit 1
trap 'rm -f "$chunk" "$chunk.headers"' EXIT`;

/**
 * Sends what it reads to a bucket, part by part: prints `part N` and reads the address for it from descriptor 4, sends
 * it, and prints `sent N BYTES SHA256 ETAG`; at the end `whole SHA256`. For {@link pack}, whose `$place` it uses.
 */
export const sendParts = (): Command => sh`${curl}
first=${firstPart}
mkfifo "$place/all" && { sha256sum <"$place/all" >"$place/sum" & } || exit 1
summing=$!
tee "$place/all" | {
  number=0
  while :; do
    number=$((number + 1))
    size=$((first << ((number - 1) / 1000)))
    head -c "$size" >"$chunk" || exit 1
    bytes=$(($(wc -c <"$chunk")))
    [ "$bytes" -gt 0 ] || break
    echo "part $number"
    IFS= read -r url <&4 || exit 1
    sum=$(sha256sum <"$chunk")
    curl_told "$url" -X PUT -T "$chunk" -D "$chunk.headers" -o /dev/null || exit 1
    etag=$(tr -d '\\r' <"$chunk.headers" | sed -n 's/^[Ee][Tt][Aa][Gg]: *//p' | tail -n 1)
    echo "sent $number $bytes \${sum%% *} $etag"
    [ "$bytes" -eq "$size" ] || break
  done
} || exit 1
wait "$summing"
read -r sum rest <"$place/sum"
echo "whole $sum"`;

/**
 * Prints the parts that it is told to get, a line each on stdin: `NUMBER SIZE SHA256 RANGE ADDRESS`. A part is printed
 * when it has its checksum. Tells on descriptor 6 how far it is.
 */
export const fetchParts = (): Command => sh`${curl}
total=0
while read -r number size sum range url; do
  curl_told "$url" -r "$range" -o "$chunk" || exit 1
  [ "$(sha256sum <"$chunk")" = "$sum  -" ] || { echo "part $number does not have its checksum" >&2; exit 1; }
  cat "$chunk" || exit 1
  total=$((total + size))
  echo "$((total / 1048576)) MiB fetched" >&6
done`;
