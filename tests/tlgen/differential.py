#!/usr/bin/env python3
"""Random schemas and random objects of them: what the generated code reads and writes, and through JSON, against a codec that
shares nothing with it. That codec is the Encoder below, written from core.telegram.org/mtproto/TL-formal and /mtproto/serialize; it
works on the schema as it was made up, so that tlgen's parser is held against it too.

    differential.py TLGEN CC FLAGS LIBRARIES SECONDS [SEED]

FLAGS and LIBRARIES are for the compiler, separated by semicolons. A failure names the seed, and what was made stays where it says.
"""
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile

PRIMITIVES = ("int", "long", "double", "float", "string", "bytes", "int128", "int256", "Bool", "#")
BOXED = {"Int": 0xA8509BDA, "Long": 0x22076CBA, "Double": 0x2210C154, "String": 0xB5286E24}
VECTOR, TRUE, FALSE = 0x1CB5C415, 0x997275B5, 0xBC799737
HEAD = """int ? = Int; long ? = Long; double ? = Double; float ? = Float; string ? = String;
bytes data:string = Bytes; int128 4*[ int ] = Int128; int256 8*[ int ] = Int256;
boolFalse#bc799737 = Bool; boolTrue#997275b5 = Bool; true#3fedd339 = True;
vector#1cb5c415 {t:Type} # [ t ] = Vector t;
"""


class Def:
    """A constructor: fields are (name, condition, type); a condition is (word, bit) or None."""

    def __init__(self, name, number, owner, fields):
        self.name, self.number, self.owner, self.fields = name, number, owner, fields


class Type:
    """A declared type with `nats` numbers and, if `poly`, one type as parameters."""

    def __init__(self, name, nats, poly):
        self.name, self.nats, self.poly, self.defs = name, nats, poly, []

    def parameters(self):
        return [f"p{i}" for i in range(self.nats)]


# ---- schemas ----
# Types are tuples: ("prim", name), ("boxed", name), ("vector", bare, of), ("declared", Type, bare, numbers, of), ("var",),
# ("true",), ("repeat", number, [field...]). Numbers are (word or None, add).


