#!/usr/bin/env bash
# Keystone on port 5000: keystone.sh setup|run
. "$(dirname "$0")/lib.sh"
setup() { make_db keystone keystone
conf /etc/keystone/keystone.conf keystone <<X
[DEFAULT]
log_dir =
[database]
connection = $(db_url keystone keystone)
[token]
provider = fernet
[cache]
enabled = true
backend = dogpile.cache.memcached
memcache_servers = 127.0.0.1:11211
X
mkdir -p /etc/keystone/fernet-keys /etc/keystone/credential-keys; chown -R keystone: /etc/keystone/*-keys /var/log/keystone
keystone-manage db_sync
keystone-manage fernet_setup --keystone-user keystone --keystone-group keystone
keystone-manage credential_setup --keystone-user keystone --keystone-group keystone
keystone-manage bootstrap --bootstrap-password "$PW" --bootstrap-admin-url "$URL/" --bootstrap-internal-url "$URL/" --bootstrap-public-url "$URL/" --bootstrap-region-id RegionOne
chown -R keystone: /var/log/keystone; }
run() { wsgi keystone keystone 5000 /usr/bin/keystone-wsgi-public 2; answers "http://$HOST:5000/v3" 60; }
"$1"
