"""The list of models, in both shapes."""
from rig import wire
from rig.cases import check, equal, until


def list_for_openai_clients(url):
    body = wire.get(url + "/v1/models").json()
    equal((body["object"], [row["id"] for row in body["data"]]), ("list", ["tiny"]), "models")


def list_for_anthropic_clients(url):
    body = wire.get(url + "/v1/models", {"anthropic-version": "2023-06-01"}).json()
    equal([(row["type"], row["id"]) for row in body["data"]], [("model", "tiny")], "models")
    equal((body["has_more"], body["first_id"], body["last_id"]), (False, "tiny", "tiny"), "paging")


def one_model(url):
    reply = wire.get(url + "/v1/models/tiny")
    equal((reply.status, reply.json().get("id")), (200, "tiny"), "model")
    equal(wire.get(url + "/v1/models/no-such-model").status, 404, "unknown model")


def health(url):
    equal(wire.get(url + "/livez").status, 200, "/livez")
    until(lambda: wire.get(url + "/readyz").status == 200, "the gateway is ready")
    check("llmgw" in wire.get(url + "/metrics").body.decode(), "no metrics of llmgw's own")
