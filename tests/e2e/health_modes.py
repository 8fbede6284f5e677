#!/usr/bin/env python3
"""llmgw health with real sockets: what it finds without a target, groups and unix sockets, waiting for a server that comes
up, watching through a pipe until a signal, and telling healthchecks.io."""
import json
import os
import signal
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import BINARY, listening
from hostile import Hostile, checks, end, good_but, home, whole

RUNTIME = os.path.join(home.path, "run")
os.mkdir(RUNTIME, 0o700)
ENV = {"XDG_RUNTIME_DIR": RUNTIME}


def run(*arguments):
    return home.run("health", *arguments, env=ENV, timeout=60)


def targets(done):
    return {target["name"]: target for target in json.loads(done.stdout)["targets"]}


def write(name, text):
    path = os.path.join(home.path, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def unix_server(play):
    """The same servers on a socket of the file system."""
    path = os.path.join(RUNTIME, "engine.sock")
    server = Hostile(play)
    server.listener.close()
    server.listener = socket.socket(socket.AF_UNIX)
    server.listener.bind(path)
    server.listener.listen(16)
    threading.Thread(target=server._accept, daemon=True).start()
    return path, server


def what_runs_here():
    path, behind = unix_server(good_but())
    with Hostile(good_but()) as engine, behind:
        config = write("serve.toml", f"""[server]
listen = "127.0.0.1:0"
[[model]]
name = "fast"
kind = "vllm"
groups = ["lab"]
[model.params]
model = "m"
api_base = "http://127.0.0.1:{engine.port}"
[[model]]
name = "near"
groups = ["lab", "other"]
[model.params]
provider = "vllm"
model = "m"
api_base = "unix:{path}"
""")
        gateway = subprocess.Popen([BINARY, "serve", "--config", config], env=home.env(**ENV), text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            url = listening(gateway)
            found = run("--config", "none", "-o", "json")
            names = targets(found) if found.returncode in (0, 10) else {}
            checks.equal("without a target the gateway and its upstreams are checked", list(names),
                         [url + "/v1", "fast", "near"], found.stdout + found.stderr)
            checks.equal("the gateway is known as one", names.get(url + "/v1", {}).get("kind"), "llmgw")
            checks.equal("the upstream on a socket answers", names.get("near", {}).get("state"), "ok", found.stdout)
        finally:
            gateway.send_signal(signal.SIGTERM)
            gateway.communicate(timeout=60)
        group = run("@other", "--config", config, "-o", "json")
        checks.equal("a group is who belongs to it", list(targets(group)), ["near"], group.stderr)
        again = run("@lab", "--config", config, "--since-last", "-o", "json")
        checks.equal("since the last run nothing changed", [len(target["checks"]) for target in targets(again).values()],
                     [0, 0], again.stdout)


def waiting():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"vllm+http://127.0.0.1:{port}"
    waits = subprocess.Popen([BINARY, "health", address, "--wait", "50s", "--config", "none", "--level", "1"],
                             env=home.env(**ENV), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    checks.equal("a server that is down is no success", run(address, "--config", "none").returncode, 10)
    server = Hostile(good_but())
    server.listener.close()
    server.listener = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=server._accept, daemon=True).start()
    with server:
        waits.communicate(timeout=60)
        checks.equal("waiting ends once the server is up", waits.returncode, 0)


def watching():
    with Hostile(good_but()) as server:
        watch = subprocess.Popen([BINARY, "health", f"vllm+http://127.0.0.1:{server.port}", "--watch", "1s", "--config",
                                  "none", "--level", "1"], env=home.env(**ENV), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, text=True)
        first = json.loads(watch.stdout.readline())
        checks.equal("a pipe gets the state at once", (first["check"], first["from"], first["to"]), (None, None, "ok"))
        server.play = good_but(_health=whole("", "503 Service Unavailable"))
        changes = [json.loads(watch.stdout.readline()) for _ in range(2)]
        checks.equal("and each change of a state", [(one["check"], one["from"], one["to"]) for one in changes],
                     [(None, "ok", "crit"), ("live", "ok", "crit")])
        watch.send_signal(signal.SIGINT)
        rest, _ = watch.communicate(timeout=60)
        checks.equal("Ctrl-C ends it well", (watch.returncode, rest), (0, ""))


def pinging():
    heard = []

    def note(connection, path, head):
        heard.append((path, head))
        connection.sendall(whole("OK"))
        return True

    with Hostile(note) as hook, Hostile(good_but()) as server:
        done = run(f"vllm+http://127.0.0.1:{server.port}", "--config", "none", "--ping",
                   f"http://127.0.0.1:{hook.port}/some-uuid")
        checks.equal("a run that is told of exits as it would", done.returncode, 0, done.stderr)
    paths = [path.split("?")[0] for path, _ in heard]
    checks.equal("the start is told, then the exit code", paths, ["/some-uuid/start", "/some-uuid/0"])
    checks.equal("both belong to one run", len({path.split("?")[1] for path, _ in heard}), 1)


what_runs_here()
waiting()
watching()
pinging()
end()
