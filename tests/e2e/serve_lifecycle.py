#!/usr/bin/env python3
"""The life of serve as an operator sees it: reload by SIGHUP with the last good configuration kept, draining with a
stream under way, a second signal, a unix socket, an upstream that is not there, the request log."""
import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import Checks, Home, listening, require_binary

require_binary()
checks = Checks()
home = Home()
STREAM = {"model": "one", "stream": True, "max_tokens": 400, "messages": [{"role": "user", "content": "hi"}]}


def start(*args, log, env=None):
    process = home.start(*args, stdout=subprocess.PIPE, stderr=open(log, "w", encoding="utf-8"), env=env)
    return process, listening(process)


def write_config(path, names, upstream, extra=""):
    models = "".join(f'[[model]]\nname = "{name}"\n[model.params]\napi_base = "{upstream}"\n' for name in names)
    with open(path, "w", encoding="utf-8") as file:
        file.write('[server]\nlisten = ["127.0.0.1:0"]\nauth = "none"\naccess_log = "json"\n' + extra + models)


def connect(url):
    return http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)


def models(url):
    connection = connect(url)
    connection.request("GET", "/v1/models")
    return sorted(row["id"] for row in json.load(connection.getresponse())["data"])


def eventually(what, holds):
    limit = time.monotonic() + 30
    while not holds() and time.monotonic() < limit:
        time.sleep(0.01)
    checks.that(what, holds())


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def open_stream(url, script=""):
    connection = connect(url)
    connection.request("POST", "/v1/chat/completions", json.dumps(STREAM),
                       {"content-type": "application/json", "x-sim": script})
    answer = connection.getresponse()
    checks.equal("the stream begins", answer.status, 200)
    answer.readline()
    return answer


def reload(sim):
    config, log = os.path.join(home.path, "reload.toml"), os.path.join(home.path, "reload.log")
    write_config(config, ["one"], sim)
    serve, url = start("serve", "--config", config, log=log)
    checks.equal("the first configuration", models(url), ["one"])
    write_config(config, ["one", "two"], sim)
    serve.send_signal(signal.SIGHUP)
    eventually("SIGHUP brings the new configuration", lambda: models(url) == ["one", "two"])
    with open(config, "a", encoding="utf-8") as file:
        file.write("\n[server\n")
    serve.send_signal(signal.SIGHUP)
    eventually("a bad configuration is refused with its place", lambda: "reload refused" in text(log) and "reload.toml:" in text(log))
    checks.equal("the last good configuration stays", models(url), ["one", "two"])
    under_way = open_stream(url)
    serve.send_signal(signal.SIGTERM)
    rest = under_way.read().decode()
    checks.that("a stream under way is finished while draining", "[DONE]" in rest, rest[-200:])
    serve.communicate(timeout=60)
    checks.equal("draining ends with 0", serve.returncode, 0)
    requests = [json.loads(line) for line in text(log).splitlines() if '"path"' in line]
    streamed = [row for row in requests if row.get("stream")]
    checks.that("the log has one line per request", len(streamed) == 1 and streamed[0]["status"] == 200, text(log)[-400:])


def second_signal(sim):
    config, log = os.path.join(home.path, "second.toml"), os.path.join(home.path, "second.log")
    write_config(config, ["one"], sim)
    # Ending at once leaves threads that are done unjoined, on purpose; ThreadSanitizer would change the exit status.
    relaxed = os.environ.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0"
    serve, url = start("serve", "--config", config, log=log, env={"TSAN_OPTIONS": relaxed.strip(":")})
    under_way = open_stream(url, "itl=500ms")  # far longer than this takes
    serve.send_signal(signal.SIGTERM)
    eventually("it says that it drains", lambda: "draining" in text(log))
    serve.send_signal(signal.SIGTERM)
    serve.communicate(timeout=60)
    checks.equal("a second signal ends it at once", serve.returncode, 143)
    under_way.close()


def unix_socket(sim):
    path = os.path.join(home.path, "serve.sock")
    serve, url = start("serve", "--listen", f"unix:{path}", "--upstream", sim, "--auth", "none",
                       log=os.path.join(home.path, "unix.log"))
    checks.equal("the line names the socket", url, f"unix:{path}")
    checks.equal("the socket is its owner's alone", oct(os.stat(path).st_mode & 0o777), "0o600")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(b"GET /livez HTTP/1.1\r\nHost: whatever\r\nConnection: close\r\n\r\n")
        checks.that("it answers there", client.recv(4096).startswith(b"HTTP/1.1 200"))
    serve.send_signal(signal.SIGINT)
    serve.communicate(timeout=60)
    checks.equal("SIGINT drains as well", serve.returncode, 0)
    checks.that("the socket file is gone", not os.path.exists(path))


