"""The `openai` package for Python."""
import asyncio
import base64
import json
import random

import openai
import pydantic

from rig.cases import check, equal

import upstream
from conversations import ANSWER, CLOCK, HELLO, WEATHER, error, once
from pictures import PNG, pictures_in
from route import TOKEN, openai_client

USER = [{"role": "user", "content": "Hello?"}]


def _tool(name, **properties):
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": f"Does {name}", "parameters": parameters}}


TOOLS = [_tool("get_weather", city={"type": "string"}, unit={"type": "string"}), _tool("get_time", zone={"type": "string"}),
         _tool("get_now")]


def _usage_is(usage, wanted):
    equal((usage.prompt_tokens, usage.completion_tokens, usage.total_tokens),
          (wanted["input"], wanted["output"], wanted["input"] + wanted["output"]), "usage")
    equal(usage.prompt_tokens_details.cached_tokens, wanted["cached"], "cached tokens")


def chat(route):
    answer = openai_client(route).chat.completions.create(model="hello", messages=USER)
    equal((answer.choices[0].message.content, answer.choices[0].finish_reason), (HELLO["text"], "stop"), "answer")
    equal((answer.model, answer.object), ("hello", "chat.completion"), "model and object")
    _usage_is(answer.usage, HELLO["usage"])


def history(route):
    messages = [*USER, {"role": "assistant", "content": "Hi."}, {"role": "user", "content": "And now?"}]
    answer = openai_client(route).chat.completions.create(model="hello", messages=messages)
    equal(answer.choices[0].message.content, "Still here.", "answer of the second turn")


def stream(route):
    chunks = list(openai_client(route).chat.completions.create(
        model="hello", messages=USER, stream=True, stream_options={"include_usage": True}))
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    equal("".join(pieces), HELLO["text"], "text")
    check(len(pieces) > 2, "the text came in one piece")
    equal([chunk.choices[0].finish_reason for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason],
          ["stop"], "finish reasons")
    equal({chunk.model for chunk in chunks}, {"hello"}, "models")
    equal(len({chunk.id for chunk in chunks}), 1, "number of ids")
    equal(chunks[-1].choices, [], "choices of the usage chunk")
    _usage_is(chunks[-1].usage, HELLO["usage"])


def stream_without_usage(route):
    chunks = list(openai_client(route).chat.completions.create(model="hello", messages=USER, stream=True))
    check(all(chunk.usage is None and chunk.choices for chunk in chunks), "usage that nobody asked for")


def many_streams_at_once(route):
    async def one(client, number):
        answer = await client.chat.completions.create(
            model="hello", messages=[{"role": "user", "content": f"Number {number}"}], stream=True)
        return "".join([chunk.choices[0].delta.content or "" async for chunk in answer if chunk.choices])

    async def all_of_them():
        async with openai.AsyncOpenAI(base_url=route.url + "/v1", api_key=TOKEN, max_retries=0, timeout=20) as client:
            return await asyncio.gather(*[one(client, number) for number in range(20)])

    equal(set(asyncio.run(all_of_them())), {HELLO["text"]}, "texts")


def system_and_developer(route):
    for role in ("system", "developer"):
        openai_client(route).chat.completions.create(
            model="hello", messages=[{"role": role, "content": "Be brief."}, *USER], max_tokens=50)
        asked = route.asked("hello")
        if route.format == "messages":
            check("Be brief." in json.dumps(asked["system"]), f"system of {asked}")
            equal([message["role"] for message in asked["messages"]], ["user"], "roles")
        else:
            equal(asked["messages"][0]["content"], "Be brief.", "first message")


def parameters(route):
    openai_client(route).chat.completions.create(
        model="stop", messages=USER, max_tokens=77, temperature=0.25, top_p=0.5, stop=["three", "four"], user="u-1")
    asked = route.asked("stop")
    equal((asked["max_tokens"], asked["temperature"], asked["top_p"]), (77, 0.25, 0.5), "parameters")
    if route.format == "messages":
        equal((asked["stop_sequences"], asked["metadata"]), (["three", "four"], {"user_id": "u-1"}), "stop and user")
    else:
        equal((asked["stop"], asked["user"]), (["three", "four"], "u-1"), "stop and user")


def finish_reasons(route):
    for model, wanted in (("length", "length"), ("stop", "stop"), ("tool", "tool_calls")):
        answer = openai_client(route).chat.completions.create(model=model, messages=USER, tools=TOOLS)
        equal(answer.choices[0].finish_reason, wanted, model)


def tool_loop(route):
    client, messages = openai_client(route), list(USER)
    for model in ("tool", "tool-with-text"):
        messages = list(USER)
        first = client.chat.completions.create(model=model, messages=messages, tools=TOOLS).choices[0].message
        call = first.tool_calls[0]
        equal((call.type, call.function.name), ("function", "get_weather"), "call")
        equal(json.loads(call.function.arguments), WEATHER["arguments"], "arguments")
        messages += [first.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "12 °C"}]
        answer = client.chat.completions.create(model=model, messages=messages, tools=TOOLS)
        equal(answer.choices[0].message.content, ANSWER["text"], "answer")


