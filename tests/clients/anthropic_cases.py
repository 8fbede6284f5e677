"""The `anthropic` package for Python."""
import json

import anthropic
from anthropic import beta_tool

from rig.cases import check, equal

import upstream
from conversations import ANSWER, CLOCK, HELLO, WEATHER, error, once
from messages_format import SIGNATURE
from pictures import PNG, pictures_in
from route import anthropic_client

USER = [{"role": "user", "content": "Hello?"}]


def _tool(name, **properties):
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"name": name, "description": f"Does {name}", "input_schema": schema}


TOOLS = [_tool("get_weather", city={"type": "string"}, unit={"type": "string"}), _tool("get_time", zone={"type": "string"}),
         _tool("get_now")]
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}


def _ask(route, model="hello", messages=None, **more):
    return anthropic_client(route).messages.create(model=model, max_tokens=256, messages=messages or USER, **more)


def _streamed(route, model="hello", messages=None, **more):
    with anthropic_client(route).messages.stream(model=model, max_tokens=256, messages=messages or USER, **more) as events:
        return events.get_final_message()


def _usage_is(usage, wanted):
    equal((usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens),
          (wanted["input"] - wanted["cached"], wanted["cached"], wanted["output"]), "usage")


def message(route):
    for ask in (_ask, _streamed):
        answer = ask(route)
        equal((answer.content[0].text, answer.stop_reason, answer.model), (HELLO["text"], "end_turn", "hello"), "answer")
        equal((answer.type, answer.role, answer.stop_sequence), ("message", "assistant", None), "shape")
        _usage_is(answer.usage, HELLO["usage"])


def events_of_a_stream(route):
    events = list(anthropic_client(route).messages.create(model="hello", max_tokens=256, messages=USER, stream=True))
    kinds = [event.type for event in events if event.type != "ping"]
    deltas = kinds.count("content_block_delta")
    check(deltas > 2, "the text came in one piece")
    equal(kinds, ["message_start", "content_block_start", *["content_block_delta"] * deltas, "content_block_stop",
                  "message_delta", "message_stop"], "events")
    check(events[0].message.usage.input_tokens > 0, "no figure of the input in message_start")


def text_stream(route):
    with anthropic_client(route).messages.stream(model="hello", max_tokens=256, messages=USER) as events:
        equal("".join(events.text_stream), HELLO["text"], "text")


def system_blocks(route):
    blocks = [{"type": "text", "text": "Be brief."},
              {"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}]
    _ask(route, system=blocks)
    asked = route.asked("hello")
    if route.format == "messages":
        equal(asked["system"], blocks, "system")
    else:
        heads = [message for message in asked["messages"] if message["role"] == "system"]
        check("Be brief." in json.dumps(heads) and "Be kind." in json.dumps(heads), f"system messages {heads}")
        check("cache_control" not in json.dumps(asked), "a cache mark at a server that has none")


def parameters(route):
    _ask(route, model="stop", stop_sequences=["three"], metadata={"user_id": "u-1"},
         extra_body={"temperature": 0.25, "top_p": 0.5})  # the newest models take neither, so the SDK names them no more
    asked = route.asked("stop")
    equal((asked["max_tokens"], asked["temperature"], asked["top_p"]), (256, 0.25, 0.5), "parameters")
    if route.format == "messages":
        equal((asked["stop_sequences"], asked["metadata"]), (["three"], {"user_id": "u-1"}), "stop and user")
    else:
        equal((asked["stop"], asked["user"]), (["three"], "u-1"), "stop and user")


def stop_reasons(route):
    equal(_ask(route, "length").stop_reason, "max_tokens", "length")
    equal(_ask(route, "tool", tools=TOOLS).stop_reason, "tool_use", "tool")
    stopped = _ask(route, "stop", stop_sequences=["three"])
    if route.format == "messages":
        equal((stopped.stop_reason, stopped.stop_sequence), ("stop_sequence", "three"), "stop")
    else:  # Chat does not say whether a stop text was met
        check(stopped.stop_reason in ("end_turn", "stop_sequence"), f"stop: {stopped.stop_reason}")


def _results(message, text="12 °C"):
    return {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": block.id, "content": text}
        for block in message.content if block.type == "tool_use"]}


def tool_loop(route):
    for model in ("tool", "tool-with-text"):
        for ask in (_ask, _streamed):
            first = ask(route, model, tools=TOOLS)
            call = first.content[-1]
            equal((call.name, call.input), ("get_weather", WEATHER["arguments"]), "call")
            turn = {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]}
            answer = ask(route, model, [*USER, turn, _results(first)], tools=TOOLS)
            equal((answer.content[0].text, answer.stop_reason), (ANSWER["text"], "end_turn"), "answer")


