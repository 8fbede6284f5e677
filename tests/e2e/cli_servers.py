#!/usr/bin/env python3
"""serve and sim from the command line: what they print, the ready file, signals, an occupied port, and the chain
ask - serve - sim in both formats with the local token."""
import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import Checks, Home, listening, require_binary

require_binary()
checks = Checks()
home = Home()
log = open(os.path.join(home.path, "log"), "w+", encoding="utf-8")


def start(*args):
    process = home.start(*args, stdout=subprocess.PIPE, stderr=log)
    return process, listening(process)


def content_of(path):
    """What a file holds once it is there: it is written right after the line on standard output."""
    limit = time.monotonic() + 20
    while not os.path.exists(path) and time.monotonic() < limit:
        time.sleep(0.01)
    with open(path, encoding="utf-8") as file:
        return file.read()


def end(process, number, code, what):
    process.send_signal(number)
    process.communicate(timeout=60)
    checks.equal(what, process.returncode, code)


def chain(proxy):
    token = os.path.join(home.path, ".local/state/llmgw/token")
    checks.equal("the token belongs to its owner alone", oct(os.stat(token).st_mode & 0o777), "0o600")
    denied = home.run("ask", "--base-url", proxy, "hi")
    checks.equal("no token", denied.returncode, 4, denied.stderr)
    for api in ("chat", "messages"):
        for stream in ([], ["--no-stream"]):
            done = home.run("ask", "--base-url", proxy, "--api-key-file", token, "--api", api, *stream, "-o", "json", "hi")
            checks.equal(f"ask over serve over sim, {api} {stream}", done.returncode, 0, done.stderr)
            if done.returncode == 0:
                answer = json.loads(done.stdout)
                checks.that("an answer", answer["text"] and answer["finish_reason"] == "stop", done.stdout)
    listed = home.run("models", "--base-url", proxy, "--api-key-file", token)
    checks.equal("models over serve", listed.stdout, "llmgw-sim\n", listed.stderr)


def default_target():
    done = home.run("env")
    with open(os.path.join(home.path, ".local/state/llmgw/token"), encoding="utf-8") as file:
        checks.that("env prints the token for a shell", file.read().strip() in done.stdout, done.stdout)


ready = os.path.join(home.path, "ready")
sim, sim_url = start("sim", "--listen", "127.0.0.1:0", "--time-scale", "0", "--ready-file", ready)
checks.equal("the ready file holds the URL", content_of(ready), sim_url + "\n")
serve, proxy = start("serve", "--listen", "127.0.0.1:0", "--upstream", sim_url)
chain(proxy)
default_target()
address = proxy.removeprefix("http://")
second = home.run("serve", "--listen", address, "--upstream", sim_url)
checks.equal("an occupied port", second.returncode, 8, second.stderr)
checks.that("an occupied port is named", address.split(":")[1] in second.stderr, second.stderr)
sim_again = home.run("sim", "--listen", sim_url.removeprefix("http://"))
checks.equal("an occupied port, sim", sim_again.returncode, 8, sim_again.stderr)
end(serve, signal.SIGTERM, 0, "serve drains on SIGTERM")
end(sim, signal.SIGINT, 0, "sim ends on SIGINT")
checks.that("the ready file is gone", not os.path.exists(ready))
nothing = home.run("serve")
checks.equal("serve without anything", nothing.returncode, 2, nothing.stderr)
checks.that("both ways are named", "--upstream" in nothing.stderr and "--config" in nothing.stderr, nothing.stderr)
broken = os.path.join(home.path, "broken.toml")
with open(broken, "w", encoding="utf-8") as file:
    file.write("[server]\nlissten = []\n")
for command in (["serve", "--config", broken], ["serve", "--check", "--config", broken], ["config", "validate", broken]):
    done = home.run(*command)
    checks.equal(f"{command[0]} with a broken file", done.returncode, 3)
    checks.that("file, line, column and the nearest key", f"{broken}:2:1" in done.stderr and '"listen"' in done.stderr,
                done.stderr)
# What the dynamic loader tells of the libraries that it opens (ld.so(8)).
tracing = {"LD_DEBUG": "files"}
plain = home.run("health", "http://127.0.0.1:9", "--probe", "liveness", env=tracing)
checks.that("plain http needs no libcurl", "libc.so" in plain.stderr and "libcurl" not in plain.stderr, plain.stderr[-300:])
secured = home.run("health", "https://127.0.0.1:9", "--probe", "liveness", env=tracing)
checks.that("https loads it", "libcurl.so.4" in secured.stderr, secured.stderr[-300:])
checks.equal("a server that is not there is critical either way", [plain.returncode, secured.returncode], [1, 1])

log.seek(0)
checks.that("no sanitizer spoke", "Sanitizer" not in log.read())
checks.end()