class Schema:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.ids = set()
        self.types = []
        for i in range(self.random.randint(6, 16)):
            self.types.append(self.make_type(i))

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def new_id(self):
        while True:
            number = self.random.getrandbits(32)
            if number not in self.ids and number not in BOXED.values():
                self.ids.add(number)
                return number

    def make_type(self, at):
        made = Type(f"Type{at}", self.random.choice((0, 0, 0, 1, 1, 2)), self.chance(20))
        for i in range(self.random.choice((1, 1, 2, 3))):
            fields = self.make_fields(made, made.parameters(), self.random.randint(0, 8), 0)
            made.defs.append(Def(f"ctor{at}x{i}", self.new_id(), made, fields))
        return made

    def make_fields(self, owner, words, count, depth):
        words, fields, own = list(words), [], 0
        for i in range(count):
            name = f"f{depth}x{i}"
            condition = (self.random.choice(words), self.random.randrange(5)) if words and self.chance(40) else None
            if own < 2 and self.chance(25):
                fields.append((name, condition, ("word",)))
                words.append(name)
                own += 1
                continue
            kind = ("true",) if condition and self.chance(20) else self.make_kind(owner, words, depth, field=True)
            fields.append((name, condition, kind))
        return fields

    def number(self, words):
        if words and self.chance(80):
            return (self.random.choice(words), 0)
        return (None, self.random.randrange(4))

    def make_kind(self, owner, words, depth, field=False):
        roll = self.random.randrange(100)
        if roll < 40 or depth > 1:
            return ("prim", self.random.choice(PRIMITIVES))
        if roll < 45:
            return ("boxed", self.random.choice(sorted(BOXED)))
        if roll < 55 and owner.poly:
            return ("var",)
        if roll < 75 and self.types:
            return self.make_declared(owner, words, depth)
        if roll < 88:
            return ("vector", self.chance(50), self.make_kind(owner, words, depth + 1))
        if not field:  # a repetition is the whole type of a field
            return ("prim", "long")
        number = self.number(words)
        if number[0] and self.chance(20):
            number = (number[0], 1)
        inner = self.make_fields(owner, words, self.random.randint(1, 3), depth + 2)
        if len(inner) == 1 and (inner[0][1] or inner[0][2][0] == "word"):
            inner = [("g", None, ("prim", "int"))]
        return ("repeat", number, inner)

    def make_declared(self, owner, words, depth):
        made = self.random.choice(self.types)
        bare = len(made.defs) == 1 and self.chance(40)
        of = self.make_kind(owner, words, depth + 1) if made.poly else None
        return ("declared", made, bare, [self.number(words) for _ in range(made.nats)], of)

    # ---- as text ----

    def spell_number(self, number):
        word, add = number
        return str(add) if word is None else f"({word}+{add})" if add else word

    def spell(self, kind):
        if kind[0] in ("prim", "boxed"):
            return kind[1]
        if kind[0] == "word":
            return "#"
        if kind[0] == "true":
            return "true"
        if kind[0] == "var":
            return "t"
        if kind[0] == "vector":
            return f"({'vector' if kind[1] else 'Vector'} {self.spell(kind[2])})"
        if kind[0] == "repeat":
            return f"{self.spell_number(kind[1])}*[ {self.spell_fields(kind[2])} ]"
        _, made, bare, numbers, of = kind
        words = [made.name] + ([self.spell(of)] if of else []) + [self.spell_number(n) for n in numbers]
        text = f"({' '.join(words)})" if len(words) > 1 else words[0]
        return "%" + text if bare else text

    def spell_fields(self, fields):
        return " ".join(f"{name}:{f'{c[0]}.{c[1]}?' if c else ''}{self.spell(kind)}" for name, c, kind in fields)

    def text(self):
        lines = [HEAD]
        for made in self.types:
            parameters = (["t"] if made.poly else []) + made.parameters()
            declared = ("{t:Type} " if made.poly else "") + "".join(f"{{{p}:#}} " for p in made.parameters())
            for one in made.defs:
                lines.append(f"{one.name}#{one.number:08x} {declared}{self.spell_fields(one.fields)} = "
                             f"{' '.join([made.name] + parameters)};")
        # Every type in a place where it stands without numbers from outside, so that it is an object by itself.
        for i, made in enumerate(self.types):
            fields = [(f"n{k}", None, ("word",)) for k in range(made.nats)]
            kind = ("declared", made, False, [(f"n{k}", 0) for k in range(made.nats)], ("prim", "string") if made.poly else None)
            root = Def(f"root{i}", self.new_id(), Type(f"Root{i}", 0, False), fields + [("value", None, kind)])
            root.owner.defs.append(root)
            self.roots.append(root)
            lines.append(f"{root.name}#{root.number:08x} {self.spell_fields(root.fields)} = {root.owner.name};")
        return "\n".join(lines) + "\n"

    roots = None


# ---- the reference codec: makes a random object and its bytes at once ----


