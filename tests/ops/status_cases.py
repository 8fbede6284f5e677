"""`llmgw status` beside a gateway that runs in front of a real engine."""
import json

from rig import wire
from rig.cases import check, equal

from command import OK
from engines import scripted


def a_running_gateway_is_shown(bench, llmgw):
    runtime = bench.folder / "runtime"
    runtime.mkdir(mode=0o700)
    place = {"XDG_RUNTIME_DIR": str(runtime)}
    with bench.engine() as engine:
        gateway = bench.open_gateway(engine.url, "--provider", "llamacpp", **place)
        reply = wire.post(gateway.url + "/v1/chat/completions", scripted.chat("hi"))
        equal(reply.status, 200, "the gateway's answer")
        shown = json.loads(llmgw.run("status", "-o", "json", **place).exits(OK).out)
        equal(len(shown), 1, "gateways shown")
        said = shown[0]
        equal((said["state"], said["listeners"], said["in_flight"]), ("ready", [gateway.url], 0), "state")
        equal([said["counters"][name] for name in ("requests", "failed", "input_tokens", "output_tokens")],
              [1, 0, scripted.HELLO_PROMPT_TOKENS, scripted.HELLO_TOKENS], "counters")
        table = llmgw.run("status", **place).exits(OK).out
        check(gateway.url in table and "llamacpp" in table, f"the table lacks what runs: {table}")
        gateway.close()
    gone = llmgw.run("status", "-o", "json", **place)
    check(gone.out.strip() in ("", "[]"), f"a gateway that ended is shown: {gone.out}")