def parallel_tools(route):
    for ask in (_ask, _streamed):
        first = ask(route, "parallel", tools=TOOLS)
        equal([(block.name, block.input) for block in first.content],
              [("get_weather", WEATHER["arguments"]), ("get_time", CLOCK["arguments"])], "calls")
        turn = {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]}
        results = _results(first)
        results["content"].append({"type": "text", "text": "Go on."})
        answer = ask(route, "parallel", [*USER, turn, results], tools=TOOLS)
        equal(answer.content[0].text, ANSWER["text"], "answer")
        check("Go on." in json.dumps(route.asked("parallel")["messages"][-1]), "the text beside the results is lost")


def tool_without_input(route):
    for ask in (_ask, _streamed):
        equal(ask(route, "tool-without-input", tools=TOOLS).content[0].input, {}, "input")


def failed_tool(route):
    first = _ask(route, "tool", tools=TOOLS)
    turn = {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]}
    results = _results(first, "no such city")
    results["content"][0]["is_error"] = True
    equal(_ask(route, "tool", [*USER, turn, results], tools=TOOLS).content[0].text, ANSWER["text"], "answer")
    check("no such city" in json.dumps(route.asked("tool")), "the error's text is lost")


def forced_tool(route):
    _ask(route, "tool", tools=TOOLS, tool_choice={"type": "tool", "name": "get_weather", "disable_parallel_tool_use": True})
    asked = route.asked("tool")
    if route.format == "messages":
        equal(asked["tool_choice"]["name"], "get_weather", "tool_choice")
    else:
        equal((asked["tool_choice"], asked["parallel_tool_calls"]),
              ({"type": "function", "function": {"name": "get_weather"}}, False), "tool_choice")
    _ask(route, "tool", tools=TOOLS, tool_choice={"type": "any"})
    equal(route.asked("tool")["tool_choice"], {"type": "any"} if route.format == "messages" else "required", "any")


@beta_tool
def get_weather(city: str, unit: str) -> str:
    """The weather of a city.

    Args:
        city: Its name.
        unit: The unit of the temperature.
    """
    return f"12 {unit} in {city}"


@beta_tool
def get_time(zone: str) -> str:
    """The time in a zone.

    Args:
        zone: Its name.
    """
    return f"noon in {zone}"


get_weather_tool, get_time_tool = get_weather, get_time


def _runner(route, model, **more):
    return anthropic_client(route).beta.messages.tool_runner(
        model=model, max_tokens=256, messages=USER, tools=[get_weather_tool, get_time_tool], **more)


def _whole_history(route, model):
    """Where threads pass, the last request carries the newest results alone; where they do not, everything."""
    asked = route.asked(model)
    if route.format == "messages":
        equal(asked["thread"]["type"], "continue", "thread")
        equal(len(asked["messages"]), 1, "messages beside the thread")
    else:
        check("thread" not in asked, "a thread at a server that has none")
        equal(asked["messages"][0]["content"], "Hello?", "first message")


def tool_runner(route):
    for model, wanted in (("parallel", 2), ("two-steps", 3)):
        replies = list(_runner(route, model))
        equal((len(replies), replies[-1].content[0].text), (wanted, ANSWER["text"]), f"replies of {model}")
        check("12 °C in Zürich" in json.dumps(route.upstream.bodies(model), ensure_ascii=False), "the tool's result")
        _whole_history(route, model)


