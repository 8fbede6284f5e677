"""nginx with certificates of every sort in front of an engine that is well: each fault by its own name."""
from rig.cases import check, equal

from certificates import Authority
from command import OK, WRONG


class _Front:
    """An nginx in front of `upstream`, an authority for its certificates, and another one."""

    def __init__(self, bench, upstream):
        self.bench = bench
        self.upstream = upstream
        number = upstream.rsplit(":", 1)[1]
        self.authority = Authority(bench.folder / f"authority-{number}")
        self.other = Authority(bench.folder / f"other-{number}")

    def options(self, name, host="127.0.0.1", trust=None, server="", profile=""):
        """Starts nginx with the certificate `name`; what makes llmgw check it by a profile that trusts `trust`."""
        tls = f"ssl_certificate {self.authority.folder}/{name}.pem; ssl_certificate_key {self.authority.key(name)};"
        nginx = self.bench.nginx(f"{tls} {server} location / {{ proxy_pass {self.upstream}; }}", tls=True)
        port = nginx.url.rsplit(":", 1)[1]
        config = self.bench.folder / f"front-{port}.toml"
        config.write_text(f'[profiles.front]\nbase_url = "https://{host}:{port}/v1"\n'
                          + (f'ca_file = "{trust}"\n' if trust else "") + profile, encoding="utf-8")
        return "front", "--config", config, "--sample", "0"


def _judged(bench, llmgw, make, verdict, code, host="127.0.0.1", trusted=True):
    """`make` gives the authority's certificate; returns the report on a server that has it."""
    with bench.engine() as engine:
        front = _Front(bench, engine.url)
        name = make(front.authority).stem
        report = llmgw.health(*front.options(name, host, front.authority.file if trusted else None)).exits(code)
        report.says(tcp="ok", tls=verdict)
        return report


def a_certificate_of_a_private_authority_that_is_trusted(bench, llmgw):
    for host in ("127.0.0.1", "localhost"):
        _judged(bench, llmgw, lambda authority: authority.signed("good"), "ok ok", OK, host).is_well()


def a_certificate_of_a_private_authority_that_is_not_trusted(bench, llmgw):
    _judged(bench, llmgw, lambda authority: authority.signed("good"), "crit certificate_untrusted", WRONG, trusted=False)


def a_self_signed_certificate(bench, llmgw):
    _judged(bench, llmgw, lambda authority: authority.self_signed("alone"), "crit certificate_self_signed", WRONG, trusted=False)


def an_expired_certificate(bench, llmgw):
    _judged(bench, llmgw, lambda authority: authority.signed("ended", days=-1), "crit certificate_expired", WRONG)


def a_certificate_of_another_name(bench, llmgw):
    _judged(bench, llmgw, lambda authority: authority.signed("elsewhere", names="DNS:other.example"), "crit certificate_name", WRONG)


def a_certificate_that_ends_soon(bench, llmgw):
    for days, verdict in ((10, "warn certificate_ends"), (3, "crit certificate_ends")):
        report = _judged(bench, llmgw, lambda authority, days=days: authority.signed("short", days=days), verdict, WRONG)
        equal(report.checks["ready"]["state"], "ok", "readiness of a server whose certificate still holds")


def a_server_that_wants_a_certificate_of_its_client(bench, llmgw):
    with bench.engine() as engine:
        front = _Front(bench, engine.url)
        front.authority.signed("server")
        front.authority.signed("client")
        front.other.signed("stranger")
        wants = f"ssl_client_certificate {front.authority.file}; ssl_verify_client on;"

        def report(authority=None, name=""):
            own = f'client_cert = "{authority.folder}/{name}.pem"\nclient_key = "{authority.key(name)}"\n' if authority else ""
            return llmgw.health(*front.options("server", trust=front.authority.file, server=wants, profile=own))

        report(front.authority, "client").is_well()
        for authority, name in ((None, ""), (front.other, "stranger")):
            bad = report(authority, name).exits(WRONG)
            check(bad.target["state"] == "crit", f"a client with {name or 'no certificate'}: {bad.troubles()}")
