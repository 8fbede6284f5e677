"""Claude Code (`claude -p`) at work: it reads a file with its own tool and answers with what stood in it."""
import json
import re
import subprocess

from rig.cases import check, equal

import upstream
from route import TOKEN

MODEL, WORD = "claude-scripted", "PERIWINKLE-4711"
LONGEST_S = 120


def _turn_for(path):
    """The model of the script: first it wants the file, then it repeats the word that the tool's result holds."""

    def turn(body):
        tools = [tool.get("name") or tool["function"]["name"] for tool in body.get("tools", [])]
        if "Read" not in tools:  # side requests, for titles and the like
            return {"text": "A title"}
        results = [message for message in body["messages"] if "tool_result" in json.dumps(message) or message["role"] == "tool"]
        if not results:
            return {"text": "I will read it.", "finish": "tool_calls",
                    "calls": [{"id": "call_read_1", "name": "Read", "arguments": {"file_path": str(path)}}]}
        found = re.search(r"secret word is (\S+?)[\".\\]", json.dumps(results[-1]))
        return {"text": f"The file says {found.group(1) if found else 'nothing'}."}

    return turn


def _claude(route, claude, folder):
    home, place = folder / "claude-home", folder / "claude-work"
    home.mkdir()
    place.mkdir()
    (place / "note.txt").write_text(f"The secret word is {WORD}.\n", encoding="utf-8")
    upstream.EXTRA_TURNS[MODEL] = _turn_for(place / "note.txt")
    environment = {
        "PATH": claude.path, "HOME": str(home), "LANG": "C.UTF-8",
        "ANTHROPIC_BASE_URL": route.url, "ANTHROPIC_AUTH_TOKEN": TOKEN,
        "ANTHROPIC_MODEL": MODEL, "ANTHROPIC_DEFAULT_HAIKU_MODEL": MODEL, "ANTHROPIC_SMALL_FAST_MODEL": MODEL,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
        # Nothing listens there: whatever is not meant for this machine goes nowhere.
        "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost",
    }
    command = [*claude.command, "-p", "What is the secret word in note.txt?", "--output-format", "json"]
    done = subprocess.run(command, cwd=place, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_S)
    check(done.returncode == 0, f"exit code {done.returncode}: {done.stdout[-2000:]!r} {done.stderr[-2000:]!r}")
    return json.loads(done.stdout)


def two_step_tool_task(route, claude, folder):
    result = _claude(route, claude, folder)
    check(WORD in result["result"], f"answer {result['result']!r}")
    equal((result["is_error"], result["num_turns"]), (False, 2), "outcome")
    check(result["usage"]["output_tokens"] > 0, f"usage {result['usage']}")
    asked = route.upstream.bodies(MODEL)[-1]
    check(asked["stream"] is True, "Claude Code streams")
    if route.format == "chat":
        check("x-anthropic-billing-header" not in json.dumps(asked), "the billing text defeats the upstream's prefix cache")
        check(not {"thinking", "context_management", "metadata", "system"} & set(asked), f"fields of Messages in {sorted(asked)}")
        answer = [message for message in asked["messages"] if message["role"] == "tool"][-1]
        equal(answer["tool_call_id"], "call_read_1", "id of the call that the result answers")
