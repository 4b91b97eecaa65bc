#!/usr/bin/env bash
# What servers with guests take beside the cloud's APIs: lxc.sh install|run|undo. They are containers of libvirt-lxc on the compute
# host "virt1", on a flat network of their own: a veth pair, of which osp0 (.1) is the machine's and osp1 the agent's bridge's.
# All that it changes on the machine bears a name of its own, and undo takes it back; other bridges and tables are left alone.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
shim=/usr/local/sbin/ebtables

agents() {
mkdir -p /etc/neutron/plugins/ml2
conf /etc/neutron/plugins/ml2/linuxbridge_agent.ini neutron <<X
[linux_bridge]
physical_interface_mappings = provider:osp1
[vxlan]
enable_vxlan = false
[securitygroup]
enable_security_group = true
firewall_driver = iptables
[agent]
polling_interval = 1
X
conf /etc/neutron/dhcp_agent.ini neutron <<X
[DEFAULT]
interface_driver = linuxbridge
dhcp_driver = neutron.agent.linux.dhcp.Dnsmasq
enable_isolated_metadata = true
resync_interval = 5
X
conf /etc/neutron/metadata_agent.ini neutron <<X
[DEFAULT]
nova_metadata_host = $HOST
metadata_proxy_shared_secret = $PW
metadata_workers = 1
X
# Debian 12's ebtables cannot delete a rule of --among-src: the agent would try for ever, and apply no security group from then on.
cat >$shim <<'X'
#!/bin/sh
# stand-in of the OpenStack lab: forgives what ebtables cannot delete
/usr/sbin/ebtables "$@"
code=$?
case "$*" in *' -D neutronMAC-'*--among-src*) exit 0 ;; esac
exit $code
X
chmod 755 $shim; }

compute() {
conf /etc/nova/nova-lxc.conf nova <<X
[DEFAULT]
host = virt1
compute_driver = libvirt.LibvirtDriver
reserved_host_memory_mb = 512
reserved_host_disk_mb = 0
cpu_allocation_ratio = 32
ram_allocation_ratio = 4
disk_allocation_ratio = 8
use_cow_images = false
force_raw_images = true
vif_plugging_timeout = 120
[libvirt]
virt_type = lxc
connection_uri = lxc:///system
images_type = raw
snapshot_image_format = qcow2
X
usermod -aG libvirt nova
# Its own network would bring a bridge, a dnsmasq and rules of a firewall.
rm -f /etc/libvirt/qemu/networks/autostart/default.xml
printf '%s\n' 'unix_sock_group = "libvirt"' 'unix_sock_rw_perms = "0770"' 'auth_unix_ro = "none"' 'auth_unix_rw = "none"' >/etc/libvirt/libvirtd.conf; }

network() {
ip link show osp0 >/dev/null 2>&1 || { ip link add osp0 type veth peer name osp1; ip link set osp1 up; ip link set osp0 up; ip addr add "$NET.1/24" dev osp0; }
start guest-dns root dnsmasq -k --conf-file=/dev/null --pid-file= --listen-address="$NET.1" --bind-interfaces
sysctl -qw net.ipv4.ip_forward=1
# Only what leaves the machine: what is bridged passes here too, and has to keep its source.
nft -f - <<X
table ip dtrove_openstack
delete table ip dtrove_openstack
table ip dtrove_openstack {
  chain post {
    type nat hook postrouting priority 100
    oifname "$(ip -4 route show default | awk '{print $5; exit}')" ip saddr $NET.0/24 masquerade
  }
}
# The agent's bridge would say the machine's address were its own: what came by it would not be translated on its way out.
table arp dtrove_openstack
delete table arp dtrove_openstack
table arp dtrove_openstack {
  chain input {
    type filter hook input priority 0
    iifname "brq*" arp daddr ip $NET.1 drop
  }
}
X
local plain=(--config-file /etc/neutron/neutron.conf)
# An agent that asks before the server listens waits for a minute.
sleep 2
start neutron-linuxbridge root neutron-linuxbridge-agent "${plain[@]}" --config-file /etc/neutron/plugins/ml2/ml2_conf.ini --config-file /etc/neutron/plugins/ml2/linuxbridge_agent.ini
start neutron-dhcp root neutron-dhcp-agent "${plain[@]}" --config-file /etc/neutron/dhcp_agent.ini
start neutron-metadata neutron neutron-metadata-agent "${plain[@]}" --config-file /etc/neutron/metadata_agent.ini; }

