#!/usr/bin/env bash
# rootfs.sh OS SUITE FILE: the root file system of a lab's servers (customize.sh) as a .tar.zst, made by mmdebstrap, unless it is
# there. Ends with 3, saying why in one line, where that cannot be made.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
os=$1 suite=$2 file=$3
mirror=${LAB_MIRROR:-http://deb.debian.org/debian}
ubuntu_mirror=${LAB_UBUNTU_MIRROR:-http://archive.ubuntu.com/ubuntu}

say() { printf '%s\n' "lab: $*" >&2; }
cannot() { say "$*"; exit 3; }

# Prints the file with the keys of Ubuntu's archive: Debian 12 has no package of them.
ubuntu_keys() {
  local deb=${file%/*}/ubuntu-keyring.deb
  if ! [ -f "$deb" ]; then
    curl -fsS -m 60 -o "$deb.new" "$ubuntu_mirror/pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb"
    sha256sum --quiet -c - <<<"36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8  $deb.new"
    mv "$deb.new" "$deb"
  fi
  dpkg-deb -x "$deb" "$draft/ubuntu-keys"
  printf '%s\n' "$draft/ubuntu-keys/usr/share/keyrings/ubuntu-archive-keyring.gpg"
}

[ ! -f "$file" ] || exit 0
say "building the image of $os $suite, once"
draft="${file%/*}/draft-$suite" from=$mirror components=main options=()
mkdir -p "$draft"
if [ "$os" = ubuntu ]; then
  from=$ubuntu_mirror components=main,universe
  options=(--keyring="$(ubuntu_keys)") || cannot "cannot fetch the keys of Ubuntu's archive from $from"
fi
# The lists and archives of apt that customize.sh puts there stay.
OS=$os SUITE=$suite MIRROR=$from COMPONENTS=${components/,/ } mmdebstrap --quiet --variant=minbase --mode=root \
  --components="$components" "${options[@]}" --skip=cleanup/apt/lists --skip=cleanup/apt/cache \
  --include=apt,systemd,systemd-sysv,udev,dbus,openssh-server,sudo,iproute2,ca-certificates,procps,netbase,curl,gnupg,nftables,locales,cloud-init \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --customize-hook="$here/customize.sh \"\$1\"" "$suite" "$draft/rootfs.tar" "$from" >"$draft/log" 2>&1 ||
  cannot "cannot build the image of $os $suite from $from: $(grep -m1 '^E:' "$draft/log" || tail -1 "$draft/log")"
zstd -q -3 -T0 -f "$draft/rootfs.tar" -o "$draft/rootfs.tar.zst"
mv "$draft/rootfs.tar.zst" "$file"
rm -rf "$draft"
