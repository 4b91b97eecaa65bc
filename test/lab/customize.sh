#!/bin/sh
# What mmdebstrap makes of a Debian or an Ubuntu becomes an image of the lab: network by networkd, cloud-init from the seed that LXD writes.
set -e
root=$1

security="$MIRROR-security $SUITE-security"
[ "$OS" = debian ] || security="$MIRROR $SUITE-security"
cat >"$root/etc/apt/sources.list" <<S
deb $MIRROR $SUITE $COMPONENTS
deb $MIRROR $SUITE-updates $COMPONENTS
deb $security $COMPONENTS
S
cat >"$root/etc/apt/apt.conf.d/90lab" <<'S'
Acquire::Languages "none";
Acquire::Retries "3";
APT::Install-Recommends "false";
APT::Keep-Downloaded-Packages "true";
S
# As images for containers have it: what a power cut could leave half unpacked is of no worth here.
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/lab"

# What tests install is fetched once, and not installed: apt does all its work on a server, but for waiting for the archive.
fetch() { chroot "$root" apt-get -q install -y --no-install-recommends --download-only "$@"; }
chroot "$root" apt-get clean
chroot "$root" apt-get -q update
case $SUITE in
  bookworm) fetch postgresql-15 redis-server mariadb-server mariadb-client mariadb-backup ;;
  trixie) fetch postgresql-17 redis-server valkey-server mariadb-server mariadb-client mariadb-backup ;;
  noble) fetch postgresql-16 redis-server valkey-server mysql-server ;;
esac

mkdir -p "$root/etc/systemd/network"
cat >"$root/etc/systemd/network/20-eth0.network" <<'S'
[Match]
Name=eth0
[Network]
DHCP=ipv4
IPv6AcceptRA=no
[DHCPv4]
ClientIdentifier=mac
S
chroot "$root" systemctl enable systemd-networkd >/dev/null 2>&1

cat >"$root/etc/cloud/cloud.cfg.d/99_lab.cfg" <<'S'
datasource_list: [NoCloud, None]
network: {config: disabled}
apt_preserve_sources_list: true
no_ssh_fingerprints: true
S
printf 'UseDNS no\n' >"$root/etc/ssh/sshd_config.d/lab.conf"

# A test's server has no use for them, and they take its first seconds.
for unit in systemd-networkd-wait-online.service systemd-binfmt.service apt-daily.timer apt-daily-upgrade.timer \
  e2scrub_all.timer e2scrub_reap.service fstrim.timer systemd-timesyncd.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

# Each server gets its own, by cloud-init or by a template of the image.
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/resolv.conf" "$root/var/lib/dbus/machine-id"
: >"$root/etc/machine-id"
