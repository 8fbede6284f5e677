#!/usr/bin/env python3
"""llmgw gpu against made-up drivers: a false NVML library, and nvidia-smi and ssh that are scripts on PATH. What it asks
them, what it makes of refusals and silence, the exporter as a scraper sees it, top in a terminal, and the way from a
process on a GPU to the server of the configuration."""
import fcntl
import http.client
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import BINARY, Checks, Home, require_binary

require_binary()
LIBRARY = os.path.join(os.environ.get("LLMGW_BUILD_DIR", ""), "tests", "fake_nvml.d", "libnvidia-ml.so.1")
if not os.path.exists(LIBRARY):
    print("no false NVML library: build core_tests")
    sys.exit(77)
checks = Checks()
home = Home()
PROGRAMS = os.path.join(home.path, "programs")
os.mkdir(PROGRAMS)
ON_PATH = {"PATH": PROGRAMS + ":" + os.environ["PATH"], "LLMGW_NVML_LIB": "/nowhere/libnvidia-ml.so.1"}
UUID = "GPU-00000000-1111-2222-3333-444455556666"


def write(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def program(name, text):
    return write(os.path.join(PROGRAMS, name), "#!/bin/sh\n" + text, 0o755)


def scenario(text):
    return {"LLMGW_NVML_LIB": LIBRARY, "LLMGW_FAKE_NVML": write(os.path.join(home.path, "scenario"), text)}


# Answers every field with a value that fits it, but for those that its driver does not know.
SMI = r'''
unknown="$UNKNOWN_FIELDS"
case "$1" in
  --query-gpu=*)
    line=""
    for field in $(echo "${1#--query-gpu=}" | tr ',' ' '); do
      case " $unknown " in *" $field "*) echo "Field \"$field\" is not a valid field to query."; exit 2;; esac
      case "$field" in
        uuid) value="%UUID%";; name) value="NVIDIA H200";; pci.bus_id) value="00000000:00:06.0";;
        driver_version) value="580.95.05";; compute_cap) value="9.0";; pstate) value="P0";;
        persistence_mode) value="Enabled";; fan.speed) value="[N/A]";; mig.mode.current) value="Disabled";;
        clocks_event_reasons.active|clocks_throttle_reasons.active) value="0x0000000000000004";;
        remapped_rows.pending|remapped_rows.failure) value="No";; gpu_recovery_action) value="None";;
        addressing_mode) value="None";; memory.total) value=143771;; memory.used) value=9293;;
        ecc.*|index|remapped_rows.*|*_counters.*) value=0;; *) value=58;;
      esac
      line="$line${line:+, }$value"
    done
    echo "$line";;
  --query-compute-apps=*) echo "%UUID%, 1, 9284, python3";;
  --version) echo "CUDA Version        : 13.0";;
  topo) printf '\t\033[4mGPU0\tGPU1\tCPU Affinity\tNUMA Affinity\033[0m\nGPU0\t X \tNV18\t0-15\t0\nGPU1\tNV18\t X \t16-31\t1\n\nLegend:\n  X = Self\n';;
  *) echo "unknown: $1" >&2; exit 1;;
esac
'''.replace("%UUID%", UUID)

# ---- nvidia-smi -----------------------------------------------------------------------------------------------------
program("nvidia-smi", SMI)
for unknown, recovery, arch in (("", "none", "Hopper"), ("gpu_recovery_action", None, "Hopper"),
                                ("gpu_recovery_action memory.reserved", None, None),
                                ("gpu_recovery_action memory.reserved serial", None, None)):
    ran = home.run("gpu", "status", "-o", "json", env={**ON_PATH, "UNKNOWN_FIELDS": unknown})
    checks.equal(f"a driver that does not know '{unknown}' is read all the same", ran.returncode, 0, ran.stderr)
    gpu = json.loads(ran.stdout)[0]["gpus"][0] if ran.returncode == 0 else {}
    checks.equal("the name comes whichever fields it knows", gpu.get("name"), "NVIDIA H200")
    checks.equal("what it does not know is null", gpu.get("recovery"), recovery)
    checks.equal("the architecture follows from the capability", gpu.get("arch"), arch)
    checks.that("and every null has its reason", all(gpu.get("na", {}).values()) and "fan.percent" in gpu["na"])

ran = home.run("gpu", "topo", "-o", "json", "--source", "smi", env=ON_PATH)
checks.equal("ways between GPUs come from nvidia-smi, too", json.loads(ran.stdout)["links"],
             [{"from": 0, "to": 1, "path": "NV18"}])
checks.equal("with the processors near to each", [each["cpus"] for each in json.loads(ran.stdout)["gpus"]],
             ["0-15", "16-31"])

# ---- monitoring plugins ---------------------------------------------------------------------------------------------
for words, code, start in (
        (["health", "-o", "nagios"], 0, "LLMGW OK - 1 GPU well |"),
        (["status", "-o", "nagios"], 0, "LLMGW OK - 1 GPU well |"),
        (["health", "-onagios", "--warn", "temp.gpu_c>57"], 1, "LLMGW WARNING"),
        (["status", "-o", "nagios", "--crit", "temp.gpu_c>57"], 2, "LLMGW CRITICAL"),
        (["health", "--output=nagios", "--warn", "power.w>many"], 3, "LLMGW UNKNOWN - 'many' is no value"),
        (["health", "-o", "nagios", "--nonsense"], 3, "LLMGW UNKNOWN - "),
        (["status", "-o", "nagios", "--source", "nvml"], 3, "LLMGW UNKNOWN - NVML: "),
        (["health", "-o", "nagios", "--help"], 3, ""),
        (["health", "-o", "json", "--nonsense"], 2, "")):
    ran = home.run("gpu", *words, env=ON_PATH)
    checks.equal(f"gpu {' '.join(words)} exits as plugins do", ran.returncode, code, ran.stdout + ran.stderr)
    checks.that(f"gpu {' '.join(words)} says so on one line", ran.stdout.startswith(start), ran.stdout)
ran = home.run("gpu", "health", "-o", "nagios", "--warn", "temp.gpu_c>85", "--crit", "temp.gpu_c>95", env=ON_PATH)
checks.that("bounds stand in the performance data", "'gpu0_temp'=58;85;95;0;" in ran.stdout, ran.stdout)

# ---- ssh ------------------------------------------------------------------------------------------------------------
program("ssh", r'''
[ "$1 $2 $3 $5" = "-oBatchMode=yes -oConnectTimeout=5 -oStrictHostKeyChecking=yes nvidia-smi" ] || exit 99
case "$4" in
  good) shift 4; exec "$@";;
  changed) printf '@@@@@@@@@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.\r\n' >&2; exit 255;;
  keyless) echo "ada@keyless: Permission denied (publickey)." >&2; exit 255;;
  bare) echo "bash: line 1: nvidia-smi: command not found" >&2; exit 127;;
  silent) exec sleep 60;;
  fickle) [ -e %FOLDER%/silent ] || exit 255
    sleep 300 &
    echo $$ $! >> %FOLDER%/pids
    wait;;
esac
'''.replace("%FOLDER%", home.path))
for name, says, advice in (("changed", "changed: ssh: Host key verification failed.", "compare the key's fingerprint"),
                           ("keyless", "Permission denied (publickey)", "must work without a password"),
                           ("bare", "nvidia-smi: command not found", "")):
    ran = home.run("gpu", "status", "--host", name, env=ON_PATH)
    checks.equal(f"a host that cannot be asked ({name}) is exit 5", ran.returncode, 5, ran.stderr)
    checks.that(f"and says why ({name})", says in ran.stderr and advice in ran.stderr, ran.stderr)
started = time.monotonic()
ran = home.run("gpu", "status", "--host", "good", "--host", "silent", "--host", "changed", env=ON_PATH)
took = time.monotonic() - started
checks.equal("hosts that fail beside one that does not make it partial", ran.returncode, 11, ran.stderr)
checks.that("the one is shown", "H200" in ran.stdout and ran.stdout.startswith("good  ssh"), ran.stdout)
checks.that("the others are told", "silent: ssh did not answer within 10 s" in ran.stderr
            and "changed: ssh: Host key" in ran.stderr, ran.stderr)
checks.that("and they were waited for side by side", took < 25, took)

# ---- the exporter ---------------------------------------------------------------------------------------------------
H200 = ("driver 580.95.05\ncuda 13000\ngpu\nname NVIDIA H200\narch 9\ncapability 9.0\ntotal 150754820096\n"
        "used 9744220160\npower 691930\nlimit 700000\nmaxlimit 700000\nreasons 4\nprocess compute {pid} 9734979584 99\n")


def get(url, path, **headers):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.getheader("content-type"), answer.read().decode()


exporter = subprocess.Popen([BINARY, "gpu", "exporter", "--listen", "127.0.0.1:0"],
                            env=home.env(**scenario(H200.format(pid=1))), text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
line = exporter.stdout.readline()
checks.that("the exporter says where it listens", line.startswith("llmgw: listening on http://127.0.0.1:"), line)
url = line.split()[-1]
status, kind, page = get(url, "/metrics")
checks.equal("its page is there", status, 200)
checks.equal("in Prometheus' text format", kind, "text/plain; version=0.0.4; charset=utf-8")
checks.that("watts are watts", re.search(r"^llmgw_gpu_power_watts\{.*\} 691.93$", page, re.M), page)
checks.that("a percentage is a ratio", re.search(r"^llmgw_gpu_utilization_ratio\{.*\} 0.37$", page, re.M), page)
checks.that("what is not known has no sample", "llmgw_gpu_fan_speed_ratio" not in page)
checks.equal("no source failed", re.findall(r"^llmgw_gpu_sources_failed (\d)$", page, re.M), ["0"])
checks.that("no family is declared without a sample", all(
    re.search(rf"^{name}[ {{]", page, re.M) for name in re.findall(r"^# TYPE (\S+)", page, re.M)), page)
if shutil.which("promtool"):
    lint = subprocess.run(["promtool", "check", "metrics"], input=page, text=True, capture_output=True)
    checks.equal("promtool finds nothing wrong", (lint.returncode, lint.stdout + lint.stderr), (0, ""))
checks.equal("it lives", get(url, "/livez")[::2], (200, "ok\n"))
checks.equal("other paths are none", get(url, "/")[0], 404)
checks.equal("a foreign page cannot read it", get(url, "/metrics", Host="evil.example")[0], 421)
second = home.run("gpu", "exporter", "--listen", url.removeprefix("http://"), env=scenario(H200.format(pid=1)))
checks.equal("an occupied port is exit 8", second.returncode, 8, second.stderr)
exporter.send_signal(signal.SIGTERM)
errors = exporter.communicate(timeout=30)[1]
checks.equal("SIGTERM ends it well", (exporter.returncode, errors), (0, ""))
bare = home.run("gpu", "exporter", env={"LLMGW_NVML_LIB": "/nowhere/lib.so", "PATH": "/nowhere"})
checks.equal("without any source it does not start", bare.returncode, 5, bare.stderr)
checks.equal("and says so once", bare.stderr.count("llmgw: error: "), 1, bare.stderr)
wide = home.run("gpu", "exporter", "--listen", "0.0.0.0:0", env=scenario(H200.format(pid=1)))
checks.equal("an address for others needs consent", wide.returncode, 3, wide.stderr)

# ---- a host that becomes silent -------------------------------------------------------------------------------------
SILENT = os.path.join(home.path, "silent")
PIDS = os.path.join(home.path, "pids")


def timestamp(page):
    return re.findall(r"^llmgw_gpu_read_timestamp_seconds (\d+)$", page, re.M)


def nothing_left():
    """Whether ssh and what it started have ended; what is no child of ours may need a moment to be reaped."""
    pids = [int(pid) for pid in open(PIDS, encoding="utf-8").read().split()]
    end = time.monotonic() + 10
    while time.monotonic() < end and any(alive(pid) for pid in pids):
        time.sleep(0.05)
    return bool(pids) and not any(alive(pid) for pid in pids)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


silent = subprocess.Popen([BINARY, "gpu", "exporter", "--listen", "127.0.0.1:0", "--source", "nvml", "--host", "fickle"],
                          env=home.env(**scenario(H200.format(pid=1)), PATH=ON_PATH["PATH"]), text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
url = silent.stdout.readline().split()[-1]
before = get(url, "/metrics")
write(SILENT, "")
pages = []
while not os.path.exists(PIDS):
    pages.append(get(url, "/metrics"))
pages.append(get(url, "/metrics"))
checks.equal("scrapes of an exporter with a silent host are answered", {page[0] for page in pages}, {200})
checks.equal("with the page before, which tells when it was read", {tuple(timestamp(page[2])) for page in pages},
             {tuple(timestamp(before[2]))})
checks.equal("and the host is asked once at a time", len(open(PIDS, encoding="utf-8").readlines()), 1)
silent.send_signal(signal.SIGINT)
errors = silent.communicate(timeout=8)[1]
checks.equal("SIGINT ends it while the host is silent", silent.returncode, 0, errors)
checks.that("and what it started", nothing_left())
os.remove(PIDS)

# ---- top in a terminal ----------------------------------------------------------------------------------------------


def size(descriptor, rows, columns):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read_until(descriptor, mark, seconds=20):
    seen = b""
    end = time.monotonic() + seconds
    while mark not in seen and time.monotonic() < end:
        if select.select([descriptor], [], [], 0.1)[0]:
            try:
                seen += os.read(descriptor, 65536)
            except OSError:
                break
    return seen


primary, replica = pty.openpty()
size(replica, 24, 80)
before = termios.tcgetattr(replica)
top = subprocess.Popen([BINARY, "gpu", "top"], env=home.env(**scenario("gpu\n" * 8), NO_COLOR="1"), stdin=replica,
                       stdout=replica, stderr=replica, start_new_session=True)
seen = read_until(primary, b"s sort: memory")
checks.that("top takes the second screen", b"\x1b[?1049h" in seen, seen)
checks.that("top shows the GPUs, the first one chosen", b"> 0  L4" in seen, seen)
checks.that("NO_COLOR means none", b"\x1b[3" not in seen and b"\x1b[1m" not in seen, seen)
checks.that("keys are not echoed", not termios.tcgetattr(replica)[3] & (termios.ECHO | termios.ICANON))
os.write(primary, b"\x1b[B")
checks.that("the arrow chooses the next one", b"> 1  L4" in read_until(primary, b"> 1  L4"))
os.write(primary, b"s")
checks.that("s sorts otherwise", b"s sort: use" in read_until(primary, b"s sort: use"))
size(replica, 10, 40)
os.kill(top.pid, signal.SIGWINCH)
checks.that("a window of another size is drawn anew", b"\x1b[2J" in read_until(primary, b"\x1b[2J"))
os.write(primary, b"q")
rest = read_until(primary, b"\x1b[?25h")
checks.equal("q ends it", top.wait(timeout=30), 0)
checks.that("and gives screen and cursor back", b"\x1b[?1049l" in rest, rest)
checks.equal("and the terminal as it was", termios.tcgetattr(replica), before)
os.close(replica)
os.close(primary)

primary, replica = pty.openpty()
size(replica, 24, 80)
top = subprocess.Popen([BINARY, "gpu", "top", "--host", "fickle"], env=home.env(**ON_PATH), stdin=replica, stdout=replica,
                       stderr=replica, start_new_session=True)
deadline = time.monotonic() + 20
while not os.path.exists(PIDS) and time.monotonic() < deadline:
    time.sleep(0.05)
os.write(primary, b"q")
checks.equal("q ends top while a host is silent", top.wait(timeout=8), 0)
checks.that("and what it started", nothing_left())
os.close(replica)
os.close(primary)
os.remove(SILENT)

# ---- from a process to its server -----------------------------------------------------------------------------------
# The process on the GPU is a child of the one that listens, as engines are built.
ENGINE = r'''
import http.server, os, subprocess, sys
class Engine(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = ('vllm:num_requests_running{model_name="qwen3-32b",engine="0"} 4\n'
                'vllm:kv_cache_usage_perc{model_name="qwen3-32b",engine="0"} 0.63\n').encode()
        self.send_response(200 if self.path == "/metrics" else 404)
        self.send_header("content-length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
    def log_message(self, *words): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Engine)
child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
print(server.server_port, child.pid, flush=True)
server.serve_forever()
'''
engine = subprocess.Popen([sys.executable, "-c", ENGINE], text=True, stdout=subprocess.PIPE)
port, child = engine.stdout.readline().split()
config = write(os.path.join(home.path, "llmgw.toml"),
               f'[profiles.local]\nbase_url = "http://127.0.0.1:{port}"\n'
               '[profiles.elsewhere]\nbase_url = "http://gx-09:8000"\n')
driver = scenario(H200.format(pid=child))
ran = home.run("gpu", "status", "-o", "json", "--config", config, env=driver)
process = json.loads(ran.stdout)[0]["gpus"][0]["procs"][0] if ran.returncode == 0 else {}
checks.equal("a process on a GPU is known by its server, model, cache and work",
             [process.get(name) for name in ("server", "model", "kv", "running")], ["local", "qwen3-32b", 63, 4],
             ran.stderr)
ran = home.run("gpu", "status", "--config", config, env=driver)
checks.that("the table tells it below the GPU", "serves qwen3-32b (local): KV cache 63 %, 4 running" in ran.stdout,
            ran.stdout)
ran = home.run("gpu", "procs", "--config", config, env=driver)
checks.that("the list of processes in columns", re.search(r"MODEL +KV +RUN +COMMAND", ran.stdout), ran.stdout)
ran = home.run("gpu", "top", "--frames", "1", "--config", config, env=driver)
checks.that("and top, too", re.search(r"qwen3-32b +63% +4 ", ran.stdout), ran.stdout)
remote = f'[profiles.remote]\nbase_url = "http://127.0.0.1:{port}"\ngpu_host = "ada@good"\n'
for text, wanted, why in ((remote, "remote", None),
                          (remote + remote.replace("remote", "second"), None, "several servers name this host as gpu_host"),
                          (remote.replace("good", "bad"), None, "no profile or model names this host as gpu_host")):
    write(config, text)
    ran = home.run("gpu", "status", "-o", "json", "--host", "good", "--config", config, env=ON_PATH)
    process = json.loads(ran.stdout)[0]["gpus"][0]["procs"][0] if ran.returncode == 0 else {"na": {}}
    checks.equal("a process of another host belongs to the server that names the host", (process.get("server"),
                 process["na"].get("server")), (wanted, why), ran.stderr)
write(config, '[profiles.elsewhere]\nbase_url = "http://127.0.0.1:1"\n')
ran = home.run("gpu", "status", "-o", "json", "--config", config, env=driver)
process = json.loads(ran.stdout)[0]["gpus"][0]["procs"][0]
checks.equal("a server that nobody configured is null with the reason", (process["server"], process["na"]["server"]),
             (None, f"it listens on port {port}, and no profile or model has a URL with that port"))
engine.send_signal(signal.SIGKILL)
engine.wait()
checks.end()
