# shellcheck shell=bash
# shellcheck disable=SC2034  # its variables are used by the files sourced after it
# Paths, messages, steps with a log and elapsed time, locks. Sourced first by every script in bin/.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
RUN=$ROOT/.run
CKAN_VERSION=${CKAN_VERSION:-2.11.6}
if [[ ! $CKAN_VERSION =~ ^2\.(1[1-9]|[2-9][0-9])\.[0-9]+$ ]]; then
  echo "CKAN_VERSION=$CKAN_VERSION is not a version like 2.11.6 or 2.12.0 (2.11 is the oldest supported)" >&2
  exit 2
fi
VDIR=$RUN/$CKAN_VERSION        # everything that belongs to one CKAN version
VENV=$VDIR/venv
LOGS=$VDIR/logs

# 2.11 has the plain names (ckan_test, ckan_default ...); other lines get a suffix, so that two
# versions can run at the same time on the same services.
case $CKAN_VERSION in
  2.11.*) SUFFIX="" ;;
  *) SUFFIX=_$(cut -d. -f1,2 --output-delimiter=_ <<<"$CKAN_VERSION") ;;
esac

# The caller's settings must not reach into our own services and environments.
for _name in $(compgen -e | grep -E '^(CKAN_|PG[A-Z]|SOLR_|REDISCLI_|PYTHON(PATH|HOME)$|VIRTUAL_ENV$|GUNICORN_)' || true); do
  [ "$_name" = CKAN_VERSION ] || unset "$_name"
done
export CKAN_VERSION
export LANG=C.UTF-8 LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1
export NO_PROXY="127.0.0.1,localhost${NO_PROXY:+,$NO_PROXY}"
export no_proxy=$NO_PROXY
if [ -z "${HOME:-}" ]; then
  HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
  export HOME
fi
umask 022
mkdir -p "$RUN" "$LOGS" "$RUN/logs"

STARTED=$EPOCHREALTIME
CURRENT_STEP=""

# seconds_since T: with one decimal
seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }
say() { printf '[%6.1f s] %s\n' "$(seconds_since "$STARTED")" "$*"; }
warn() { printf '[%6.1f s] note: %s\n' "$(seconds_since "$STARTED")" "$*" >&2; }
die() {
  printf '\nFAILED: %s\n' "$*" >&2
  exit 1
}

# Known causes in a log, and what to do about them.
hint_for() {
  local log=$1
  [ -s "$log" ] || return 0
  while IFS=@ read -r pattern advice; do
    if tail -n 200 "$log" | grep -qiE -- "$pattern"; then echo "Hint: $advice"; fi
  done <<'HINTS'
Temporary failure (in name )?resol|Connection refused|Failed to establish a new connection|Could not resolve|Name or service not known|Network is unreachable|UnknownHostException|No route to host|Could not transfer artifact@the network or a registry could not be reached; run the same command again when it can
timed out|Connect timeout|Read timeout@something answered too slowly; run the same command again, it goes on where it stopped
No space left on device@the disk is full (df -h .)
Could not get lock|dpkg frontend lock@another package manager is running; wait for it to end, then run the same command again
dpkg was interrupted@run: dpkg --configure -a
Unable to locate package|has no installation candidate@the package is not in this system's sources; these scripts are written for Debian 12
pg_config executable not found|Python.h: No such file|command '.*gcc' failed@a build tool is missing: apt-get install gcc libc6-dev python3-dev libpq-dev
CERTIFICATE_VERIFY_FAILED|PKIX path building failed@the system's certificates are not trusted; install ca-certificates (or your proxy's certificate)
No matching distribution found@a version in setup.py or requirements/ is not served by the package index
ResolutionImpossible@two requirements exclude each other; see requirements/constraints.txt
Cannot allocate memory|OutOfMemoryError|Killed$@not enough memory; 4 GB free is enough for everything
Address already in use@another program took the port in between; run the same command again, a free one is chosen
HINTS
}

# step "What it does" LOGFILE function [args...]
# Runs the function in a subshell with all output in the log; on failure shows the log's end and stops.
step() {
  local title=$1 log=$2 t0=$EPOCHREALTIME rc
  shift 2
  CURRENT_STEP=$title
  mkdir -p "$(dirname -- "$log")"
  printf '[%6.1f s] %-44s ' "$(seconds_since "$STARTED")" "$title"
  # not "( ... ) || rc=$?": bash ignores set -e inside such a list
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  rc=$?
  set -e
  if [ "$rc" -ne 0 ]; then
    printf 'FAILED after %s s\n\n' "$(seconds_since "$t0")"
    {
      echo "---- the last lines of $log"
      tail -n 30 -- "$log"
      echo "----"
      echo "FAILED: $title (exit code $rc). The whole log: $log"
      hint_for "$log"
      echo "The same command may be run again; steps that are done are skipped."
    } >&2
    exit 1
  fi
  printf 'ok  %s s\n' "$(seconds_since "$t0")"
  CURRENT_STEP=""
}

on_signal() {
  trap - INT TERM HUP
  printf '\nInterrupted%s. The same command may be run again; it goes on where it stopped.\n' \
    "${CURRENT_STEP:+ during: $CURRENT_STEP}" >&2
  exit 130
}
trap on_signal INT TERM HUP

# take_lock FD NAME WHAT: one holder at a time; the lock ends with the process, whatever happens to it.
# Long-running services are started with these descriptors closed (see daemon in proc.sh).
take_lock() {
  local fd=$1 file=$RUN/$2.lock what=$3
  eval "exec $fd>>\"\$file\""
  if ! flock -n "$fd"; then
    say "waiting: $what is running in another shell"
    flock -w 3600 "$fd" || die "$what is still running in another shell after an hour"
  fi
}
take_setup_lock() { take_lock 8 setup "another bin/ command's preparation"; }
drop_setup_lock() { exec 8>&-; }

# limit SECONDS command...: in the foreground, so that Ctrl-C still reaches the command
limit() { timeout --foreground -k 20 "$@"; }

hash_of() { sha256sum | cut -c1-16; }

# hash_tree DIR...: names and contents of all files that matter below the directories
hash_tree() {
  (
    cd "$ROOT"
    for dir in "$@"; do
      [ -e "$dir" ] || continue
      find "$dir" -type f -not -path '*/__pycache__/*' -not -name '*.pyc' -print0
    done | LC_ALL=C sort -z | xargs -0 -r sha256sum | hash_of
  )
}

# secret NAME: a random value of this checkout, made at its first use (the caller holds the setup lock then)
secret() {
  local file=$RUN/secrets.env value
  value=$(sed -n "s/^$1=//p" "$file" 2>/dev/null || true)
  if [ -z "$value" ]; then
    value=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && echo "$1=$value" >>"$file")
  fi
  echo "$value"
}
