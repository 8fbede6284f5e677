# shellcheck shell=sh
# Servers that run beside a script and end with it.

# stop PID: SIGTERM drains; wait returns when it is done.
stop() {
  [ -n "$1" ] || return 0
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# await FILE PID LOG: the ready file appears once every worker accepts.
await() {
  tries=0
  until [ -s "$1" ]; do
    kill -0 "$2" 2>/dev/null || return 1
    tries=$((tries + 1))
    [ "$tries" -lt 400 ] || { say "not ready after 20 s"; return 1; }
    sleep 0.05
  done
}
