"""The SDKs, Claude Code and `llmgw sim`: as a server of its own, and as an upstream whose streams are odd or broken in known ways."""
import json
import pathlib

import anthropic
import openai

from rig.cases import check, equal

from anthropic_cases import TOOLS as MESSAGES_TOOLS
from claude_code import WORD
from openai_cases import TOOLS as CHAT_TOOLS

SCENARIO = pathlib.Path(__file__).resolve().parent / "simulator.toml"
TEXT, THOUGHT = "Grüße, 世界 😀: all is well, and that is the end of it.", "Let me think."
WEATHER, CLOCK = {"city": "Zürich"}, {"zone": "Europe/Zurich"}
USER = [{"role": "user", "content": "Hello?"}]

# Odd, but whole: every client must see the same answer as without them.
HARMLESS = ["crlf", "no-space", "comments", "split=1", "split=7", "coalesce=9", "buffered", "event-lines", "null-content",
            "empty-deltas", "usage-twice", "finish-with-text", "role-chunk=none", "usage=continuous",
            "usage=choices-in-usage", "crlf, split=1, comments, empty-deltas", "chunk-tokens=3"]
# Not whole: every client must be told.
BROKEN = ["no-done, no-finish", "fin@5", "rst@5", "error@5", "bad-json@5", "fin@5, crlf, split=1"]


def start(shop, place):
    """A simulator, and gateways that take it for a server of either format."""
    scenario = place / "simulator.toml"
    scenario.write_text(SCENARIO.read_text(encoding="utf-8").replace("FOLDER", str(place)), encoding="utf-8")
    command = [shop.binary, "sim", "--listen", "127.0.0.1:0", "--time-scale", "0", "--model", "sim", "--scenario", scenario]
    sim = shop.start("sim", command)
    return {
        "alone": sim.url,
        "chat": shop.open_gateway(sim.url).url,
        "messages": shop.open_gateway(sim.url, "--provider", "anthropic", "--upstream-key-env", "SIM_KEY", SIM_KEY="sim").url,
    }


def _openai(url):
    return openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0, timeout=20)


def _anthropic(url):
    return anthropic.Anthropic(base_url=url, api_key="none", max_retries=0, timeout=20)


def _chat_text(url, script, model="sim"):
    """(text, finish, total tokens) of a streamed Chat answer."""
    text, finish, total = "", None, None
    for chunk in _openai(url).chat.completions.create(
            model=model, messages=USER, stream=True, stream_options={"include_usage": True}, extra_headers={"x-sim": script}):
        total = chunk.usage.total_tokens if chunk.usage else total
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
    return text, finish, total


def _messages_text(url, script, model="sim"):
    with _anthropic(url).messages.stream(model=model, max_tokens=500, messages=USER, extra_headers={"x-sim": script}) as events:
        answer = events.get_final_message()
    return answer.content[-1].text, answer.stop_reason, answer.usage.input_tokens + answer.usage.output_tokens


def harmless_oddities(url):
    plain_chat, plain_messages = _chat_text(url, ""), _messages_text(url, "")
    equal((plain_chat[:2], plain_messages[:2]), ((TEXT, "stop"), (TEXT, "end_turn")), "answers without oddities")
    for script in HARMLESS:
        equal(_chat_text(url, script), plain_chat, f"Chat with {script}")
        equal(_messages_text(url, script), plain_messages, f"Messages with {script}")


def an_event_of_a_megabyte(url):
    for read in (_chat_text, _messages_text):
        text = read(url, "big-event=1000000")[0]
        check(len(text) > 999_000 and text.endswith(TEXT), f"{len(text)} characters, ending in {text[-60:]!r}")


def broken_streams(url):
    for script in BROKEN:
        for read, kind in ((_chat_text, openai.OpenAIError), (_messages_text, anthropic.AnthropicError)):
            try:
                said = read(url, script)
            except kind:
                continue
            raise AssertionError(f"{script} ended as if it were complete: {said}")


def statuses(url):
    for script, chat_kind, messages_kind in (
            ("status=400", openai.BadRequestError, anthropic.BadRequestError),
            ("status=404", openai.NotFoundError, anthropic.NotFoundError),
            ("status=429, retry-after=3", openai.RateLimitError, anthropic.RateLimitError),
            ("status=500", openai.InternalServerError, anthropic.InternalServerError),
            ("status=503, html", openai.InternalServerError, anthropic.InternalServerError)):
        for read, kind in ((_chat_text, chat_kind), (_messages_text, messages_kind)):
            try:
                read(url, script)
            except (openai.APIStatusError, anthropic.APIStatusError) as thrown:
                equal(type(thrown).__mro__[0:2].count(kind) > 0, True, f"{script}: {type(thrown)} is a {kind}")
                if "retry-after" in script:
                    equal(thrown.response.headers.get("retry-after"), "3", "retry-after")
            else:
                raise AssertionError(f"no error from {script}")


def chat_tool_loop(url):
    client = _openai(url)
    first = client.chat.completions.create(model="tools", messages=USER, tools=CHAT_TOOLS).choices[0]
    equal(first.finish_reason, "tool_calls", "finish reason")
    calls = first.message.tool_calls
    equal([(call.function.name, json.loads(call.function.arguments)) for call in calls],
          [("get_weather", WEATHER), ("get_time", CLOCK)], "calls")
    messages = [*USER, first.message.model_dump(exclude_none=True)]
    messages += [{"role": "tool", "tool_call_id": call.id, "content": f"{call.function.name}: fine"} for call in calls]
    answer = client.chat.completions.create(model="tools", messages=messages, tools=CHAT_TOOLS).choices[0].message.content
    check("get_weather: fine" in answer and "get_time: fine" in answer, f"answer {answer!r}")


def messages_tool_loop(url):
    client = _anthropic(url)
    for script in ("", "split=1, interleave"):
        with client.messages.stream(model="tools", max_tokens=500, messages=USER, tools=MESSAGES_TOOLS,
                                    extra_headers={"x-sim": script}) as events:
            first = events.get_final_message()
        calls = [block for block in first.content if block.type == "tool_use"]
        equal([(call.name, call.input) for call in calls], [("get_weather", WEATHER), ("get_time", CLOCK)], "calls")
        equal(first.stop_reason, "tool_use", "stop reason")
        turn = {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]}
        results = [{"type": "tool_result", "tool_use_id": call.id, "content": f"{call.name}: fine"} for call in calls]
        answer = client.messages.create(
            model="tools", max_tokens=500, messages=[*USER, turn, {"role": "user", "content": results}], tools=MESSAGES_TOOLS)
        check("get_weather: fine" in answer.content[0].text and "get_time: fine" in answer.content[0].text, f"{answer}")


def thinking(url):
    with _anthropic(url).messages.stream(
            model="thinker", max_tokens=2000, messages=USER, thinking={"type": "enabled", "budget_tokens": 1024}) as events:
        answer = events.get_final_message()
    equal([block.type for block in answer.content], ["thinking", "text"], "blocks")
    equal((answer.content[0].thinking, answer.content[1].text), (THOUGHT, TEXT), "answer")
    message = _openai(url).chat.completions.create(model="thinker", messages=USER).choices[0].message
    equal((message.reasoning_content, message.content), (THOUGHT, TEXT), "the same for Chat")


def claude_code(url, claude, place):
    result = claude.ask(url, "none", "sim-agent", place)
    check(WORD in result["result"] and result["num_turns"] == 2, f"answer {result}")
