#!/usr/bin/env bash
# Nova's API on port 8774, its conductor and scheduler, and in the mode fake a compute host "fake1" without guests:
# nova.sh setup|run|up NAME|down NAME
. "$(dirname "$0")/lib.sh"
setup() { make_db nova nova nova_api nova_cell0
{ cat <<X
[DEFAULT]
my_ip = $HOST
state_path = /var/lib/nova
transport_url = $RABBIT
enabled_apis = osapi_compute,metadata
osapi_compute_listen = $HOST
osapi_compute_workers = 2
metadata_listen = $HOST
metadata_workers = 1
[api]
auth_strategy = keystone
[api_database]
connection = $(db_url nova nova_api)
[database]
connection = $(db_url nova nova)
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 10
[vnc]
enabled = false
[oslo_concurrency]
lock_path = /var/lib/nova/tmp
X
login service_user nova; echo send_service_user_token = true
login placement placement; login neutron neutron; echo service_metadata_proxy = true; echo "metadata_proxy_shared_secret = $PW"
login cinder cinder; echo os_region_name = RegionOne; login glance glance; authtoken nova; } | conf /etc/nova/nova.conf nova
conf /etc/nova/nova-fake.conf nova <<X
[DEFAULT]
host = fake1
compute_driver = fake.FakeDriver
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
X
mkdir -p /var/lib/nova/{tmp,instances}; chown -R nova: /var/lib/nova /var/log/nova
local cell='cell_v2 create_cell --name=cell1'
sql nova_api -Ne "SELECT 1 FROM cell_mappings WHERE name = 'cell1'" 2>/dev/null | grep -q 1 && cell=
manage 'api_db sync' "cell_v2 map_cell0 --database_connection $(db_url nova nova_cell0)" "$cell" 'db sync'; }
# manage COMMAND...: nova-manage with each of them; what it loads, which takes longest, is loaded once
manage() { python3 - "$@" <<'X'
import os, sys
from nova.cmd import manage
for command in filter(None, sys.argv[1:]):
    if os.fork() == 0:
        sys.argv = ['nova-manage', *command.split()]
        code = manage.main() or 0
        sys.stdout.flush()
        os._exit(code)
    if os.wait()[1] != 0:
        sys.exit('nova-manage ' + command)
X
}
# up NAME: starts api, conductor, scheduler or compute-fake
up() { local more=(); [ "$1" = compute-fake ] && more=(--config-file /etc/nova/nova-fake.conf)
start "nova-$1" nova "nova-${1%-fake}" --config-file /etc/nova/nova.conf "${more[@]}"
[ "$1" != api ] || answers "http://$HOST:8774/" 90; }
down() { stop "nova-$1"; }
run() { up conductor; up scheduler
[ "$MODE" != fake ] || up compute-fake
up api
[ "$MODE" != fake ] || mapped fake1; }
"$@"
