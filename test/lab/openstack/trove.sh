#!/usr/bin/env bash
# Trove's API on port 8779, of the same release, to measure against: trove.sh up. It answers what its rows say; nothing makes them true.
. "$(dirname "$0")/lib.sh"
# Trove 18 uses inspect.getargspec, which Python 3.11 has no more.
export PYTHONPATH=$LAB/data/trove
setup() { make_db trove trove
mkdir -p "$PYTHONPATH" /var/lib/trove/tmp; chown -R trove: /var/lib/trove /var/log/trove
cat >"$PYTHONPATH/sitecustomize.py" <<'X'
import inspect, collections
if not hasattr(inspect, 'getargspec'):
    Spec = collections.namedtuple('ArgSpec', 'args varargs keywords defaults')
    inspect.getargspec = lambda function: Spec(*inspect.getfullargspec(function)[:4])
X
{ cat <<X
[DEFAULT]
transport_url = $RABBIT
bind_host = $HOST
bind_port = 8779
trove_api_workers = 2
network_driver = trove.network.neutron.NeutronDriver
use_syslog = false
http_get_rate = 1000000
http_post_rate = 1000000
http_put_rate = 1000000
http_delete_rate = 1000000
http_mgmt_post_rate = 1000000
os_region_name = RegionOne
[database]
connection = $(db_url trove trove)
[oslo_concurrency]
lock_path = /var/lib/trove/tmp
X
login service_credentials trove; authtoken trove; } | conf /etc/trove/trove.conf trove
trove-manage --config-file /etc/trove/trove.conf db_sync; }
up() { setup >"$LOG/trove-setup.log" 2>&1
start trove-api trove trove-api --config-file /etc/trove/trove.conf
answers "http://$HOST:8779/" 60; }
"$@"
