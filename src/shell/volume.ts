import { sh, type Command } from './command.js';

/** Where a server sees a volume of its own: as a directory that is mounted already, or as a disk that bears a serial. */
export type VolumePlace =
  { readonly kind: 'directory'; readonly path: string } | { readonly kind: 'disk'; readonly serial: string };

/** A volume that carries what is below the directory `root`; `uuid` is that of its file system. */
export interface Carrier {
  readonly place: VolumePlace;
  readonly uuid: string;
  readonly root: string;
}

const lineOf = ({ place, uuid, root }: Carrier): string =>
  place.kind === 'disk'
    ? `UUID=${uuid} ${root} ext4 defaults,nofail,x-systemd.device-timeout=60s 0 2`
    : `${place.path} ${root} none bind,nofail 0 0`;

/** What the commands below know by name. A disk of virtio bears the first 20 characters of its serial. */
function known(carrier: Carrier): Command {
  const { place, uuid, root } = carrier;
  const seen = place.kind === 'disk' ? place.serial.slice(0, 20) : place.path;
  return sh`root=${root} uuid=${uuid} seen=${seen} line=${lineOf(carrier)}`;
}

const isDisk = sh`disk=$(findmnt -n -o SOURCE -M "$root") && [ "$(blkid -s UUID -o value "$disk")" = "$uuid" ]`;
const isDirectory = sh`mountpoint -q "$root" && [ "$(stat -c %d:%i "$root")" = "$(stat -c %d:%i "$seen")" ]`;
const isMounted = ({ place }: Carrier): Command => (place.kind === 'disk' ? isDisk : isDirectory);

/** Finds the disk by the volume's file system, or, where that is not made yet, by its serial. No other is ever written on. */
const findDisk = sh`disk=$(blkid -U "$uuid")
if [ -z "$disk" ]; then
  for link in /dev/disk/by-id/*"$seen"*; do
    [ ! -b "$link" ] || disk=$(readlink -f "$link")
  done
fi
if [ -z "$disk" ]; then
  for serial in /sys/block/*/serial /sys/block/*/device/serial; do
    case $(cat "$serial" 2>/dev/null) in
      "$seen"*) name=\${serial#/sys/block/}; disk=/dev/\${name%%/*} ;;
    esac
  done
fi
if [ -z "$disk" ]; then
  echo "the volume is attached, and no disk of this server bears its serial, $seen"
  lsblk -d -o NAME,SIZE,SERIAL 2>/dev/null
  exit 1
fi >&2`;

/** A file system of that UUID; a disk that holds something else is left as it is. */
const format = sh`if [ -z "$(wipefs -n "$disk")" ]; then
  mkfs.ext4 -q -m 1 -U "$uuid" "$disk" || exit 1
elif [ "$(blkid -s UUID -o value "$disk")" != "$uuid" ]; then
  echo "the volume ($disk) holds something already, and is not formatted:" >&2
  wipefs -n "$disk" >&2
  exit 1
fi`;

/** Beneath the mount nobody but root may enter: a database whose volume is missing does not start on an empty directory. */
const mountAtRoot = sh`if ! mountpoint -q "$root"; then
  mkdir -p "$root" || exit 1
  if [ -n "$(ls -A "$root")" ]; then
    echo "there are files in $root already, where the volume shall be: take an image without them" >&2
    exit 1
  fi
  chown root:root "$root" && chmod 0700 "$root" || exit 1
  grep -qsxF "$line" /etc/fstab || printf '%s\\n' "$line" >>/etc/fstab
  mount "$root" && chmod 0755 "$root" || exit 1
fi
systemctl daemon-reload`;

/** The commands of a volume that carries a datastore's data. */
export const volume = {
  /** Check: it is mounted, and will be after the next boot. */
  isMounted: (carrier: Carrier): Command =>
    sh`${known(carrier)}
${isMounted(carrier)} && grep -qsxF "$line" /etc/fstab`,

  /** Makes its file system, where it needs one and has none, and mounts it. */
  mount: (carrier: Carrier): Command =>
    carrier.place.kind === 'disk'
      ? sh`${known(carrier)}
${findDisk}
${format}
${mountAtRoot}`
      : sh`${known(carrier)}
${mountAtRoot}`,

  /** Check: the disk has `sizeGb` GiB, and the file system fills it. */
  isFilled: (carrier: Carrier, sizeGb: number): Command => sh`${known(carrier)} bytes=${sizeGb * 1024 ** 3}
disk=$(findmnt -n -o SOURCE -M "$root") && size=$(blockdev --getsize64 "$disk") && [ "$size" -ge "$bytes" ] &&
used=$(dumpe2fs -h "$disk" 2>/dev/null | awk '/^Block count:/ { n = $3 } /^Block size:/ { s = $3 } END { printf "%.0f", n * s }') &&
[ "$used" -ge $((size - 16777216)) ]`,

  /** Has the file system fill its disk, in use as it is. */
  fill: (carrier: Carrier): Command => sh`${known(carrier)}
disk=$(findmnt -n -o SOURCE -M "$root") && resize2fs "$disk" 2>&1`,
};
