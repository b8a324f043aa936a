# shellcheck shell=bash
# PostgreSQL of this checkout: own cluster, port and password.
#
# As root the server runs under the account "postgres", which must be able to enter the data
# directory; and a socket's path may have 107 bytes at most. Where .run/ is not fit for that, the
# cluster lives under /var/tmp and .run/postgres.place remembers where.
PG_PLACE=$RUN/postgres.place

pg_bin() {
  local dir
  dir=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  if [ -x "$dir/initdb" ]; then echo "$dir"; else dirname -- "$(command -v initdb)"; fi
}

as_pg() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && exec runuser -u postgres -- "$@" 8>&- 9>&-)
  else
    (exec "$@" 8>&- 9>&-)
  fi
}

pg_dir() { if [ -s "$PG_PLACE" ]; then cat "$PG_PLACE"; else echo "$RUN/postgres"; fi; }
pg_data() { echo "$(pg_dir)/data"; }
pg_port() { port_known PORT_POSTGRES; }

# /var/tmp is open to all: a directory that somebody else put there is not to be used
pg_place_is_ours() {
  local owner
  [ -d "$1" ] && [ ! -L "$1" ] || return 1
  owner=$(stat -c %U -- "$1")
  if [ "$(id -u)" = 0 ]; then [ "$owner" = root ] || [ "$owner" = postgres ]; else [ "$owner" = "$(id -un)" ]; fi
}

pg_settle() {
  local dir=$RUN/postgres
  if [ -s "$PG_PLACE" ] && [ -d "$(pg_dir)" ]; then return 0; fi
  if [ ${#dir} -le 80 ] && { [ "$(id -u)" != 0 ] || as_pg test -x "$RUN"; }; then
    mkdir -p "$dir"
  else
    dir=/var/tmp/lppd-postgres-$(hash_of <<<"$ROOT")
    if ! mkdir -m 700 "$dir" 2>/dev/null && ! pg_place_is_ours "$dir"; then dir=$(mktemp -d "$dir-XXXXXX"); fi
  fi
  echo "$dir" >"$PG_PLACE"
  if [ "$(id -u)" = 0 ]; then chown postgres: "$dir"; fi
  chmod 700 "$dir"
}

# The pid in postmaster.pid may be an old one: the process must be a server on this very directory.
pg_alive() {
  local pid data
  data=$(pg_data)
  pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 1
  [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "-D $data"
}

pg_psql() { as_pg "$(pg_bin)/psql" -X -q -v ON_ERROR_STOP=1 -h "$(pg_dir)" -p "$(pg_port)" -U postgres "$@"; }
pg_answers() { pg_psql -d postgres -c 'SELECT 1'; }

pg_configure() {
  # bash's ${x//..} keeps a path with an apostrophe safe in the server's own quoting
  local dir
  dir=$(pg_dir)
  as_pg tee "$(pg_data)/lppd.conf" >/dev/null <<C
listen_addresses = '127.0.0.1'
port = $(pg_port)
unix_socket_directories = '${dir//\'/\'\'}'
unix_socket_permissions = 0700
max_connections = 200
# Development data: speed before safety against a power cut. Never do this on a real portal.
fsync = off
synchronous_commit = off
full_page_writes = off
C
}

pg_start() {
  local data try
  pg_settle
  data=$(pg_data)
  if pg_alive; then
    pg_answers >/dev/null
    return
  fi
  port_choose PORT_POSTGRES 15432 # below the range of outgoing connections
  if ! as_pg test -s "$data/lppd.conf"; then # an interrupted initdb leaves a directory it refuses afterwards
    as_pg rm -rf -- "$data" "$data.new"
    as_pg "$(pg_bin)/initdb" -D "$data.new" -U postgres -E UTF8 --locale=C.UTF-8 \
      --auth-local=trust --auth-host=scram-sha-256
    # shellcheck disable=SC2016  # expanded by the inner shell, under the other account
    as_pg sh -c 'echo "include = '\''lppd.conf'\''" >>"$1/postgresql.conf" && : >"$1/lppd.conf" && mv "$1" "$2"' sh "$data.new" "$data"
  fi
  for try in 1 2 3; do
    pg_configure
    # left by a killed server; its pid is of no process of ours (pg_alive said so)
    as_pg rm -f -- "$data/postmaster.pid"
    if as_pg "$(pg_bin)/pg_ctl" -D "$data" -l "$(pg_dir)/log" -w -t 60 -s start; then return 0; fi
    # a killed server's last children may still hold its memory for a moment
    port_lost PORT_POSTGRES "$(pg_dir)/log" || sleep "$try"
  done
  as_pg tail -n 30 "$(pg_dir)/log"
  return 1
}

# pg_databases MAIN DATASTORE: roles and databases, made when missing
pg_databases() {
  # the password goes by standard input, not by an argument that "ps" shows
  { printf "\\\\set password '%s'\n" "$(secret DB_PASSWORD)" && cat <<'SQL'; } | pg_psql -d postgres -v main="$1" -v store="$2"
SELECT format('CREATE ROLE %I LOGIN', r) FROM unnest(ARRAY['ckan_default', 'datastore_default']) AS r
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) \gexec
ALTER ROLE ckan_default PASSWORD :'password';
ALTER ROLE datastore_default PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER ckan_default ENCODING ''UTF8'' TEMPLATE template0', d)
  FROM unnest(ARRAY[:'main', :'store']) AS d
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = d) \gexec
SQL
}

pg_drop() {
  local name
  for name in "$@"; do pg_psql -d postgres -c "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)"; done
}

pg_identity() { pg_psql -d postgres -At -c 'SELECT system_identifier FROM pg_control_system()'; }
pg_url() { echo "postgresql://$2:$(secret DB_PASSWORD)@127.0.0.1:$(pg_port)/$1"; }

pg_stop() {
  if pg_alive; then as_pg "$(pg_bin)/pg_ctl" -D "$(pg_data)" -m fast -w -t 60 -s stop; fi
}

pg_purge() {
  local dir
  dir=$(pg_dir)
  case $dir in
    "$RUN"/* | /var/tmp/lppd-postgres-*) rm -rf -- "$dir" ;;
  esac
  rm -f -- "$PG_PLACE"
}
