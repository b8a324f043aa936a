# shellcheck shell=bash
# CKAN itself: ini files, databases, web server and worker.
PLUGINS="lppd lppd_validation scheming_datasets activity datastore"
DEMO_INI=$VDIR/ckan.ini
TEST_INI=$VDIR/test.ini
DEMO_CORE=ckan$SUFFIX
TEST_CORE=ckan_test$SUFFIX
DEMO_DB=ckan_default$SUFFIX
DEMO_STORE=datastore_default$SUFFIX
TEST_DB=ckan_test$SUFFIX
TEST_STORE=datastore_test$SUFFIX
WEB_PID=$VDIR/web.pid
WORKER_PID=$VDIR/worker.pid
WEB_PORT_NAME=PORT_WEB$SUFFIX

# Redis has 16 databases: two for each line of versions
REDIS_DEMO_DB=$((($(cut -d. -f2 <<<"$CKAN_VERSION") - 11) * 2 % 16))
REDIS_TEST_DB=$((REDIS_DEMO_DB + 1))

ckan_do() { (cd "$ROOT" && exec "$VENV/bin/ckan" -c "$@"); }
web_port() { port_known "$WEB_PORT_NAME"; }
web_url() { echo "http://127.0.0.1:$(web_port)"; }

# service_settings DB STORE CORE REDIS_DB: the lines that say where the services are
service_settings() {
  cat <<S
sqlalchemy.url = $(pg_url "$1" ckan_default)
ckan.datastore.write_url = $(pg_url "$2" ckan_default)
ckan.datastore.read_url = $(pg_url "$2" datastore_default)
ckan.redis.url = $(redis_url "$4")
solr_url = $(solr_url)/$3
S
}

services() {
  step "PostgreSQL" "$RUN/logs/postgres.log" pg_start
  step "Redis" "$RUN/logs/redis.log" redis_start
  solr_jars_ready || step "Solr (downloading its jars)" "$RUN/logs/solr-jars.log" solr_fetch
  step "Solr" "$RUN/logs/solr.log" solr_start "$@"
}

# migrate INI: CKAN's tables, then those of each plugin that has any (2.11 does not do that by itself)
migrate() {
  local ini=$1 plugin
  ckan_do "$ini" db init
  for plugin in activity lppd lppd_validation; do
    case $plugin in
      activity) ckan_do "$ini" db upgrade -p activity ;;
      *) [ ! -f "$ROOT/ckanext/$plugin/migration/$plugin/alembic.ini" ] || ckan_do "$ini" db upgrade -p "$plugin" ;;
    esac
  done
}

# datastore_permissions INI: what the read-only role may do, in CKAN's own words
datastore_permissions() {
  # the SQL alone on standard output; log lines of the start go to standard error
  ckan_do "$1" datastore set-permissions >"$1.sql"
  pg_psql -d postgres -f - <"$1.sql"
}

# ---- tests

test_ini() {
  mkdir -p "$VDIR/test-storage" "$VDIR/screenshots"
  {
    service_settings "$TEST_DB" "$TEST_STORE" "$TEST_CORE" "$REDIS_TEST_DB"
    echo "ckan.storage_path = $VDIR/test-storage"
  } | "$PY" "$ROOT/bin/lib/ini.py" "$ROOT/test.ini" "$TEST_INI"
}

# Migrating takes CKAN a quarter of a minute, copying a database less than a second: a pristine pair
# is made once for each state of the migrations, and every group of tests gets a copy of it.
PRISTINE=$VDIR/test-databases.pristine

pristine_wanted() {
  {
    cat "$VENV_STAMP"
    pg_identity
    hash_tree ckanext/*/migration ckanext/*/model ckanext/*/model.py ckanext/*/ddl.py
  } | hash_of
}

pg_copy() { pg_psql -d postgres -c "CREATE DATABASE \"$2\" TEMPLATE \"$1\" OWNER ckan_default"; }

pristine_databases() {
  rm -f -- "$PRISTINE"
  pg_drop "$TEST_DB" "$TEST_STORE" "${TEST_DB}_pristine" "${TEST_STORE}_pristine"
  pg_databases "$TEST_DB" "$TEST_STORE"
  redis_do -n "$REDIS_TEST_DB" flushdb
  migrate "$TEST_INI"
  datastore_permissions "$TEST_INI"
  pg_copy "$TEST_DB" "${TEST_DB}_pristine"
  pg_copy "$TEST_STORE" "${TEST_STORE}_pristine"
  pristine_wanted >"$PRISTINE"
}
pristine_ready() { [ "$(cat "$PRISTINE" 2>/dev/null)" = "$(pristine_wanted)" ]; }

