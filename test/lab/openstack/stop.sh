#!/usr/bin/env bash
# Ends all that up.sh started, and undoes what it did to the machine; packages stay. FORGET=1 removes the cloud's state too.
# Where it was never raised there is nothing to do.
[ -d "${LAB:-/var/lib/dtrove-openstack}" ] || exit 0
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
names() { ls "$RUN"/*.pid 2>/dev/null | xargs -r -n1 basename | sed 's/\.pid$//'; }
guests=
[ ! -s "$RUN/libvirtd.pid" ] || { guests=yes; "$here/lxc.sh" guests; }
for name in $(names | grep -v -E '^(mariadb|rabbitmq|memcached)$'); do stop "$name" & done; wait
[ -z "$guests" ] || "$here/lxc.sh" undo
for name in rabbitmq memcached mariadb; do stop $name; done
for pid in $(pgrep -u rabbitmq epmd); do kill "$pid"; done
grep -qs 'stand-in of the OpenStack lab' /sbin/mount.nfs && rm -f /sbin/mount.nfs
for mount in $(awk '$2 ~ "^/var/lib/(nova|cinder)(/|$)" {print $2}' /proc/mounts | sort -r); do
  # The disk of a guest that was made an end of.
  for loop in $(losetup -n -O NAME,BACK-FILE | awk '$2 ~ "^/var/lib/nova/" {print $1}'); do losetup -d "$loop"; done
  umount "$mount"
done
# Nobody shall log in to what is not there, or take it for the kind that it was.
rm -f "$LAB/env"
[ -z "${FORGET:-}" ] || rm -rf "$LAB" /var/lib/glance/{images,staging}/* /var/lib/nova/instances/* /etc/libvirt/lxc/instance-*.xml
true
