"""Icinga as the caller: its daemon runs the plugin, by itself and over ssh, and tells what it understood."""
import getpass
import pathlib
import re
import shlex
import subprocess

from rig import processes
from rig.cases import check, equal, until

PLUGINS = pathlib.Path("/usr/lib/nagios/plugins")
# One figure of performance data: 'label'=value[unit];warn;crit;min;max.
FIGURE = re.compile(r"(?:'([^']*)'|([^ '=]+))=([-\d.]+)([a-z%]*);([^; ]*);([^; ]*);([^; ]*)")


def _figures(text):
    """{label: (value, unit, warn, crit)}; Icinga writes a label's quotes only where it has a space."""
    number = lambda text: float(text) if text else None
    return {(quoted or bare): (round(float(value), 5), unit, number(warn), number(crit))
            for quoted, bare, value, unit, warn, crit, _ in FIGURE.findall(text)}


def icinga_reads_states_and_figures(bench, llmgw):
    """Its PerfdataWriter prints the figures after Icinga has split and parsed them."""
    with bench.engine() as engine:
        config = bench.folder / "icinga.toml"
        config.write_text(f'[profiles."tiny engine\'s"]\nbase_url = "{engine.url}/v1"\n[profiles.gone]\n'
                          f'base_url = "{bench.gone_url()}/v1"\n', encoding="utf-8")
        for profile, state in (("tiny engine's", "OK"), ("gone", "CRITICAL")):
            said, understood = _through_icinga(bench, ["health", profile, "--config", config, "-o", "nagios"])
            equal(understood["SERVICESTATE"], state, f"Icinga's word on {profile}")
            wanted = _figures(said.split("|", 1)[1]) if "|" in said else {}
            equal(_figures(understood["SERVICEPERFDATA"]), wanted, f"figures of {profile}")
            check(state != "OK" or len(wanted) > 4, f"few figures: {said}")


def icinga_reads_the_verdicts_on_gpus(bench, llmgw):
    scenario = bench.folder / "icinga-gpus"
    scenario.write_text("driver 550.54.14\ngpu\ntemp 58\n", encoding="utf-8")
    gpus = {"LLMGW_NVML_LIB": str(bench.work / "libnvidia-ml.so.1"), "LLMGW_FAKE_NVML": str(scenario)}
    command = ["gpu", "health", "-o", "nagios", "--sample", "0"]
    code = llmgw.run(*command, **gpus).code
    said, understood = _through_icinga(bench, command, **gpus)
    equal(understood["SERVICESTATE"], ("OK", "WARNING", "CRITICAL", "UNKNOWN")[code], "Icinga's word")
    wanted = _figures(said.split("|", 1)[1])
    equal(_figures(understood["SERVICEPERFDATA"]), wanted, "figures")
    check(len(wanted) > 2, f"few figures: {said}")


def check_by_ssh_brings_the_verdict_home(bench, llmgw):
    """From another machine, as far as the plugin knows: over a server of ssh that only this test can use."""
    folder = bench.folder / "ssh"
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    with bench.sshd(folder) as server, bench.engine() as engine:
        port = server.url.rsplit(":", 1)[1]
        ask = [PLUGINS / "check_by_ssh", "-H", "127.0.0.1", "-p", port, "-l", getpass.getuser(), "-i", folder / "user", "-q",
               "-t", "30", "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder}/known", "-C"]
        for url, code, word in ((engine.url, 0, "OK"), (bench.gone_url(), 2, "CRITICAL")):
            remote = f"{shlex.quote(str(bench.binary))} health {url} --config none -o nagios"
            done = subprocess.run([str(part) for part in [*ask, remote]], capture_output=True, text=True, timeout=50, check=False,
                                  env=bench.environment())
            equal(done.returncode, code, f"exit code over ssh ({done.stdout}{done.stderr}{server.output()[-1000:]})")
            check(done.stdout.startswith(f"LLMGW {word} - "), f"what came over ssh: {done.stdout}")


def _through_icinga(bench, arguments, **environment):
    """What the plugin printed, and Icinga's record of it."""
    folder = bench.folder / f"icinga-{processes.free_port()}"
    for name in ("data", "log", "cache", "spool", "run"):
        (folder / name).mkdir(parents=True)
    script = folder / "plugin"
    settings = " ".join(f"{key}={shlex.quote(value)}" for key, value in bench.environment(**environment).items())
    command = shlex.join([str(part) for part in [bench.binary, *arguments]])
    script.write_text(f"#!/bin/sh\nenv -i {settings} {command} >{folder}/said.part\ncode=$?\ncat {folder}/said.part\n"
                      f"mv {folder}/said.part {folder}/said\nexit $code\n", encoding="utf-8")
    script.chmod(0o700)
    (folder / "icinga.conf").write_text(ICINGA.format(folder=folder), encoding="utf-8")
    with bench.icinga(folder):
        records = lambda: [line for path in folder.glob("figures.*") for line in path.read_text().splitlines()]
        record = until(records, "Icinga writes what it understood", 30.0)[0]
    understood = dict(field.split("::", 1) for field in record.split("\t"))
    return (folder / "said").read_text(encoding="utf-8"), understood


ICINGA = """
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object CheckerComponent "checker" {{ }}
object CheckCommand "llmgw" {{ command = [ "{folder}/plugin" ] }}
object Host "here" {{ check_command = "llmgw"; enable_active_checks = false }}
object Service "llmgw" {{ host_name = "here"; check_command = "llmgw"; check_interval = 1s; max_check_attempts = 1 }}
object PerfdataWriter "figures" {{
  host_perfdata_path = "{folder}/of-hosts"; host_temp_path = "{folder}/of-hosts.part"
  service_perfdata_path = "{folder}/figures"; service_temp_path = "{folder}/part"
  rotation_interval = 1s
}}
"""
