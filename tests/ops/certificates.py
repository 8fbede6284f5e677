"""Certificates of every sort, made with openssl: an authority of our own and what it signs."""
import pathlib
import subprocess

GOOD_NAMES = "DNS:localhost,IP:127.0.0.1"


class Authority:
    """A private certificate authority in a folder of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.file = self.self_signed("authority", "CA:TRUE", "keyCertSign", 3650)

    def _path(self, name, kind):
        return self.folder / f"{name}.{kind}"

    def self_signed(self, name, constraint="CA:FALSE", usage="digitalSignature", days=365):
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-keyout", self._path(name, "key"), "-out", self._path(name, "pem"), "-days", days, "-subj", f"/CN={name}",
                      "-addext", f"basicConstraints=critical,{constraint}", "-addext", f"keyUsage=critical,{usage}",
                      "-addext", f"subjectAltName={GOOD_NAMES}")
        return self._path(name, "pem")

    def signed(self, name, names=GOOD_NAMES, days=365):
        """A certificate of the authority; it ended yesterday where `days` is -1."""
        request, extensions = self._path(name, "csr"), self._path(name, "ext")
        extensions.write_text(f"subjectAltName={names}\n", encoding="utf-8")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self._path(name, "key"),
                      "-out", request, "-subj", f"/CN={name}")
        self._openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self._path("authority", "key"),
                      "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", self._path(name, "pem"))
        return self._path(name, "pem")

    def key(self, name):
        return self._path(name, "key")

    @staticmethod
    def _openssl(*arguments):
        done = subprocess.run(["openssl", *[str(argument) for argument in arguments]], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")
