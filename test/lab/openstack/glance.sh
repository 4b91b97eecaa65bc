#!/usr/bin/env bash
# Placement on port 8778 and Glance on port 9292: glance.sh setup|run
. "$(dirname "$0")/lib.sh"
setup() { make_db placement placement; make_db glance glance
{ cat <<X
[placement_database]
connection = $(db_url placement placement)
[api]
auth_strategy = keystone
X
authtoken placement; } | conf /etc/placement/placement.conf placement
placement-manage db sync
{ cat <<X
[DEFAULT]
bind_host = $HOST
bind_port = 9292
workers = 1
transport_url = $RABBIT
enabled_backends = fs:file
[database]
connection = $(db_url glance glance)
[glance_store]
default_backend = fs
[fs]
filesystem_store_datadir = /var/lib/glance/images/
[os_glance_staging_store]
filesystem_store_datadir = /var/lib/glance/staging
[os_glance_tasks_store]
filesystem_store_datadir = /var/lib/glance/tasks
[paste_deploy]
flavor = keystone
X
# So that a revoked token is refused at once.
authtoken glance; echo 'token_cache_time = -1'; } | conf /etc/glance/glance-api.conf glance
mkdir -p /var/lib/glance/{images,staging,tasks}; chown -R glance: /var/lib/glance /var/log/glance
glance-manage --config-file /etc/glance/glance-api.conf db_sync; }
run() { wsgi placement placement 8778 /usr/bin/placement-api 1
start glance-api glance glance-api --config-file /etc/glance/glance-api.conf
answers "http://$HOST:8778/" 60 && answers "http://$HOST:9292/versions" 60; }
"$1"
