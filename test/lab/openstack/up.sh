#!/usr/bin/env bash
# up.sh [fake|lxc]: raises a real OpenStack (Keystone, Glance, Placement, Nova, Neutron, Cinder) from Debian 12's packages, as root,
# without systemd. fake: Nova's fake driver: states, ports and addresses are real, and there is no guest. lxc: servers are real
# Debian 12 (containers of libvirt-lxc with systemd, sshd and cloud-init) on a network of their own.
# With STATUS=1 it changes nothing, and ends with 0 where one is raised, of whichever kind.
# With TROVE=1 also Trove's API, to measure against. Prints the OS_* variables of its administrator. State is in $LAB; stop.sh ends
# it all. Ends with 3, and says why, where this machine cannot.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
export MODE=${1:-fake}
raised=${LAB:-/var/lib/dtrove-openstack}
if [ -n "${STATUS:-}" ]; then kill -0 "$(cat "$raised/run/keystone.pid" 2>/dev/null)" 2>/dev/null; exit; fi
cannot() { echo "the OpenStack lab cannot be raised: $*" >&2; exit 3; }
case $MODE in fake | lxc) ;; *) cannot "there is no kind \"$MODE\" of it, only fake and lxc" ;; esac
[ "$(id -u)" = 0 ] || cannot 'that needs root'
command -v apt-get >/dev/null || cannot 'there is no apt here'
grep -qs '^VERSION_ID="12"' /etc/os-release || cannot 'that needs Debian 12'
. ./lib.sh
[ "$MODE" = fake ] || [ -d /sys/fs/cgroup/memory ] || cannot 'libvirt-lxc needs cgroups of the first version'
# Two that raise it at once would trip over each other.
exec 9>"$LAB/lock"
flock 9
other=$(sed -n 's/^LAB_OPENSTACK=//p' "$LAB/env" 2>/dev/null || true)
[ "${other:-$MODE}" = "$MODE" ] || ! runs keystone || cannot "it is raised as $other already; stop.sh ends that"
node=${NODE:-$(PATH=$OLD_PATH command -v node)}
./install.sh "$MODE"
variables() { printf '%s\n' "OS_AUTH_URL=$URL" OS_USERNAME=admin "OS_PASSWORD=$PW" OS_PROJECT_NAME=admin OS_USER_DOMAIN_NAME=Default \
  OS_PROJECT_DOMAIN_NAME=Default OS_IDENTITY_API_VERSION=3 OS_REGION_NAME=RegionOne "LAB_OPENSTACK=$MODE"
  [ "$MODE" = fake ] || printf '%s\n' LAB_FLAVOR=small "LAB_CONTROL_NETWORK=$NET.1/32"; }
raise() {
  say "raising $MODE"
  [ "$MODE" = fake ] || { ./image.sh >"$RUN/image" & building=$!; }
  ./infra.sh
  local all=() pid
  if [ ! -e "$LAB/data/ready" ]; then
    for service in keystone glance nova neutron cinder; do ./$service.sh setup >"$LOG/$service-setup.log" 2>&1 & all+=($!); done
    for pid in "${all[@]}"; do wait "$pid"; done
  fi
  ./keystone.sh run
  env $(variables) LAB_TROVE="${TROVE:-}" "$node" setup.mjs users
  all=()
  for service in glance nova neutron cinder; do ./$service.sh run & all+=($!); done
  for pid in "${all[@]}"; do wait "$pid"; done
  [ "$MODE" = fake ] || ./lxc.sh run
  [ -z "${building:-}" ] || wait "$building"
  env $(variables) LAB_NET="$NET" LAB_IMAGE_FILE="$(cat "$RUN/image" 2>/dev/null || true)" LAB_MUTE_FILE="$([ "$MODE" = fake ] || ./image.sh mute)" "$node" setup.mjs rest
  [ "$MODE" = fake ] || ./lxc.sh ready
  [ -z "${TROVE:-}" ] || ./trove.sh up
  touch "$LAB/data/ready"
  say ready
}
raise >&2 9>&-
variables | tee "$LAB/env"
