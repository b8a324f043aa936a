# shellcheck shell=bash
# Apache Solr 9 from Maven jars, one process for all cores of this checkout.
SOLR_DIR=$RUN/solr
SOLR_JARS=$SOLR_DIR/jars
SOLR_SRC=$ROOT/deploy/solr
SOLR_PID=$SOLR_DIR/solr.pid
SOLR_WORD=-Dsolr.solr.home=$SOLR_DIR/home

solr_jars_wanted() { hash_of <"$SOLR_SRC/pom.xml"; }
solr_jars_ready() { [ -s "$SOLR_JARS/.complete" ] && [ "$(<"$SOLR_JARS/.complete")" = "$(solr_jars_wanted)" ]; }

solr_fetch() {
  local part
  mkdir -p "$SOLR_DIR"
  rm -rf -- "$SOLR_JARS.new"
  limit 900 mvn -B -q -f "$SOLR_SRC/pom.xml" -Djars.dir="$SOLR_JARS.new" dependency:copy-dependencies ||
    limit 900 mvn -B -q -U -f "$SOLR_SRC/pom.xml" -Djars.dir="$SOLR_JARS.new" dependency:copy-dependencies
  for part in solr-core lucene-core lucene-analysis-common jetty-server jetty-servlet log4j-core log4j-slf4j2-impl jcl-over-slf4j; do
    compgen -G "$SOLR_JARS.new/$part-[0-9]*.jar" >/dev/null || {
      echo "missing among the fetched jars: $part"
      return 1
    }
  done
  solr_jars_wanted >"$SOLR_JARS.new/.complete"
  rm -rf -- "$SOLR_JARS"
  mv "$SOLR_JARS.new" "$SOLR_JARS"
}

solr_port() { port_known PORT_SOLR; }
solr_url() { echo "http://127.0.0.1:$(solr_port)/solr"; }
solr_alive() { pid_alive "$SOLR_PID" "$SOLR_WORD" >/dev/null; }
solr_core_ok() { http_get -o /dev/null "$(solr_url)/$1/admin/ping?wt=json"; }
solr_admin() { http_get "$(solr_url)/admin/cores?wt=json&$1"; }
solr_answers() { solr_admin "action=STATUS&indexInfo=false"; }

# Writes the core's configuration; prints "changed" when it is not what was there.
solr_core_files() {
  local core=$1 conf=$SOLR_DIR/home/$1/conf schema
  schema=$("$PY" -c 'import importlib.util as u; print(u.find_spec("ckan").submodule_search_locations[0])')/config/solr/schema.xml
  if [ -s "$conf/schema.xml" ] && cmp -s "$schema" "$conf/schema.xml" && cmp -s "$SOLR_SRC/conf/solrconfig.xml" "$conf/solrconfig.xml"; then
    return 0
  fi
  mkdir -p "$conf"
  cp "$SOLR_SRC"/conf/* "$conf/"
  cp "$schema" "$conf/schema.xml"
  echo changed
}

solr_launch() {
  local strip=() name
  for name in $(compgen -e SOLR_ || true); do strip+=(-u "$name"); done # Solr reads every SOLR_* variable
  mkdir -p "$SOLR_DIR/home" "$SOLR_DIR/logs"
  cp "$SOLR_SRC/home/solr.xml" "$SOLR_DIR/home/solr.xml"
  rm -f -- "$SOLR_DIR"/home/*/data/index/write.lock # left by a killed process; nobody else writes here
  daemon "$SOLR_PID" "$SOLR_DIR/logs/console.log" env "${strip[@]}" java -Xms128m -Xmx512m \
    -Djava.awt.headless=true -Dfile.encoding=UTF-8 -Duser.timezone=UTC "$SOLR_WORD" \
    -Dsolr.log.dir="$SOLR_DIR/logs" -Djetty.host=127.0.0.1 -Djetty.port="$(solr_port)" \
    -Dlog4j2.configurationFile="$SOLR_SRC/log4j2.xml" -cp "$SOLR_JARS/*" "$SOLR_SRC/SolrServer.java"
  wait_until 120 "$SOLR_PID" "$SOLR_WORD" solr_answers
}

# solr_start CORE...
solr_start() {
  local core changed
  if solr_alive; then
    wait_until 60 "$SOLR_PID" "$SOLR_WORD" solr_answers
  else
    port_choose PORT_SOLR 8983
    if ! solr_launch && ! { port_lost PORT_SOLR "$SOLR_DIR/logs/console.log" && solr_launch; }; then
      tail -n 40 "$SOLR_DIR/logs/console.log"
      return 1
    fi
  fi
  for core in "$@"; do
    changed=$(solr_core_files "$core")
    if [ ! -f "$SOLR_DIR/home/$core/core.properties" ]; then
      solr_admin "action=CREATE&name=$core&instanceDir=$core"
    elif [ -n "$changed" ]; then
      solr_admin "action=RELOAD&core=$core"
    fi
    wait_until 60 "$SOLR_PID" "$SOLR_WORD" solr_core_ok "$core" || {
      echo "core $core does not answer; the end of Solr's log:"
      tail -n 60 "$SOLR_DIR/logs/solr.log"
      return 1
    }
  done
  echo "Solr: $(solr_url), cores $*"
}

solr_empty() {
  http_get -o /dev/null -H 'Content-Type: text/xml' --data '<delete><query>*:*</query></delete>' \
    "$(solr_url)/$1/update?commit=true"
}

solr_stop() { proc_stop "$SOLR_PID" "$SOLR_WORD" 30; }
