#!/usr/bin/env bash
# A real Incus 6 (Debian 13's) in a container of the lab, for tests that are to pass on it as they do on LXD:
#
#   env $(test/lab/incus.sh) npm run test:machines -- incus-contract incus.test incus-refusals
#
# Idempotent; prints the provider's variables. Its servers are on the lab's own network. STOP=1 removes it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
lab=$("$here/lxd.sh")
value() { sed -n "s/^$1=//p" <<<"$lab"; }
LXD_DIR=$(dirname "$(value DTROVE_INCUS_URL | sed 's/^unix://')")
export LXD_DIR
base=$(dirname "$LXD_DIR")
name=dtrove-incus-6

inside() { lxc exec "$name" -- sh -ec "$1" sh "${@:2}" </dev/null; }

make() {
  lxc launch debian-13 "$name" -c security.privileged=true -c security.nesting=true </dev/null
  inside 'cloud-init status --wait >/dev/null || true
    apt-get -q update
    DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install incus-base lxcfs zstd'
  # Its servers are on the lab's network, where their addresses can be reached.
  inside 'cd /etc/systemd/network
    printf "[NetDev]\nName=br0\nKind=bridge\nMACAddress=none\n" >10-br0.netdev
    printf "[Match]\nName=eth0\n[Network]\nBridge=br0\n" >10-eth0.network
    printf "[Match]\nName=br0\n[Network]\nDHCP=ipv4\n[DHCPv4]\nClientIdentifier=mac\n" >10-br0.network
    systemctl restart systemd-networkd'
  # Where controllers of cgroup 1 are mounted apart outside, they are to be apart inside too: LXC finds them by their names.
  inside 'grep -q "^[0-9]*:cpu:" /proc/self/cgroup || exit 0
    cd /sys/fs/cgroup && mount -o remount,rw . && rm -f cpu cpuacct
    for one in cpu cpuacct; do mkdir "$one" && mount -t cgroup -o "$one" cgroup "$one"; done
    rmdir cpu,cpuacct'
  # Else its servers see the memory and the cpus of the whole machine.
  inside 'mkdir -p /etc/systemd/system/lxcfs.service.d
    printf "[Unit]\nConditionVirtualization=\n" >/etc/systemd/system/lxcfs.service.d/nested.conf
    systemctl daemon-reload && systemctl start lxcfs && systemctl restart incus'
  inside 'incus admin waitready --timeout 60
    incus storage create lab dir
    incus profile device add default root disk path=/ pool=lab
    incus profile device add default eth0 nic name=eth0 nictype=bridged parent=br0
    incus config set core.https_address :8443'
  lxc file push -q "$base/client.crt" "$name/root/client.crt"
  inside 'incus config trust add-certificate /root/client.crt'
  local version draft
  draft=$(mktemp -d)
  for version in 12 13; do
    lxc image export "debian-$version" "$draft/image" >/dev/null
    lxc file push -q "$draft/image" "$draft/image.root" "$name/root/"
    inside 'incus image import /root/image /root/image.root --alias "debian-$1" && rm /root/image /root/image.root' "$version"
  done
  rm -r "$draft"
}

if [ -n "${STOP:-}" ]; then lxc delete --force "$name"; exit 0; fi
lxc info "$name" >/dev/null 2>&1 || make >&2
lxc file pull -q "$name/var/lib/incus/server.crt" "$base/incus-6.crt"
address=$(inside 'ip -4 -o address show br0' | grep -o '[0-9.]*/' | head -1)
cat <<V
DTROVE_INCUS_URL=https://${address%/}:8443
DTROVE_INCUS_CERT=$base/client.crt
DTROVE_INCUS_KEY=$base/client.key
DTROVE_INCUS_SERVER_CERT=$base/incus-6.crt
DTROVE_INCUS_POOL=lab
V
