"""Claude Code at work: it reads a file with its own tool and answers with what stood in it."""
import json
import re

from conversations import error
from rig.cases import check, equal

import upstream
from claude_code import WORD, furnished
from route import TOKEN

MODEL = "claude-scripted"
HALF = "The file"


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


def _failing_at_first(turn, failure):
    """The same, but the first stream that is to answer fails."""
    failures = [failure]

    def failing(body):
        wanted = turn(body)
        return failures.pop() if failures and body.get("stream") and "file says" in wanted["text"] else wanted

    return failing


def two_step_tool_task(route, claude, folder):
    place = furnished(folder / "plain")
    upstream.EXTRA_TURNS[MODEL] = _turn_for(place / "work" / "note.txt")
    result = claude.ask(route.url, TOKEN, MODEL, place)
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


def an_upstream_that_fails_in_mid_answer(route, claude, folder):
    """It has read the half answer when it is told of the error: it asks again, without a stream, and gets through."""
    place = furnished(folder / "troubled")
    upstream.EXTRA_TURNS[MODEL] = _failing_at_first(
        _turn_for(place / "work" / "note.txt"), {"text": HALF, "fails": True, "gated": True})
    read = []

    def watch(text):
        read.append(text)
        if "".join(read).endswith(HALF):
            route.upstream.gate.release()

    result = claude.ask_and_watch(route.url, TOKEN, MODEL, place, watch)
    check(HALF in "".join(read), f"read {read}")
    check(WORD in result["result"], f"answer {result['result']!r}")
    equal(result["is_error"], False, "outcome")
    equal([bool(body.get("stream")) for body in route.upstream.bodies(MODEL)[-2:]], [True, False], "which of the last two streamed")


def an_error_in_one_packet_with_the_first_words(route, claude, folder):
    """However the bytes were cut, it is told the same: the half answer, then the error."""
    place = furnished(folder / "hasty")
    upstream.EXTRA_TURNS[MODEL] = _failing_at_first(
        _turn_for(place / "work" / "note.txt"), {"text": HALF, "fails": True, "at_once": True})
    result = claude.ask(route.url, TOKEN, MODEL, place)
    check(WORD in result["result"], f"answer {result['result']!r}")
    equal(result["is_error"], False, "outcome")


def an_upstream_that_fails_before_its_answer(route, claude, folder):
    """The status reaches it as a status: it asks again, and gets through."""
    place = furnished(folder / "busy")
    upstream.EXTRA_TURNS[MODEL] = _failing_at_first(
        _turn_for(place / "work" / "note.txt"), error(500, "api_error", None, "something broke"))
    result = claude.ask(route.url, TOKEN, MODEL, place)
    check(WORD in result["result"], f"answer {result['result']!r}")
    equal(result["is_error"], False, "outcome")
