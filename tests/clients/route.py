"""One way through the gateway: which format its upstream speaks, and clients that point at it."""
import anthropic
import openai

from rig.cases import until
from upstream import KEY, Upstream

TOKEN = "local-token-3e1d"
PROVIDER = {"chat": "openai_compatible", "messages": "anthropic"}


class Route:
    def __init__(self, shop, upstream_format):
        self.format = upstream_format
        self.folder = shop.folder
        self.upstream = Upstream()
        self.gateway = shop.gateway(
            self.upstream.url, "--provider", PROVIDER[upstream_format], "--upstream-key-env", "UPSTREAM_KEY",
            UPSTREAM_KEY=KEY, LLMGW_TOKEN=TOKEN)
        self.url = self.gateway.url

    def asked(self, model):
        """The newest request of one conversation, as the upstream got it."""
        return self.upstream.bodies(model)[-1]

    def expect_gone(self, model):
        """The upstream notices soon that its client has left."""
        asked = next(asked for asked in reversed(self.upstream.asked) if asked.body.get("model") == model)
        until(asked.gone.is_set, "the upstream sees the connection close", 1.0)


class DirectRoute(Route):
    """No gateway in between: shows that a case holds between the client and the scripted upstream themselves."""

    def __init__(self, upstream_format):
        self.format = upstream_format
        self.upstream = Upstream(TOKEN)
        self.url = self.upstream.url


def openai_client(route, key=TOKEN, **more):
    return openai.OpenAI(base_url=route.url + "/v1", api_key=key, max_retries=0, timeout=20, **more)


def anthropic_client(route, key=TOKEN, **more):
    return anthropic.Anthropic(base_url=route.url, api_key=key, max_retries=0, timeout=20, **more)
