"""llama.cpp's server in each state it can be in: ready, loading, saturated, killed, hung."""
import signal
import threading

from rig import wire
from rig.cases import check, equal, until

from command import OK, UNKNOWN, WRONG
from engines import scripted

CHAT = "/v1/chat/completions"
ENDLESS = 120000  # tokens: half a minute and more


def a_ready_engine_is_well(bench, llmgw):
    with bench.engine() as engine:
        report = llmgw.health(engine.url).is_well()
        equal((report.target["kind"], report.target["state"]), ("llamacpp", "ok"), "kind and state")
        report.says(identity="ok", live="ok", ready="ok", models="ok", metrics="ok", queue="ok")
        equal(report.checks["models"]["value"], 1, "models listed")
        llmgw.health(engine.url, "--expect-model", "tiny", "--expect-context", "2048").is_well()
        llmgw.health(engine.url, "--expect-model", "Tiny").exits(WRONG).says(model="crit model_missing")
        for probe in ("liveness", "readiness", "startup"):
            llmgw.run("health", engine.url, "--probe", probe).exits(OK)


def an_engine_with_the_options_it_comes_with_is_well(bench, llmgw):
    """llama-server answers /metrics with 501 unless it was told to count: a choice, not a fault."""
    with bench.engine("--no-metrics") as engine:
        llmgw.health(engine.url).says(metrics="skipped metrics_off").is_well()


def a_metric_that_an_engine_does_not_have_is_not_zero(bench, llmgw):
    with bench.engine() as engine:
        kv = llmgw.health(engine.url).checks["kv"]
        check(kv.get("value") is None, f"kv has a value: {kv}")


def a_key_is_asked_for_and_told_apart(bench, llmgw):
    key, wrong = "sk-right-for-the-engine", "sk-wrong-for-the-engine"
    with bench.engine("--api-key", key) as engine:
        llmgw.health(engine.url, LLMGW_API_KEY=key).is_well()
        llmgw.health(engine.url).exits(WRONG).says(auth="crit", live="ok")
        report = llmgw.health(engine.url, LLMGW_API_KEY=wrong).exits(WRONG).says(auth="crit key_refused", live="ok")
        check(wrong not in report.run.out + report.run.err, "the refused key was printed")


def a_loading_engine_lives_and_is_not_ready(bench, llmgw):
    """Looked at again and again from its first answer on: loading, then ready, and nothing else between."""
    engine = bench.loading_engine()
    seen = []
    while not seen or seen[-1] != "ok":
        report = llmgw.health(engine.url, "--sample", "0")
        seen.append(report.target["state"] if report.target["state"] == "ok" else report.checks["ready"]["code"])
        if seen[-1] == "loading":
            report.exits(WRONG).says(http="ok", identity="ok", live="ok", ready="crit loading")
    equal(sorted(set(seen)), ["loading", "ok"], "what health said until it was ready")
    engine.close()


def probes_of_a_loading_engine(bench, llmgw):
    """It must not be restarted, and gets no requests yet."""
    for probe, code in (("liveness", 0), ("readiness", 1), ("startup", 1)):
        engine = bench.loading_engine()
        run = llmgw.run("health", engine.url, "--probe", probe)
        equal(wire.get(engine.url + "/health").status, 503, "the engine's own word after the probe")
        run.exits(code)
        engine.close()


def a_deployment_waits_for_the_model(bench, llmgw):
    engine = bench.loading_engine()
    waited = llmgw.run("health", engine.url, "--until", "ok", "--total-timeout", "50s").exits(OK)
    check(waited.seconds > 0.3, f"it did not wait: {waited.seconds:.2f} s")
    equal(wire.get(engine.url + "/health").status, 200, "the engine's own word after the wait")
    engine.close()


def a_saturated_engine_is_short_of_capacity(bench, llmgw):
    with bench.engine("--context", "131072", "--parallel", "1") as engine:
        with wire.Stream(engine.url + CHAT, scripted.chat("#long", max_tokens=ENDLESS, stream=True)) as first:
            next(first.events())
            waiting = []
            for number, verdict in ((1, "warn queue_waiting"), (2, "crit queue_long")):
                waiting.append(_Waiting(engine.url))
                until(lambda wanted=number: _deferred(engine) == wanted, f"{number} wait in the engine's queue")
                report = llmgw.health(engine.url, "--sample", "100ms").exits(WRONG)
                report.says(live="ok", ready="ok", queue=verdict)
                equal(report.checks["queue"]["value"], number, "requests that wait")
        for request in waiting:
            request.join(30)
        until(lambda: _deferred(engine) == 0, "the queue is empty")
        llmgw.health(engine.url, "--sample", "100ms").is_well()


class _Waiting(threading.Thread):
    """A request that waits for the slot."""

    def __init__(self, url):
        super().__init__(target=wire.post, args=(url + CHAT, scripted.chat("hi")), daemon=True)
        self.start()


def _deferred(engine):
    lines = wire.get(engine.url + "/metrics").body.decode().splitlines()
    return next(int(float(line.split()[1])) for line in lines if line.startswith("llamacpp:requests_deferred "))


def a_killed_engine_is_down(bench, llmgw):
    engine = bench.engine()
    llmgw.health(engine.url).is_well()
    engine.process.kill()
    engine.process.wait()
    report = llmgw.health(engine.url).exits(WRONG).says(tcp="crit connect_failed", ready="skipped blocked")
    equal(report.checks["ready"]["blocked_by"], "tcp", "what keeps readiness from being judged")
    for probe in ("liveness", "readiness", "startup"):
        llmgw.run("health", engine.url, "--probe", probe).exits(1)
    llmgw.run("health", engine.url, "-o", "nagios").exits(2)


def a_hung_engine_accepts_and_does_not_answer(bench, llmgw):
    """A stopped process: the kernel goes on accepting connections for it."""
    with bench.engine() as engine:
        engine.process.send_signal(signal.SIGSTOP)
        try:
            report = llmgw.health(engine.url, "--timeout", "500ms").exits(WRONG)
            report.says(tcp="ok", http="crit no_answer", live="skipped blocked")
            check(report.run.seconds < 5, f"it took {report.run.seconds:.1f} s to say so")
            llmgw.run("health", engine.url, "--probe", "liveness", "--timeout", "500ms").exits(1)
            limited = llmgw.run("health", engine.url, "--total-timeout", "700ms").exits(UNKNOWN)
            check(limited.seconds < 3, f"--total-timeout 700ms ended after {limited.seconds:.1f} s")
        finally:
            engine.process.send_signal(signal.SIGCONT)
        llmgw.run("health", engine.url, "--until", "ok", "--total-timeout", "20s").exits(OK)
