#!/usr/bin/env python3
"""Makes compat.tl: what the definitions of schema/api.tl looked like in older layers.

usage: make_compat.py API.TL [--mtcute FILE.json]... [--tl LAYER:FILE]... [--binary LAYER:FILE]...
                      [--telethon DIR]... > compat.tl

  --mtcute    api-schema.json of the npm packages @mtcute/tl and @mtcute/core
  --tl        TL text, or a JavaScript file that holds it (npm package telegram: tl/apiTl.js)
  --binary    LAYER:FILE, a program of that layer: forms whose ids it contains, while it does not
              contain those of the next form, lasted at least until then
  --telethon  the folder telethon/ of a Telethon package: definitions are read off its classes

A definition that differs from the newest one appears once for each form it had, named after the
last layer (of those given) that had that form: user_l223. Types that are only referred to get one
constructor without fields, so that the file stands on its own."""
import json, os, re, sys, zlib

PRIMITIVES = {'int', 'long', 'double', 'int128', 'int256', 'string', 'bytes', 'Bool', 'true', '#', 'X', '!X'}
BARE = {'int', 'long', 'double', 'int128', 'int256', 'string', 'bytes', '#'}


def parse_tl(text):
    """{name: (id, arguments, result)} of the definitions in TL text; functions are told by section."""
    out, function = {}, False
    for line in text.splitlines():
        line = line.strip()
        if line.startswith('---'):
            function = 'functions' in line
        match = re.match(r'([a-z][\w.]*)#([0-9a-f]+)\s+(.*?)\s*=\s*([^;]+);', line)
        if match and match[1] not in ('vector', 'boolTrue', 'boolFalse', 'true', 'null', 'error'):
            out[match[1]] = (int(match[2], 16), match[3], match[4].strip(), function)
    return out


def mtcute_type(name, modifiers):
    name = {'int53': 'long'}.get(name, name)
    if modifiers.get('isVector'):
        name = 'Vector<%s>' % name
    if modifiers.get('isBareVector'):
        name = 'vector<%s>' % name
    if 'predicate' in modifiers:
        name = modifiers['predicate'] + '?' + name
    return name


def parse_mtcute(path):
    data = json.load(open(path))
    out = {}
    for entry in data['e']:
        if entry['name'].startswith('mtcute.') or entry['type'] in ('Bool', 'Vector'):
            if entry.get('kind') != 'method':
                continue
        words = []
        for generic in entry.get('generics', []):
            words.append('{%s:Type}' % generic['name'])
        for argument in entry['arguments']:
            type_ = mtcute_type(argument['type'], argument.get('typeModifiers', {}))
            words.append('%s:%s' % (argument['name'], type_))
        result = mtcute_type(entry['type'], entry.get('typeModifiers', {}))
        out[entry['name']] = (entry['id'] & 0xffffffff, ' '.join(words), result,
                              entry['kind'] == 'method')
    return data['l'], out


def telethon_fields(body, hints):
    """Words of a definition, read off the generated from_reader()."""
    words, condition, reads = [], None, {
        'read_int': 'int', 'read_long': 'long', 'read_double': 'double', 'tgread_string': 'string',
        'tgread_bytes': 'bytes', 'tgread_bool': 'Bool', 'tgread_date': 'int'}
    pending = None
    for line in body.splitlines():
        line = line.strip()
        if re.match(r'flags2? = reader.read_int\(\)', line):
            words.append(line.split(' ')[0] + ':#')
        elif match := re.match(r'_(\w+) = bool\((flags2?) & (\d+)\)', line):
            words.append('%s:%s.%d?true' % (match[1], match[2], int(match[3]).bit_length() - 1))
        elif match := re.match(r'if (flags2?) & (\d+):', line):
            condition = '%s.%d?' % (match[1], int(match[2]).bit_length() - 1)
        elif line == 'else:':
            condition = None
        elif match := re.match(r'_(\w+) = \[\]', line):
            pending = match[1]
        elif line.startswith('_x = '):
            call = re.search(r'reader\.(\w+)\(', line)
            element = reads.get(call[1] if call else '') or hints.get(pending, 'Object')
            words.append('%s:%sVector<%s>' % (pending, condition or '', element))
        elif line == '' and pending:
            pending, condition = None, None
        elif match := re.match(r'_(\w+) = reader\.(\w+)\((\d*)', line):
            type_ = reads.get(match[2]) or hints.get(match[1], 'Object')
            if match[2] == 'read_large_int':
                type_ = 'int' + match[3]
            words.append('%s:%s%s' % (match[1], condition or '', type_))
            pending = None
        if not line and not pending:
            condition = None
    return [re.sub(r'^(is_self|is_)(?=:)', 'self', word) for word in words]


