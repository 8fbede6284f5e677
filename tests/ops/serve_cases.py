"""`llmgw serve` in front of a real engine: what it tells of its readiness while the engine is gone."""
from rig import wire
from rig.cases import equal, until


def readiness_follows_the_engine(bench, _):
    """What LiteLLM over the same engine does not tell: see litellm_cases."""
    with bench.engine() as engine:
        gateway = bench.configured_gateway(f"""
            [server]
            listen = "127.0.0.1:0"
            threads = 1
            auth = "none"
            [health]
            interval = "1s"
            [[model]]
            name = "tiny"
            [model.params]
            provider = "llamacpp"
            model = "tiny"
            api_base = "{engine.url}"
        """)
        until(lambda: wire.get(gateway.url + "/readyz").status == 200, "llmgw serve is ready", 10.0)
        engine.process.kill()
        until(lambda: wire.get(gateway.url + "/readyz").status == 503, "llmgw serve is not ready any more", 10.0)
        equal(wire.get(gateway.url + "/livez").status, 200, "llmgw serve lives")
        gateway.close()
