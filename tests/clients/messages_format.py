"""The scripted upstream's answers as Anthropic Messages."""
import json

from conversations import GATE, pieces

FINISH = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
STATUS = {503: 529}  # what this format says for "too busy"
SIGNATURE = "c2lnbmF0dXJlLW9mLXRoZS11cHN0cmVhbQ=="


def usage_of(turn):
    usage = turn.get("usage", {"input": 10, "cached": 0, "output": 5})
    return {
        "input_tokens": usage["input"] - usage["cached"],
        "cache_read_input_tokens": usage["cached"],
        "cache_creation_input_tokens": 0,
        "output_tokens": usage["output"],
    }


def _finish(turn):
    finish = turn.get("finish", "stop")
    stopped = finish == "stop_sequence"
    return {"stop_reason": FINISH.get(finish, finish), "stop_sequence": "three" if stopped else None}


def _blocks(turn):
    blocks = []
    if "reasoning" in turn:
        blocks.append({"type": "thinking", "thinking": turn["reasoning"], "signature": SIGNATURE})
    if turn.get("text"):
        blocks.append({"type": "text", "text": turn["text"]})
    return blocks + [
        {"type": "tool_use", "id": call["id"].replace("call_", "toolu_"), "name": call["name"], "input": call["arguments"]}
        for call in turn.get("calls", [])
    ]


def whole(turn, model):
    return {
        "id": "msg_scripted", "type": "message", "role": "assistant", "model": model,
        "content": _blocks(turn), **_finish(turn), "usage": usage_of(turn),
    }


def _deltas(block):
    """The start of a block, and the deltas that fill it."""
    if block["type"] == "text":
        return {**block, "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
    if block["type"] == "thinking":
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in pieces(block["thinking"])]
        return {**block, "thinking": "", "signature": ""}, [
            *deltas, {"type": "signature_delta", "signature": block["signature"]}]
    text = json.dumps(block["input"], ensure_ascii=False) if block["input"] else ""
    return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in ["", *pieces(text, 7)]]


def _message_start(turn, model, message_id):
    message = {**whole(turn, model), "id": message_id, "content": [], "stop_reason": None, "stop_sequence": None}
    message["usage"] = {**usage_of(turn), "output_tokens": 1}
    return {"type": "message_start", "message": message}


def events(turn, body, message_id="msg_scripted"):
    yield _message_start(turn, body["model"], message_id)
    for index, block in enumerate(_blocks(turn)):
        start, deltas = _deltas(block)
        yield {"type": "content_block_start", "index": index, "content_block": start}
        if index == 0:
            yield {"type": "ping"}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        if turn.get("gated"):
            yield GATE
        if turn.get("cut"):
            return
        if turn.get("fails"):
            yield error_body({"type": "api_error", "message": "the engine fell over"})
            return
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": _finish(turn), "usage": {"output_tokens": usage_of(turn)["output_tokens"]}}
    yield {"type": "message_stop"}


def endless_events(model):
    """The opening of a stream that never ends."""
    yield _message_start({}, model, "msg_endless")
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}


def endless_event(number):
    return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": f"{number} "}}


def framed(event):
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def error_body(error):
    return {"type": "error", "error": {"type": error["type"], "message": error["message"]}, "request_id": "req_scripted"}


def answers_in(body):
    return sum(message["role"] == "assistant" for message in body["messages"])
