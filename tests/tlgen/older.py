#!/usr/bin/env python3
"""What every function returned in older layers, decoded by the bindings of today.

    older.py DRIVER SCHEMA-FOLDER [SEED]

The codec that makes the values is the Encoder below: it has nothing in common with libtl, and reads api.tl and legacy.tl by itself.
Every layer that legacy.tl has is made of both: of each definition the form that the layer had (a function that is no more and
returned a vector is left out: the bindings have no such vector). A string in a field that has its
name and type to this day has to come out again.
"""
import os
import random
import re
import struct
import subprocess
import sys

VECTOR, TRUE, FALSE = 0x1CB5C415, 0x997275B5, 0xBC799737
MOST_DEPTH = 3


class Def:
    def __init__(self, name, number, fields, result, function):
        self.name, self.number, self.fields, self.result, self.function = name, number, fields, result, function

    def kind(self, name):
        return dict(self.fields).get(name)


def read(path):
    """The definitions of a file: fields are (name, type)."""
    function = False
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("---"):
                function = line.startswith("---functions")
            match = re.match(r"([\w.]+)#([0-9a-f]+) (.*)= ([^;]+);", line)
            if not match or "{t:Type}" in line:
                continue
            name, number, fields, result = match.groups()
            yield Def(name, int(number, 16), [tuple(f.split(":", 1)) for f in fields.split() if f[0] != "{"], result, function)


class Layers:
    def __init__(self, folder):
        self.today = {(d.name, d.function): d for d in read(os.path.join(folder, "api.tl"))}
        self.older, numbers = {}, set()
        for one in read(os.path.join(folder, "legacy.tl")):
            match = re.fullmatch(r"(.*)_l(\d+)", one.name)
            if match:
                one.name = match[1]
                numbers.add(int(match[2]))
                self.older.setdefault((one.name, one.function), {})[int(match[2])] = one
        self.numbers = sorted(numbers)

    def at(self, layer):
        """What the layer had of each definition: the form that went first of those that lasted until then."""
        made = dict(self.today)
        for key, forms in self.older.items():
            lasted = [number for number in forms if number >= layer]
            if lasted:
                made[key] = forms[min(lasted)]
        return made


class Encoder:
    def __init__(self, definitions, today, source):
        self.random, self.today = source, today
        self.definitions = definitions
        self.types, self.kept, self.count = {}, [], 0
        for one in definitions.values():
            if not one.function:
                self.types.setdefault(one.result, []).append(one)
        self.sizes = self.measure()

    def string(self, marker):
        data = marker.encode() if marker else bytes(self.random.randrange(256) for _ in range(self.random.choice((0, 3, 300))))
        head = bytes([len(data)]) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
        return head + data + bytes(-(len(head) + len(data)) % 4)

    def value(self, kind, depth, kept):
        if kind in ("int", "long", "int128", "int256"):
            bits = {"int": 31, "long": 62, "int128": 128, "int256": 256}[kind]
            return self.random.getrandbits(bits).to_bytes({"int": 4, "long": 8, "int128": 16, "int256": 32}[kind], "little")
        if kind == "double":
            return struct.pack("<d", self.random.random())
        if kind == "string":
            self.count += 1
            marker = f"marker {self.count} "
            if kept:
                self.kept.append(marker)
            return self.string(marker)
        if kind == "bytes":
            return self.string(None)
        if kind == "Bool":
            return struct.pack("<I", self.random.choice((TRUE, FALSE)))
        if kind == "true":
            return b""
        vector = re.fullmatch(r"[Vv]ector<(.*)>", kind)
        if vector:
            count = 0 if depth > MOST_DEPTH else self.random.choice((0, 1, 2))
            head = struct.pack("<I", VECTOR) if kind[0] == "V" else b""
            return head + struct.pack("<I", count) + b"".join(self.value(vector[1], depth, kept) for _ in range(count))
        return self.boxed(kind, depth, kept)

    def boxed(self, kind, depth, kept):
        choice = self.types[kind]
        if depth > MOST_DEPTH:
            least = min(self.sizes[one.number] for one in choice)
            choice = [one for one in choice if self.sizes[one.number] == least]
        one = self.random.choice(choice)
        return struct.pack("<I", one.number) + self.fields(one, depth + 1, kept)

    def measure(self):
        """How many objects have to be in each definition, and in each type at least; many where that would not end."""
        least, changed = {kind: 100 for kind in self.types}, True
        while changed:
            changed = False
            for kind, choice in self.types.items():
                size = min(self.size(one, least) for one in choice)
                changed |= size < least[kind]
                least[kind] = size
        return {one.number: self.size(one, least) for one in self.definitions.values()}

    @staticmethod
    def size(one, least):
        return min(100, sum(1 + least[kind] for _, kind in one.fields if kind in least))

    def fields(self, one, depth, kept):
        words, out = {}, b""
        now = self.today.get((one.name, False))
        for name, kind in one.fields:
            match = re.fullmatch(r"(\w+)\.(\d+)\?(.*)", kind)
            if match and not words[match[1]] >> int(match[2]) & 1:
                continue
            kind = match[3] if match else kind
            if kind == "#":
                words[name] = self.word(one, name, depth)
                out += struct.pack("<I", words[name])
                continue
            today = now and re.sub(r"^\w+\.\d+\?", "", now.kind(name) or "")
            out += self.value(kind, depth, kept and today == kind)
        return out

    def word(self, one, name, depth):
        bits = 0
        for _, kind in one.fields:
            match = re.fullmatch(rf"{name}\.(\d+)\?.*", kind)
            if match and depth <= MOST_DEPTH and self.random.random() < 0.5:
                bits |= 1 << int(match[1])
        return bits