hypervisor() {
mkdir -p /run/libvirt
mountpoint -q /var/lib/nova || { mount --bind /var/lib/nova /var/lib/nova; mount --make-shared /var/lib/nova; }
# libvirt_lxc takes the first hierarchy of cgroups that it meets: it must not see the second kind. In a name space of its own.
start libvirtd root unshare -m --propagation slave sh -c 'umount /sys/fs/cgroup/unified 2>/dev/null; exec libvirtd'
for _ in $(seq 100); do virsh -c lxc:///system version >/dev/null 2>&1 && break; sleep .2; done
start nova-compute-lxc nova nova-compute --config-file /etc/nova/nova.conf --config-file /etc/nova/nova-lxc.conf
mapped virt1; }

run() { local carrying; agents; compute; network & carrying=$!; hypervisor && wait "$carrying"; }

# After the network is made: its DHCP answers, or servers would boot without an address.
ready() { for _ in $(seq 240); do [ -n "$(ls /var/lib/neutron/dhcp/*/pid 2>/dev/null)" ] && return; sleep .5; done; say 'DHCP did not come'; return 1; }

# Ends the guests, while libvirtd still runs.
guests() { local name
for name in $(virsh -c lxc:///system list --name 2>/dev/null | grep ^instance-); do virsh -c lxc:///system destroy "$name"; done
for name in $(virsh -c lxc:///system list --all --name 2>/dev/null | grep ^instance-); do virsh -c lxc:///system undefine "$name"; done; }

# After the daemons have ended. Everything of theirs has "neutron" in its name, or is one of the interfaces.
undo() { local file pid name table tool line
for file in /var/lib/neutron/dhcp/*/pid /var/lib/neutron/external/pids/*.pid*; do
  [ -s "$file" ] || continue
  pid=$(cat "$file"); grep -qaE 'dnsmasq|haproxy' "/proc/$pid/cmdline" 2>/dev/null && kill "$pid"; rm -f "$file"
done
for name in $(ip netns list 2>/dev/null | awk '/^qdhcp-/{print $1}'); do ip netns del "$name"; done
for name in $(ip -br link | awk '{print $1}' | grep -E '^(brq|osp0)' | sed 's/@.*//'); do ip link del "$name" 2>/dev/null; done
for name in ip arp; do nft delete table $name dtrove_openstack 2>/dev/null; done
for tool in iptables ip6tables; do for table in filter raw mangle nat; do
  $tool -t $table -S 2>/dev/null | grep -E '^-A .*neutron' | sed 's/^-A/-D/' | while read -r line; do eval "$tool -t $table $line" 2>/dev/null; done
  $tool -t $table -S 2>/dev/null | awk '/^-N neutron/{print $2}' | while read -r name; do $tool -t $table -F "$name" 2>/dev/null; $tool -t $table -X "$name" 2>/dev/null; done
done; done
/usr/sbin/ebtables -t nat -L 2>/dev/null | grep -E '^-.*neutron' | while read -r line; do eval "/usr/sbin/ebtables -t nat -D PREROUTING $line" 2>/dev/null; done
for name in $(/usr/sbin/ebtables -t nat -L 2>/dev/null | awk '/^Bridge chain: neutron/{sub(",","",$3); print $3}'); do /usr/sbin/ebtables -t nat -F "$name"; /usr/sbin/ebtables -t nat -X "$name"; done
for name in $(ipset list -n 2>/dev/null | grep -E '^N?(IPv4|IPv6|NIPv)'); do ipset destroy "$name"; done
grep -qs 'stand-in of the OpenStack lab' $shim && rm -f $shim
# What is left of the containers' groups, deepest first.
find /sys/fs/cgroup -depth -type d \( -path '*/machine/*' -o -name machine -o -name '*.libvirt-lxc' \) -exec rmdir {} + 2>/dev/null
true; }
"$1"