class Encoder:
    """Fields stand in the order of the declaration. A boxed value is the id of its constructor, then the bare value; a bare one is
    its fields. A field with a condition is there if the bit of its number is set. n*[ ... ] is n times what is in it."""

    def __init__(self, source):
        self.random = source

    def integer(self, bits):
        return self.random.getrandbits(bits).to_bytes(bits // 8, "little")

    def string(self, text):
        size = self.random.choice((0, 1, 2, 3, 4, 5, 11, 253, 254, 300))
        data = bytes(self.random.choice(b"abcxyz \n" if text else range(256)) for _ in range(size))
        head = bytes([size]) if size < 254 else b"\xfe" + size.to_bytes(3, "little")
        return head + data + bytes(-(len(head) + size) % 4)

    def primitive(self, name):
        if name in ("string", "bytes"):
            return self.string(name == "string")
        if name == "double":
            return struct.pack("<d", self.random.choice((0.0, -1.5, 1e300, self.random.random())))
        if name == "float":
            return struct.pack("<f", self.random.choice((0.0, -1.5, 1e30, self.random.random())))
        if name == "Bool":
            return struct.pack("<I", self.random.choice((TRUE, FALSE)))
        return self.integer({"int": 32, "long": 64, "int128": 128, "int256": 256, "#": 32}[name])

    def value(self, kind, words, of):
        """`words`: the numbers by name; `of`: what the type variable stands for, with its words."""
        if kind[0] == "prim":
            return self.primitive(kind[1])
        if kind[0] == "boxed":
            return struct.pack("<I", BOXED[kind[1]]) + self.primitive(kind[1].lower())
        if kind[0] == "true":
            return b""
        if kind[0] == "var":
            return self.value(of[0], of[1], of[2])
        if kind[0] == "vector":
            count = self.random.choice((0, 1, 2, 3))
            head = b"" if kind[1] else struct.pack("<I", VECTOR)
            return head + struct.pack("<I", count) + b"".join(self.value(kind[2], words, of) for _ in range(count))
        if kind[0] == "repeat":
            return b"".join(self.fields(kind[2], words, of) for _ in range(self.number(kind[1], words)))
        _, made, bare, numbers, argument = kind
        one = self.random.choice(made.defs)
        given = {f"p{i}": self.number(number, words) for i, number in enumerate(numbers)}
        body = self.fields(one.fields, given, (argument, words, of) if argument else None)
        return body if bare else struct.pack("<I", one.number) + body

    def word(self, fields, name):
        """A number of elements is small; a mask may have bits that no field stands for."""
        small = any(uses(kind, name) for _, _, kind in fields)
        return self.random.randrange(4) if small else self.random.getrandbits(self.random.choice((3, 6, 32)))

    @staticmethod
    def number(number, words):
        return number[1] + (words[number[0]] if number[0] else 0)

    def fields(self, fields, words, of):
        words, out = dict(words), b""
        for name, condition, kind in fields:
            there = not condition or words[condition[0]] >> condition[1] & 1
            if kind[0] == "word":
                words[name] = self.word(fields, name) if there else 0
            if there:
                out += struct.pack("<I", words[name]) if kind[0] == "word" else self.value(kind, words, of)
        return out

    def root(self, one):
        return struct.pack("<I", one.number) + self.fields(one.fields, {}, None)


def mentions(number, name):
    return number[0] == name


def uses(kind, name):
    """Whether a type takes a number from the word."""
    if kind[0] == "vector":
        return uses(kind[2], name)
    if kind[0] == "repeat":
        return mentions(kind[1], name) or any((c and c[0] == name) or uses(k, name) for _, c, k in kind[2])
    if kind[0] == "declared":
        return any(mentions(n, name) for n in kind[3]) or bool(kind[4] and uses(kind[4], name))
    return False


def check(arguments, seed, folder):
    tlgen, cc, flags, libraries = arguments
    schema = Schema(seed)
    schema.roots = []
    path = os.path.join(folder, "x.tl")
    with open(path, "w", encoding="utf-8") as file:
        file.write(schema.text())
    out = os.path.join(folder, "out")
    shutil.rmtree(out, ignore_errors=True)
    made = subprocess.run([tlgen, "generate", "--quiet", "--prefix", "x", "--schema", path, "--out", out],
                          capture_output=True, text=True, check=False)
    if made.returncode and "7 " in made.stderr: # more numbers than a definition has room for: refused, and that is fine
        return 0
    if made.returncode:
        sys.exit(f"seed {seed}, {folder}: tlgen: {made.stderr}")
    program = os.path.join(folder, "driver")
    driver = os.path.join(os.path.dirname(os.path.abspath(__file__)), "differential_driver.c")
    subprocess.run([cc, *flags, "-O0", f"-I{out}/include", driver, f"{out}/src/x_schema.c", "-o", program, *libraries], check=True)
    encoder = Encoder(random.Random(seed))
    objects = [encoder.root(one).hex() for one in schema.roots for _ in range(12)]
    ran = subprocess.run([program], input="\n".join(objects) + "\n", capture_output=True, text=True, check=False)
    answers = ran.stdout.split("\n")
    for i, wanted in enumerate(objects):
        got = answers[i] if i < len(answers) else f"nothing, status {ran.returncode}: {ran.stderr[-2000:]}"
        if got != f"{wanted} {wanted}":
            sys.exit(f"seed {seed}, {folder}: object {i}, {schema.roots[i // 12].name}:\n  wanted {wanted}\n  got    {got}")
    return len(objects)


def main():
    tlgen, cc, flags, libraries, seconds = sys.argv[1:6]
    seed = int(sys.argv[6]) if len(sys.argv) > 6 else random.SystemRandom().getrandbits(32)
    arguments = (tlgen, cc, [f for f in flags.split(";") if f], [l for l in libraries.split(";") if l])
    folder = tempfile.mkdtemp(prefix="tlgen-differential-")
    schemas = objects = 0
    started = os.times().elapsed
    while schemas < 3 or os.times().elapsed - started < float(seconds):
        objects += check(arguments, seed + schemas, folder)
        schemas += 1
    print(f"{schemas} schemas from seed {seed} on, {objects} objects: the same bytes")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