def parse_telethon(folder, types):
    """Names and types are told by the newest schema; what it does not have is left out."""
    names = {}
    for name in types:
        space, _, last = name.rpartition('.')
        names[(space, last[0].upper() + last[1:])] = name
    layer = int(re.search(r'LAYER = (\d+)', open(folder + '/tl/alltlobjects.py').read())[1])
    out = {}
    for kind in ('types', 'functions'):
        for file in sorted(os.listdir('%s/tl/%s' % (folder, kind))):
            if not file.endswith('.py'):
                continue
            space = '' if file == '__init__.py' else file[:-3]
            text = open('%s/tl/%s/%s' % (folder, kind, file)).read()
            for match in re.finditer(r'^class (\w+)\(TL(?:Object|Request)\):\n(.*?)(?=^class |\Z)',
                                     text, re.S | re.M):
                last = match[1][:-7] if kind == 'functions' else match[1]
                name = names.get((space, last))
                if name is None or types[name][3] != (kind == 'functions'):
                    continue
                body = match[2]
                id_ = int(re.search(r'CONSTRUCTOR_ID = 0x([0-9a-f]+)', body)[1], 16)
                hints = dict(re.findall(r"(\w+): (?:Optional\[)?(?:List\[)?'Type(\w+)'", body))
                reader = body.split('def from_reader(cls, reader):')[1].split('return cls(')[0]
                words = telethon_fields(reader, hints)
                if '!X' in types[name][1]:
                    continue
                out[name] = (id_, ' '.join(words), types[name][2], types[name][3])
    return layer, out


def found_in(program, layer, layers, newest):
    """The forms that a program of that layer still has of what changed around it."""
    def has(id_):
        return id_.to_bytes(4, 'little') in program
    older = next(entries for number, entries in layers if number < layer)
    newer = next((entries for number, entries in reversed(layers) if number > layer), newest)
    out = {}
    for name, entry in older.items():
        after = newer.get(name) or newest.get(name)
        if after and after[0] != entry[0] and has(entry[0]) and not has(after[0]):
            out[name] = entry
    return out


def type_names(words, result):
    for word in words.split() + ['=:' + result]:
        if word.startswith('{'):
            continue
        name = word.split(':', 1)[1].split('?')[-1]
        name = re.sub(r'^[Vv]ector<(.*)>$', r'\1', name)
        yield name


def main():
    arguments = sys.argv[1:]
    newest = parse_tl(open(arguments.pop(0)).read())
    layers, binaries = [], []
    while arguments:
        kind, value = arguments.pop(0), arguments.pop(0)
        if kind == '--mtcute':
            layers.append(parse_mtcute(value))
        elif kind == '--tl':
            layer, path = value.split(':', 1)
            layers.append((int(layer), parse_tl(open(path).read())))
        elif kind == '--binary':
            layer, path = value.split(':', 1)
            binaries.append((int(layer), open(path, 'rb').read()))
        else:
            layers.append(parse_telethon(value, newest))
    layers.sort(key=lambda pair: -pair[0])
    for layer, program in binaries:
        layers.append((layer, found_in(program, layer, layers, newest)))
    layers.sort(key=lambda pair: -pair[0])
    known = {}  # type by its last part, for Telethon's hints
    for _, (_, words, result, function) in newest.items():
        if not function:
            known.setdefault(result.split('.')[-1], result)
    seen = {entry[0] for entry in newest.values()}
    constructors, functions, used, made = [], [], set(), set()
    for layer, entries in layers:
        for name in sorted(entries):
            id_, words, result, function = entries[name]
            if name not in newest or id_ in seen or newest[name][3] != function:
                continue
            seen.add(id_)
            words = ' '.join(fix_hint(word, known) for word in words.split())
            line = '%s_l%d#%08x %s%s= %s;' % (name, layer, id_, words, ' ' if words else '', result)
            (functions if function else constructors).append(line)
            used.update(type_names(words, result))
            if not function:
                made.add(result)
    print('// Older forms of definitions, each named after the last layer that had it.')
    print('// Made by make_compat.py from layers %s; do not edit.' %
          ', '.join(str(layer) for layer in sorted({pair[0] for pair in layers})))
    print('int ? = Int;\nlong ? = Long;\ndouble ? = Double;\nstring ? = String;')
    print('bytes data:string = Bytes;\nint128 4*[ int ] = Int128;\nint256 8*[ int ] = Int256;')
    print('boolFalse#bc799737 = Bool;\nboolTrue#997275b5 = Bool;\ntrue#3fedd339 = True;')
    print('vector#1cb5c415 {t:Type} # [ t ] = Vector t;')
    print('\n'.join(constructors))
    for name in sorted(used - made - PRIMITIVES - {'Object'}):
        last = name.split('.')[-1]
        stub = name[:len(name) - len(last)] + 'any' + last
        print('%s#%08x = %s;' % (stub, zlib.crc32(('%s = %s' % (stub, name)).encode()), name))
    print('---functions---')
    print('\n'.join(functions))


def fix_hint(word, known):
    if ':' not in word or word.startswith('{'):
        return word
    name, type_ = word.split(':', 1)
    match = re.match(r'^(.*\?)?([Vv]ector<)?([\w.!#]+)(>)?$', type_)
    core = match[3]
    if core not in PRIMITIVES and core in known and '.' not in core:
        core = known[core]
    return '%s:%s%s%s%s' % (name, match[1] or '', match[2] or '', core, match[4] or '')


main()