fresh_databases() {
  pg_drop "$TEST_DB" "$TEST_STORE"
  pg_copy "${TEST_DB}_pristine" "$TEST_DB"
  pg_copy "${TEST_STORE}_pristine" "$TEST_STORE"
  pg_psql -d postgres -f - <"$TEST_INI.sql" # grants on a database are not copied with it
  redis_do -n "$REDIS_TEST_DB" flushdb
  solr_empty "$TEST_CORE"
}

test_services() {
  services "$TEST_CORE"
  step "Settings" "$LOGS/ini.log" test_ini
  if [ -n "${1:-}" ] || ! pristine_ready; then
    step "Test databases" "$LOGS/test-databases.log" pristine_databases
  fi
}

# ---- the demo portal

demo_ini() {
  local fresh=$DEMO_INI.fresh
  if [ ! -s "$DEMO_INI" ]; then
    "$VENV/bin/ckan" generate config "$fresh"
  else
    cp "$DEMO_INI" "$fresh"
  fi
  mkdir -p "$VDIR/storage"
  {
    service_settings "$DEMO_DB" "$DEMO_STORE" "$DEMO_CORE" "$REDIS_DEMO_DB"
    cat <<S
SECRET_KEY = $(secret SECRET_KEY)
WTF_CSRF_SECRET_KEY = $(secret CSRF_KEY)
ckan.plugins = $PLUGINS
ckan.site_id = lppd-demo
ckan.site_url = $(web_url)
ckan.site_title = Satu Data LPPD
ckan.locale_default = id
ckan.locales_offered = id en
ckan.storage_path = $VDIR/storage
ckan.uploads_enabled = true
ckan.max_resource_size = 100
ckan.views.default_views =
ckan.auth.create_unowned_dataset = false
ckan.auth.create_dataset_if_not_in_organization = false
ckan.auth.user_create_organizations = false
ckan.auth.user_create_groups = false
ckan.datastore.sqlsearch.enabled = false
ckan.jobs.timeout = 900
ckan.gravatar_default = disabled
S
  } | "$PY" "$ROOT/bin/lib/ini.py" "$fresh" "$fresh"
  # kept as it is when nothing changed, so that a running portal need not restart
  if cmp -s "$fresh" "$DEMO_INI"; then rm -f -- "$fresh"; else mv -f "$fresh" "$DEMO_INI"; fi
}

# What the loaded portal depends on; another value means: migrate, load and restart.
demo_wanted() {
  {
    cat "$VENV_STAMP" "$DEMO_INI"
    pg_identity
    hash_tree ckanext schemas deploy/wsgi.py
  } | hash_of
}

demo_load() {
  migrate "$DEMO_INI"
  datastore_permissions "$DEMO_INI"
  ckan_do "$DEMO_INI" lppd init
  ckan_do "$DEMO_INI" translation js
  ckan_do "$DEMO_INI" asset build
}

web_answers() { http_get "$(web_url)/api/3/action/status_show" | grep -qF "\"site_url\": \"$(web_url)\""; }
web_alive() { pid_alive "$WEB_PID" gunicorn >/dev/null; }
worker_alive() { pid_alive "$WORKER_PID" jobs >/dev/null; }
worker_listens() { [ "$(redis_do -n "$REDIS_DEMO_DB" scard rq:workers)" -ge 1 ]; }

web_start() {
  daemon "$WEB_PID" "$LOGS/web.log" env CKAN_INI="$DEMO_INI" "$VENV/bin/gunicorn" --chdir "$ROOT/deploy" wsgi:application \
    --bind "127.0.0.1:$(web_port)" --workers 2 --threads 4 --timeout 120 --no-control-socket --access-logfile "$LOGS/access.log"
  wait_until 120 "$WEB_PID" gunicorn web_answers || {
    tail -n 40 "$LOGS/web.log"
    return 1
  }
}

worker_start() {
  redis_do -n "$REDIS_DEMO_DB" del rq:workers >/dev/null # names of workers that are no more
  daemon "$WORKER_PID" "$LOGS/worker.log" "$VENV/bin/ckan" -c "$DEMO_INI" jobs worker
  wait_until 60 "$WORKER_PID" jobs worker_listens || {
    tail -n 40 "$LOGS/worker.log"
    return 1
  }
}

web_stop() { proc_stop "$WEB_PID" gunicorn 20; }
worker_stop() { proc_stop "$WORKER_PID" jobs 20; }
