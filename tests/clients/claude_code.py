"""Starts `claude -p` in a home and a folder of its own, with no way out of this machine."""
import json
import os
import pathlib
import subprocess

from rig.cases import check

WORD = "PERIWINKLE-4711"
LONGEST_S = 120


class ClaudeCode:
    def __init__(self, node, modules):
        self.command = [node, str(modules / "@anthropic-ai/claude-code/cli-wrapper.cjs")]
        self.path = f"{pathlib.Path(node).parent}:{os.environ['PATH']}"

    def ask(self, url, key, model, place, may_fail=False):
        """Asks for the secret word of the note in `place`; returns what it prints as JSON."""
        environment = {
            "PATH": self.path, "HOME": str(place / "home"), "LANG": "C.UTF-8",
            "ANTHROPIC_BASE_URL": url, "ANTHROPIC_AUTH_TOKEN": key,
            "ANTHROPIC_MODEL": model, "ANTHROPIC_DEFAULT_HAIKU_MODEL": model, "ANTHROPIC_SMALL_FAST_MODEL": model,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
            # Nothing listens there: whatever is not meant for this machine goes nowhere.
            "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost",
        }
        command = [*self.command, "-p", "What is the secret word in note.txt?", "--output-format", "json"]
        done = subprocess.run(command, cwd=place / "work", env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=LONGEST_S)
        check(done.returncode == 0 or (may_fail and done.stdout), f"exit code {done.returncode}: {done.stdout[-2000:]!r} {done.stderr[-2000:]!r}")
        return json.loads(done.stdout)


def furnished(place):
    """A folder with an empty home, and with the file that holds the word."""
    (place / "home").mkdir(parents=True)
    (place / "work").mkdir()
    (place / "work" / "note.txt").write_text(f"The secret word is {WORD}.\n", encoding="utf-8")
    return place
