#!/usr/bin/env bash
# up.sh [fake]: raises a real OpenStack (Keystone, Glance, Placement, Nova, Neutron, Cinder) from Debian 12's packages, as root,
# without systemd. fake: Nova's fake driver: states, ports and addresses are real, and there is no guest.
# Prints the OS_* variables of its administrator. State is in $LAB; stop.sh ends it all.
# Ends with 3, and says why, where this machine cannot.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
mode=${1:-fake}
cannot() { echo "the OpenStack lab cannot be raised: $*" >&2; exit 3; }
[ "$mode" = fake ] || cannot "there is no kind \"$mode\" of it, only fake"
[ "$(id -u)" = 0 ] || cannot 'that needs root'
grep -qs '^VERSION_ID="12"' /etc/os-release || cannot 'that needs Debian 12'
. ./lib.sh
node=${NODE:-$(PATH=$OLD_PATH command -v node)}
./install.sh
variables() { printf '%s\n' "OS_AUTH_URL=$URL" OS_USERNAME=admin "OS_PASSWORD=$PW" OS_PROJECT_NAME=admin OS_USER_DOMAIN_NAME=Default \
  OS_PROJECT_DOMAIN_NAME=Default OS_IDENTITY_API_VERSION=3 OS_REGION_NAME=RegionOne "LAB_OPENSTACK=$mode"; }
{
  say "raising $mode"
  ./infra.sh
  if [ ! -e "$LAB/data/ready" ]; then
    for service in keystone glance nova neutron cinder; do ./$service.sh setup >"$LOG/$service-setup.log" 2>&1 & done
    wait
  fi
  ./keystone.sh run
  env $(variables) LAB_NET="$NET" "$node" setup.mjs users
  for service in glance nova neutron cinder; do ./$service.sh run & done
  wait
  env $(variables) LAB_NET="$NET" "$node" setup.mjs rest
  touch "$LAB/data/ready"
  say ready
} >&2
variables | tee "$LAB/env"
