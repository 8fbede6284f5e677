"""What the gateway's probes say of the engine behind it: alive, hanging, and killed."""
import signal

from rig import wire
from rig.cases import equal, until

PATIENCE_S = 30


def _ready(url):
    return wire.get(url + "/readyz").status == 200


def _upstream(url):
    return wire.get(url + "/readyz?verbose").json()["upstreams"][0]


def the_engine_is_known(url, _engine):
    until(lambda: _ready(url), "the gateway is ready", PATIENCE_S)
    row = _upstream(url)
    equal((row["status"], row["kind"]), ("ok", "llamacpp"), "upstream")


def an_engine_that_hangs(url, engine):
    """It still accepts connections, and answers nothing."""
    engine.process.send_signal(signal.SIGSTOP)
    until(lambda: not _ready(url), "the gateway is not ready over an engine that hangs", PATIENCE_S)
    equal(wire.get(url + "/livez").status, 200, "/livez")
    engine.process.send_signal(signal.SIGCONT)
    until(lambda: _ready(url), "the gateway is ready again", PATIENCE_S)


def an_engine_that_is_killed(url, engine):
    until(lambda: _ready(url), "the gateway is ready", PATIENCE_S)
    engine.process.kill()
    engine.process.wait()
    until(lambda: wire.get(url + "/readyz").status == 503, "the gateway is not ready once its engine is dead", PATIENCE_S)
    row = _upstream(url)
    equal((row["status"], row["code"]), ("unreachable", "connect_failed"), "upstream")
    equal([wire.get(url + path).status for path in ("/livez", "/health", "/health/readiness")], [200, 503, 503], "probes")


def a_dead_engine_that_may_sleep(url, _engine):
    """The same engine, where the configuration says that being down is no fault."""
    until(lambda: _ready(url), "the gateway is ready over an idle upstream", PATIENCE_S)
    equal(_upstream(url)["status"], "idle", "upstream")
