"""A real LiteLLM proxy, without a database, in front of a real engine: what it says of itself while the engine is gone."""

from rig import wire
from rig.cases import check, equal

from command import OK, WRONG
from engines import scripted

KEY = "sk-key-of-the-litellm-of-this-test"
PAID = ("--deep", "--cost-limit", "1", "--model", "tiny")


class _Behind:
    """LiteLLM over one engine."""

    def __init__(self, bench, key=KEY):
        self.engine = bench.engine()
        self.litellm = bench.litellm(self.engine.url + "/v1", key)

    def kill_the_engine(self):
        self.engine.process.kill()
        self.engine.process.wait()

    def close(self):
        self.litellm.close()
        self.engine.close()


def readiness_stays_well_while_nothing_can_be_served(bench, llmgw):
    behind = _Behind(bench)
    key = {"LLMGW_API_KEY": KEY}
    report = llmgw.health(behind.litellm.url, **key).exits(OK)
    equal(report.target["kind"], "litellm", "kind")
    # LiteLLM takes its time over its first request, and this engine answers all at once: not what the next line is about.
    equal(wire.post(behind.litellm.url + "/v1/chat/completions", scripted.chat("hi", stream=True), {"authorization": f"Bearer {KEY}"}).status, 200,
          "LiteLLM's first answer")
    llmgw.health(behind.litellm.url, *PAID, **key).exits(OK).says(ready="ok", chat="ok", stream="ok")
    behind.kill_the_engine()
    equal(wire.get(behind.litellm.url + "/health/readiness").status, 200, "LiteLLM's own word on its readiness")
    shallow = llmgw.health(behind.litellm.url, **key).exits(OK)
    equal(shallow.checks["ready"]["state"], "ok", "readiness at the default level, which spends nothing")
    deep = llmgw.health(behind.litellm.url, *PAID, **key).exits(WRONG)
    deep.says(ready="ok", chat="crit")
    for run in (report.run, shallow.run, deep.run):
        check(KEY not in run.out + run.err, "the key was printed")
    behind.close()


def a_stream_that_nginx_holds_back(bench, llmgw):
    """To nginx's HTTP/1.0 LiteLLM answers without chunks, as every server on uvicorn does, and nginx fills its buffers."""
    with bench.slow_engine() as engine, bench.litellm(engine.url + "/v1", KEY) as litellm:
        deep = (*PAID, "--timeout", "40s", "--total-timeout", "45s", "--checks", "stream")
        for buffering, verdict, code in (("off", "ok", OK), ("on", "warn proxy_buffered", WRONG)):
            front = bench.nginx(f"location / {{ proxy_pass {litellm.url}; proxy_buffering {buffering}; "
                                "proxy_buffer_size 16k; proxy_buffers 8 16k; proxy_ignore_headers X-Accel-Buffering; }")
            llmgw.health(front.url, *deep, LLMGW_API_KEY=KEY).says(stream=verdict).exits(code)


def nothing_is_spent_behind_a_gateway_unasked(bench, llmgw):
    """Levels of one's own engines are free; behind a gateway an answer may cost money, so a limit must be named."""
    behind = _Behind(bench)
    before = _tokens(behind.engine)
    llmgw.health(behind.litellm.url, "--deep", "--model", "tiny", LLMGW_API_KEY=KEY).says(chat="skipped would_spend")
    equal(_tokens(behind.engine), before, "tokens that the engine has made")
    behind.close()


def an_open_gateway_is_told_apart_without_spending(bench, llmgw):
    """Its /health asks every model for an answer, and without a master key it does so for everybody."""
    behind = _Behind(bench, key=None)
    equal(llmgw.health(behind.litellm.url).exits(OK).target["kind"], "litellm", "kind")
    equal(_tokens(behind.engine), "0", "tokens that the engine has made")
    behind.close()


def _tokens(engine):
    lines = wire.get(engine.url + "/metrics").body.decode().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("llamacpp:tokens_predicted_total "))


def a_gateway_without_its_key_is_told_apart(bench, llmgw):
    behind = _Behind(bench)
    # Without a key this LiteLLM answers 500: it looks for a database that it does not have.
    llmgw.health(behind.litellm.url).exits(WRONG).says(identity="ok", live="ok", models="crit")
    wrong = "sk-not-the-key-of-litellm"
    report = llmgw.health(behind.litellm.url, LLMGW_API_KEY=wrong).exits(WRONG).says(live="ok", auth="crit key_refused")
    check(wrong not in report.run.out + report.run.err, "the refused key was printed")
    behind.close()
