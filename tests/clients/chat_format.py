"""The scripted upstream's answers as OpenAI Chat Completions."""
import json

from conversations import GATE, pieces

FINISH = {"stop_sequence": "stop"}


def usage_of(turn):
    usage = turn.get("usage", {"input": 10, "cached": 0, "output": 5})
    return {
        "prompt_tokens": usage["input"],
        "completion_tokens": usage["output"],
        "total_tokens": usage["input"] + usage["output"],
        "prompt_tokens_details": {"cached_tokens": usage["cached"]},
    }


def _calls(turn):
    return [
        {
            "id": call["id"],
            "type": "function",
            "function": {"name": call["name"], "arguments": json.dumps(call["arguments"], ensure_ascii=False)},
        }
        for call in turn.get("calls", [])
    ]


def _finish(turn):
    finish = turn.get("finish", "stop")
    return FINISH.get(finish, finish)


def whole(turn, model):
    message = {"role": "assistant", "content": turn.get("text"), "refusal": None}
    if "reasoning" in turn:
        message["reasoning_content"] = turn["reasoning"]
    if "calls" in turn:
        message["tool_calls"] = _calls(turn)
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 1760000000,
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(turn)}],
        "usage": usage_of(turn),
    }


def events(turn, body):
    """The `data:` texts of the stream, without its end."""
    head = {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 1760000000, "model": body["model"]}
    usage_asked = (body.get("stream_options") or {}).get("include_usage")

    def chunk(delta, finish=None):
        choices = [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
        return json.dumps({**head, "choices": choices, **({"usage": None} if usage_asked else {})}, ensure_ascii=False)

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces(turn.get("reasoning", "")):
        yield chunk({"reasoning_content": piece})
    for piece in pieces(turn.get("text") or ""):
        yield chunk({"content": piece})
    for index, call in enumerate(_calls(turn)):
        function = call["function"]
        yield chunk({"tool_calls": [{"index": index, **call, "function": {"name": function["name"], "arguments": ""}}]})
        for piece in pieces(function["arguments"], 7):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    if turn.get("gated"):
        yield GATE
    if turn.get("cut"):
        return
    if turn.get("fails"):
        yield json.dumps(error_body({"type": "server_error", "code": None, "message": "the engine fell over"}))
        return
    yield chunk({}, _finish(turn))
    if usage_asked:
        yield json.dumps({**head, "choices": [], "usage": usage_of(turn)})
    yield "[DONE]"


def endless_event(number, model):
    delta = {"index": 0, "delta": {"content": f"{number} "}, "logprobs": None, "finish_reason": None}
    head = {"id": "chatcmpl-endless", "object": "chat.completion.chunk", "created": 1760000000, "model": model}
    return json.dumps({**head, "choices": [delta]})


def framed(data):
    return f"data: {data}\n\n".encode()


def error_body(error):
    return {"error": {"message": error["message"], "type": error["type"], "param": None, "code": error["code"]}}


def answers_in(body):
    return sum(message["role"] == "assistant" for message in body["messages"])


def last_tool_text(body):
    """The text of the newest tool results."""
    texts = [message["content"] for message in body["messages"] if message["role"] == "tool"]
    return texts[-1] if texts and isinstance(texts[-1], str) else json.dumps(texts[-1:])