def metrics_answered(path):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: whatever\r\nConnection: close\r\n\r\n")
            return client.recv(4096).startswith(b"HTTP/1.1 200")
        except OSError:
            return False  # not listening yet, or not any more


def asked_while_starting():
    """The first worker answers while the others are being made: a page that adds up all of them must not mind."""
    path = os.path.join(home.path, "early.sock")
    serve = home.start("serve", "--listen", f"unix:{path}", "--threads", "64", "--upstream", "http://127.0.0.1:9",
                       "--auth", "none", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    answered = 0
    while not select.select([serve.stdout], [], [], 0)[0]:
        answered += metrics_answered(path)
    serve.send_signal(signal.SIGTERM)
    _, said = serve.communicate(timeout=60)
    checks.that("metrics can be read while workers start", serve.returncode == 0, f"after {answered} answers: {said[-2000:]}")


def unwritable_ready_file():
    place = os.path.join(home.path, "a-file")
    with open(place, "w", encoding="utf-8"):
        pass
    path, socket_path = os.path.join(place, "ready"), os.path.join(home.path, "brief.sock")
    serve = home.start("serve", "--listen", f"unix:{socket_path}", "--threads", "16", "--upstream", "http://127.0.0.1:9",
                       "--auth", "none", "--ready-file", path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # Its workers run already: a page that adds up all of them is read until the last one has ended.
    limit = time.monotonic() + 30
    while serve.poll() is None and time.monotonic() < limit:
        metrics_answered(socket_path)
    try:
        _, said = serve.communicate(timeout=1)
        checks.that("a ready file that cannot be written ends the start with a reason", serve.returncode > 0 and place in said,
                    f"{serve.returncode}: {said[-2000:]}")
    except subprocess.TimeoutExpired:
        serve.kill()
        checks.that("a ready file that cannot be written ends the start", False, "still running after 30 s")


def without_ipv6():
    """In a network of its own, where the kernel knows IPv6 and the loopback has no address of it."""
    prepare = "ip link set lo up 2>/dev/null; echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6"
    ahead = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c"]
    if subprocess.run([*ahead, prepare + " && ip addr show lo | grep -q 127.0.0.1"], capture_output=True).returncode != 0:
        print("skipped: no network namespace of our own here, so no start without IPv6")
        return
    command = [os.environ["LLMGW"], "serve", "--upstream", "http://127.0.0.1:9", "--auth", "none"]
    serve = subprocess.Popen([*ahead, prepare + '; exec "$@"', "sh", *command], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, env=home.env())
    line = serve.stdout.readline()
    serve.terminate()
    _, said = serve.communicate(timeout=60)
    checks.that("without IPv6 the default address is that of IPv4", line == "llmgw: listening on http://127.0.0.1:4000\n",
                f"{line!r} {said}")


def unreachable():
    log = os.path.join(home.path, "dead.log")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve, url = start("serve", "--listen", "127.0.0.1:0", "--upstream", f"http://127.0.0.1:{port}", "--auth", "none", log=log)
    connection = connect(url)
    connection.request("POST", "/v1/messages", json.dumps({**STREAM, "stream": False}), {"content-type": "application/json"})
    answer = connection.getresponse()
    body = json.load(answer)
    checks.equal("an upstream that is not there is a 502", answer.status, 502)
    checks.that("it is named", str(port) in body["error"]["message"], body)
    serve.terminate()
    serve.communicate(timeout=60)
    checks.that("the log has it", "error=network" in text(log), text(log))


sim, sim_url = start("sim", "--listen", "127.0.0.1:0", "--ttft", "1ms", "--itl", "3ms", "--out-len", "300",
                     log=os.path.join(home.path, "sim.log"))
reload(sim_url)
second_signal(sim_url)
unix_socket(sim_url)
asked_while_starting()
unwritable_ready_file()
without_ipv6()
unreachable()
sim.terminate()
sim.communicate(timeout=60)
checks.end()
