# shellcheck shell=bash
# Debian packages: looks for the thing itself first, installs only what is missing.
MISSING=()

need() {
  local package=$1
  shift
  if ! "$@" >/dev/null 2>&1; then MISSING+=("$package"); fi
}

java_with_compiler() {
  local version
  version=$(javac -version 2>&1) && [[ $version =~ ^javac\ ([0-9]+) ]] && ((BASH_REMATCH[1] >= 11))
}
has_library() { { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -qF "$1"; }
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb; }
find_chromium() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return 0
  done
  return 1
}
has_fonts() { compgen -G '/usr/share/fonts/truetype/*/*.ttf'; }

# packages_missing python|services|browser...: fills MISSING
packages_missing() {
  MISSING=()
  local group
  for group in "$@"; do
    case $group in
      python)
        need ca-certificates test -s /etc/ssl/certs/ca-certificates.crt
        need curl command -v curl
        need gcc command -v gcc
        need libc6-dev test -e /usr/include/stdio.h
        need libpq-dev test -e /usr/include/postgresql/libpq-fe.h
        need libmagic1 has_library libmagic.so.1
        if ! find_python >/dev/null 2>&1; then MISSING+=(python3 python3-venv python3-dev); fi
        ;;
      services)
        need postgresql has_postgres
        need redis-server command -v redis-server
        need redis-tools command -v redis-cli
        need openjdk-17-jdk-headless java_with_compiler
        solr_jars_ready || need maven command -v mvn
        ;;
      browser)
        need chromium find_chromium
        need fonts-dejavu-core has_fonts
        ;;
    esac
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "not root and no sudo; as root run: $*"
    return 1
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true \
    timeout --foreground -k 20 1500 apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" 8>&- 9>&-
}

apt_install() {
  if [ -n "$(dpkg --audit 2>/dev/null)" ]; then as_root dpkg --configure -a; fi
  apt update
  local wanted=() package
  for package in "${MISSING[@]}"; do
    if [ "$package" = openjdk-17-jdk-headless ] && ! apt-cache show "$package" >/dev/null 2>&1; then
      package=default-jdk-headless
    fi
    wanted+=("$package")
  done
  apt install -y --no-install-recommends "${wanted[@]}"
}

packages() {
  packages_missing "$@"
  [ ${#MISSING[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "these are missing and there is no apt-get to install them: ${MISSING[*]}"
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "as root run: apt-get install -y ${MISSING[*]}"
    # asks for the password before the output goes to the log
    sudo -v || die "sudo refused; as root run: apt-get install -y ${MISSING[*]}"
  fi
  say "missing: ${MISSING[*]}"
  step "Debian packages" "$RUN/logs/apt.log" apt_install
  packages_missing "$@"
  [ ${#MISSING[@]} -eq 0 ] || die "still missing after the installation: ${MISSING[*]} (log: $RUN/logs/apt.log)"
}
