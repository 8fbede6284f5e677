"""What llmgw prints, read by the programs it is meant for."""
import contextlib
import json
import subprocess

import jsonschema
import junitparser

from rig import wire
from rig.cases import check, equal

from command import OK, WRONG
from engines import scripted

GPU = "driver 550.54.14\ngpu\nprocess C 4242 1073741824 30\ngpu\ntemp 91\n"


@contextlib.contextmanager
def _targets(bench):
    """A configuration with one engine that is well and one address where nothing listens, under names that need care."""
    with bench.engine() as engine:
        config = bench.folder / "targets.toml"
        config.write_text(
            f'[profiles."tiny engine\'s"]\nbase_url = "{engine.url}/v1"\n[profiles.gone]\nbase_url = "{bench.gone_url()}/v1"\n',
            encoding="utf-8")
        yield ("--all", "--config", config)


def _ask(command, text):
    done = subprocess.run([str(part) for part in command], input=text.encode(), capture_output=True, timeout=50, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def _gpus(bench):
    scenario = bench.folder / "gpus"
    scenario.write_text(GPU, encoding="utf-8")
    return {"LLMGW_NVML_LIB": str(bench.work / "libnvidia-ml.so.1"), "LLMGW_FAKE_NVML": str(scenario)}


def promtool_takes_every_metrics_page(bench, llmgw):
    with _targets(bench) as options:
        pages = {"health": llmgw.run("health", *options, "-o", "prometheus").exits(WRONG).out}
    pages["gpu"] = llmgw.run("gpu", "-o", "prometheus", **_gpus(bench)).exits(OK).out
    pages["gpu health"] = llmgw.run("gpu", "health", "-o", "prometheus", "--sample", "0", **_gpus(bench)).out
    for name, page in pages.items():
        check(page.count("\n") > 5, f"the page of {name} is all but empty: {page}")
        equal(_ask(["promtool", "check", "metrics"], page), (0, ""), f"promtool on the page of {name}")


def promtool_takes_the_page_of_a_gateway_at_work(bench, _):
    with bench.engine() as engine:
        gateway = bench.open_gateway(engine.url, "--provider", "llamacpp")
        for body in (scripted.chat("hi"), scripted.chat("hi", stream=True)):
            equal(wire.post(gateway.url + "/v1/chat/completions", body).status, 200, "the gateway's answer")
        engine.process.kill()
        wire.post(gateway.url + "/v1/chat/completions", scripted.chat("hi"))
        page = wire.get(gateway.url + "/metrics").body.decode()
        check("llmgw_" in page, "no metrics of llmgw's own")
        equal(_ask(["promtool", "check", "metrics"], page), (0, ""), "promtool on the page of llmgw serve")
        gateway.close()


def xmllint_takes_the_junit_report(bench, llmgw):
    """By the schema of pytest, whose reports are what build systems are tested with."""
    with _targets(bench) as options:
        report = llmgw.run("health", *options, "-o", "junit").exits(WRONG).out
    code, said = _ask(["xmllint", "--noout", "--schema", bench.work / "junit-10.xsd", "-"], report)
    equal(code, 0, f"xmllint says {said}")


def junitparser_reads_what_the_report_says(bench, llmgw):
    with _targets(bench) as options:
        report = llmgw.run("health", *options, "-o", "junit").out
        wanted = json.loads(llmgw.run("health", *options, "-o", "json").out)
    suites = {suite.name: suite for suite in junitparser.JUnitXml.fromstring(report.encode())}
    equal(set(suites), {target["name"] for target in wanted["targets"]}, "suites")
    for target in wanted["targets"]:
        suite = suites[target["name"]]
        count = lambda *states: sum(row["state"] in states for row in target["checks"])
        equal((suite.tests, suite.failures, suite.errors, suite.skipped),
              (len(target["checks"]), count("warn", "crit"), count("unknown"), count("skipped")), f"counts of {suite.name}")
        failed = {case.name for case in suite for result in case.result if isinstance(result, junitparser.Failure)}
        equal(failed, {row["id"] for row in target["checks"] if row["state"] in ("warn", "crit")}, "failures")


def every_json_fits_its_published_schema(bench, llmgw):
    health, gpu = (json.loads(llmgw.run(name, "--schema").exits(OK).out) for name in ("health", "gpu"))
    for schema in (health, gpu):
        jsonschema.validators.validator_for(schema).check_schema(schema)
    with _targets(bench) as options:
        jsonschema.validate(json.loads(llmgw.run("health", *options, "-o", "json").out), health)
    for line in llmgw.run("gpu", "-o", "jsonl", **_gpus(bench)).exits(OK).out.splitlines():
        jsonschema.validate(json.loads(line), gpu)
    verdicts = json.loads(llmgw.run("gpu", "health", "--schema").exits(OK).out)
    for line in llmgw.run("gpu", "health", "-o", "jsonl", "--sample", "0", **_gpus(bench)).out.splitlines():
        jsonschema.validate(json.loads(line), verdicts)
