"""Servers that lie, hang and flood, and runs of llmgw health against them: each must be bounded, well-formed and without the
key."""
import json
import os
import resource
import socket
import subprocess
import threading
import time

from checks import BINARY, Checks, Home, require_binary

require_binary()
checks = Checks()
home = Home()
CANARY = "sk-canary-that-nobody-may-see"
FORMATS = ("table", "wide", "json", "jsonl", "nagios", "prometheus", "junit", "github")
LIMIT_S = 10  # of a run; what answers at all does so at once, but the machine may be busy
METHODS = (b"GET ", b"POST ")
HASTY = ("--timeout", "1s", "--total-timeout", "2s")  # for servers whose answer never comes
SLACK_S = 20  # a sanitizer's start, a large page's parsing
MOST_MIB = 900  # with AddressSanitizer's shadow and quarantine; a page of 16 MiB is kept, parsed and thrown away


class Hostile:
    """Accepts connections and lets `play(connection, path)` answer each request, until it returns False."""

    def __init__(self, play, context=None):
        self.play, self.context = play, context
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.closing = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            connection.settimeout(20)
            while not self.closing:
                head = connection.recv(65536)
                while head.startswith(METHODS) and b"\r\n\r\n" not in head:
                    head += connection.recv(65536)
                if not head.startswith(METHODS):
                    connection.sendall(whole("no HTTP", "400 Bad Request"))
                    return
                if not self.play(connection, head.split(b" ")[1].decode(), head.decode("latin-1")):
                    return
        except OSError:
            pass
        finally:
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing = True
        self.listener.close()


def whole(body, status="200 OK", kind="application/json", more=""):
    body = body if isinstance(body, bytes) else body.encode()
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


MODELS = '{"data":[{"id":"m","max_model_len":4096}]}'
PAGE = ("vllm:num_requests_running 1\nvllm:num_requests_waiting 0\nvllm:kv_cache_usage_perc 0.25\n"
        "vllm:num_preemptions_total 0\n")
GOOD = {"/health": "", "/version": '{"version":"0.24.1"}', "/v1/models": MODELS, "/metrics": PAGE}


def good_but(**other):
    """A healthy vLLM, but for these paths (`_` for `/`), whose bytes or function are given."""
    odd = {name.replace("_", "/"): answer for name, answer in other.items()}

    def play(connection, path, head):
        if path in odd:
            answer = odd[path]
            if callable(answer):
                return answer(connection)
            connection.sendall(answer)
            return True
        body = GOOD.get(path)
        connection.sendall(whole("no such path", "404 Not Found") if body is None else whole(body))
        return True

    return play


def always(answer):
    """The same for every path."""
    def play(connection, path, head):
        if callable(answer):
            return answer(connection)
        connection.sendall(answer)
        return False

    return play


def health(target, *more, **env):
    """(exit status, stdout, stderr); says how long it took and how large it grew."""
    began = time.monotonic()
    arguments = ["health", target, "--timeout", "5s", "--total-timeout", f"{LIMIT_S}s", "--retries", "0", "--sample", "0",
                 "--insecure-http", *more]
    done = subprocess.run([BINARY, *arguments], capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                          env=home.env(LLMGW_API_KEY=CANARY, **env))
    return done.returncode, done.stdout, done.stderr, time.monotonic() - began


def examine(name, target, code, wanted=None, more=()):
    """One run: bounded, well-formed, without the key, with this exit status and this code of a check."""
    status, out, err, took = health(target, "-o", "json", *more)
    text = out.decode("utf-8", "strict") if is_utf8(out) else ""
    checks.that(f"{name}: the report is UTF-8", bool(text), repr(out[:200]))
    checks.that(f"{name}: ends in time", took < LIMIT_S + SLACK_S, f"{took:.1f} s")
    checks.that(f"{name}: tells no key", CANARY.encode() not in out + err, repr((out + err)[:300]))
    checks.equal(f"{name}: exit status", status, code, err.decode(errors="replace")[:300] + text[:600])
    try:
        report = json.loads(text)
    except ValueError as problem:
        checks.that(f"{name}: the report is JSON", False, f"{problem}: {text[:200]}")
        return {}
    found = {check["id"]: check for check in report["targets"][0]["checks"]}
    if wanted:
        checks.that(f"{name}: {wanted[0]} is {wanted[1]}", found.get(wanted[0], {}).get("code") == wanted[1],
                    json.dumps(report)[:900])
    return found


def is_utf8(raw):
    try:
        raw.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def run(name, play, code, wanted=None, kind="vllm", context=None, more=()):
    with Hostile(play, context) as server:
        scheme = "https" if context else "http"
        prefix = f"{kind}+" if kind else ""
        return examine(name, f"{prefix}{scheme}://127.0.0.1:{server.port}", code, wanted, more)


def forever(first, piece, pause=0.0):
    """Sends `first`, then `piece` without end."""
    def answer(connection):
        connection.sendall(first)
        while True:
            connection.sendall(piece)
            if pause:
                time.sleep(pause)

    return answer


def silence(connection):
    connection.recv(1)
    return False


CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n"


def end():
    """The last word of a script: no run was large."""
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    checks.that("no run grew beyond bounds", largest < MOST_MIB, f"{largest:.0f} MiB")
    print(f"largest run: {largest:.0f} MiB")
    checks.end()
