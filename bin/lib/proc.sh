# shellcheck shell=bash
# Ports, pid files and long-running processes.
PORTS=$RUN/ports.env

# A port is taken by a listener, and also by the near end of somebody's connection (any state but
# TIME_WAIT, 06): binding fails for both.
port_taken() {
  local hex
  hex=$(printf ':%04X$' "$1")
  # a machine without IPv6 has no tcp6
  { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true; } |
    awk -v port="$hex" '$2 ~ port && $4 != "06" { found = 1 } END { exit !found }'
}

port_known() { [ ! -f "$PORTS" ] || sed -n "s/^$1=\([0-9]\{1,5\}\)\$/\1/p" "$PORTS" | tail -n 1; }

port_save() {
  local tmp=$PORTS.new
  {
    echo "# ports of this checkout's own services, chosen by bin/; delete a line to choose again"
    { [ ! -f "$PORTS" ] || grep -E '^[A-Z0-9_]+=[0-9]+$' "$PORTS" || true; } | grep -v "^$1=" || true
    echo "$1=$2"
  } >"$tmp"
  mv -f "$tmp" "$PORTS"
}

# port_choose NAME FIRST: keep the remembered port while it is free, else the first free one from FIRST.
# To be called only when the service is not running. An environment variable NAME has the last word.
port_choose() {
  local name=$1 port known wish=${!1:-}
  if [ -n "$wish" ]; then
    if port_taken "$wish"; then die "$name=$wish is taken by another program"; fi
    port_save "$name" "$wish"
    return
  fi
  known=$(port_known "$name")
  if [ -n "$known" ] && ! port_taken "$known"; then return; fi
  for ((port = $2; port < $2 + 300; port++)); do
    if port_taken "$port" || grep -qs "=$port\$" "$PORTS"; then continue; fi
    port_save "$name" "$port"
    return
  done
  die "no free port between $2 and $((port - 1)) for $name"
}

# port_lost NAME LOGFILE: the port went to somebody else between choosing and binding; takes the next
# free one. Fails when the log does not say so.
port_lost() {
  local name=$1 port
  [ -z "${!name:-}" ] || return 1 # the user's own choice
  tail -n 20 "$2" 2>/dev/null | grep -qiE 'address already in use|failed to bind' || return 1
  port=$(port_known "$name")
  sed -i "/^$name=/d" "$PORTS"
  port_choose "$name" $((port + 1))
}

# A pid alone may have gone to another process; its start time (field 22 of stat) may not.
proc_started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

pid_write() { echo "$2 $(proc_started_at "$2")" >"$1"; }

# pid_alive PIDFILE WORD: prints the pid if that very process lives and its command line has WORD
pid_alive() {
  local pid started
  [ -s "$1" ] || return 1
  read -r pid started <"$1" || return 1
  [[ $pid =~ ^[0-9]+$ ]] && [ -d "/proc/$pid" ] || return 1
  [ "$(proc_started_at "$pid")" = "$started" ] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$2" || return 1
  echo "$pid"
}

# daemon PIDFILE LOGFILE command...: own session, no terminal, none of our locks
daemon() {
  local pidfile=$1 log=$2
  shift 2
  mkdir -p "$(dirname -- "$pidfile")" "$(dirname -- "$log")"
  (cd / && exec setsid nohup "$@") >>"$log" 2>&1 </dev/null 8>&- 9>&- &
  pid_write "$pidfile" "$!"
  disown
}

# family PID: the process, all that descend from it, and all of its session
family() {
  # pid, parent and session of every process; the name in brackets may hold blanks
  # (and a process may end while it is read)
  { sed 's/^\([0-9]*\) (.*) . \([0-9]*\) [0-9]* \([0-9]*\).*/\1 \2 \3/' /proc/[0-9]*/stat 2>/dev/null || true; } |
    awk -v root="$1" '
      { parent[$1] = $2; session[$1] = $3 }
      END {
        for (p in parent) {
          hit = (p == root || session[p] == root)
          for (q = p; !hit && q in parent && q > 1; q = parent[q]) if (parent[q] == root) hit = 1
          if (hit) print p
        }
      }'
}

# proc_stop PIDFILE WORD SECONDS [SIGNAL]: asks, waits, then ends what is left of the family
proc_stop() {
  local pid members deadline left
  if pid=$(pid_alive "$1" "$2"); then
    members=$(family "$pid")
    kill -s "${4:-TERM}" "$pid" 2>/dev/null || true
    deadline=$((SECONDS + $3))
    while [ -d "/proc/$pid" ] && ((SECONDS < deadline)); do sleep 0.1; done
    left=$(for p in $members; do
      [ -d "/proc/$p" ] && echo "$p"
    done || true)
    # shellcheck disable=SC2086
    if [ -n "$left" ]; then kill -KILL $left 2>/dev/null || true; fi
  fi
  rm -f -- "$1"
}

# wait_until SECONDS PIDFILE WORD check...: 0 as soon as the check passes; 1 at once when the process died
wait_until() {
  local deadline=$((SECONDS + $1)) pidfile=$2 word=$3
  shift 3
  while ((SECONDS < deadline)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    if ! pid_alive "$pidfile" "$word" >/dev/null; then
      echo "the process ended while it was starting"
      return 1
    fi
    sleep 0.2
  done
  echo "not ready after the time limit"
  return 1
}

http_get() { curl -fsS --noproxy '*' --max-time 30 "$@"; }
