# What the scripts of this directory share. Source it. Everything listens on 127.0.0.1 alone.
OLD_PATH=$PATH
export LAB=${LAB:-/var/lib/dtrove-openstack}
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8
unset PYTHONHOME PYTHONPATH http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
# fake, or lxc.
export MODE=${MODE:-fake}
HOST=127.0.0.1 DB_PORT=${DB_PORT:-23306}
# The flat network of the servers: the host has .1 on it.
NET=${NET:-10.88.0}
LOG=$LAB/log RUN=$LAB/run SQL=$LAB/run/mysqld.sock
mkdir -p "$LOG" "$RUN" "$LAB/data"
chmod 755 "$LAB" "$LAB/data"; chmod 1777 "$RUN" "$LOG"
# The one password of the lab, made anew on each machine.
[ -s "$LAB/password" ] || (umask 077; head -c 24 /dev/urandom | base64 | tr -dc a-zA-Z0-9 >"$LAB/password")
PW=$(cat "$LAB/password")
RABBIT="rabbit://openstack:$PW@$HOST:5672/"
URL="http://$HOST:5000/v3"

say() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }
# start NAME USER COMMAND...: a daemon in a session of its own, its pid in run/NAME.pid, its output in log/NAME.log
start() { local name=$1 user=$2; shift 2
  runs "$name" && return 0
  if [ "$user" = root ]; then setsid "$@" >>"$LOG/$name.log" 2>&1 </dev/null &
  else setsid setpriv --reuid "$user" --regid "$(id -gn "$user")" --init-groups env HOME="/var/lib/$user" "$@" >>"$LOG/$name.log" 2>&1 </dev/null & fi
  echo $! >"$RUN/$name.pid"; }
runs() { [ -s "$RUN/$1.pid" ] && kill -0 "$(cat "$RUN/$1.pid")" 2>/dev/null; }
# stop NAME: its process group is told to end, and made to after 10 s
stop() { local pid; [ -s "$RUN/$1.pid" ] || return 0; pid=$(cat "$RUN/$1.pid")
  if kill -0 "$pid" 2>/dev/null; then
    kill -TERM -- "-$pid" 2>/dev/null
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep .2; done
    kill -KILL -- "-$pid" 2>/dev/null
  fi
  rm -f "$RUN/$1.pid"; }
# answers URL SECONDS
answers() { local code; for _ in $(seq $(($2 * 5))); do
  code=$(curl -s -o /dev/null -m 5 -w '%{http_code}' "$1"); case $code in 2*|3*|401) return 0;; esac; sleep .2; done
  say "$1: $code after $2 s"; return 1; }
sql() { mariadb --socket="$SQL" -uroot "$@"; }
# mapped HOST: waits until a compute host has come, and has Nova use it
mapped() {
  for _ in $(seq 300); do
    sql nova -Ne "SELECT 1 FROM compute_nodes WHERE host = '$1' AND deleted = 0 LIMIT 1" 2>/dev/null | grep -q 1 && break
    sleep .4
  done
  is_mapped() { sql nova_api -Ne "SELECT 1 FROM host_mappings WHERE host = '$1'" | grep -q 1; }
  is_mapped "$1" || { nova-manage cell_v2 discover_hosts; is_mapped "$1"; } || { say "the compute host $1 did not come"; return 1; }; }
db_url() { echo "mysql+pymysql://$1:$PW@$HOST:$DB_PORT/$2?charset=utf8mb4"; }
# make_db USER DATABASE...
make_db() { local user=$1 db; shift; for db in "$@"; do
  sql -e "CREATE DATABASE IF NOT EXISTS $db CHARACTER SET utf8mb3; GRANT ALL ON $db.* TO '$user'@'%' IDENTIFIED BY '$PW'; GRANT ALL ON $db.* TO '$user'@'localhost' IDENTIFIED BY '$PW'"; done; }
# conf FILE GROUP: replaces a packaged configuration file by stdin
conf() { cat >"$1"; chown "root:$2" "$1"; chmod 640 "$1"; }
# login SECTION USER: how a service logs in to another one
login() { printf '[%s]\n' "$1"
  printf '%s\n' 'auth_type = password' "auth_url = $URL" 'project_name = service' 'project_domain_name = Default' \
    'user_domain_name = Default' "username = $2" "password = $PW" 'region_name = RegionOne'; }
authtoken() { login keystone_authtoken "$1"
  printf '%s\n' "www_authenticate_uri = http://$HOST:5000" 'memcached_servers = 127.0.0.1:11211' 'service_token_roles_required = true'; }
# wsgi NAME USER PORT FILE PROCESSES
wsgi() { start "$1" "$2" uwsgi --plugin python3 --http-socket "$HOST:$3" --wsgi-file "$4" --processes "$5" --threads 1 --enable-threads \
  --master --lazy-apps --need-app --die-on-term --buffer-size 65535 --add-header 'Connection: close' --disable-logging; }
