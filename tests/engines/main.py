"""Runs the cases of a real engine behind `llmgw serve`. Called by ./run, which installs what they need."""
import pathlib
import sys

from rig import processes
from rig.cases import Cases, cases_of

import chat_cases
import error_cases
import health_cases
import key_cases
import load_cases
import messages_cases
import model_cases

HERE = pathlib.Path(__file__).resolve().parent


def arguments():
    parser = processes.argument_parser()
    parser.add_argument("--model", required=True, help="GGUF file written by make_model.py")
    parser.add_argument("--direct", action="store_true", help="the Chat cases against the engine itself, no gateway")
    return parser.parse_args()


class Bench(processes.Workshop):
    """A workshop that can also start engines."""

    def __init__(self, binary, model):
        super().__init__(binary)
        self.model = model

    def engine(self, *options):
        return self.start("engine", [sys.executable, HERE / "engine.py", "--model", self.model, *options])

    def gone_engine_url(self):
        return f"http://127.0.0.1:{processes.free_port()}"


def run_plain(cases, bench):
    """One engine with two slots; the gateway in its no-file form, with and without the provider's name."""
    engine = bench.engine("--context", "8192", "--parallel", "2")
    for provider in ("openai_compatible", "llamacpp"):
        url = bench.open_gateway(engine.url, "--provider", provider).url
        cases.run_all(f"{provider}: chat", cases_of(chat_cases), url)
        cases.run_all(f"{provider}: messages", cases_of(messages_cases), url)
        cases.run_all(f"{provider}: models", cases_of(model_cases), url)
        cases.run_all(f"{provider}: errors", [case for case in cases_of(error_cases) if case is not error_cases.engine_not_there], url)
    cases.run_all("errors", [error_cases.engine_not_there], bench)
    engine.close()


def run_keys(cases, bench):
    engine = bench.engine("--api-key", key_cases.KEY)
    cases.run_all("keys", cases_of(key_cases), bench, engine)
    engine.close()


def run_load(cases, bench):
    """One engine with a single slot, behind a gateway that reads a file and keeps waiting clients alive."""
    engine = bench.engine("--context", "131072", "--parallel", "1")
    url = bench.configured_gateway(
        f'[server]\nlisten = "127.0.0.1:0"\nthreads = 1\nauth = "none"\nkeepalive_s = 1\n'
        f'[[model]]\nname = "tiny"\n[model.params]\nprovider = "llamacpp"\nmodel = "tiny"\napi_base = "{engine.url}"\n'
    ).url
    dying = load_cases.an_engine_that_dies_in_mid_answer
    cases.run_all("load", [case for case in cases_of(load_cases) if case is not dying], url, engine)
    engine.close()
    cases.run_all("load", [dying], bench, lambda: bench.engine("--context", "131072", "--parallel", "1"))


def run_health(cases, bench):
    """Probes of the gateway over an engine that hangs, dies, and was meant to sleep."""
    engine = bench.engine()

    def gateway(more=""):
        return bench.configured_gateway(
            f'[server]\nlisten = "127.0.0.1:0"\nauth = "none"\n[health]\ntimeout = "2s"\n'
            f'[[model]]\nname = "tiny"\n{more}[model.params]\nprovider = "llamacpp"\nmodel = "tiny"\napi_base = "{engine.url}"\n'
        ).url

    sleeping = health_cases.a_dead_engine_that_may_sleep
    url = gateway()
    for case in (health_cases.the_engine_is_known, health_cases.an_engine_that_hangs, health_cases.an_engine_that_is_killed):
        cases.run_all("health", [case], url, engine)
    cases.run_all("health", [sleeping], gateway("scale_to_zero = true\n"), engine)


def main():
    args = arguments()
    cases = Cases(args.only)
    if args.direct:
        with Bench("/nonexistent", args.model) as bench:
            cases.run_all("engine alone: chat", cases_of(chat_cases), bench.engine().url)
        return cases.close()
    if args.binary is None or not args.binary.is_file():
        print("no llmgw binary: build it first, or name it with --binary", file=sys.stderr)
        return 2
    with Bench(args.binary, args.model) as bench:
        run_plain(cases, bench)
        run_keys(cases, bench)
        run_load(cases, bench)
        run_health(cases, bench)
        cases.run("every gateway ends well", bench.gateways_end_well, key_cases.KEY, key_cases.WRONG)
    return cases.close()


if __name__ == "__main__":
    sys.exit(main())
