#!/usr/bin/env bash
# Cinder on port 8776, its volumes files of a directory: cinder.sh setup|run
# The NFS driver without NFS (no kernel module is needed): /sbin/mount.nfs is a stand-in that binds the directory. stop.sh removes it.
. "$(dirname "$0")/lib.sh"
setup() { make_db cinder cinder
mkdir -p "$LAB/data/volumes"; chmod 777 "$LAB/data/volumes"
{ cat <<X
[DEFAULT]
transport_url = $RABBIT
auth_strategy = keystone
my_ip = $HOST
host = cinder1
enabled_backends = nfs
default_volume_type = nfs
glance_api_servers = http://$HOST:9292
state_path = /var/lib/cinder
rootwrap_config = /etc/cinder/rootwrap.conf
[database]
connection = $(db_url cinder cinder)
[oslo_concurrency]
lock_path = /var/lib/cinder/tmp
[nfs]
volume_driver = cinder.volume.drivers.nfs.NfsDriver
volume_backend_name = nfs
nfs_shares_config = /etc/cinder/nfs_shares
nfs_mount_point_base = /var/lib/cinder/mnt
nfs_sparsed_volumes = true
nfs_snapshot_support = true
nas_secure_file_operations = false
nas_secure_file_permissions = false
X
login nova nova; login service_user cinder; echo send_service_user_token = true; authtoken cinder; } | conf /etc/cinder/cinder.conf cinder
echo "127.0.0.1:$LAB/data/volumes" | conf /etc/cinder/nfs_shares cinder
mkdir -p /var/lib/cinder/{tmp,mnt}; chown cinder: /var/lib/cinder/tmp /var/lib/cinder/mnt; chown -R cinder: /var/log/cinder
cinder-manage --config-file /etc/cinder/cinder.conf db sync; }
run() {
[ -e /sbin/mount.nfs ] || { printf '#!/bin/sh\n# stand-in of the OpenStack lab\nexec mount --bind "${1#*:}" "$2"\n' >/sbin/mount.nfs; chmod 755 /sbin/mount.nfs; }
wsgi cinder-api cinder 8776 /usr/bin/cinder-wsgi 1
start cinder-scheduler cinder cinder-scheduler --config-file /etc/cinder/cinder.conf
start cinder-volume cinder cinder-volume --config-file /etc/cinder/cinder.conf
answers "http://$HOST:8776/" 60; }
"$1"
