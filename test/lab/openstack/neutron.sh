#!/usr/bin/env bash
# Neutron's API on port 9696: neutron.sh setup|run. Ports and addresses are real; lxc.sh brings what carries packets.
. "$(dirname "$0")/lib.sh"
setup() { make_db neutron neutron
{ cat <<X
[DEFAULT]
host = virt1
core_plugin = ml2
service_plugins = router
auth_strategy = keystone
transport_url = $RABBIT
bind_host = $HOST
api_workers = 1
rpc_workers = 1
rpc_state_report_workers = 0
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
dhcp_agents_per_network = 1
interface_driver = linuxbridge
state_path = /var/lib/neutron
send_events_interval = 1
[agent]
root_helper = sudo /usr/bin/neutron-rootwrap /etc/neutron/rootwrap.conf
report_interval = 20
[database]
connection = $(db_url neutron neutron)
[experimental]
linuxbridge = true
[oslo_concurrency]
lock_path = /var/lib/neutron/lock
X
login nova nova; login placement placement; authtoken neutron; } | conf /etc/neutron/neutron.conf neutron
mkdir -p /etc/neutron/plugins/ml2
conf /etc/neutron/plugins/ml2/ml2_conf.ini neutron <<X
[ml2]
type_drivers = flat,local,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge
extension_drivers = port_security
[ml2_type_flat]
flat_networks = provider
[ml2_type_vxlan]
vni_ranges = 1:1000
[securitygroup]
enable_ipset = true
X
mkdir -p /var/lib/neutron/lock; chown -R neutron: /var/lib/neutron /var/log/neutron
neutron-db-manage --config-file /etc/neutron/neutron.conf --config-file /etc/neutron/plugins/ml2/ml2_conf.ini upgrade head; }
run() { start neutron-server neutron neutron-server --config-file /etc/neutron/neutron.conf --config-file /etc/neutron/plugins/ml2/ml2_conf.ini
answers "http://$HOST:9696/" 90 || return 1
[ "$MODE" = fake ] || { sql neutron -e "DELETE FROM agents WHERE host = 'fake1'"; return; }
# Servers of fake1 get ports with addresses: an agent that is not there, and lives for ever.
sql neutron -e "REPLACE INTO agents (id, agent_type, \`binary\`, topic, host, admin_state_up, created_at, started_at, heartbeat_timestamp, configurations, \`load\`, resource_versions)
 VALUES ('00000000-0000-0000-0000-00000000fa6e', 'Linux bridge agent', 'neutron-linuxbridge-agent', 'N/A', 'fake1', 1, now(), now(), '2037-01-01',
 '{\"interface_mappings\": {\"provider\": \"osp1\"}, \"bridge_mappings\": {}, \"tunnel_types\": [], \"l2_population\": false, \"extensions\": []}', 0, '{}')"; }
"$1"
