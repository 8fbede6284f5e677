"""Starts `claude -p` in a home and a folder of its own, with no way out of this machine."""
import json
import os
import pathlib
import subprocess
import threading

from rig.cases import check

WORD = "PERIWINKLE-4711"
LONGEST_S = 120


class ClaudeCode:
    def __init__(self, node, modules):
        self._command = [node, str(modules / "@anthropic-ai/claude-code/cli-wrapper.cjs"),
                         "-p", "What is the secret word in note.txt?"]
        self.path = f"{pathlib.Path(node).parent}:{os.environ['PATH']}"

    def ask(self, url, key, model, place):
        """Asks for the secret word of the note in `place`; returns what it prints as JSON."""
        done = subprocess.run([*self._command, "--output-format", "json"], cwd=place / "work",
                              env=self._environment(url, key, model, place), stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=LONGEST_S)
        check(done.returncode == 0, f"exit code {done.returncode}: {done.stdout[-2000:]!r} {done.stderr[-2000:]!r}")
        return json.loads(done.stdout)

    def ask_and_watch(self, url, key, model, place, on_text):
        """The same; calls `on_text` with each piece of an answer's text as soon as it has arrived there."""
        command = [*self._command, "--output-format", "stream-json", "--verbose", "--include-partial-messages"]
        process = subprocess.Popen(command, cwd=place / "work", env=self._environment(url, key, model, place),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        timer = threading.Timer(LONGEST_S, process.kill)
        timer.start()
        result = None
        for line in process.stdout:
            said = json.loads(line)
            delta = said.get("event", {}).get("delta", {})
            if delta.get("type") == "text_delta":
                on_text(delta["text"])
            if said["type"] == "result":
                result = said
        errors = process.stderr.read()
        process.wait()
        timer.cancel()
        check(process.returncode == 0 and result, f"exit code {process.returncode}: {result} {errors[-2000:]!r}")
        return result

    def _environment(self, url, key, model, place):
        return {
            "PATH": self.path, "HOME": str(place / "home"), "LANG": "C.UTF-8",
            "ANTHROPIC_BASE_URL": url, "ANTHROPIC_AUTH_TOKEN": key,
            "ANTHROPIC_MODEL": model, "ANTHROPIC_DEFAULT_HAIKU_MODEL": model, "ANTHROPIC_SMALL_FAST_MODEL": model,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
            # Nothing listens there: whatever is not meant for this machine goes nowhere.
            "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost",
        }


def furnished(place):
    """A folder with an empty home, and with the file that holds the word."""
    (place / "home").mkdir(parents=True)
    (place / "work").mkdir()
    (place / "work" / "note.txt").write_text(f"The secret word is {WORD}.\n", encoding="utf-8")
    return place
