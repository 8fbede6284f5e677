"""Anthropic Messages through the gateway to the engine, translated into Chat Completions."""
from rig import transcript, wire
from rig.cases import check, equal

import scripted

PATH = "/v1/messages"
HEADERS = {"anthropic-version": "2023-06-01"}


def _ask(url, body):
    reply = wire.post(url + PATH, body, HEADERS)
    equal(reply.status, 200, f"status with {reply.body!r}")
    return transcript.messages_answer(reply.json())


def _stream(url, body):
    with wire.Stream(url + PATH, {**body, "stream": True}, HEADERS) as stream:
        return transcript.messages_stream(stream)


def _input_tokens(usage):
    return usage["input_tokens"] + usage["cache_read_input_tokens"] + usage["cache_creation_input_tokens"]


def text_and_usage(url):
    for ask in (_ask, _stream):
        said = ask(url, scripted.messages("hi"))
        equal((said.text, said.finish, said.models), (scripted.HELLO, "end_turn", {"tiny"}), "answer")
        equal(_input_tokens(said.usage), scripted.HELLO_PROMPT_TOKENS, "input tokens")
        equal(said.usage["output_tokens"], scripted.HELLO_TOKENS, "output tokens")


def shape_of_an_answer(url):
    body = wire.post(url + PATH, scripted.messages("hi"), HEADERS).json()
    equal((body["type"], body["role"], body["stop_sequence"]), ("message", "assistant", None), "answer")
    check(body["id"].startswith("msg_"), f"id {body['id']}")


def system_text_reaches_the_model(url):
    plain = _ask(url, scripted.messages("hi")).usage
    said = _ask(url, scripted.messages("hi", system=[{"type": "text", "text": "Be kind."}]))
    equal(said.text, scripted.HELLO, "answer")
    check(_input_tokens(said.usage) > _input_tokens(plain) + 8, f"no system text in {said.usage}")


def length(url):
    for ask in (_ask, _stream):
        said = ask(url, scripted.messages("#long", max_tokens=27))
        equal((said.text, said.finish), (scripted.LONG, "max_tokens"), "answer")
        equal(said.usage["output_tokens"], 27, "output tokens")


def stop_sequence(url):
    said = _ask(url, scripted.messages("hi", stop_sequences=[" tiny"]))
    equal(said.text, "Hello, this is the", "answer")
    check(said.finish in ("end_turn", "stop_sequence"), f"stop_reason {said.finish}")


def split_characters(url):
    for ask in (_ask, _stream):
        said = ask(url, scripted.messages("#utf8"))
        equal((said.text, said.usage["output_tokens"]), (scripted.UTF8, scripted.UTF8_TOKENS), "answer")


def reasoning(url):
    for ask in (_ask, _stream):
        said = ask(url, scripted.thinking("#think"))
        equal(said.kinds, ["thinking", "text"], "blocks")
        equal((said.reasoning, said.text), (scripted.THOUGHT, scripted.THOUGHT_ANSWER), "answer")
        check(len(said.signatures) == 1 and said.signatures[0], "clients refuse a thinking block without signature")


def reasoning_sent_back(url):
    first = wire.post(url + PATH, scripted.thinking("#think"), HEADERS).json()
    body = scripted.thinking("#think")
    body["messages"] += [{"role": "assistant", "content": first["content"]}, {"role": "user", "content": "hi"}]
    equal(_ask(url, body).text, scripted.HELLO, "answer to a history with thinking")


def tool_call(url):
    for ask in (_ask, _stream):
        said = ask(url, scripted.messages("#tool", tools=scripted.MESSAGES_TOOLS))
        equal((said.text, said.finish, said.kinds), ("", "tool_use", ["tool_use"]), "answer")
        equal(said.calls[0]["name"], scripted.TOOL_NAME, "name of the tool")
        equal(scripted.arguments(said.calls[0]), scripted.TOOL_INPUT, "input")
        check(said.calls[0]["id"], "a call without id")


def tool_loop(url):
    body = scripted.messages("#tool", tools=scripted.MESSAGES_TOOLS)
    first = wire.post(url + PATH, body, HEADERS).json()
    result = {"type": "tool_result", "tool_use_id": first["content"][0]["id"], "content": [{"type": "text", "text": "rain"}]}
    body["messages"] += [{"role": "assistant", "content": first["content"]}, {"role": "user", "content": [result]}]
    equal(_ask(url, body).text, scripted.HELLO, "answer to the tool's result")


def count_tokens(url):
    body = scripted.messages("hi")
    del body["max_tokens"], body["temperature"]
    reply = wire.post(url + PATH + "/count_tokens", body, HEADERS)
    equal(reply.status, 200, "status")
    counted = reply.json()["input_tokens"]
    if reply.headers.get("x-llmgw-estimated") == "1":
        check(1 <= counted <= 100, f"estimate {counted}")
    else:
        equal(counted, scripted.HELLO_PROMPT_TOKENS, "input tokens, counted by the engine")
