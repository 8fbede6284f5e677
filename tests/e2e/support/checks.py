"""What the end-to-end tests share: where the binary is, a home of their own, and a count of what failed."""
import os
import subprocess
import sys
import tempfile

BINARY = os.environ.get("LLMGW", "")
ROOT = os.environ.get("LLMGW_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def require_binary():
    if not os.access(BINARY, os.X_OK):
        print("no binary: set LLMGW")
        sys.exit(77)


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def that(self, what, holds, detail=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}\n  {detail}")

    def equal(self, what, got, wanted, detail=""):
        self.that(what, got == wanted, f"got {got!r}, wanted {wanted!r} {detail}")

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


class Home:
    """A folder that is HOME; nothing of the person who runs the tests is read or written."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="llmgw-e2e-")
        self.path = self.folder.name

    def runtime(self):
        """A folder for XDG_RUNTIME_DIR."""
        path = os.path.join(self.path, "run")
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path

    def env(self, **more):
        kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")
                if name in os.environ}
        return {**kept, "HOME": self.path, "TERM": "xterm", "LANG": "C.UTF-8", **more}

    def run(self, *args, stdin=None, env=None, timeout=30, **more):
        if stdin is None:
            more.setdefault("stdin", subprocess.DEVNULL)
        else:
            more["input"] = stdin
        return subprocess.run([BINARY, *args], capture_output="stdout" not in more, text=True, timeout=timeout,
                              env=self.env(**(env or {})), **more)

    def start(self, *args, env=None, **more):
        more.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen([BINARY, *args], env=self.env(**(env or {})), text=True, **more)


def listening(process):
    """The URL in the line that serve and sim print."""
    line = process.stdout.readline()
    if not line.startswith("llmgw: listening on "):
        raise RuntimeError(f"not listening: {line!r}, exit status {process.poll()}")
    return line.split()[-1]
