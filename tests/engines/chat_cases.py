"""OpenAI Chat Completions through the gateway to the engine, which speaks it too."""
from rig import transcript, wire
from rig.cases import check, equal

import scripted

PATH = "/v1/chat/completions"


def _ask(url, body):
    reply = wire.post(url + PATH, body)
    equal(reply.status, 200, f"status with {reply.body!r}")
    return transcript.chat_answer(reply.json())


def _stream(url, body):
    with wire.Stream(url + PATH, {**body, "stream": True}) as stream:
        return transcript.chat_stream(stream)


def text_and_usage(url):
    said = _ask(url, scripted.chat("hi"))
    equal((said.text, said.finish, said.models), (scripted.HELLO, "stop", {"tiny"}), "answer")
    equal(said.usage["prompt_tokens"], scripted.HELLO_PROMPT_TOKENS, "prompt tokens")
    equal(said.usage["completion_tokens"], scripted.HELLO_TOKENS, "completion tokens")


def stream_with_usage(url):
    said = _stream(url, scripted.chat("hi", stream_options={"include_usage": True}))
    equal((said.text, said.finish, said.models), (scripted.HELLO, "stop", {"tiny"}), "answer")
    equal(said.usage["prompt_tokens"], scripted.HELLO_PROMPT_TOKENS, "prompt tokens")
    equal(said.usage["completion_tokens"], scripted.HELLO_TOKENS, "completion tokens")


def stream_without_usage_asked(url):
    said = _stream(url, scripted.chat("hi"))
    equal((said.text, said.finish, said.usage), (scripted.HELLO, "stop", None), "answer")


def length(url):
    said = _ask(url, scripted.chat("#long", max_tokens=27))
    equal((said.text, said.finish, said.usage["completion_tokens"]), (scripted.LONG, "length", 27), "answer")


def stop_text(url):
    said = _ask(url, scripted.chat("hi", stop=[" tiny"]))
    equal((said.text, said.finish), ("Hello, this is the", "stop"), "answer")


def split_characters(url):
    equal(_ask(url, scripted.chat("#utf8")).text, scripted.UTF8, "whole")
    said = _stream(url, scripted.chat("#utf8", stream_options={"include_usage": True}))
    equal((said.text, said.usage["completion_tokens"]), (scripted.UTF8, scripted.UTF8_TOKENS), "streamed")


def reasoning(url):
    for said in (_ask(url, scripted.chat("#think")), _stream(url, scripted.chat("#think"))):
        equal((said.reasoning, said.text), (scripted.THOUGHT, scripted.THOUGHT_ANSWER), "answer")


def tool_call(url):
    for ask in (_ask, _stream):
        said = ask(url, scripted.chat("#tool", tools=scripted.CHAT_TOOLS))
        equal((said.text, said.finish, len(said.calls)), ("", "tool_calls", 1), "answer")
        equal(said.calls[0]["name"], scripted.TOOL_NAME, "name of the tool")
        equal(scripted.arguments(said.calls[0]), scripted.TOOL_INPUT, "arguments")
        check(said.calls[0]["id"], "a call without id")


def tool_loop(url):
    first = wire.post(url + PATH, scripted.chat("#tool", tools=scripted.CHAT_TOOLS)).json()["choices"][0]["message"]
    body = scripted.chat("#tool", tools=scripted.CHAT_TOOLS)
    body["messages"] += [first, {"role": "tool", "tool_call_id": first["tool_calls"][0]["id"], "content": "rain"}]
    equal(_ask(url, body).text, scripted.HELLO, "answer to the tool's result")
