"""Servers under test: started with a ready file, found by it, ended by their process id."""
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from rig.cases import check, equal

START_S = 30
END_S = 10


class Server:
    """A started process that wrote its URL into its ready file."""

    def __init__(self, command, ready_file, log, env=None):
        self.command = [str(part) for part in command]
        self.log = pathlib.Path(log)
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, start_new_session=True
            )
        try:
            self.url = self._await_url(pathlib.Path(ready_file))
        except BaseException:
            self.close()
            raise

    def _await_url(self, ready_file):
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if ready_file.exists():
                return ready_file.read_text(encoding="utf-8").strip()
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError(f"{' '.join(self.command)} did not get ready: {self.output()[-2000:]}")

    def output(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def close(self):
        """Ends the process; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(END_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(END_S)
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Workshop:
    """Starts servers in a folder of its own and ends whatever is left at the end."""

    def __init__(self, binary):
        self.binary = pathlib.Path(binary).resolve()
        self._folder = tempfile.TemporaryDirectory(prefix="llmgw-test-")
        self.folder = pathlib.Path(self._folder.name)
        self._servers = []
        self._gateways = []

    def environment(self, **more):
        """No home, no state, no credentials of whoever runs the tests."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **more}

    def start(self, name, command, ready_option="--ready-file", env=None):
        number = len(self._servers)
        ready = self.folder / f"{name}-{number}.ready"
        log = self.folder / f"{name}-{number}.log"
        server = Server([*command, ready_option, ready], ready, log, env=env or self.environment())
        self._servers.append(server)
        return server

    def gateway(self, upstream, *options, **env):
        """`llmgw serve` in its no-file form in front of `upstream`."""
        command = [self.binary, "serve", "--listen", "127.0.0.1:0", "--threads", "1", "--upstream", upstream, *options]
        return self._gateway(command, env)

    def open_gateway(self, upstream, *options, **env):
        return self.gateway(upstream, "--auth", "none", *options, **env)

    def configured_gateway(self, text, **env):
        """`llmgw serve` with a configuration file that reads `text`."""
        path = self.folder / f"llmgw-{len(self._servers)}.toml"
        path.write_text(text, encoding="utf-8")
        return self._gateway([self.binary, "serve", "--config", path], env)

    def _gateway(self, command, env):
        gateway = self.start("serve", command, env=self.environment(**env))
        self._gateways.append(gateway)
        return gateway

    def gateways_end_well(self, *secrets):
        """A case of its own, the last one: every gateway drains with exit code 0, and its log holds none of `secrets`."""
        for gateway in self._gateways:
            code, log = gateway.close(), gateway.output()
            equal(code, 0, f"exit code of a gateway that said {log[-1000:]!r}")
            for secret in secrets:
                check(secret not in log, f"{secret} in the log of a gateway")

    def close(self):
        """Ends what still runs."""
        for server in reversed(self._servers):
            server.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def newest_binary(top):
    """build/release/llmgw, or build/dev/llmgw where that one is newer."""
    found = [path for path in (top / "build/release/llmgw", top / "build/dev/llmgw") if path.is_file()]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)
