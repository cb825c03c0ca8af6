#!/usr/bin/env python3
"""Whether the runtime, libtgauth and tgcall compile with the bindings of an older layer. scripts/layers-matrix does it with the
packages' own schemas, and signs in; here the schema of the layer is put together from api.tl, legacy.tl and changes.tsv.

    older_builds.py TLGEN CC ROOT FLAGS LAYER...

FLAGS are for the compiler, separated by semicolons.
"""
import os
import re
import subprocess
import sys
import tempfile

import older

FOLDERS = ("auth/src", "runtime/mtp/src", "runtime/tgkit/src", "tools/tgcall")
TGCALL = ("-DTGCALL_VERSION=\"0\"", "-DTGCALL_TEXTS_FILE=\"\"")
BUILTINS = "boolFalse#bc799737 = Bool;\nboolTrue#997275b5 = Bool;\ntrue#3fedd339 = True;\nvector#1cb5c415 {t:Type} # [ t ] = Vector t;\n"


def names_of(schema, layer):
    """What the layer had: (name, function) as changes.tsv has it come and go."""
    names = set()
    with open(os.path.join(schema, "changes.tsv"), encoding="utf-8") as file:
        for line in file:
            cells = line.rstrip("\n").split("\t")
            if line[0] == "#" or int(cells[0]) > layer or cells[2] == "changed":
                continue
            here = {(name, cells[1] == "method") for name in cells[3].split(",")}
            names = names | here if cells[2] == "added" else names - here
    return names


def spell(one):
    generic = "{X:Type} " if any("!X" in kind for _, kind in one.fields) else ""
    fields = "".join(f"{name}:{kind} " for name, kind in one.fields)
    return f"{one.name}#{one.number:08x} {generic}{fields}= {one.result};\n"


def write_schema(path, schema, layer):
    names = names_of(schema, layer)
    had = [one for key, one in older.Layers(schema).at(layer).items() if key in names]
    with open(path, "w", encoding="utf-8") as file:
        file.write(BUILTINS)
        file.writelines(spell(one) for one in had if not one.function)
        file.write("---functions---\n")
        file.writelines(spell(one) for one in had if one.function)
        file.write(f"// LAYER {layer}\n")


def sources(root):
    for folder in FOLDERS:
        for place, _, files in sorted(os.walk(os.path.join(root, folder))):
            for name in sorted(files):
                path = os.path.join(place, name)
                with open(path, encoding="utf-8") as file:
                    if name.endswith(".c") and re.search(r"\b(tg|TG)_", file.read()):
                        yield folder, path


def places(root, folder):
    """The folder and those in it, where headers may stand."""
    return [f"-I{place}" for place, _, _ in os.walk(os.path.join(root, folder))]


def check(tlgen, cc, root, flags, layer):
    schema = os.path.join(root, "schema")
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "api.tl")
        write_schema(path, schema, layer)
        facts = {kind: [os.path.join(schema, f"{kind}{more}.tsv") for more in ("", "-extra")] for kind in ("errors", "methods")}
        subprocess.run([tlgen, "generate", "--quiet", "--schema", path, "--errors", *facts["errors"], "--methods", *facts["methods"],
                        "--out", work], check=True)
        count = 0
        for folder, source in sources(root):
            done = subprocess.run([cc, "-std=c11", "-D_DEFAULT_SOURCE", "-D_GNU_SOURCE", *TGCALL, "-fsyntax-only", "-Wall",
                                   "-Werror", f"-I{work}/include", *places(root, folder), *flags, source],
                                  capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"layer {layer}: {done.stderr[:4000]}")
            count += 1
        print(f"layer {layer}: {count} files compile")


def main():
    tlgen, cc, root, flags = sys.argv[1:5]
    for layer in sys.argv[5:]:
        check(tlgen, cc, root, [flag for flag in flags.split(";") if flag], int(layer))


if __name__ == "__main__":
    main()
