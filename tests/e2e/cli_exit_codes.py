#!/usr/bin/env python3
"""Exit codes, error texts and signals of the client commands, over a made-up server."""
import json
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import Checks, Home, require_binary
from upstream import Upstream

require_binary()
checks = Checks()
home = Home()


def ask(upstream, model, *args, **more):
    return home.run("ask", "--base-url", upstream.url, "--retries", "0", "-m", model, *args, **more)


def by_model(upstream):
    answer = "Hello there, caf\u00e9!\n"
    for model, code, out in [
            ("ok", 0, answer), ("thinks", 0, answer), ("tool", 0, answer), ("length", 0, answer),
            ("cut", 7, answer), ("fault", 7, answer), ("garbage", 7, ""), ("down", 7, ""), ("html", 7, ""),
            ("denied", 4, ""), ("missing", 5, ""), ("quota", 6, ""), ("busy", 6, ""), ("long", 9, "")]:
        done = ask(upstream, model, "hi")
        checks.equal(f"ask -m {model}: exit code", done.returncode, code, done.stderr)
        checks.equal(f"ask -m {model}: output", done.stdout, out)
        checks.that(f"ask -m {model}: an error is told", (code != 0) == ("llmgw: error: " in done.stderr), done.stderr)


def as_json(upstream):
    done = ask(upstream, "denied", "-o", "json", "hi")
    error = json.loads(done.stderr)["error"]
    checks.equal("JSON error: class", error["class"], "auth")
    checks.equal("JSON error: exit code", (error["exit_code"], done.returncode), (4, 4))
    checks.equal("JSON error: request id", error["request_id"], "req-1")
    done = ask(upstream, "ok", "-o", "json", "hi")
    checks.equal("JSON answer", json.loads(done.stdout)["text"], "Hello there, caf\u00e9!")
    done = ask(upstream, "thinks", "-o", "jsonl", "hi")
    kinds = [json.loads(line)["type"] for line in done.stdout.splitlines()]
    checks.equal("JSON lines", kinds, ["start", "reasoning", "text", "text", "text", "text", "end"])


def the_rest_of_the_world(upstream):
    done = home.run("ask", "--retries", "0", "--config", "none", "-m", "x", "hi", "--base-url", "http://127.0.0.1:1")
    checks.equal("nobody listens", done.returncode, 8, done.stderr)
    done = home.run("chat")
    checks.equal("chat without a terminal", done.returncode, 2)
    done = home.run("ask", "--base-url", upstream.url, "hi")
    checks.equal("several models and none named", done.returncode, 2)
    checks.that("the models are listed", "ok, slow" in done.stderr, done.stderr)
    done = home.run("models", "--base-url", upstream.url)
    checks.equal("models", done.stdout, "ok\nslow\n")
    done = ask(upstream, "ok", stdin="from a pipe")
    checks.equal("a prompt from a pipe", upstream.server.heard[-1]["body"]["messages"],
                 [{"role": "user", "content": "from a pipe"}])
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = home.run("ask", "--base-url", upstream.url, "-m", "ok", "hi", stdout=full, stderr=subprocess.PIPE)
    checks.equal("a full disk", done.returncode, 1, done.stderr)
    checks.that("a full disk is told", "No space left" in done.stderr, done.stderr)


def closed_streams(upstream):
    def closed():
        os.close(0)
        os.close(1)
    process = home.start("ask", "--base-url", upstream.url, "-m", "ok", "hi", stderr=subprocess.PIPE, preexec_fn=closed)
    _, err = process.communicate(timeout=20)
    checks.equal("an answer that nobody can get", process.returncode, 1, err)
    checks.that("it is told", "Bad file descriptor" in err, err)


def signals(upstream):
    for number, code in [(signal.SIGINT, 130), (signal.SIGTERM, 143)]:
        upstream.server.begun.clear()
        process = home.start("ask", "--base-url", upstream.url, "-m", "slow", "hi",
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        checks.that("the answer begins", upstream.server.begun.wait(20))
        first = process.stdout.read(5)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        checks.equal(f"{number.name}: exit code", process.returncode, code, err)
        checks.equal(f"{number.name}: what came stays", first + out, "Hello\n")
        checks.equal(f"{number.name}: no error is told", err, "")
        checks.that(f"{number.name}: the server notices", upstream.server.left.wait(20))


def broken_pipe(upstream):
    read, write = os.pipe()
    os.close(read)
    process = home.start("ask", "--base-url", upstream.url, "-m", "ok", "hi", stdout=write, stderr=subprocess.PIPE,
                         restore_signals=True)
    os.close(write)
    _, err = process.communicate(timeout=20)
    checks.that("a reader that left", process.returncode in (-signal.SIGPIPE, 141), f"{process.returncode} {err}")
    checks.equal("a reader that left: silence", err, "")


def through_a_proxy(upstream):
    home.run("models", "--base-url", "http://gateway.invalid/v1", env={"http_proxy": upstream.url})
    asked = [heard["path"] for heard in upstream.server.heard]
    checks.that("client commands take the proxy of the environment", "http://gateway.invalid/v1/models" in asked, asked[-3:])


with Upstream(["ok", "slow"]) as upstream:
    by_model(upstream)
    as_json(upstream)
    the_rest_of_the_world(upstream)
    closed_streams(upstream)
    signals(upstream)
    broken_pipe(upstream)
    through_a_proxy(upstream)
checks.end()
