#!/usr/bin/env python3
"""The health of serve: its probes while it starts, while an upstream is up, dead, idle and back; what the background
checks send; what /metrics, status and the log say of it."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import BINARY, Checks, Home, listening, require_binary

require_binary()
checks = Checks()
home = Home()
RUNTIME = home.runtime()
ENV = {"XDG_RUNTIME_DIR": RUNTIME}
KEY = "sk-canary-of-the-health-checks"


class Engine(BaseHTTPRequestHandler):
    """A vLLM server that lists one model; everything it hears is kept."""
    protocol_version = "HTTP/1.0"  # a connection that stays open would be served on after the listener is closed
    ANSWERS = {
        "/health": (200, ""),
        "/version": (200, '{"version":"0.19.1"}'),
        "/v1/models": (200, '{"object":"list","data":[{"id":"m","object":"model","max_model_len":32768}]}'),
        "/metrics": (200, "vllm:num_requests_running 2\nvllm:num_requests_waiting 0\nvllm:kv_cache_usage_perc 0.25\n"),
    }

    def log_message(self, *_):
        pass

    def answer(self):
        self.server.heard.append((self.command, self.path))
        self.server.gate.wait(30)
        status, body = self.ANSWERS.get(self.path, (404, "{}"))
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST = answer


class Upstream:
    """That server on a port of its own, which it can leave and take again."""

    def __init__(self, silent=False):
        self.heard = []
        self.gate = threading.Event()
        if not silent:
            self.gate.set()
        self.server = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.up()

    def up(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Engine)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a check that is given up hangs up
        self.server.heard, self.server.gate = self.heard, self.gate
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


def start(text):
    config = os.path.join(home.path, "health.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write('[server]\nlisten = ["127.0.0.1:0"]\nauth = "none"\n' + text)
    serve = subprocess.Popen([BINARY, "serve", "--config", config], env=home.env(**ENV), text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return serve, listening(serve)


def model(upstream, **more):
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in more.items())
    return (f'[[model]]\nname = "m"\n{lines}[model.params]\nprovider = "vllm"\napi_base = "{upstream.url}"\n'
            f'api_key = "{KEY}"\n')


def get(url, path):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    # The name that a kubelet sends: the pod's address.
    connection.request("GET", path, headers={"host": "10.1.2.3:4000"} if path in ("/livez", "/healthz", "/readyz") else {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), answer.getheader("content-type")


def eventually(what, holds, seconds=30):
    limit = time.monotonic() + seconds
    while not holds() and time.monotonic() < limit:
        time.sleep(0.05)
    checks.that(what, holds())


def stop(serve):
    serve.send_signal(signal.SIGTERM)
    return serve.communicate(timeout=60)[1]


def starting():
    upstream = Upstream(silent=True)
    begun = time.monotonic()
    serve, url = start(model(upstream))
    first = get(url, "/readyz")
    if time.monotonic() - begun < 1.5:
        checks.equal("not ready before the first round of checks", first[:2], (503, "starting\n"))
    checks.equal("alive all the same", get(url, "/livez")[:2], (200, "ok\n"))
    eventually("ready after two seconds, though the upstream is silent", lambda: get(url, "/readyz")[0] == 200, 10)
    text = stop(serve)
    checks.equal("a check under way does not hold up the end", serve.returncode, 0, text)
    upstream.gate.set()
    upstream.down()


def up_down_up():
    upstream = Upstream()
    serve, url = start("access_log_probes = false\n" + model(upstream))
    eventually("ready after the first round", lambda: get(url, "/readyz")[:2] == (200, "ok\n"))
    checks.equal("the checks cost nothing", {method for method, _ in upstream.heard}, {"GET"})
    told = json.loads(get(url, "/readyz?verbose")[1])
    row = told["upstreams"][0]
    checks.equal("verbose tells of the upstream", (told["status"], row["status"], row["kind"], row["version"]),
                 ("ok", "ok", "vllm", "0.19.1"))
    checks.that("with its latency", row["latency_ms"] > 0, row)
    status, body, kind = get(url, "/health")
    checks.equal("health+json passes", (status, json.loads(body)["status"], kind), (200, "pass", "application/health+json"))
    checks.equal("LiteLLM's probes", [get(url, "/health/" + name)[:2] for name in ("liveliness", "liveness")],
                 [(200, '"I\'m alive!"')] * 2)
    checks.equal("LiteLLM's readiness", json.loads(get(url, "/health/readiness")[1])["status"], "healthy")
    checks.equal("healthz", get(url, "/healthz")[:2], (200, '{"status":"ok"}'))
    page = get(url, "/metrics")[1]
    name = f'{{upstream="vllm@127.0.0.1:{upstream.port}"}}'
    for line in (f"llmgw_upstream_up{name} 1", f"llmgw_upstream_idle{name} 0", f"llmgw_upstream_requests_running{name} 2",
                 f"llmgw_upstream_kv_cache_usage_ratio{name} 0.25"):
        checks.that(f"metrics have {line}", line + "\n" in page, page)
    upstream.down()
    eventually("not ready once its only upstream is dead", lambda: get(url, "/readyz")[:2] == (503, "no upstream\n"))
    row = json.loads(get(url, "/readyz?verbose")[1])["upstreams"][0]
    checks.equal("it is unreachable", (row["status"], row["code"]), ("unreachable", "connect_failed"))
    checks.equal("health+json fails", [get(url, "/health")[0], json.loads(get(url, "/health")[1])["status"]], [503, "fail"])
    checks.equal("LiteLLM's readiness fails", get(url, "/health/readiness")[0], 503)
    checks.equal("LiteLLM's liveness, too", get(url, "/health/liveliness")[:2], (503, '"no upstream"'))
    checks.equal("it lives", [get(url, path)[0] for path in ("/livez", "/healthz")], [200] * 2)
    checks.that("metrics tell", f"llmgw_upstream_up{name} 0\n" in get(url, "/metrics")[1])
    done = home.run("status", env={**ENV, "COLUMNS": "100"})
    checks.that("status shows it", "no upstream" in done.stdout and "unreachable" in done.stdout, done.stdout)
    done = home.run("health", "llmgw+" + url, "--probe", "readiness", env=ENV)
    checks.equal("llmgw health finds the gateway unready", done.returncode, 1, done.stdout + done.stderr)
    upstream.up()
    eventually("ready again once it is back", lambda: get(url, "/readyz")[0] == 200)
    told = json.loads(home.run("status", "-o", "json", env=ENV).stdout)[0]
    checks.equal("status as JSON", [(row["state"], row["kind"], row["context"]) for row in told["upstreams"]],
                 [("ok", "vllm", 32768)])
    everything = "".join(get(url, path)[1] for path in ("/readyz?verbose", "/health", "/metrics")) + json.dumps(told)
    log = stop(serve)
    checks.that("no key in any of it", KEY not in everything + log)
    checks.that("probes write no line", "path=/readyz" not in log and "path=/metrics" not in log, log)
    upstream.down()


def idle():
    upstream = Upstream()
    upstream.down()
    serve, url = start('access_log_probes = true\n[health]\ninterval = "1s"\n' + model(upstream, scale_to_zero=True))
    eventually("a gateway over a server scaled to zero is ready", lambda: get(url, "/readyz")[0] == 200)
    row = json.loads(get(url, "/readyz?verbose")[1])["upstreams"][0]
    checks.equal("idle is shown", (row["status"], row["code"]), ("idle", "scaled_to_zero"))
    checks.that("in metrics too", f'llmgw_upstream_idle{{upstream="vllm@127.0.0.1:{upstream.port}"}} 1\n'
                in get(url, "/metrics")[1])
    checks.that("and by status", "idle" in home.run("status", env=ENV).stdout)
    upstream.up()
    eventually("it wakes", lambda: json.loads(get(url, "/readyz?verbose")[1])["upstreams"][0]["status"] == "ok")
    log = stop(serve)
    checks.that("probes have their lines where they are asked for", "path=/readyz" in log and "path=/metrics" in log, log)
    upstream.down()


def switched_off():
    upstream = Upstream()
    serve, url = start("[health]\nbackground = false\n" + model(upstream))
    eventually("ready without checks", lambda: get(url, "/readyz")[0] == 200)
    checks.equal("the upstream is unknown", json.loads(get(url, "/readyz?verbose")[1])["upstreams"][0]["status"], "unknown")
    checks.equal("nothing was asked", upstream.heard, [])
    stop(serve)
    upstream.down()


def launched():
    upstream = Upstream()
    serve, url = start('[launch.night]\nmodel = "m"\nengine = "vllm 0.19.1"\ncontext = 1000\nmax_num_seqs = 256\n'
                       '[launch.day]\nmodel = "other"\n' + model(upstream))
    eventually("ready", lambda: get(url, "/readyz")[0] == 200)
    shown = home.run("status", env={**ENV, "COLUMNS": "120"}).stdout
    checks.that("the live model with its launch facts, and the context that the server lists",
                "live m   context 32768   engine vllm 0.19.1   max_num_seqs 256" in shown, shown)
    checks.that("one that does not run", "not live other" in shown, shown)
    stop(serve)
    upstream.down()


starting()
up_down_up()
idle()
switched_off()
launched()
checks.end()
