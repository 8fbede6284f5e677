#!/usr/bin/env python3
"""bench against the simulator: sane figures for both formats, exit codes, and Ctrl-C."""
import json
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import Checks, Home, listening, require_binary

require_binary()
checks = Checks()
home = Home()
log = open(os.path.join(home.path, "log"), "w+", encoding="utf-8")


def simulator(*args):
    process = home.start("sim", "--listen", "127.0.0.1:0", *args, stdout=subprocess.PIPE, stderr=log)
    return process, listening(process)


def bench(url, *args):
    return home.run("bench", "--target", url, *args)


def stage_of(done):
    return json.loads(done.stdout)["stages"][0]


def figures(url):
    for api in ("chat", "messages"):
        done = bench(url, "--api", api, "-c", "3", "-n", "30", "--warmup", "3", "-o", "json")
        checks.equal(f"bench over {api}", done.returncode, 0, done.stderr)
        stage = stage_of(done)
        metrics = stage["metrics"]
        checks.equal("requests", (stage["counts"]["ok"], stage["counts"]["failed"]), (30, 0))
        checks.equal("tokens by usage", (stage["tokens"]["source"], stage["tokens"]["output"]), ("usage", 30 * 20))
        checks.equal("gaps", metrics["itl"]["n"], 30 * 19)
        # The simulator's schedule starts when it has the request, and times count from before its last byte left: no
        # figure may be shorter. How late a busy machine makes them is not this test's business.
        checks.that("TTFT", metrics["ttft"]["min"] >= 30, metrics["ttft"])
        checks.that("E2E", metrics["e2e"]["min"] >= 30 + 19 * 4, metrics["e2e"])
        checks.that("the order of marks", metrics["ttft"]["max"] <= metrics["e2e"]["max"], metrics)
        checks.equal("never more in flight than asked for", stage["load"]["most_in_flight"], 3)


def whole_answers(url):
    done = bench(url, "-n", "3", "--no-stream", "-o", "json")
    metrics = stage_of(done)["metrics"]
    checks.equal("a whole answer has no TTFT", (metrics["ttft"]["n"], metrics["ttft"]["p95"]), (0, None))
    checks.equal("but an end", metrics["e2e"]["n"], 3)


def open_loop(url):
    done = bench(url, "--rate", "50", "-n", "20", "--allow-invalid", "-o", "json")
    load = stage_of(done)["load"]
    checks.equal("constant rate", (done.returncode, load["kind"], load["offered_req_s"]), (0, "constant", 50))
    checks.equal("every request sent", stage_of(done)["counts"]["ok"], 20)
    done = bench(url, "--rate", "200", "--max-inflight", "1", "-n", "40")
    checks.equal("a schedule that was not kept", done.returncode, 13, done.stdout)
    checks.that("and why", "INVALID: " in done.stdout, done.stdout)


def objectives(url):
    few = ("-c", "8", "-n", "64")
    done = bench(url, *few, "--slo", "ttft_p95<1us", "--slo", "error_rate<20%")
    checks.equal("a missed objective", done.returncode, 10, done.stdout)
    checks.that("verdicts", "fail         ttft_p95<1us" in done.stdout and "pass         error_rate" in done.stdout, done.stdout)
    done = bench(url, *few, "--slo", "ttft_p95<60s", "--strict")
    checks.equal("a kept objective", done.returncode, 0, done.stdout)
    done = bench(url, "-n", "5", "--slo", "ttft_p95<60s")
    checks.equal("an undecided objective", done.returncode, 0, done.stdout)
    done = bench(url, "-n", "5", "--slo", "ttft_p95<60s", "--strict")
    checks.equal("an undecided objective, strictly", done.returncode, 12, done.stdout)
    done = bench(url, "-n", "5", "--slo", "ttft_p95<60s", "--slo-point", "--strict")
    checks.equal("an objective by its value alone", done.returncode, 0, done.stdout)


def failures(url):
    done = home.run("bench", "run", "--target", "http://127.0.0.1:1", "-m", "x", "-n", "2", "-o", "json")
    checks.equal("nobody there", done.returncode, 8, done.stderr)
    checks.equal("counted by class", stage_of(done)["counts"]["errors"]["connect"]["count"], 2)
    done = bench(url, "-n", "2", "--slo", "tftt_p95<1ms")
    checks.equal("an unknown metric", (done.returncode, "did you mean ttft?" in done.stderr), (2, True), done.stderr)
    for wrong in (["--rate", "1", "-c", "2"], ["--rate", "0"], ["--stream", "--no-stream"], ["--max-inflight", "3"]):
        checks.equal(f"wrong options {wrong}", bench(url, *wrong).returncode, 2)


def cut_streams():
    process, url = simulator("--time-scale", "0", "--out-len", "20", "--fault", "1:fin@5")
    done = bench(url, "-n", "4", "-o", "json")
    checks.equal("all answers cut", done.returncode, 7, done.stderr)
    checks.equal("cut answers are failures", stage_of(done)["counts"]["errors"]["truncated"]["count"], 4)
    checks.equal("and give no latency", stage_of(done)["metrics"]["ttft"]["n"], 0)
    end(process)


def interrupted(url):
    process = home.start("bench", "--target", url, "-c", "2", "-d", "1h", "-o", "json", stdout=subprocess.PIPE, stderr=log)
    wait_for_requests(url, 4)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    checks.equal("interrupted", process.returncode, 130)
    report = json.loads(out)
    checks.equal("and marked", report["run"]["interrupted"], True)
    checks.that("with the figures so far", report["stages"][0]["counts"]["ok"] >= 1, out)


def wait_for_requests(url, count):
    """Until the simulator has answered so many more requests than now."""
    import re
    import time
    import urllib.request

    def answered():
        page = urllib.request.urlopen(url + "/metrics", timeout=10).read().decode()
        return sum(float(n) for n in re.findall(r"^vllm:request_success_total\{[^}]*\} ([0-9.e+]+)$", page, re.M))

    wanted, limit = answered() + count, time.monotonic() + 30
    while answered() < wanted and time.monotonic() < limit:
        time.sleep(0.02)


def end(process):
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


server, address = simulator("--ttft", "30ms", "--itl", "4ms", "--out-len", "20")
figures(address)
whole_answers(address)
open_loop(address)
objectives(address)
failures(address)
interrupted(address)
end(server)
cut_streams()
checks.end()