def text(data):
    return bytes([len(data)]) + data.encode() + bytes(-(1 + len(data)) % 4)


def words(*numbers):
    return b"".join(struct.pack("<I", number) for number in numbers)


# Type, bytes, and what has to be in the JSON: a wider number, a text that became an object, one that became a list, another name of the
# constructor, a number that became a colour, what is no more and has no place today, and what has to be there and was not.
FACTS = (
    ("User", words(0x3FF6ECB0, 2, 77, 0) + text("Ada"), '"_":"user","id":"77","first_name":"Ada"'),
    ("PollAnswer", words(0x6CA9C2E9) + text("yes") + text("1"), '"text":{"_":"textWithEntities","text":"yes","entities":[]}'),
    ("Update", words(0xC3F202E0, 5, 0) + text("A") + text("B") + text("ada"), '"usernames":[{"_":"username","username":"ada"}]'),
    ("EmojiStatus", words(0xFA30A8C7, 9, 0, 1234), '"_":"emojiStatus","document_id":"9","until":1234'),
    ("Update", words(0x95313B0C, 7, 8, 0x4F11BAE1, FALSE), '"_":"updateUserPhoto","user_id":"7"'),
    ("messages.TranslatedText", words(0x67CA4737), '"_":"messages.translateResult","result":[]'),
    ("StarGiftAttribute", words(0x13ACFF19) + text("n") + words(0x36F8C871, 3, 0, 250), '"rarity":{"_":"starGiftAttributeRarity","permille":250}'),
)


def main():
    driver, folder = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    layers = Layers(folder)
    lines, wanted = [], []
    for layer in layers.numbers:
        definitions = layers.at(layer)
        encoder = Encoder(definitions, layers.today, random.Random(seed * 1000 + layer))
        for key, one in definitions.items():
            if one.function and one.result != "X" and (key in layers.today or not one.result.startswith("Vector<")):
                encoder.kept = []
                body = encoder.value(one.result, 0, True)
                lines.append(f"{one.result} {body.hex()}")
                wanted.append((layer, one.name, encoder.kept))
    for kind, body, json in FACTS:
        lines.append(f"{kind} {body.hex()}")
        wanted.append((0, kind, [json]))
    source = random.Random(seed)
    whole = [line for line in source.sample(lines, 3000) if len(line) > 100]
    lines += [line[:-8 * source.randint(1, 5)] for line in whole]
    wanted += [(0, "cut", None)] * (len(lines) - len(wanted))
    ran = subprocess.run([driver], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False)
    answers = ran.stdout.split("\n")
    failed = 0
    for line, answer, (layer, name, kept) in zip(lines, answers + [""] * len(lines), wanted):
        lost = [marker for marker in kept or () if marker not in answer]
        if not answer or (answer[0] == "!") != (kept is None) or lost:
            failed += 1
            if failed <= 20:
                print(f"layer {layer}, {name}, {line[:60]}: {answer[:300]} {'lacks ' + lost[0] if lost else ''}")
    if failed or ran.returncode:
        sys.exit(f"{failed} of {len(lines)} cannot be read; status {ran.returncode}: {ran.stderr[-2000:]}")
    print(f"{len(lines)} results of {len(layers.numbers)} layers: read")


if __name__ == "__main__":
    main()
