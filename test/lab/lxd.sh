#!/usr/bin/env bash
# The lab: a LXD of our own on this machine, with images of Debian 12 and 13 and, where their archives can be reached and have
# what is wanted, of Ubuntu 24.04 and of Debian 13 that may take MySQL from sid, for the tests of test/machines; and the
# clients that these talk to databases by.
#
#   test/lab/lxd.sh          raises it, or finds it raised (idempotent); prints the variables that a test needs
#   STOP=1 test/lab/lxd.sh   tears it down; what is slow to build stays in the cache
#   PURGE=1 STOP=1 …         removes the cache too
#   STATUS=1 …               changes nothing; ends with 0 where it is raised
#
# Needs root on Debian or Ubuntu. Exits 3, saying why in one line, where the machine cannot carry it.
set -euo pipefail

cache=${LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dtrove-lab}
# Not below a home: a server's root is a stranger on this machine, and has to reach its disk.
base=${LAB_DIR:-/var/lib/dtrove-lab}
bridge=${LAB_BRIDGE:-dtrovelab0}
subnet=${LAB_SUBNET:-10.231.7}
port=${LAB_PORT:-18470}
pool_gib=${LAB_POOL_GIB:-30}
mirror=${LAB_MIRROR:-http://deb.debian.org/debian}
export LXD_DIR=$base/run
socket=$LXD_DIR/unix.socket
here=$(cd "$(dirname "$0")" && pwd)

say() { printf '%s\n' "lab: $*" >&2; }
cannot() { say "$*"; exit 3; }

# api METHOD PATH [JSON]
api() { curl -sS --unix-socket "$socket" -X "$1" -H 'content-type: application/json' ${3:+-d "$3"} "http://lxd$2"; }
there() { api GET "$1" 2>/dev/null | grep -q '"status_code":200'; }
must() {
  local answer
  answer=$(api "$@")
  grep -q '"type":"error"' <<<"$answer" && { say "$1 $2: $answer"; exit 1; }
  finished "$answer"
}
# Waits for the operation that an answer names, if it names one, and prints it.
finished() {
  local operation
  operation=$(grep -o '/1.0/operations/[0-9a-f-]*' <<<"$1" | head -1 || true)
  [ -z "$operation" ] || api GET "$operation/wait?timeout=300"
}
names() { api GET "$1" | grep -o "\"/1.0/$2/[^\"?]*" | sed 's/.*\///' || true; }

projects() { names /1.0/projects projects; }

tear_down() {
  if there /1.0; then
    local project name
    for project in $(projects); do
      for name in $(names "/1.0/instances?project=$project" instances); do
        finished "$(api PUT "/1.0/instances/$name/state?project=$project" '{"action":"stop","force":true,"timeout":20}')" >/dev/null
        finished "$(api DELETE "/1.0/instances/$name?project=$project")" >/dev/null
      done
      for name in $(names "/1.0/storage-pools/lab/volumes/custom?project=$project" storage-pools/lab/volumes/custom); do
        finished "$(api DELETE "/1.0/storage-pools/lab/volumes/custom/$name?project=$project")" >/dev/null
      done
      [ "$project" = default ] || api DELETE "/1.0/projects/$project" >/dev/null
    done
    for name in $(names /1.0/images images); do finished "$(api DELETE "/1.0/images/$name")" >/dev/null; done
    api PUT /1.0/profiles/default '{"devices":{},"config":{}}' >/dev/null
    api DELETE "/1.0/networks/$bridge" >/dev/null
    api DELETE /1.0/storage-pools/lab >/dev/null
  fi
  halt lxd
  halt lxcfs
  umount "$LXD_DIR/shmounts" "$LXD_DIR/devlxd" 2>/dev/null || true
  rm -rf "$base"
  [ -z "${PURGE:-}" ] || rm -rf "$cache"
  say 'torn down'
}
halt() {
  local pid
  pid=$(cat "$base/$1.pid" 2>/dev/null) || return 0
  # A pid file that outlived a reboot may name somebody else's process by now.
  grep -qx "$1" "/proc/$pid/comm" 2>/dev/null || return 0
  kill "$pid" && tail --pid="$pid" -f /dev/null
}

install_packages() {
  command -v lxd mkfs.btrfs mmdebstrap dnsmasq lxcfs nft zstd curl openssl mariadb >/dev/null && return
  command -v apt-get >/dev/null || cannot 'needs a Debian or an Ubuntu with apt'
  say 'installing packages'
  export DEBIAN_FRONTEND=noninteractive
  {
    apt-get -o DPkg::Lock::Timeout=900 update -q
    # Without recommends: neither AppArmor nor QEMU.
    apt-get -o DPkg::Lock::Timeout=900 install -y -q --no-install-recommends lxd lxd-client lxcfs btrfs-progs \
      dnsmasq-base nftables mmdebstrap zstd curl openssl debian-archive-keyring mariadb-client
  } >"$base/apt.log" 2>&1 || cannot "cannot install lxd and its tools: $(tail -1 "$base/apt.log")"
}

# By hand: the machine may have no systemd.
start_daemons() {
  mkdir -p /var/lib/lxcfs "$LXD_DIR"
  # Before lxd: without it a guest sees the memory and the cpus of the whole machine.
  if ! mountpoint -q /var/lib/lxcfs; then
    setsid lxcfs -f -p "$base/lxcfs.lock" /var/lib/lxcfs >"$base/lxcfs.log" 2>&1 </dev/null &
    echo $! >"$base/lxcfs.pid"
  fi
  if ! there /1.0; then
    setsid lxd --group root --logfile "$base/lxd.log" >"$base/lxd.out" 2>&1 </dev/null &
    echo $! >"$base/lxd.pid"
    lxd waitready --timeout=60 || cannot "lxd does not start: $(tail -1 "$base/lxd.log")"
  fi
  sysctl -qw net.ipv4.ip_forward=1
  # All servers share one user outside, whose defaults last for about ten of them: a systemd that gets no more ends at once.
  at_least fs.inotify.max_user_instances 4096
  at_least kernel.keys.maxkeys 4000
  at_least kernel.keys.maxbytes 400000
}

at_least() { [ "$(sysctl -n "$1")" -ge "$2" ] || sysctl -qw "$1=$2"; }

configure() {
  # Where LXD itself cannot, it has said why.
  there /1.0/storage-pools/lab ||
    (must POST /1.0/storage-pools '{"name":"lab","driver":"btrfs","config":{"size":"'"$pool_gib"'GiB"}}') >/dev/null ||
    cannot 'LXD can make no storage pool here'
  there "/1.0/networks/$bridge" ||
    (must POST /1.0/networks '{"name":"'"$bridge"'","type":"bridge","config":{"ipv4.address":"'"$subnet"'.1/24","ipv4.dhcp.ranges":"'"$subnet"'.100-'"$subnet"'.250","ipv4.nat":"true","ipv6.address":"none","dns.domain":"lxd"}}') >/dev/null ||
    cannot 'LXD can make no network here'
  # Not again and again: it would touch every server that runs.
  api GET /1.0/profiles/default | grep -q '"network":"'"$bridge"'"' ||
    must PUT /1.0/profiles/default '{"config":{},"devices":{"root":{"type":"disk","path":"/","pool":"lab"},"eth0":{"type":"nic","name":"eth0","network":"'"$bridge"'"}}}' >/dev/null
  [ -f "$base/client.key" ] && return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -nodes -days 3650 -subj /CN=dtrove \
    -keyout "$base/client.key.new" -out "$base/client.crt" 2>/dev/null
  must PATCH /1.0 '{"config":{"core.https_address":"127.0.0.1:'"$port"'","images.auto_update_interval":"0"}}' >/dev/null
  must POST /1.0/certificates '{"type":"client","name":"dtrove","certificate":"'"$(grep -v CERT "$base/client.crt" | tr -d '\n')"'"}' >/dev/null
  mv "$base/client.key.new" "$base/client.key"
}

# vary FILE DIRECTORY NEW: the root file system FILE with the files of DIRECTORY, and the archives of the packages that it
# names in a file `fetch`.
vary() {
  [ -f "$3" ] && return
  local draft="$cache/draft-${3##*/}"
  local root="$draft/root"
  rm -rf "$draft" && mkdir -p "$root"
  zstd -q -d -c "$1" | tar -x --numeric-owner --xattrs --xattrs-include='*' -C "$root"
  cp -r "$2/etc" "$root"
  chmod -R u=rwX,go=rX "$root/etc/apt"
  find "$2/etc" -type f -printf "$root/etc/%P\0" | xargs -0 sed -i "s|@MIRROR@|$mirror|"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  {
    chroot "$root" apt-get -q update
    xargs chroot "$root" apt-get -q install -y --no-install-recommends --download-only <"$2/fetch"
  } >"$draft/log" 2>&1 || cannot "cannot fetch $(cat "$2/fetch"): $(tail -1 "$draft/log")"
  rm "$root/etc/resolv.conf"
  tar -c --numeric-owner --xattrs --xattrs-include='*' -C "$root" . | zstd -q -3 -T0 -f -o "$draft/rootfs.tar.zst"
  mv "$draft/rootfs.tar.zst" "$3"
  rm -rf "$draft"
}

# image OS VERSION SUITE [MORE]: MORE is a directory beside this script, whose files the image has too; its name ends the image's.
image() {
  # Named after what shaped it: a change to its making makes it anew.
  local name=$1-$2${4:+-$4} shape rootfs old more=()
  [ -z "${4:-}" ] || mapfile -t more < <(find "$here/$4" -type f | sort)
  rootfs="$cache/$1-$2-$(sha256sum <"$here/customize.sh" | cut -c1-12).tar.zst"
  shape=$(cat "$here"/customize.sh "$here"/image/metadata.yaml "$here"/image/templates/* "${more[@]}" | sha256sum | cut -c1-12)
  old=$(api GET "/1.0/images/aliases/$name" | grep -o '"target":"[0-9a-f]*"' | cut -d'"' -f4 || true)
  [ -z "$old" ] || ! api GET "/1.0/images/$old" | grep -q "\"lab\":\"$shape\"" || return 0
  LAB_MIRROR=$mirror "$here/rootfs.sh" "$1" "$3" "$rootfs"
  if [ -n "${4:-}" ]; then
    vary "$rootfs" "$here/$4" "$cache/$name-$shape.tar.zst"
    rootfs="$cache/$name-$shape.tar.zst"
  fi
  local meta="$base/meta-$name"
  rm -rf "$meta" && cp -r "$here/image" "$meta"
  sed -i "s/@OS@/$1/; s/@VERSION@/$2/; s/@SUITE@/$3/; s/@ARCHITECTURE@/$(uname -m)/; s/@LAB@/$shape/; s/@SUBNET@/$subnet/" \
    "$meta/metadata.yaml" "$meta/templates/resolv.conf.tpl"
  tar -C "$meta" -czf "$meta.tar.gz" metadata.yaml templates
  local done fingerprint
  done=$(finished "$(curl -sS --unix-socket "$socket" -F metadata=@"$meta.tar.gz" -F rootfs=@"$rootfs" http://lxd/1.0/images)")
  fingerprint=$(grep -o '"fingerprint":"[0-9a-f]*"' <<<"$done" | cut -d'"' -f4 || true)
  [ -n "$fingerprint" ] || { say "the image $name is refused: $done"; exit 1; }
  # A test that runs finds an image at any time.
  if [ -z "$old" ]; then
    must POST /1.0/images/aliases '{"name":"'"$name"'","target":"'"$fingerprint"'"}' >/dev/null
  else
    # Not PATCH: LXD 5.0 hangs on it.
    must PUT "/1.0/images/aliases/$name" '{"description":"","target":"'"$fingerprint"'"}' >/dev/null
    must DELETE "/1.0/images/$old" >/dev/null
  fi
  rm -rf "$meta" "$meta.tar.gz"
}

# Side by side: each waits for the network, then for a processor.
images() {
  image debian 12 bookworm & local bookworm=$!
  image debian 13 trixie & local trixie=$!
  image ubuntu 24.04 noble & local noble=$!
  wait "$bookworm"
  wait "$trixie"
  # Without one of these its tests are skipped, and no others.
  (image debian 13 trixie mysql) || say 'there is no image with MySQL from sid'
  wait "$noble" || say 'there is no image of Ubuntu'
}

variables() {
  cat <<V
DTROVE_INCUS_URL=unix:$socket
DTROVE_INCUS_CERT=$base/client.crt
DTROVE_INCUS_KEY=$base/client.key
DTROVE_INCUS_SERVER_CERT=$LXD_DIR/server.crt
DTROVE_INCUS_POOL=lab
DTROVE_INCUS_NETWORK=$bridge
LAB_HTTPS_URL=https://127.0.0.1:$port
LAB_LACKS=$(for name in debian-13-mysql ubuntu-24.04; do there "/1.0/images/aliases/$name" || printf '%s,' "$name"; done)
V
}

if [ -n "${STATUS:-}" ]; then there /1.0; exit; fi
[ "$(uname -s)" = Linux ] || cannot 'needs Linux'
[ "$(id -u)" = 0 ] || cannot 'needs root'
mkdir -p "$base" "$cache"
# Two that raise it at once would trip over each other.
exec 9>"$cache/lock"
flock 9
if [ -n "${STOP:-}" ]; then tear_down 9>&-; exit 0; fi
install_packages 9>&-
start_daemons 9>&-
configure 9>&-
images 9>&-
variables | tee "$base/env"