def parallel_tools(route):
    client, messages = openai_client(route), list(USER)
    first = client.chat.completions.create(model="parallel", messages=messages, tools=TOOLS).choices[0].message
    equal([call.function.name for call in first.tool_calls], ["get_weather", "get_time"], "calls")
    messages.append(first.model_dump(exclude_none=True))
    messages += [{"role": "tool", "tool_call_id": call.id, "content": f"result of {call.function.name}"}
                 for call in first.tool_calls]
    answer = client.chat.completions.create(model="parallel", messages=messages, tools=TOOLS)
    equal(answer.choices[0].message.content, ANSWER["text"], "answer")
    if route.format == "messages":
        results = route.asked("parallel")["messages"][-1]["content"]
        equal([block["type"] for block in results], ["tool_result"] * 2, "one user turn with both results")


def streamed_parallel_tools(route):
    calls = {}
    for chunk in openai_client(route).chat.completions.create(model="parallel", messages=USER, tools=TOOLS, stream=True):
        for piece in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
            call = calls.setdefault(piece.index, {"id": piece.id, "name": piece.function.name, "arguments": ""})
            call["arguments"] += piece.function.arguments or ""
    equal([calls[index]["name"] for index in (0, 1)], ["get_weather", "get_time"], "names")
    equal([json.loads(calls[index]["arguments"]) for index in (0, 1)], [WEATHER["arguments"], CLOCK["arguments"]], "arguments")
    equal(len({call["id"] for call in calls.values()}), 2, "number of ids")


def tool_without_input(route):
    for stream_it in (False, True):
        client = openai_client(route)
        if stream_it:
            with client.chat.completions.stream(model="tool-without-input", messages=USER, tools=TOOLS) as events:
                call = events.get_final_completion().choices[0].message.tool_calls[0]
        else:
            answer = client.chat.completions.create(model="tool-without-input", messages=USER, tools=TOOLS)
            call = answer.choices[0].message.tool_calls[0]
        equal(json.loads(call.function.arguments or "{}"), {}, "arguments")


class get_weather(pydantic.BaseModel):  # the SDK takes the tool's name from it
    city: str
    unit: str


class get_time(pydantic.BaseModel):
    zone: str


def typed_tools_in_the_stream_helper(route):
    tools = [openai.pydantic_function_tool(get_weather), openai.pydantic_function_tool(get_time)]
    with openai_client(route).chat.completions.stream(model="parallel", messages=USER, tools=tools) as events:
        done = [event.name for event in events if event.type == "tool_calls.function.arguments.done"]
        calls = events.get_final_completion().choices[0].message.tool_calls
    equal(done, ["get_weather", "get_time"], "calls that were said to be complete")
    equal([call.function.parsed_arguments for call in calls],
          [get_weather(**WEATHER["arguments"]), get_time(**CLOCK["arguments"])], "parsed arguments")


def forced_tool(route):
    openai_client(route).chat.completions.create(
        model="tool", messages=USER, tools=TOOLS, parallel_tool_calls=False,
        tool_choice={"type": "function", "function": {"name": "get_weather"}})
    asked = route.asked("tool")
    if route.format == "messages":
        equal(asked["tool_choice"], {"type": "tool", "name": "get_weather", "disable_parallel_tool_use": True}, "tool_choice")
    else:
        equal((asked["tool_choice"]["function"]["name"], asked["parallel_tool_calls"]), ("get_weather", False), "tool_choice")


class Forecast(pydantic.BaseModel):
    city: str
    degrees: int


def structured_output(route):
    answer = openai_client(route).chat.completions.parse(model="json", messages=USER, response_format=Forecast)
    equal(answer.choices[0].message.parsed, Forecast(city="Zürich", degrees=12), "parsed answer")
    asked = route.asked("json")
    if route.format == "messages":
        given = asked["output_config"]["format"]
        equal((given["type"], sorted(given["schema"]["properties"])), ("json_schema", ["city", "degrees"]), "format")
    else:
        equal(asked["response_format"]["json_schema"]["schema"]["required"], ["city", "degrees"], "response_format")


def picture(route):
    content = [{"type": "text", "text": "What is it?"},
               {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}]
    openai_client(route).chat.completions.create(model="hello", messages=[{"role": "user", "content": content}])
    equal(pictures_in(route.asked("hello")), [("image/png", PNG)], "pictures at the upstream")


def large_picture(route):
    data = base64.b64encode(random.Random(1).randbytes(6 << 20)).decode()
    content = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG[:16]}{data}"}}]
    openai_client(route).chat.completions.create(model="hello", messages=[{"role": "user", "content": content}])
    equal(pictures_in(route.asked("hello"))[0][1], PNG[:16] + data, "eight megabytes of base64 at the upstream")


