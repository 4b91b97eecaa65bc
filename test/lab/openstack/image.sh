#!/usr/bin/env bash
# image.sh mute: prints the file of an image that boots, and does nothing else: no sshd ever answers.
# image.sh: prints the file of the image of a real Debian 12 for servers of libvirt-lxc: the root file system of the machines' lab
# (../customize.sh), as a bare ext4 (containers need no kernel), with cloud-init that asks OpenStack's metadata service.
# Kept in the cache, named after what shaped it.
. "$(dirname "$0")/lib.sh"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" = mute ]; then
  root=$LAB/data/mute
  mkdir -p "$root"/{sbin,bin,dev,proc,sys,run,tmp,etc,root,var}
  printf '#!/bin/sh\nwhile :; do /bin/sleep 1000; done\n' >"$root/sbin/init"
  chmod 755 "$root/sbin/init"
  cp /bin/dash "$root/bin/sh"; cp /bin/sleep "$root/bin/sleep"
  ldd /bin/dash /bin/sleep | grep -o '/[^ ]*' | grep -v ':$' | sort -u | while read -r library; do cp -L --parents "$library" "$root"; done
  truncate -s 32M "$root.raw"; mkfs.ext4 -q -F -d "$root" "$root.raw"; rm -rf "$root"
  printf '%s\n' "$root.raw"; exit
fi
cache=${LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dtrove-lab}
mkdir -p "$cache"
rootfs="$cache/debian-12-$(sha256sum <"$here/../customize.sh" | cut -c1-12).tar.zst"
image="$cache/debian-12-openstack-$(cat "$here/../customize.sh" "$0" | sha256sum | cut -c1-12).raw"
[ ! -f "$image" ] || { printf '%s\n' "$image"; exit 0; }
"$here/../rootfs.sh" debian bookworm "$rootfs" >&2
say 'building the image of Debian 12 for OpenStack, once'
root=$LAB/data/image
rm -rf "$root"; mkdir -p "$root"
zstd -q -d -c "$rootfs" | tar -x --numeric-owner --xattrs --xattrs-include='*' -C "$root"
rm -rf "$root"/boot/* "$root"/lib/modules/* "$root"/etc/cloud/cloud.cfg.d/99_lab.cfg
cat >"$root/etc/cloud/cloud.cfg.d/99_lab.cfg" <<'X'
datasource_list: [ OpenStack, None ]
datasource: { OpenStack: { max_wait: 60, timeout: 5, retries: 3 } }
network: { config: disabled }
apt_preserve_sources_list: true
no_ssh_fingerprints: true
ssh_genkeytypes: [ ed25519 ]
X
: >"$root/etc/fstab"
printf 'nameserver %s\noptions timeout:1 attempts:3\n' "$NET.1" >"$root/etc/resolv.conf"
# The metadata service is asked only when there is an address.
rm -f "$root/etc/systemd/system/systemd-networkd-wait-online.service"
mkdir -p "$root/etc/systemd/system/systemd-networkd-wait-online.service.d"
printf '%s\n' '[Service]' ExecStart= 'ExecStart=/lib/systemd/systemd-networkd-wait-online --interface=eth0 --timeout=60' \
  >"$root/etc/systemd/system/systemd-networkd-wait-online.service.d/lab.conf"
chroot "$root" systemctl enable systemd-networkd systemd-networkd-wait-online >/dev/null 2>&1
# Such a container has no devices of its own to wait for.
for unit in systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udev-trigger.service \
  systemd-logind.service getty@tty1.service console-getty.service systemd-remount-fs.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
rm -f "$image.new"
truncate -s 2400M "$image.new"
mkfs.ext4 -q -F -m 0 -d "$root" "$image.new"
mv "$image.new" "$image"
rm -rf "$root"
printf '%s\n' "$image"