def streaming_tool_runner(route):
    for model in ("parallel", "two-steps"):
        texts = []
        for turn in _runner(route, model, stream=True):
            for _ in turn:
                pass
            texts.append("".join(block.text for block in turn.get_final_message().content if block.type == "text"))
        equal(texts[-1], ANSWER["text"], f"answer of {model}")
        _whole_history(route, model)


def tool_runner_without_threads(route):
    equal(_runner(route, "parallel", thread=False).until_done().content[0].text, ANSWER["text"], "answer")


def picture(route):
    _ask(route, messages=[{"role": "user", "content": [PICTURE, {"type": "text", "text": "What is it?"}]}])
    equal(pictures_in(route.asked("hello")), [("image/png", PNG)], "pictures at the upstream")


def picture_in_a_tool_result(route):
    first = _ask(route, "parallel", tools=TOOLS)
    turn = {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]}
    results = _results(first)
    results["content"][0]["content"] = [{"type": "text", "text": "A photo:"}, PICTURE]
    equal(_ask(route, "parallel", [*USER, turn, results], tools=TOOLS).content[0].text, ANSWER["text"], "answer")
    equal(pictures_in(route.asked("parallel")), [("image/png", PNG)], "pictures at the upstream")


def thinking(route):
    switched_on = {"type": "enabled", "budget_tokens": 1024}
    for ask in (_ask, _streamed):
        client = anthropic_client(route)
        if ask is _ask:
            answer = client.messages.create(model="reasoning", max_tokens=2048, messages=USER, thinking=switched_on)
        else:
            with client.messages.stream(model="reasoning", max_tokens=2048, messages=USER, thinking=switched_on) as events:
                answer = events.get_final_message()
        equal([block.type for block in answer.content], ["thinking", "text"], "blocks")
        equal((answer.content[0].thinking, answer.content[1].text), ("Two and two make four.", "Four."), "answer")
        check(answer.content[0].signature, "a thinking block without signature")
        if route.format == "messages":
            equal(answer.content[0].signature, SIGNATURE, "signature")
        turn = {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in answer.content]}
        again = client.messages.create(
            model="reasoning", max_tokens=2048, thinking=switched_on,
            messages=[*USER, turn, {"role": "user", "content": "Sure?"}])
        equal(again.content[-1].text, "As I said: four.", "answer to a history with thinking")


def structured_output(route):
    schema = {"type": "object", "properties": {"city": {"type": "string"}, "degrees": {"type": "integer"}},
              "required": ["city", "degrees"], "additionalProperties": False}
    answer = _ask(route, "json", output_config={"format": {"type": "json_schema", "schema": schema}})
    equal(json.loads(answer.content[0].text), {"city": "Zürich", "degrees": 12}, "answer")
    asked = route.asked("json")
    given = asked["output_config"]["format"] if route.format == "messages" else asked["response_format"]["json_schema"]
    equal(given["schema"], schema, "schema at the upstream")


def _fails(route, model, kind, **options):
    try:
        anthropic_client(route, **options).messages.create(model=model, max_tokens=256, messages=USER)
    except anthropic.APIStatusError as thrown:
        equal(type(thrown), kind, f"type of {thrown}")
        equal(thrown.body["type"], "error", "envelope")
        check(thrown.body["error"]["message"], f"no message in {thrown}")
        return thrown
    raise AssertionError("no error")


def bad_request(route):
    thrown = _fails(route, "bad-request", anthropic.BadRequestError)
    equal(thrown.body["error"]["type"], "invalid_request_error", "type")
    check("temperature is out of range" in thrown.body["error"]["message"], str(thrown))


def wrong_token(route):
    thrown = _fails(route, "hello", anthropic.AuthenticationError, key="wrong")
    equal((thrown.status_code, thrown.body["error"]["type"]), (401, "authentication_error"), "error")


