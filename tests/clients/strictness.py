"""What a strict server of each format refuses: so that a request which only a lenient one would take is noticed."""

CHAT_KEYS = {
    "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "stream",
    "stream_options", "tools", "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort", "user", "n",
    "seed", "metadata", "store", "service_tier", "frequency_penalty", "presence_penalty", "safety_identifier", "verbosity",
    "top_k", "prompt_cache_key", "logprobs", "top_logprobs",
}
MESSAGES_KEYS = {
    "model", "messages", "max_tokens", "system", "temperature", "top_p", "top_k", "stop_sequences", "stream", "tools",
    "tool_choice", "thinking", "output_config", "metadata", "service_tier", "context_management", "thread", "output_format",
}


def chat_trouble(body):
    """A sentence, or an empty text for a request that is right."""
    unknown = set(body) - CHAT_KEYS
    if unknown:
        return f"unrecognized fields {sorted(unknown)}"
    if not body.get("messages"):
        return "messages is empty"
    waiting = []
    for index, message in enumerate(body["messages"]):
        trouble = _chat_message_trouble(message, waiting)
        if trouble:
            return f"messages[{index}]: {trouble}"
    if waiting:
        return f"tool calls without an answer: {waiting}"
    for tool in body.get("tools", []):
        if tool.get("type") != "function" or not tool["function"].get("name"):
            return f"tool {tool}"
    return ""


def _chat_message_trouble(message, waiting):
    role, content = message.get("role"), message.get("content")
    if role == "tool":
        if message.get("tool_call_id") not in waiting:
            return f"tool_call_id {message.get('tool_call_id')!r} answers none of {waiting}"
        waiting.remove(message["tool_call_id"])
        return "" if isinstance(content, str) or _parts_are(content, {"text"}) else "content of a tool message"
    if waiting:
        return f"a {role} message where the answers to {waiting} belong"
    if role == "assistant":
        waiting += [call["id"] for call in message.get("tool_calls") or []]
        if any(not isinstance(call["function"]["arguments"], str) for call in message.get("tool_calls") or []):
            return "arguments are not a text"
        return "" if content or message.get("tool_calls") else "an assistant message with neither content nor calls"
    if role not in ("system", "developer", "user"):
        return f"role {role!r}"
    allowed = {"text", "image_url", "file"} if role == "user" else {"text"}
    return "" if (isinstance(content, str) and content) or _parts_are(content, allowed) else f"content {content!r}"


def _parts_are(content, kinds):
    return isinstance(content, list) and content and all(part.get("type") in kinds for part in content)


def messages_trouble(body, counting=False, betas=""):
    unknown = set(body) - MESSAGES_KEYS
    if unknown:
        return f"{sorted(unknown)}: Extra inputs are not permitted"
    if not counting and not isinstance(body.get("max_tokens"), int):
        return "max_tokens: Field required"
    if not body.get("messages"):
        return "messages: at least one message is required"
    waiting = []
    for index, message in enumerate(body["messages"]):
        if message.get("role") == "system" and "mid-conversation-system-" in betas and index and not waiting:
            continue
        trouble = _messages_message_trouble(message, waiting)
        if trouble:
            return f"messages.{index}: {trouble}"
    for tool in body.get("tools", []):
        if tool.get("type", "custom") == "custom" and tool.get("input_schema", {}).get("type") != "object":
            return f"tools: input_schema of {tool.get('name')}"
    return ""


def _messages_message_trouble(message, waiting):
    if message.get("role") not in ("user", "assistant"):
        return f"role {message.get('role')!r}"
    content = message.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not blocks:
        return "content is empty"
    answered = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    if sorted(answered) != sorted(waiting):
        return f"tool_use ids {waiting} were answered by {answered}"
    if answered and any(block["type"] != "tool_result" for block in blocks[: len(answered)]):
        return "tool_result blocks must come first"
    waiting[:] = [block["id"] for block in blocks if block["type"] == "tool_use"]
    for block in blocks:
        if block["type"] == "text" and not block["text"].strip():
            return "text content blocks must be non-empty"
        if block["type"] == "tool_use" and not isinstance(block["input"], dict):
            return "input is not an object"
    return ""
