"""Finds function bodies in C++ text, well enough for our own formatting: by braces and by what stands before them."""
import dataclasses
import re

from support.tree import blank, line_of

TYPE = re.compile(r"\b(?:class|struct|union|enum|namespace|extern)\b(?![^{;]*\)\s*(?:const|noexcept|override|final|->|\s)*$)")
TAIL = re.compile(r"\)\s*(?:const|noexcept|override|final|mutable|&{1,2}|requires[^{;]*|->\s*[\w:<>,\s*&()]+|\s)*$")
INITIALISERS = re.compile(r"\)\s*(?:noexcept\s*)?:\s*(?!:)[\w:]")


@dataclasses.dataclass
class Function:
    name: str
    line: int
    lines: int
    parameters: int


def _parameters(head, opening):
    """Counts the parameters of the list that opens at an offset; none for an override, whose base has chosen them."""
    if re.search(r"\)[^()]*\boverride\b", head):
        return 0
    depth = angle = commas = 0
    body = ""
    for i in range(opening, len(head)):
        c = head[i]
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(c, 0)
        if depth == 0:
            break
        angle += {"<": 1, ">": -1}.get(c, 0) if head[i - 1] != "-" else 0
        if c == "," and depth == 1 and angle <= 0:
            commas += 1
        body += c
    return 0 if body[1:].strip() in ("", "void") else commas + 1


def _named(head):
    """(name, offset of its parameter list) of a function whose head this is, or None."""
    if TYPE.search(head) and not re.search(r"\boperator\b", head):
        return None
    if re.search(r"(?<![=!<>])=(?!=)\s*[^)]*$", re.sub(r"\([^()]*\)", "()", head)) and "operator" not in head:
        return None  # an initialised variable
    match = re.search(r"([~\w:<>]+|operator\s*(?:\(\)|[^\s(]+))\s*\(", head)
    if not match or not (TAIL.search(head) or INITIALISERS.search(head)):
        return None
    return match.group(1), match.end() - 1


def functions(text):
    """Function definitions of a file, in order. Lambdas count as part of the function they are in."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), blank(text), flags=re.M)
    found, stack, start = [], [], 0
    inside = None  # depth at which the current function opened
    parentheses = 0
    for i, c in enumerate(code):
        if c in "()":
            parentheses += 1 if c == "(" else -1
        elif c == "{":
            head = code[start:i]
            named = _named(head) if inside is None and parentheses == 0 else None
            braced_member = named and INITIALISERS.search(head) and re.search(r"[\w>]\s*$", head)
            if named and not braced_member:
                inside = len(stack)
                first = start + re.match(r"(?:\s|(?:public|private|protected)\s*:)*", head).end()
                found.append([named[0], first, i, _parameters(head, named[1])])
            stack.append("member" if braced_member else "block")
            if inside is None and not braced_member and parentheses == 0:
                start = i + 1
        elif c == "}" and stack:
            kind = stack.pop()
            if inside == len(stack):
                found[-1].append(i)
                inside = None
                start = i + 1
            elif inside is None and kind == "block" and parentheses == 0:
                start = i + 1
        elif c == ";" and inside is None and parentheses == 0:
            start = i + 1
    return [Function(name, line_of(code, first), line_of(code, end) - line_of(code, first) + 1, parameters)
            for name, first, _, parameters, *rest in found for end in rest[:1]]
