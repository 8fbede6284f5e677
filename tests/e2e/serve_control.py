#!/usr/bin/env python3
"""The control socket of serve, and the commands that ask it: who may connect, what it says, what is kept of slow and
failed requests, what status and doctor make of it. And what serve tells a service manager, played by a socket here."""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import BINARY, Checks, Home, listening, require_binary

require_binary()
checks = Checks()
home = Home()
RUNTIME = home.runtime()
ENV = {"XDG_RUNTIME_DIR": RUNTIME}
CANARY = "sk-test-canary-of-the-control-socket"


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


def ask(path, target="/llmgw/status", method="GET"):
    connection = Unix(path)
    connection.request(method, target)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def start(*args, **env):
    return subprocess.Popen([BINARY, "serve", *args], env=home.env(**{**ENV, **env}), text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stop(process, how=signal.SIGTERM):
    process.send_signal(how)
    return process.communicate(timeout=60)[1]


def socket_of(url):
    return os.path.join(RUNTIME, "llmgw", f"serve-{url.rsplit(':', 1)[1]}.sock")


def run(*args):
    return home.run(*args, env=ENV)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def request(url, path, body, **headers):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json", **headers})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def eventually(what, holds):
    limit = time.monotonic() + 30
    while not holds() and time.monotonic() < limit:
        time.sleep(0.02)
    checks.that(what, holds())


def what_it_says():
    config = os.path.join(home.path, "control.toml")
    write(config, '[server]\nlisten = ["127.0.0.1:0"]\nauth = "none"\nslow_ms = 0\n[[model]]\nname = "fast"\n'
                  f'[model.params]\napi_base = "http://127.0.0.1:9"\nmodel = "served"\napi_key = "{CANARY}"\n')
    os.utime(config, (1_700_000_000, 1_700_000_000))
    serve = start("--config", config)
    url = listening(serve)
    path = socket_of(url)
    checks.equal("the socket is its owner's alone", oct(os.stat(path).st_mode & 0o777), "0o600")
    checks.equal("so is its folder", oct(os.stat(os.path.dirname(path)).st_mode & 0o777), "0o700")
    status, body = ask(path)
    told = json.loads(body)
    checks.equal("it answers", status, 200)
    checks.equal("its process", told["pid"], serve.pid)
    checks.equal("its version", "llmgw " + told["version"], run("version").stdout.strip())
    checks.that("its state", told["state"] in ("starting", "no upstream"), told["state"])
    eventually("it knows that nobody is behind it", lambda: json.loads(ask(path)[1])["state"] == "no upstream")
    checks.equal("and which upstream that is", [(row["models"], row["state"]) for row in json.loads(ask(path)[1])["upstreams"]],
                 [(["fast"], "unreachable")])
    checks.equal("its listeners", told["listeners"], [url])
    checks.equal("its configuration", (told["config"]["file"], told["config"]["mtime_unix_s"]), (config, 1_700_000_000))
    checks.equal("its models", [(row["name"], row["served"]) for row in told["models"]], [("fast", "served")])
    checks.equal("other paths", ask(path, "/v1/models")[0], 404)
    checks.equal("other methods", ask(path, method="DELETE")[0], 405)
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/llmgw/status")
    checks.equal("nothing of it on the listeners", connection.getresponse().status, 404)
    failed = {"model": "fast", "messages": [{"role": "user", "content": "secret words"}]}
    checks.equal("a request fails", request(url, "/v1/chat/completions?key=hidden", failed), 502)
    # The row travels from the worker to the main thread.
    eventually("the failed request is kept", lambda: any(row["status"] == 502 for row in json.loads(ask(path)[1])["recent"]))
    text = ask(path)[1]
    row = next(row for row in json.loads(text)["recent"] if row["status"] == 502)
    checks.equal("with its path and class", (row["path"], row["outcome"], row["model"]),
                 ("/v1/chat/completions", "network", "fast"))
    checks.that("no body, query or key is kept", not re.search("secret words|hidden|" + CANARY, text), text)
    checks.equal("it is counted", json.loads(text)["counters"]["failed"] >= 1, True)
    commands(url, path, config, serve)
    stop(serve)
    checks.that("the socket is gone with the gateway", not os.path.exists(path))


def commands(url, path, config, serve):
    for columns in ("40", "80", "200"):
        done = home.run("status", env={**ENV, "COLUMNS": columns})
        checks.equal(f"status at {columns} columns", done.returncode, 0, done.stderr)
        checks.that(f"no line is wider than {columns}", max(map(len, done.stdout.splitlines())) <= int(columns), done.stdout)
        checks.that("a pipe gets no escape sequence", "\x1b" not in done.stdout)
    checks.that("status names the failed request", "network" in done.stdout and "502" in done.stdout, done.stdout)
    told = json.loads(run("status", "-o", "json").stdout)
    checks.equal("status as JSON", [one["pid"] for one in told], [serve.pid])
    checks.equal("--socket picks one", run("status", "--socket", path, "-o", "json").returncode, 0)
    checks.equal("--socket where nobody is", run("status", "--socket", path + "x").returncode, 8)
    found = {row["check"]: row for row in json.loads(run("doctor", "--offline", "-o", "json").stdout)["findings"]}
    checks.equal("doctor finds the gateway", found["serve.socket"]["state"], "ok")
    checks.equal("of this version", found["serve.version"]["state"], "ok")
    checks.equal("with its file as it is", found["serve.config"]["state"], "ok")
    os.utime(config, (1_700_000_100, 1_700_000_100))
    found = {row["check"]: row for row in json.loads(run("doctor", "--offline", "-o", "json").stdout)["findings"]}
    checks.equal("doctor sees that the file was changed", found["serve.config"]["state"], "warn")
    checks.that("and how to mend it", f"kill -HUP {serve.pid}" in found["serve.config"]["mend"], found["serve.config"])
    serve.send_signal(signal.SIGHUP)
    eventually("a reload brings the new time",
               lambda: json.loads(ask(path)[1])["config"]["mtime_unix_s"] == 1_700_000_100)
    report = run("doctor", "claude", "--offline", "--report", "-").stdout
    checks.that("a report holds no key", CANARY not in report and "serve.config" in report, report)


def places():
    named = os.path.join(home.path, "named.sock")
    config = os.path.join(home.path, "named.toml")
    write(config, f'[server]\nlisten = ["127.0.0.1:0"]\nauth = "none"\ncontrol = "{named}"\n[[model]]\nname = "m"\n'
                  '[model.params]\napi_base = "http://127.0.0.1:9"\n')
    serve = start("--config", config)
    listening(serve)
    checks.equal("a socket of a chosen name", ask(named)[0], 200)
    checks.equal("which the configuration leads to", len(json.loads(run("status", "--config", config, "-o", "json").stdout)), 1)
    second = start("--config", config)
    checks.that("a chosen name that is taken ends the start", second.wait(timeout=30) == 8 and named in second.stderr.read())
    second.communicate()
    stop(serve)
    nowhere = os.path.join(home.path, "a-file")
    write(nowhere, "")
    serve = start("--listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:9", "--auth", "none",
                  XDG_RUNTIME_DIR=nowhere)
    url = listening(serve)
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/livez")
    checks.equal("without a place for the socket it serves all the same", connection.getresponse().status, 200)
    checks.that("and says so", "llmgw status will not find" in stop(serve))
    serve = start("--listen", "unix:" + os.path.join(home.path, "u.sock"), "--upstream", "http://127.0.0.1:9", "--auth", "none")
    listening(serve)
    path = os.path.join(RUNTIME, "llmgw", f"serve-pid-{serve.pid}.sock")
    checks.equal("a gateway without a port is found by its process", ask(path)[0], 200)
    stop(serve, signal.SIGKILL)
    found = {row["check"]: row for row in json.loads(run("doctor", "--offline", "-o", "json").stdout)["findings"]}
    checks.equal("a socket that was left behind is a finding", found["serve.socket"]["state"], "warn")
    os.unlink(path)
    done = run("status", "--config", "none", "--base-url", "http://127.0.0.1:9")
    checks.that("without a gateway status says so", done.returncode == 0 and "no llmgw serve" in done.stdout, done.stdout)


def service_manager():
    path = os.path.join(home.path, "notify")
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(path)
    manager.settimeout(30)
    config = os.path.join(home.path, "managed.toml")
    write(config, '[server]\nlisten = ["127.0.0.1:0"]\nauth = "none"\n[[model]]\nname = "m"\n[model.params]\n'
                  'api_base = "http://127.0.0.1:9"\n')
    serve = start("--config", config, NOTIFY_SOCKET=path, WATCHDOG_USEC="200000")
    url = listening(serve)

    def heard(wanted):
        """Datagrams up to the wanted one, signs of life apart."""
        seen = []
        while True:
            message = manager.recv(4096).decode()
            if message != "WATCHDOG=1" or wanted == "WATCHDOG=1":
                seen.append(message)
            if message.startswith(wanted):
                return seen

    checks.equal("the manager hears READY, after the line for people", heard("READY=1"), [f"STATUS=listening on {url}", "READY=1"])
    for _ in range(3):
        checks.equal("signs of life come by themselves", heard("WATCHDOG=1")[-1], "WATCHDOG=1")
    serve.send_signal(signal.SIGHUP)
    messages = heard("READY=1")
    checks.that("a reload begins with the time and ends with READY",
                len(messages) == 2 and re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", messages[0]), messages)
    serve.send_signal(signal.SIGTERM)
    checks.equal("the end is told", heard("STOPPING=1"), ["STOPPING=1"])
    serve.communicate(timeout=60)
    checks.equal("it ends well", serve.returncode, 0)


what_it_says()
places()
service_manager()
checks.end()
