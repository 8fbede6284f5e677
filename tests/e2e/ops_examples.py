#!/usr/bin/env python3
"""The examples for operators, each run or held against a running gateway: what they name must exist."""
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import BINARY, ROOT, Checks, Home, listening, require_binary

require_binary()
checks = Checks()
home = Home()
FOLDER = os.path.join(ROOT, "examples", "ops")
RUN = set()
BIN = os.path.join(home.path, "bin")
os.mkdir(BIN)
os.symlink(BINARY, os.path.join(BIN, "llmgw"))
RUNTIME = os.path.join(home.path, "run")
os.mkdir(RUNTIME, 0o700)
ENV = home.env(PATH=f"{BIN}:{os.environ['PATH']}", XDG_RUNTIME_DIR=RUNTIME)


def example(name):
    RUN.add(name)
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def shell(command, **env):
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, env={**ENV, **env},
                          stdin=subprocess.DEVNULL)


def settings(unit):
    """{section: [(key, value)]} of a unit file."""
    found, section = {}, None
    for line in unit.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            found.setdefault(section, []).append(tuple(line.split("=", 1)))
    return found


def units():
    config = os.path.join(home.path, "unit.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write('[[model]]\nname = "m"\n[model.params]\napi_base = "http://127.0.0.1:9"\n')
    service = dict(settings(example("llmgw.service"))["Service"])
    checks.equal("systemd is told by serve itself", service["Type"], "notify")
    for name, more in (("llmgw.service", " --check"), ("llmgw-doctor.service", " --offline")):
        command = dict(settings(example(name))["Service"])["ExecStart"]
        command = command.replace("/usr/bin/llmgw", "llmgw").replace("/etc/llmgw/llmgw.toml", shlex.quote(config))
        done = shell(command + more)
        checks.equal(f"the command of {name} runs", done.returncode, 0, done.stdout + done.stderr)
    timer = settings(example("llmgw-doctor.timer"))
    checks.that("the timer has a time", dict(timer["Timer"])["OnCalendar"] == "hourly")
    if shutil.which("systemd-analyze"):
        copies = []
        for name in ("llmgw.service", "llmgw-doctor.service", "llmgw-doctor.timer"):
            copies.append(os.path.join(home.path, name))
            with open(copies[-1], "w", encoding="utf-8") as file:
                file.write(example(name).replace("/usr/bin/llmgw", BINARY))
        done = subprocess.run(["systemd-analyze", "verify", *copies], capture_output=True, text=True)
        wrong = [line for line in done.stderr.splitlines() if "llmgw" in line and "Unknown" in line]
        checks.equal("systemd knows every key", wrong, [])


def crontab():
    line = next(line for line in example("crontab").splitlines() if line and not line.startswith("#"))
    command = line.split(None, 5)[5]
    done = shell(command.replace("llmgw doctor", "llmgw doctor --offline"))
    checks.equal("cron mails nothing where nothing is wrong", done.stdout + done.stderr, "")
    broken = os.path.join(home.path, "broken.toml")
    with open(broken, "w", encoding="utf-8") as file:
        file.write("[server\n")
    done = shell(command, LLMGW_CONFIG=broken)
    checks.that("cron mails what is wrong", "config.file" in done.stdout, done.stdout)


def icinga(url):
    """The command line that Icinga would make of the example, run as the plugin that it is."""
    text = example("icinga2.conf")
    if shutil.which("icinga2"):
        path = os.path.join(home.path, "icinga2.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("include <itl>\ninclude <plugins>\n" + text)
        done = subprocess.run(["icinga2", "daemon", "-C", "-c", path], capture_output=True, text=True)
        checks.that("icinga2 takes the commands", "Config error" not in done.stdout + done.stderr, done.stdout + done.stderr)
    commands = {name: re.findall(r'"([^"]+)"', words) for name, words in
                re.findall(r'object CheckCommand "(\w+)" \{\s+command = \[([^\]]+)\]', text)}
    checks.equal("two commands", sorted(commands), ["llmgw_gpu", "llmgw_health"])
    for name, words in commands.items():
        checks.equal(f"{name} runs the program of the package", words[0], "/usr/bin/llmgw")
    values = {key: re.findall(r'"([^"]*)"', value) for key, value in re.findall(r"vars\.(llmgw_\w+) = (.*)", text)}
    values["llmgw_target"] = ["llmgw+" + url]
    line = ["llmgw", *commands["llmgw_health"][1:]]
    for option in re.findall(r'^    "(--[\w-]+)" =', text, re.M):
        for value in values.get("llmgw_" + option.strip("-").replace("-", "_"), []):
            line += [option, value]
    done = shell(shlex.join([*line, *values["llmgw_target"]]))
    checks.equal("the health check of Icinga", done.returncode, 0, done.stdout + done.stderr)
    checks.that("with performance data", done.stdout.startswith("LLMGW OK") and "|" in done.stdout, done.stdout)
    done = shell(shlex.join(["llmgw", *commands["llmgw_gpu"][1:]]))
    checks.that("the GPU check of Icinga ends as a plugin does", done.returncode in (0, 1, 2, 3), done.stdout + done.stderr)


def until_ready(url):
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        try:
            with urllib.request.urlopen(url + "/readyz", timeout=10):
                return
        except urllib.error.HTTPError:
            time.sleep(0.05)


def against_a_gateway():
    serve = subprocess.Popen([BINARY, "serve", "--sim", "--listen", "127.0.0.1:0", "--auth", "none"], env=ENV, text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    url = listening(serve)
    port = url.rsplit(":", 1)[1]
    until_ready(url)
    icinga(url)
    paths = re.findall(r"path: (/\w+)", example("kubernetes.yaml"))
    checks.equal("three probes", len(paths), 3)
    for path in paths:
        with urllib.request.urlopen(url + path, timeout=10) as answer:
            checks.equal(f"the probe {path}", answer.status, 200)
    health = re.search(r"HEALTHCHECK .*\\\n\s+CMD (.*)", example("Dockerfile")).group(1)
    done = shell(health.replace("serve-4000", f"serve-{port}"))
    checks.equal("the health check of a running gateway", done.returncode, 0, done.stderr)
    with urllib.request.urlopen(url + "/metrics", timeout=10) as answer:
        page = answer.read().decode()
    named = set(re.findall(r"llmgw_\w+", example("prometheus_alerts.yml")))
    known = set(re.findall(r"^# TYPE (\w+)", page, re.M))
    missing = {name for name in named if name not in known and re.sub(r"_(bucket|sum|count)$", "", name) not in known}
    checks.equal("the alerts name metrics that exist", missing, set())
    serve.send_signal(signal.SIGTERM)
    serve.communicate(timeout=60)
    done = shell(health.replace("serve-4000", f"serve-{port}"))
    checks.equal("the health check of a gateway that is gone", done.returncode, 1)
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "rules", os.path.join(FOLDER, "prometheus_alerts.yml")],
                              capture_output=True, text=True)
        checks.equal("promtool takes the alerts", done.returncode, 0, done.stderr + done.stdout)


def ci_step():
    example("ci_step.sh")
    script = os.path.join(FOLDER, "ci_step.sh")
    ask = shlex.join([script, "sh", "-c", "llmgw ask --base-url \"$OPENAI_BASE_URL\" --api-key-file " +
                      os.path.join(home.path, ".local/state/llmgw/token") + " hi"])
    done = shell(ask)
    checks.that("the step runs its tests over the gateway", done.returncode == 0 and done.stdout, done.stdout + done.stderr)
    checks.equal("the step fails with its tests", shell(shlex.join([script, "false"])).returncode, 1)


units()
crontab()
against_a_gateway()
ci_step()
checks.equal("every example is run here", sorted(RUN), sorted(os.listdir(FOLDER)))
checks.end()