def reasoning(route):
    client = openai_client(route)
    message = client.chat.completions.create(model="reasoning", messages=USER, reasoning_effort="high").choices[0].message
    equal((message.reasoning_content, message.content), ("Two and two make four.", "Four."), "answer")
    thought = ""
    for chunk in client.chat.completions.create(model="reasoning", messages=USER, reasoning_effort="high", stream=True):
        thought += (getattr(chunk.choices[0].delta, "reasoning_content", None) or "") if chunk.choices else ""
    equal(thought, "Two and two make four.", "streamed reasoning")
    asked = route.asked("reasoning")
    if route.format == "messages":
        check(asked["thinking"]["type"] in ("enabled", "adaptive"), f"thinking of {asked}")
    else:
        equal(asked["reasoning_effort"], "high", "reasoning_effort")


def _fails(route, model, kind, **options):
    try:
        openai_client(route, **options).chat.completions.create(model=model, messages=USER)
    except openai.APIStatusError as thrown:
        equal(type(thrown), kind, f"type of {thrown}")
        check(thrown.message and isinstance(thrown.body, dict), f"no message in {thrown}")
        return thrown
    raise AssertionError("no error")


def bad_request(route):
    thrown = _fails(route, "bad-request", openai.BadRequestError)
    check("temperature is out of range" in thrown.message, thrown.message)


def wrong_token(route):
    equal(_fails(route, "hello", openai.AuthenticationError, key="wrong").status_code, 401, "status")


def no_such_model(route):
    check("does not exist" in _fails(route, "no-such-model", openai.NotFoundError).message, "message")


def rate_limit(route):
    thrown = _fails(route, "limited", openai.RateLimitError)
    equal((thrown.response.headers["retry-after"], thrown.type), ("7", "rate_limit_error"), "retry-after and type")


def server_errors(route):
    _fails(route, "failing", openai.InternalServerError)
    equal(_fails(route, "overloaded", openai.InternalServerError).status_code // 100, 5, "class of the status")


def context_length(route):
    thrown = _fails(route, "too-long", openai.BadRequestError)
    equal(thrown.code, "context_length_exceeded", "code")


def retries_of_the_sdk(route):
    """It asks again by itself after what the gateway lets through as worth another try, and not after the rest."""
    limited = error(429, "rate_limit_error", "rate_limit_exceeded", "slow down", **{"retry-after-ms": "20"})
    upstream.EXTRA_TURNS["limited-once"] = once(limited, HELLO)
    client = openai_client(route).with_options(max_retries=1)
    answer = client.chat.completions.create(model="limited-once", messages=USER)
    equal(answer.choices[0].message.content, HELLO["text"], "answer to the second try")
    equal(len(route.upstream.bodies("limited-once")), 2, "requests at the upstream")
    upstream.EXTRA_TURNS["refused-once"] = once(error(400, "invalid_request_error", None, "no"), HELLO)
    try:
        client.chat.completions.create(model="refused-once", messages=USER)
    except openai.BadRequestError:
        equal(len(route.upstream.bodies("refused-once")), 1, "requests at the upstream")
    else:
        raise AssertionError("no error")


def errors_before_a_stream(route):
    for model, kind in (("limited", openai.RateLimitError), ("bad-request", openai.BadRequestError)):
        try:
            list(openai_client(route).chat.completions.create(model=model, messages=USER, stream=True))
        except openai.APIStatusError as thrown:
            equal(type(thrown), kind, f"type of {thrown}")
        else:
            raise AssertionError(f"no error from {model}")


def error_inside_a_stream(route):
    """Text that came, then an error: never a stream that looks complete."""
    for model in ("broken", "cut"):
        text, finished = "", []
        try:
            for chunk in openai_client(route).chat.completions.create(model=model, messages=USER, stream=True):
                if not text and chunk.choices[0].delta.content:
                    route.upstream.gate.release()
                text += chunk.choices[0].delta.content or ""
                finished += [chunk.choices[0].finish_reason] if chunk.choices[0].finish_reason else []
        except openai.APIError:
            pass
        else:
            raise AssertionError(f"the stream of {model} ended as if it were complete")
        check(text.startswith("This answer") and not finished, f"before the error of {model}: {text!r} {finished}")


def cut_answer(route):
    """Half an answer is no answer."""
    try:
        openai_client(route).chat.completions.create(model="cut", messages=USER)
    except openai.InternalServerError as thrown:
        equal(thrown.status_code, 502, "status")
    else:
        raise AssertionError("no error")


def leaving_a_stream(route):
    events = openai_client(route).chat.completions.create(model="endless", messages=USER, stream=True)
    for _ in range(10):
        next(events)
    events.close()
    route.expect_gone("endless")


def leaving_before_the_answer(route):
    for stream_it in (False, True):
        try:
            openai_client(route).with_options(timeout=0.5).chat.completions.create(
                model="held", messages=USER, stream=stream_it)
        except openai.APITimeoutError:
            route.expect_gone("held")
        else:
            raise AssertionError("an answer from an upstream that says nothing")


def models(route):
    client = openai_client(route)
    check("hello" in [row.id for row in client.models.list()], "hello is not listed")
    equal(client.models.retrieve("hello").id, "hello", "model")


def request_id(route):
    raw = openai_client(route).chat.completions.with_raw_response.create(model="hello", messages=USER)
    check(raw.headers.get("x-request-id"), "no x-request-id")
    equal(raw.parse()._request_id, raw.headers["x-request-id"], "the SDK's own view of it")
