# shellcheck shell=bash
# Redis of this checkout: own port, password, data under .run/redis
REDIS_DIR=$RUN/redis
REDIS_PID=$REDIS_DIR/pid

redis_port() { port_known PORT_REDIS; }
redis_do() { REDISCLI_AUTH=$(secret REDIS_PASSWORD) redis-cli -h 127.0.0.1 -p "$(redis_port)" --no-auth-warning "$@"; }
redis_answers() { [ "$(redis_do ping 2>/dev/null)" = PONG ]; }
redis_url() { echo "redis://:$(secret REDIS_PASSWORD)@127.0.0.1:$(redis_port)/$1"; }

redis_configure() {
  (
    umask 077 # the password is in it; whoever can write jobs into Redis can run code in the worker
    cat >"$REDIS_DIR/redis.conf" <<C
bind 127.0.0.1
port $(redis_port)
protected-mode yes
requirepass $(secret REDIS_PASSWORD)
dir "$REDIS_DIR"
save 300 1
appendonly no
databases 16
C
  )
}

redis_start() {
  local log=$REDIS_DIR/redis.log
  if pid_alive "$REDIS_PID" redis-server >/dev/null; then
    wait_until 20 "$REDIS_PID" redis-server redis_answers
    return
  fi
  mkdir -p "$REDIS_DIR"
  port_choose PORT_REDIS 16379
  for _ in 1 2 3; do
    redis_configure
    daemon "$REDIS_PID" "$log" redis-server "$REDIS_DIR/redis.conf"
    if wait_until 20 "$REDIS_PID" redis-server redis_answers; then return 0; fi
    port_lost PORT_REDIS "$log" || break
  done
  tail -n 20 "$log"
  return 1
}

redis_stop() { proc_stop "$REDIS_PID" redis-server 10; }
