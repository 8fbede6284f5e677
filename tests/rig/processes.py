"""Servers under test: started with a ready file, found by it, ended by their process id."""
import argparse
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

from rig.cases import check, equal

TOP = pathlib.Path(__file__).resolve().parent.parent.parent

START_S = 30
END_S = 10


def free_port():
    """A port that nothing listens on now, for programs that cannot choose one themselves."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Server:
    """A started process. `find_url` is asked until it returns the URL instead of None."""

    def __init__(self, command, find_url, log, env=None, start_s=START_S, end_s=END_S):
        self.end_s = end_s
        self.command = [str(part) for part in command]
        self.log = pathlib.Path(log)
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, start_new_session=True
            )
        try:
            self.url = self._await(find_url, start_s)
        except BaseException:
            self.close()
            raise

    def _await(self, find_url, start_s):
        end = time.monotonic() + start_s
        while time.monotonic() < end:
            url = find_url()
            if url is not None:
                return url
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError(f"{' '.join(self.command)} did not get ready: {self.output()[-2000:]}")

    def output(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def close(self):
        """Ends the process and what it started; returns its exit code."""
        if self.process.poll() is None:
            self._signal_all(signal.SIGTERM)
            try:
                self.process.wait(self.end_s)
            except subprocess.TimeoutExpired:
                pass
        self._signal_all(signal.SIGKILL)
        self.process.wait(END_S)
        return self.process.returncode

    def _signal_all(self, number):
        """The process leads a group of its own, which outlives it as long as anything in it lives."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

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
        written = lambda: ready.read_text(encoding="utf-8").strip() if ready.exists() else None
        return self.add(Server([*command, ready_option, ready], written, log, env=env or self.environment()))

    def start_on(self, port, name, command, scheme="http", env=None, start_s=START_S):
        """A server that was told its port, ready once it accepts connections there."""
        log = self.folder / f"{name}-{len(self._servers)}.log"
        url = lambda: f"{scheme}://127.0.0.1:{port}" if accepts(port) else None
        return self.add(Server(command, url, log, env=env or self.environment(), start_s=start_s))

    def add(self, server):
        """Takes care of ending it."""
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


def newest_binary():
    """build/release/llmgw, or build/dev/llmgw where that one is newer."""
    found = [path for path in (TOP / "build/release/llmgw", TOP / "build/dev/llmgw") if path.is_file()]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def argument_parser():
    """The arguments of every rig: the binary, and which cases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=pathlib.Path, default=os.environ.get("LLMGW") or newest_binary())
    parser.add_argument("--only", default="", help="regular expression on the names of the cases")
    return parser
