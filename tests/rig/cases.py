"""A list of named cases, run one after the other, each against a deadline."""
import inspect
import pathlib
import re
import sys
import threading
import time
import traceback

DEADLINE_S = 60
TESTS = str(pathlib.Path(__file__).resolve().parent.parent)


class Failed(AssertionError):
    """What a case says when it does not hold."""


def check(condition, why):
    if not condition:
        raise Failed(why)


def equal(got, wanted, what):
    if got != wanted:
        raise Failed(f"{what}: got {_brief(got)}, wanted {_brief(wanted)}")


def _brief(value, longest=1000):
    text = repr(value)
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"


def until(condition, what, deadline_s=5.0, every_s=0.02):
    """Polls until `condition()` is true and returns its value."""
    end = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"not within {deadline_s} s: {what}")
        time.sleep(every_s)


class Cases:
    def __init__(self, only=""):
        self.only = re.compile(only)
        self.passed = 0
        self.failed = []

    def run(self, name, function, *arguments, deadline_s=DEADLINE_S):
        """Runs one case. One that does not come back in time has failed; its thread is left behind."""
        if not self.only.search(name):
            return
        outcome = []
        thread = threading.Thread(target=lambda: outcome.append(_outcome(function, arguments)), daemon=True)
        began = time.monotonic()
        thread.start()
        thread.join(deadline_s)
        self.record(name, outcome[0] if outcome else f"no end within {deadline_s} s", time.monotonic() - began)

    def run_all(self, prefix, functions, *arguments, deadline_s=DEADLINE_S):
        for function in functions:
            self.run(f"{prefix}: {function.__name__.replace('_', ' ')}", function, *arguments, deadline_s=deadline_s)

    def record(self, name, trouble, seconds=0.0):
        """`trouble` is an empty text for a case that passed."""
        if trouble:
            self.failed.append(name)
        else:
            self.passed += 1
        print(f"{'FAIL' if trouble else 'ok  '} {name} ({seconds:.2f} s)", flush=True)
        if trouble:
            print("       " + trouble.strip().replace("\n", "\n       "), flush=True)

    def close(self):
        """Prints the closing line and returns the exit code. A run without a case is a failure."""
        for name in self.failed:
            print(f"failed: {name}")
        sys.stdout.flush()
        print(f"{self.passed} passed, {len(self.failed)} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def _outcome(function, arguments):
    try:
        function(*arguments)
        return ""
    except Failed as failure:
        return f"{failure} ({_way_to(failure)})"
    except BaseException as error:  # a client's own error is what the case found
        lines = traceback.format_exception_only(error)
        return f"{''.join(lines).strip()[:1500]} ({_way_to(error)})"


def _way_to(error):
    """The lines of the tests themselves, without those of this file and of the clients' packages."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if frame.filename.startswith(TESTS) and not frame.filename.endswith("rig/cases.py")]
    return " > ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames)


def cases_of(module):
    """The public functions that the module itself defines, in the order they stand there."""
    return [
        value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and not name.startswith("_") and value.__module__ == module.__name__
    ]
