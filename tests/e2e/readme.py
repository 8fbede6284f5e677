#!/usr/bin/env python3
"""Every command of README.md works as it stands there, in order, on a simulator in the place of the servers it names.

Only addresses are changed: the fixed ports of the page become ports that were free, since tests own none. The two front
door commands have their own test (front_door) and are only checked to exist.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(os.environ.get("LLMGW_SOURCE_DIR") or pathlib.Path(__file__).resolve().parents[2])
LLMGW = pathlib.Path(os.environ["LLMGW"])
LIMIT_S = 60


def commands():
    """The lines of the page's shell blocks, without comments."""
    text = (ROOT / "README.md").read_text()
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S):
        for line in block.splitlines():
            line = re.sub(r"\s+#.*", "", line).strip()
            if line:
                yield line


class Page:
    """A user's shell: one home, servers in the background, variables that stay from line to line."""

    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.servers = []
        self.addresses = {}
        self.environment = {"HOME": home, "PATH": f"{LLMGW.parent}:{os.environ['PATH']}", "LANG": "C.UTF-8"}

    def serve(self, line, address):
        ready = self.home / f"ready{len(self.servers)}"
        for known, actual in self.addresses.items():
            line = line.replace(known, actual)
        server = subprocess.Popen(["sh", "-c", f"exec {line} --listen 127.0.0.1:0 --ready-file {ready}"],
                                  env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.servers.append(server)
        deadline = time.monotonic() + LIMIT_S
        while not ready.exists():
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"did not start: {line}\n{server.stderr.read() if server.poll() is not None else ''}")
            time.sleep(0.02)
        self.addresses[address] = ready.read_text().strip()

    def run(self, line):
        for known, actual in self.addresses.items():
            line = line.replace(known, actual)
        script = f"{line}\nstatus=$?\nexport -p > {self.home}/variables\nexit $status"
        if (self.home / "variables").exists():
            script = f". {self.home}/variables\n{script}"
        proxy = self.addresses.get("http://127.0.0.1:4000", "")
        environment = dict(self.environment)
        if proxy:
            # The page's commands find the proxy on its own port with its own token; this one is somewhere else.
            token = (self.home / ".local/state/llmgw/token").read_text().strip()
            environment |= {"LLMGW_BASE_URL": proxy, "LLMGW_API_KEY": token}
        done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, timeout=LIMIT_S,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise AssertionError(f"exit status {done.returncode}: {line}\n{done.stdout}{done.stderr}")
        if '"error"' in done.stdout:
            raise AssertionError(f"answered with an error: {line}\n{done.stdout}")

    def stop(self):
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.communicate(timeout=LIMIT_S)


def main():
    tried = 0
    with tempfile.TemporaryDirectory() as home:
        page = Page(home)
        try:
            page.serve("llmgw sim", "http://127.0.0.1:8000")
            for line in commands():
                if line.startswith("./dev "):
                    assert re.search(rf"^\s*{line.split()[1]}\b", (ROOT / "dev").read_text(), re.M), line
                elif line.startswith("llmgw serve"):
                    page.serve(line, "http://127.0.0.1:4000")
                elif line.startswith("llmgw sim"):
                    page.serve(line, "http://127.0.0.1:8001")
                else:
                    page.run(line)
                tried += 1
        except AssertionError as wrong:
            print(f"readme: {wrong}")
            return 1
        finally:
            page.stop()
    print(f"readme: {tried} commands work")
    return 0 if tried > 10 else 1


if __name__ == "__main__":
    sys.exit(main())
