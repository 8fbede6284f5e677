"""What every lint shares: the tree it looks at, and the proof that it can fail.

A lint is a function examine(tree) that yields findings, "path:line: what is wrong". main() first runs it over small
bad trees, each of which must give a finding with the expected words, and good ones, which must give none; then over
the repository. Exit status: 0 clean, 1 findings or a blind lint, 77 cannot run here.
"""
import os
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(os.environ.get("LLMGW_SOURCE_DIR") or pathlib.Path(__file__).resolve().parents[3])
SKIPPED = {".git", "build", "node_modules", "__pycache__", ".venv", ".cache", ".state"}


class Tree:
    """Files under a root, read once."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self._texts = {}

    def files(self, *folders, suffixes=None):
        """Sorted relative paths, as strings, under the folders (or of the whole tree)."""
        found = []
        for folder in folders or ("",):
            for here, below, names in os.walk(self.root / folder):
                below[:] = [name for name in below if name not in SKIPPED]
                found += [pathlib.Path(here, name).relative_to(self.root).as_posix() for name in names
                          if name not in SKIPPED and (suffixes is None or pathlib.PurePath(name).suffix in suffixes)]
        return sorted(found)

    def sources(self, *folders):
        return self.files(*(folders or ("src", "tests")), suffixes={".h", ".cpp"})

    def folders(self, folder):
        """Names of the folders directly under a folder."""
        base = self.root / folder
        return sorted(entry.name for entry in base.iterdir() if entry.is_dir()) if base.is_dir() else []

    def exists(self, path):
        return (self.root / path).exists()

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8", errors="replace")
        return self._texts[path]


def blank(text):
    """C++ text with comments and the contents of literals replaced by spaces; offsets and lines stay."""
    def spaces(match):
        found = match.group(0)
        if found.startswith("/"):
            return re.sub(r"[^\n]", " ", found)
        keep = 1 if not found.startswith("R") else 0
        inner = re.sub(r"[^\n]", " ", found)
        return '"' + inner[1:-1] + '"' if not keep else found[0] + inner[1:-1] + found[-1]
    pattern = (r'//[^\n]*|/\*.*?\*/'
               r'|R"([^()\\ ]{0,16})\(.*?\)\1"'
               r'|"(?:[^"\\\n]|\\.)*"'
               r"|(?<![0-9A-Za-z_])'(?:[^'\\\n]|\\.)+'")
    return re.sub(pattern, spaces, text, flags=re.S)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def _small_tree(files, folder):
    for path, text in files.items():
        file = pathlib.Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Tree(folder)


def _blind_spots(examine, bad, good):
    for expected, files in bad:
        with tempfile.TemporaryDirectory() as folder:
            findings = list(examine(_small_tree(files, folder)))
        if not any(expected in finding for finding in findings):
            yield f"self-test: no finding with '{expected}' in the bad example {files}: {findings}"
    for files in good:
        with tempfile.TemporaryDirectory() as folder:
            for finding in examine(_small_tree(files, folder)):
                yield f"self-test: false alarm in the good example {files}: {finding}"


def main(examine, bad, good=()):
    """bad: (expected words, {path: text}) pairs; good: {path: text} trees. Never returns."""
    if not bad:
        sys.exit("a lint without a bad example proves nothing")
    findings = list(_blind_spots(examine, bad, good)) or list(examine(Tree(ROOT)))
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings; {len(bad)} bad and {len(good)} good examples judged")
    sys.exit(1 if findings else 0)
