"""Runs `llmgw health`, `gpu` and `status` against real servers. Called by ./run, which installs what they need."""
import getpass
import grp
import os
import pathlib
import sys

from rig import processes
from rig.cases import Cases, cases_of

import engine_cases
import litellm_cases
import monitoring_cases
import nginx_cases
import output_cases
import serve_cases
import status_cases
import tls_cases
from command import Llmgw

HERE = pathlib.Path(__file__).resolve().parent


def arguments():
    parser = processes.argument_parser()
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where ./run put models and environments")
    return parser.parse_args()


class Bench(processes.Workshop):
    """A workshop that can also start engines."""

    def __init__(self, binary, work):
        super().__init__(binary)
        self.work = work

    def _engine_command(self, model, *options):
        return [sys.executable, HERE.parent / "engines/engine.py", "--model", self.work / model, *options]

    def engine(self, *options):
        return self.start("engine", self._engine_command("tiny.gguf", *options))

    def icinga(self, folder):
        """Icinga's daemon with `icinga.conf` of that folder, where it also keeps everything that it writes."""
        command = ["icinga2", "daemon", "-c", folder / "icinga.conf"]
        own = {"RunAsUser": getpass.getuser(), "RunAsGroup": grp.getgrgid(os.getgid()).gr_name, "NodeName": "here", "ZoneName": "here",
               "DataDir": folder / "data", "LogDir": folder / "log", "CacheDir": folder / "cache", "SpoolDir": folder / "spool",
               "InitRunDir": folder / "run", "PidPath": folder / "run/pid", "StatePath": folder / "data/state"}
        for name, value in own.items():
            command += ["-D", f"{name}={value}"]
        said = lambda: "" if (folder / "said").exists() else None
        # Nothing that it would put in order at its end is wanted.
        return self.add(processes.Server(command, said, folder / "icinga.log", end_s=0))

    def slow_engine(self):
        """Its model is loaded, and big enough that each token takes a tenth of a second and more."""
        return self.start("engine", self._engine_command("heavy.gguf", "--context", "1024", "--parallel", "1"))

    def litellm(self, upstream, key):
        """LiteLLM's proxy without a database. It takes ten seconds and more to start."""
        port = processes.free_port()
        config = self.folder / f"litellm-{port}.yaml"
        config.write_text(
            "model_list:\n  - model_name: tiny\n    litellm_params:\n"
            f"      model: openai/tiny\n      api_base: {upstream}\n      api_key: none\n"
            "litellm_settings:\n  num_retries: 0\n" + (f"general_settings:\n  master_key: {key}\n" if key else ""), encoding="utf-8")
        command = [(self.work / "litellm/bin/litellm").absolute(), "--config", config, "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"]
        env = self.environment(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY="true", LITELLM_TELEMETRY="False",
                               NO_PROXY="*")
        return self.start_on(port, "litellm", command, env=env, start_s=120)

    def nginx(self, server, tls=False):
        """nginx with one `server` block of that text."""
        port = processes.free_port()
        folder = self.folder / f"nginx-{port}"
        folder.mkdir()
        kept = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log stderr warn; events {{ }}\n"
            f"http {{ access_log off; {kept}\nserver {{ listen 127.0.0.1:{port}{' ssl' if tls else ''}; {server} }} }}\n", encoding="utf-8")
        command = ["/usr/sbin/nginx", "-p", folder, "-e", "stderr", "-c", folder / "nginx.conf"]
        return self.start_on(port, "nginx", command, "https" if tls else "http")

    def sshd(self, folder):
        """A server of ssh on loopback that takes the key `user` of that folder and nothing else."""
        port = processes.free_port()
        config = folder / "sshd_config"
        config.write_text(f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\nPidFile none\nUsePAM no\n"
                          f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nPasswordAuthentication no\n"
                          "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n", encoding="utf-8")
        if os.getuid() == 0:
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where root's sshd confines itself
        return self.start_on(port, "sshd", ["/usr/sbin/sshd", "-D", "-e", "-f", config])

    def gone_url(self):
        return f"http://127.0.0.1:{processes.free_port()}"

    def loading_engine(self):
        """Listens already and has its model still to load, which takes a second and more."""
        port = processes.free_port()
        options = ("--port", str(port), "--context", "256", "--parallel", "1", "--thorough")
        return self.start_on(port, "engine", self._engine_command("heavy.gguf", *options))


def main():
    args = arguments()
    if args.binary is None or not args.binary.is_file():
        print("no llmgw binary: build it first, or name it with --binary", file=sys.stderr)
        return 2
    cases = Cases(args.only)
    with Bench(args.binary, args.work) as bench:
        llmgw = Llmgw(bench)
        cases.run_all("llama.cpp", cases_of(engine_cases), bench, llmgw)
        cases.run_all("litellm", cases_of(litellm_cases), bench, llmgw, deadline_s=240)
        cases.run_all("status", cases_of(status_cases), bench, llmgw)
        cases.run_all("serve", cases_of(serve_cases), bench, llmgw)
        cases.run_all("nginx", cases_of(nginx_cases), bench, llmgw)
        cases.run_all("certificates", cases_of(tls_cases), bench, llmgw)
        cases.run_all("monitoring", cases_of(monitoring_cases), bench, llmgw)
        cases.run_all("output", cases_of(output_cases), bench, llmgw)
    return cases.close()


if __name__ == "__main__":
    sys.exit(main())
