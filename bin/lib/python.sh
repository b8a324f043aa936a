# shellcheck shell=bash
# The Python environment of one CKAN version: .run/<version>/venv
PY=$VENV/bin/python
VENV_STAMP=$VENV/.complete

python_usable() {
  "$1" - <<'P' 2>/dev/null
import ensurepip, os, sys, sysconfig, venv
header = os.path.join(sysconfig.get_paths()["include"], "Python.h")
sys.exit(not (sys.version_info >= (3, 10) and os.path.exists(header)))
P
}

# The system's python first: it does not vanish with a version manager's update.
find_python() {
  local name path
  for name in ${LPPD_PYTHON:+"$LPPD_PYTHON"} /usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.10; do
    if path=$(command -v "$name") && python_usable "$path"; then
      echo "$path"
      return 0
    fi
  done
  return 1
}

venv_wanted() {
  local python
  python=$(find_python)
  {
    echo "$CKAN_VERSION $ROOT $python $("$python" -V)"
    cat "$ROOT"/setup.py "$ROOT"/pyproject.toml "$ROOT"/requirements/*.txt
  } | hash_of
}

venv_ready() { [ -s "$VENV_STAMP" ] && [ "$(<"$VENV_STAMP")" = "$(venv_wanted)" ] && [ -x "$VENV/bin/ckan" ]; }

pip_all() {
  # One command for everything: CKAN's wheel names its pins only in an extra, and a later
  # installation would not know of them.
  limit 1800 "$PY" -m pip install --retries 5 --timeout 60 --progress-bar off -c "$ROOT/requirements/constraints.txt" \
    "ckan[requirements]==$CKAN_VERSION" -e "${ROOT}[test,dev,server]"
}

venv_make() {
  local wanted python
  wanted=$(venv_wanted)
  python=$(find_python)
  if [ ! -s "$VENV_STAMP" ]; then
    rm -rf -- "$VENV" # never completed: half-installed packages are not to be trusted
  fi
  rm -f -- "$VENV_STAMP"
  if [ ! -x "$PY" ]; then
    "$python" -m venv "$VENV"
    # with wheel there, source packages are built once and kept in pip's cache
    limit 600 "$PY" -m pip install --retries 5 --progress-bar off -c "$ROOT/requirements/constraints.txt" wheel
  fi
  pip_all
  "$PY" -m pip check
  # found, not imported: an error in the code is for the tests to report
  "$PY" -c 'import importlib.util as u
for name in ("ckanext.lppd", "ckanext.lppd_validation", "ckanext.scheming", "ckanext.datastore"):
    spec = u.find_spec(name)
    assert spec, f"the package {name} is not found in the new environment"
    print(name, "->", *spec.submodule_search_locations)'
  echo "$wanted" >"$VENV_STAMP"
}

python_environment() {
  if venv_ready; then return 0; fi
  step "Python environment (CKAN $CKAN_VERSION)" "$LOGS/pip.log" venv_make
}
