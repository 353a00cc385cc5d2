#!/usr/bin/env python3
"""Compares the TODOs that docket finds with the comments that pygments sees, over real files.

    python3 -m venv .venv && .venv/bin/pip install pygments==2.21.0
    cargo build --release --features all-grammars
    .venv/bin/python tests/accuracy/pygments_compare.py target/release/docket FOLDER...

A hit is a place (file and offset) of one of the words below, directly followed by a colon or a
parenthesis: the form that counts anywhere in a comment, so that grammar and tokenizer can be held
against each other without docket's rules about where else a keyword counts. Pygments says whether
the place stands in a comment or documentation string, docket whether it is a TODO. What differs
is printed with its class, and a table at the end.
"""

import bisect
import collections
import json
import os
import re
import subprocess
import sys

import pygments
from pygments import lexers
from pygments.token import Comment, String
from pygments.util import ClassNotFound

WORD = re.compile(r"(?<![\w-])(TODO|FIXME|FIXIT|BUG|HACK|XXX|PERF|OPTIMIZE)(?=:|\([\w@#,. /-]+\))")
LIMIT = 500_000  # bytes; pygments needs minutes for more
# What pygments reads by another language than docket, or not at all.
BY_NAME = {".h": "cpp", ".ipynb": None, ".md": None, ".vue": None, ".svelte": None, ".json": None,
           ".pl": "perl", ".pm": "perl", ".m": None, ".inc": None, ".ts": "typescript", ".tsx": "tsx", ".v": None,
           ".html": None, ".astro": None, ".mdx": None, ".txt": None, ".rst": None}


def lexer_for(path, text):
    extension = os.path.splitext(path)[1]
    if extension in BY_NAME:
        name = BY_NAME[extension]
        return name and lexers.get_lexer_by_name(name, stripnl=False, ensurenl=False)
    try:
        return lexers.get_lexer_for_filename(path, text[:2000], stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def pygments_hits(path, text):
    """Offsets of hits in comments, and all hits with the token type they stand in."""
    lexer = lexer_for(path, text)
    if lexer is None:
        return None
    hits = {match.start(): None for match in WORD.finditer(text)}
    if not hits:
        return lexer.name, hits
    wanted = sorted(hits)
    for start, kind, value in lexer.get_tokens_unprocessed(text):
        first = bisect.bisect_left(wanted, start)
        while first < len(wanted) and wanted[first] < start + len(value):
            hits[wanted[first]] = kind
            first += 1
    return lexer.name, hits


def is_comment(kind):
    return kind is not None and (
        (kind in Comment and kind not in Comment.Preproc and kind not in Comment.PreprocFile)
        or kind in String.Doc)


def docket_hits(docket, folder):
    command = [docket, "todos", "--json", folder]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    found = collections.defaultdict(set)
    for todo in answer["todos"]:
        found[todo["path"]].add(todo["offset"])
    return found, {it["path"] for it in answer["skipped"]}


def project_root(folder):
    """What docket's paths are relative to."""
    place = os.path.abspath(folder)
    while place != os.path.dirname(place):
        if any(os.path.exists(os.path.join(place, it)) for it in (".docs", ".git")):
            return place
        place = os.path.dirname(place)
    return os.path.abspath(folder)


def main():
    docket, folders = sys.argv[1], sys.argv[2:]
    counts = collections.defaultdict(collections.Counter)
    for folder in folders:
        found, skipped = docket_hits(docket, folder)
        root = project_root(folder)
        for place, folder_names, names in os.walk(folder):
            folder_names[:] = [it for it in folder_names if it != ".git"]
            for name in names:
                full = os.path.join(place, name)
                path = os.path.relpath(full, root)
                compare(full, path, found.get(path, set()), skipped, counts)
    print("pygments", pygments.__version__)
    print("language | files | same | docket alone | pygments alone | not read by docket")
    total = collections.Counter()
    for language, row in sorted(counts.items()):
        total.update(row)
        print(line(language, row))
    print(line("all", total))


def line(name, row):
    columns = ("files", "same", "docket", "pygments", "unread")
    return " | ".join([name] + [str(row[column]) for column in columns])


def compare(full, path, found, skipped, counts):
    if os.path.islink(full) or not os.path.isfile(full) or os.path.getsize(full) > LIMIT:
        return
    with open(full, "rb") as file:
        raw = file.read()
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    if "\0" in text[:8192] or "\r" in text:
        return
    answer = pygments_hits(full, text)
    if answer is None:
        return
    language, hits = answer
    row = counts[language]
    row["files"] += 1
    unread = path in skipped or any(path.startswith(it.rstrip("/") + "/") for it in skipped)
    for at, kind in hits.items():
        offset = len(text[:at].encode())
        ours, theirs = offset in found, is_comment(kind)
        if ours == theirs:
            row["same"] += ours
            continue
        if unread:
            row["unread"] += 1
            continue
        who = "docket" if ours else "pygments"
        row[who] += 1
        number = text.count("\n", 0, at) + 1
        shown = text[text.rfind("\n", 0, at) + 1:].split("\n", 1)[0].strip()[:110]
        print(f"{language} | {who} alone | {str(kind)[6:]} | {path}:{number}: {shown}")


if __name__ == "__main__":
    main()
