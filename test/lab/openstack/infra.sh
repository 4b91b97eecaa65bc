#!/usr/bin/env bash
# MariaDB, RabbitMQ and memcached.
. "$(dirname "$0")/lib.sh"
D=$LAB/data/mysql
if [ ! -d "$D/mysql" ]; then mkdir -p "$D"; chown mysql: "$D"
  mariadb-install-db --user=mysql --datadir="$D" --auth-root-authentication-method=normal >"$LOG/mysql-install.log" 2>&1; fi
start mariadb mysql mariadbd --no-defaults --datadir="$D" --socket="$SQL" --bind-address=$HOST --port="$DB_PORT" --max-connections=1000 \
  --innodb-flush-log-at-trx-commit=0 --skip-log-bin --innodb-buffer-pool-size=256M --skip-name-resolve --pid-file="$RUN/mysqld.pidfile"
start memcached memcache memcached -l $HOST -p 11211 -m 64 -u memcache
mkdir -p "$LAB/data/rabbitmq" /var/lib/rabbitmq /var/log/rabbitmq; chown rabbitmq: "$LAB/data/rabbitmq" /var/lib/rabbitmq /var/log/rabbitmq
cat >"$LAB/data/rabbitmq.conf" <<X
listeners.tcp.1 = $HOST:5672
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
default_user = openstack
default_pass = $PW
loopback_users = none
log.file.level = warning
X
chown rabbitmq: "$LAB/data/rabbitmq.conf"; chmod 600 "$LAB/data/rabbitmq.conf"
start rabbitmq rabbitmq env RABBITMQ_CONFIG_FILE="$LAB/data/rabbitmq.conf" RABBITMQ_NODENAME=oslab@localhost RABBITMQ_MNESIA_BASE="$LAB/data/rabbitmq" \
  ERL_EPMD_ADDRESS=$HOST RABBITMQ_DIST_PORT=25672 RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 1:1 +sbwt none +sbwtdcpu none -kernel inet_dist_use_interface {127,0,0,1}" \
  /usr/lib/rabbitmq/bin/rabbitmq-server
for _ in $(seq 150); do sql -e 'select 1' >/dev/null 2>&1 && break; sleep .2; done
for _ in $(seq 300); do (exec 3<>/dev/tcp/$HOST/5672) 2>/dev/null && exit 0; sleep .2; done
say 'RabbitMQ does not answer'; exit 1