def no_such_model(route):
    equal(_fails(route, "no-such-model", anthropic.NotFoundError).body["error"]["type"], "not_found_error", "type")


def rate_limit(route):
    thrown = _fails(route, "limited", anthropic.RateLimitError)
    equal((thrown.response.headers["retry-after"], thrown.body["error"]["type"]), ("7", "rate_limit_error"), "error")


def server_errors(route):
    equal(_fails(route, "failing", anthropic.InternalServerError).body["error"]["type"], "api_error", "type")
    thrown = _fails(route, "overloaded", anthropic._exceptions.OverloadedError)
    equal((thrown.status_code, thrown.body["error"]["type"]), (529, "overloaded_error"), "overloaded")


def context_length(route):
    thrown = _fails(route, "too-long", anthropic.BadRequestError)
    check("prompt is too long" in thrown.body["error"]["message"], str(thrown))


def retries_of_the_sdk(route):
    """It asks again by itself after what the gateway lets through as worth another try."""
    overloaded = error(503, "overloaded_error", None, "too busy", **{"retry-after-ms": "20"})
    upstream.EXTRA_TURNS["busy-once"] = once(overloaded, HELLO)
    asked_before = len(route.upstream.bodies("busy-once"))
    answer = anthropic_client(route).with_options(max_retries=1).messages.create(
        model="busy-once", max_tokens=256, messages=USER)
    equal(answer.content[0].text, HELLO["text"], "answer to the second try")
    equal(len(route.upstream.bodies("busy-once")) - asked_before, 2, "requests at the upstream")


def errors_before_a_stream(route):
    for model, kind in (("limited", anthropic.RateLimitError), ("bad-request", anthropic.BadRequestError)):
        try:
            _streamed(route, model)
        except anthropic.APIStatusError as thrown:
            equal(type(thrown), kind, f"type of {thrown}")
        else:
            raise AssertionError(f"no error from {model}")


def error_inside_a_stream(route):
    """Text that came, then an error: never a message that looks complete."""
    for model in ("broken", "cut"):
        kinds = []
        try:
            for event in anthropic_client(route).messages.create(model=model, max_tokens=256, messages=USER, stream=True):
                if event.type == "content_block_start":
                    route.upstream.gate.release()
                kinds.append(event.type)
        except anthropic.APIError:
            pass
        else:
            raise AssertionError(f"the stream of {model} ended as if it were complete: {kinds[-3:]}")
        check("content_block_delta" in kinds and not {"message_delta", "message_stop"} & set(kinds),
              f"before the error of {model}: {kinds}")


def cut_answer(route):
    """Half an answer is no answer."""
    equal(_fails(route, "cut", anthropic.InternalServerError).status_code, 502, "status")


def leaving_a_stream(route):
    events = anthropic_client(route).messages.create(model="endless", max_tokens=256, messages=USER, stream=True)
    for _ in range(10):
        next(iter(events))
    events.close()
    route.expect_gone("endless")


def leaving_before_the_answer(route):
    for stream_it in (False, True):
        try:
            anthropic_client(route).with_options(timeout=0.5).messages.create(
                model="held", max_tokens=256, messages=USER, stream=stream_it)
        except anthropic.APITimeoutError:
            route.expect_gone("held")
        else:
            raise AssertionError("an answer from an upstream that says nothing")


def count_tokens(route):
    counted = anthropic_client(route).messages.count_tokens(model="hello", messages=USER, system="Be brief.", tools=TOOLS)
    if route.format == "messages":
        equal(counted.input_tokens, 42, "tokens as the upstream counts them")
    else:
        check(20 <= counted.input_tokens <= 400, f"estimate {counted.input_tokens}")


def models(route):
    rows = list(anthropic_client(route).models.list())
    check("hello" in [row.id for row in rows], "hello is not listed")


def request_id(route):
    check(_ask(route)._request_id, "the SDK finds no request id")
