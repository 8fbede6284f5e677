"""Runs the cases of real clients through `llmgw serve`. Called by ./run, which installs what they need."""
import json
import os
import pathlib
import subprocess
import sys
import threading

from rig import processes
from rig.cases import Cases, cases_of

import anthropic_cases
import claude_code
import claude_code_cases
import curl_cases
import openai_cases
import simulator_cases
from claude_code import ClaudeCode
from pictures import PNG
from route import TOKEN, DirectRoute, Route
from upstream import KEY

HERE = pathlib.Path(__file__).resolve().parent
NODE_S = 120
# What only a gateway can do for its clients: without one they take a cut answer for an error of the connection.
NEED_A_GATEWAY = {"cut_answer", "error_inside_a_stream"}


def arguments():
    parser = processes.argument_parser()
    parser.add_argument("--modules", type=pathlib.Path, required=True, help="the node_modules that ./run installed")
    parser.add_argument("--node", required=True)
    parser.add_argument("--direct", action="store_true", help="each client against an upstream of its own format, no gateway")
    return parser.parse_args()


def python_cases(cases, client, module, route):
    functions = cases_of(module)
    if isinstance(route, DirectRoute):
        functions = [function for function in functions if function.__name__ not in NEED_A_GATEWAY]
    cases.run_all(f"{client}, python, {route.format} upstream", functions, route)


def node_cases(cases, args, client, route):
    """One process runs all cases of a client and prints a JSON line for each."""
    prefix = f"{client}, node, {route.format} upstream"
    environment = {
        "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GATEWAY": route.url, "UPSTREAM": route.upstream.url,
        "FORMAT": route.format, "TOKEN": TOKEN, "PNG": PNG,
    }
    # Packages are looked up beside the file that imports them: the cases run from the folder of node_modules.
    place = args.modules.parent / "cases"
    place.mkdir(exist_ok=True)
    for file in HERE.glob("*.mjs"):
        (place / file.name).write_bytes(file.read_bytes())
    command = [args.node, str(place / f"{client}_cases.mjs")]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    timer = threading.Timer(NODE_S, process.kill)
    timer.start()
    output, errors = process.communicate()
    timer.cancel()
    for line in output.decode().splitlines():
        said = json.loads(line)
        if cases.only.search(f"{prefix}: {said['name']}"):
            cases.record(f"{prefix}: {said['name']}", said["trouble"], said["seconds"])
    if process.returncode != 0:
        cases.record(f"{prefix}: the run", f"exit code {process.returncode}: {errors.decode()[-2000:]}")


def all_cases(cases, args, routes, folder):
    for route in routes["openai"]:
        python_cases(cases, "openai", openai_cases, route)
        node_cases(cases, args, "openai", route)
    for route in routes["anthropic"]:
        python_cases(cases, "anthropic", anthropic_cases, route)
        node_cases(cases, args, "anthropic", route)
        cases.run_all(f"claude code, {route.format} upstream", cases_of(claude_code_cases), route,
                      ClaudeCode(args.node, args.modules), folder / route.format, deadline_s=claude_code.LONGEST_S + 10)


def simulator(cases, args, shop):
    """Behind the gateway in all its oddity; alone as a server that clients are pointed at."""
    place = claude_code.furnished(shop.folder / "simulated")
    urls = simulator_cases.start(shop, place)
    agent, odd = simulator_cases.claude_code, (simulator_cases.harmless_oddities, simulator_cases.broken_streams)
    plain = [case for case in cases_of(simulator_cases) if case not in (agent, simulator_cases.start, *odd)]
    for name, url in urls.items():
        through = [] if name == "alone" else odd
        cases.run_all(f"simulator, {name}", [*plain, *through], url)
    claude = ClaudeCode(args.node, args.modules)
    for name, url in urls.items():
        cases.run_all(f"simulator, {name}", [agent], url, claude, place, deadline_s=claude_code.LONGEST_S + 10)


def main():
    args = arguments()
    cases = Cases(args.only)
    if not args.direct and (args.binary is None or not args.binary.is_file()):
        print("no llmgw binary: build it first, or name it with --binary", file=sys.stderr)
        return 2
    with processes.Workshop(args.binary or "/nonexistent") as shop:
        if args.direct:
            all_cases(cases, args, {"openai": [DirectRoute("chat")], "anthropic": [DirectRoute("messages")]}, shop.folder)
            return cases.close()
        routes = [Route(shop, "chat"), Route(shop, "messages")]
        all_cases(cases, args, {"openai": routes, "anthropic": routes}, shop.folder)
        for route in routes:
            cases.run_all(f"curl, {route.format} upstream", cases_of(curl_cases), route)
        simulator(cases, args, shop)
        cases.run("every gateway ends well", shop.gateways_end_well, TOKEN, KEY)
    return cases.close()


if __name__ == "__main__":
    sys.exit(main())
