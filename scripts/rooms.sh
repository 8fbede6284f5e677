# shellcheck shell=sh
# ./dev rooms: rewrite the table between the markers in docs/architecture.md.
exec tests/lint/rooms --update
