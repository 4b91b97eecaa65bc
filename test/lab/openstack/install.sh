#!/usr/bin/env bash
# install.sh fake|lxc: installs OpenStack from Debian's packages. Starts none of it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
[ -x /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; }
packages=(mariadb-server rabbitmq-server memcached uwsgi-core uwsgi-plugin-python3 python3-pymysql python3-memcache curl
  keystone glance-api placement-api nova-api nova-conductor nova-scheduler nova-compute neutron-server
  cinder-api cinder-scheduler cinder-volume)
[ "$1" = fake ] || packages+=(neutron-linuxbridge-agent neutron-dhcp-agent neutron-metadata-agent libvirt-daemon-driver-lxc
  libvirt-daemon-system libvirt-clients nftables iptables ebtables ipset sudo iproute2 mmdebstrap zstd e2fsprogs)
[ -z "${TROVE:-}" ] || packages+=(trove-api)
[ "$(dpkg-query -W -f '${Status}\n' "${packages[@]}" 2>/dev/null | grep -c ' installed$')" -ne ${#packages[@]} ] || exit 0
# For the fake driver neither QEMU nor libvirt is needed, which nova-compute brings unless told so.
[ "$1" != fake ] || dpkg-query -W nova-compute >/dev/null 2>&1 || packages+=(nova-compute-ironic)
say "installing ${#packages[@]} packages and what they need"
# Python's files are compiled by all processors at the end, not by one program after another for each package.
stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
printf '#!/bin/sh\nexit 0\n' >"$stubs/py3compile"
chmod -R 755 "$stubs"
options=(-q -y -o DPkg::Lock::Timeout=900 -o "DPkg::Path=$stubs:$PATH" --no-install-recommends
  -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-unsafe-io
  -o Dpkg::Options::=--path-exclude='/usr/share/doc/*' -o Dpkg::Options::=--path-exclude='/usr/share/man/*')
apt-get -q -o DPkg::Lock::Timeout=900 update >"$LOG/install.log" 2>&1
apt-get "${options[@]}" install "${packages[@]}" >>"$LOG/install.log" 2>&1 || { tail -n 20 "$LOG/install.log" >&2; exit 1; }
# What is only in tests, or that no service loads, is left out.
python3 -m compileall -q -j 0 -x '/tests?/|/(botocore|mypy|pip)/' /usr/lib/python3/dist-packages >>"$LOG/install.log" 2>&1 || true
say installed
