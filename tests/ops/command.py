"""`llmgw` run as its users run it: arguments, what it printed, its exit code, how long it took."""
import json
import subprocess
import time

from rig.cases import Failed, equal

LONGEST_S = 50
OK, WRONG, UNKNOWN = 0, 10, 12  # llmgw help exit-codes


class Run:
    def __init__(self, arguments, completed, seconds):
        self.arguments = arguments
        self.code = completed.returncode
        self.out = completed.stdout.decode("utf-8")
        self.err = completed.stderr.decode("utf-8")
        self.seconds = seconds

    def exits(self, code):
        if self.code != code:
            raise Failed(f"llmgw {' '.join(self.arguments)} exits with {self.code}, wanted {code}: {self.out[-2000:]}{self.err[-500:]}")
        return self


class Llmgw:
    def __init__(self, workshop):
        self.workshop = workshop

    def run(self, *arguments, text=None, **environment):
        """Runs the binary without configuration, unless the arguments name one."""
        arguments = [str(argument) for argument in arguments]
        command = [str(self.workshop.binary), *arguments]
        began = time.monotonic()
        completed = subprocess.run(command, input=text, capture_output=True, timeout=LONGEST_S, check=False,
                                   env=self.workshop.environment(**environment))
        return Run(arguments, completed, time.monotonic() - began)

    def health(self, url, *options, **environment):
        """The report on one target, read from JSON."""
        run = self.run("health", url, "-o", "json", *options, **environment)
        try:
            return Report(run, json.loads(run.out))
        except ValueError:
            raise Failed(f"no JSON from llmgw {' '.join(run.arguments)} (exit code {run.code}): {run.out[-500:]}{run.err[-500:]}") from None


class Report:
    """What `llmgw health` says of a single target."""

    def __init__(self, run, document):
        self.run = run
        self.document = document
        self.target = document["targets"][0]
        self.checks = {check["id"]: check for check in self.target["checks"]}

    def exits(self, code):
        self.run.exits(code)
        return self

    def says(self, **states):
        """`check="state"` or `check="state code"` for each check named."""
        for name, wanted in states.items():
            check = self.checks[name]
            got = f"{check['state']} {check['code']}" if " " in wanted else check["state"]
            equal(got, wanted, f"{name} of {self.target['url']} ({check.get('message')})")
        return self

    def troubles(self):
        """Checks that are neither ok nor skipped."""
        return {name: f"{check['state']} {check['code']}" for name, check in self.checks.items()
                if check["state"] not in ("ok", "skipped")}

    def is_well(self):
        equal(self.troubles(), {}, f"troubles of {self.target['url']}")
        return self.exits(OK)
