"""nginx in front of an engine that is gone, and an engine too fast for anything to be held back."""
from rig.cases import equal

from command import WRONG


def a_dead_engine_behind_a_proxy_is_down(bench, llmgw):
    """nginx answers everything with 502 and 200 milliseconds later too: nothing tells the kind, and all is said."""
    front = bench.nginx(f"location / {{ proxy_pass {bench.gone_url()}; }}")
    report = llmgw.health(front.url).exits(WRONG).says(tcp="ok", http="crit bad_gateway")
    equal(report.checks["identity"]["blocked_by"], "http", "what keeps the kind from being told")
    llmgw.run("health", front.url, "--probe", "liveness").exits(1)
    llmgw.run("health", front.url, "-o", "nagios").exits(2)


def a_fast_engine_is_not_taken_for_a_proxy_that_holds_back(bench, llmgw):
    """Its whole answer takes a few milliseconds: pieces that come together prove nothing."""
    with bench.engine() as engine:
        for _ in range(5):
            llmgw.health(engine.url, "--deep", "--sample", "0").is_well().says(chat="ok", stream="ok")
