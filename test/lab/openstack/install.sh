#!/usr/bin/env bash
# install.sh fake|lxc: installs OpenStack from Debian's packages. Starts none of it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
[ -x /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; }
packages=(mariadb-server rabbitmq-server memcached uwsgi-core uwsgi-plugin-python3 python3-pymysql python3-memcache curl
  keystone glance-api placement-api nova-api nova-conductor nova-scheduler nova-compute neutron-server
  cinder-api cinder-scheduler cinder-volume)
[ "$1" = fake ] || packages+=(neutron-linuxbridge-agent neutron-dhcp-agent neutron-metadata-agent libvirt-daemon-driver-lxc
  libvirt-clients nftables iptables ebtables ipset sudo iproute2 mmdebstrap zstd e2fsprogs)
[ -z "${TROVE:-}" ] || packages+=(trove-api)
[ "$(dpkg-query -W -f '${Status}\n' "${packages[@]}" 2>/dev/null | grep -c ' installed$')" -ne ${#packages[@]} ] || exit 0
say "installing ${#packages[@]} packages and what they need"
apt-get -q -o DPkg::Lock::Timeout=900 update >"$LOG/install.log" 2>&1
apt-get -y -q -o DPkg::Lock::Timeout=900 -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-unsafe-io \
  --no-install-recommends install "${packages[@]}" >>"$LOG/install.log" 2>&1 || { tail -n 20 "$LOG/install.log" >&2; exit 1; }
