#!/usr/bin/env python3
"""`tlgen diff` and `tlgen layers` on small schemas: what is said of each kind of change, and the exit status.

usage: diff.py TLGEN SCHEMA-FOLDER"""
import json, os, subprocess, sys, tempfile, unittest

TLGEN, SCHEMA = sys.argv[1], sys.argv[2]
OLD = """// LAYER 1
boolFalse#bc799737 = Bool;
boolTrue#997275b5 = Bool;
true#3fedd339 = True;
vector#1cb5c415 {t:Type} # [ t ] = Vector t;
answer#00000001 text:string option:bytes = Answer;
poll#00000002 id:long flags:# closed:flags.0?true answers:Vector<Answer> limit:flags.1?int total:int = Poll;
gone#00000003 = Gone;
---functions---
getPoll#00000004 id:long = Poll;
getGone#00000005 = Gone;
getText#00000006 = Vector<int>;
"""
NEW = """// LAYER 2
boolFalse#bc799737 = Bool;
boolTrue#997275b5 = Bool;
true#3fedd339 = True;
vector#1cb5c415 {t:Type} # [ t ] = Vector t;
answer#00000001 text:string option:bytes = Answer;
inputAnswer#00000011 text:string = Answer;
poll#00000002 id:long flags:# closed:flags.0?true public:flags.2?true answers:Vector<Answer> limit:int total:flags.3?int more:flags.4?string = Poll;
---functions---
getPoll#00000014 hash:long id:long = Poll;
getText#00000006 = Vector<int>;
"""


class Diff(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.old, self.new = self.write('old.tl', OLD), self.write('new.tl', NEW)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            file.write(text)
        return path

    def run_tlgen(self, *arguments):
        done = subprocess.run([TLGEN, *arguments], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def diff(self, *more, old=None, new=None, status=4):
        code, out, err = self.run_tlgen('diff', old or self.old, new or self.new, '--json', *more)
        self.assertEqual(code, status, err)
        return json.loads(out)

    def names(self, entries):
        return [entry['name'] if isinstance(entry, dict) else entry for entry in entries]

    def test_what_came_and_went(self):
        d = self.diff()
        self.assertEqual(self.names(d['constructors']['added']), ['inputAnswer'])
        self.assertEqual(self.names(d['constructors']['removed']), ['gone'])
        self.assertEqual(self.names(d['functions']['removed']), ['getGone'])
        self.assertEqual(d['types']['removed'], ['Gone'])
        self.assertEqual((d['old']['layer'], d['new']['layer'], d['compatible']), (1, 2, False))

    def test_fields(self):
        poll = self.diff()['constructors']['changed'][0]
        self.assertEqual((poll['name'], poll['kept_id'], poll['breaks_source'], poll['changes_layout']), ('poll', True, True, True))
        fields = {(field['name'], field['change']) for field in poll['fields']}
        self.assertEqual(fields, {('public', 'flag added'), ('limit', 'required'), ('total', 'optional'), ('more', 'added')})
        self.assertEqual(self.diff()['kept_id'], ['poll'])

    def test_a_field_that_moved_or_has_another_bit_or_type(self):
        new = self.write('n.tl', OLD.replace('id:long flags:# closed:flags.0?true answers', 'flags:# id:long closed:flags.5?true answers')
                         .replace('limit:flags.1?int', 'limit:flags.1?long'))
        poll = self.diff(new=new)['constructors']['changed'][0]
        changes = {(field['name'], field['change']) for field in poll['fields']}
        self.assertIn(('closed', 'bit'), changes)
        self.assertIn(('limit', 'type'), changes)
        self.assertEqual(sum(change == 'moved' for _, change in changes), 1)

    def test_a_struct_that_became_a_sum(self):
        answer = self.diff()['types']['changed'][0]
        self.assertEqual((answer['name'], answer['became'], answer['held_by'], answer['added']), ('Answer', 'sum', ['poll.answers'], ['inputAnswer']))

    def test_lines_that_do_not_compile(self):
        source = self.write('src/a.c', 'void f(const tg_poll *p, const tg_user *u) {\n  use(p->answers.items[0]->text);\n  // p->answers\n'
                            '  puts("p->answers"); u->answers;\n  tg_getGone request = {0};\n  p->closed;\n}\n')
        lines = self.diff('--source', os.path.dirname(source))['lines']
        self.assertEqual([(line['line'], line['column'], line['certain']) for line in lines], [(2, 10, True), (5, 3, True)])

    def test_only_what_is_used(self):
        d = self.diff('--only', 'getText, other.*', status=0)
        self.assertEqual(d['constructors'], {'added': [], 'removed': [], 'changed': []})
        d = self.diff('--only', 'getPoll')
        self.assertEqual(d['functions']['removed'], [])
        self.assertEqual(d['touched'], {'getPoll': ['poll', 'getPoll']} if 'poll' == d['touched']['getPoll'][0] else {'getPoll': ['getPoll', 'poll']})

    def test_exit_statuses(self):
        self.assertEqual(self.run_tlgen('diff', self.old, self.old)[0], 0)
        more = self.write('more.tl', OLD.replace('---functions---', 'new#00000007 = New;\n---functions---'))
        self.assertEqual(self.run_tlgen('diff', self.old, more)[0], 3)
        self.assertEqual(self.run_tlgen('diff', self.old, self.new)[0], 4)
        self.assertEqual(self.run_tlgen('diff', self.old, self.path_of_nothing())[0], 1)
        self.assertEqual(self.run_tlgen('diff', self.old)[0], 2)
        self.assertEqual(self.run_tlgen('diff', self.old, self.new, '--colour', 'x')[0], 2)

    def path_of_nothing(self):
        return os.path.join(self.folder.name, 'nothing.tl')

    def test_errors_of_folders(self):
        for name, text, rows in (('a', OLD, '400\tONE\tgetPoll\n400\tTWO\tgetPoll\n'),
                                 ('b', NEW, '403\tONE\tgetPoll\n400\tTHREE\tgetPoll\n')):
            self.write(name + '/api.tl', text)
            self.write(name + '/errors.tsv', '# code\tname\tmethods\n' + rows)
        errors = self.diff(old=os.path.join(self.folder.name, 'a'), new=os.path.join(self.folder.name, 'b'))['errors']['methods']['getPoll']
        self.assertEqual(errors, {'added': [{'name': 'THREE', 'codes': [400]}], 'removed': [{'name': 'TWO', 'codes': [400]}],
                                  'changed': [{'name': 'ONE', 'old': [400], 'new': [403]}]})

    def test_the_text_for_people_names_each(self):
        code, out, _ = self.run_tlgen('diff', self.old, self.new)
        for text in ('layer 1 -> layer 2', 'changed under the same id: poll', 'became a sum', '- gone = Gone', '+ inputAnswer = Answer',
                     'required limit: flags.1?int -> int', 'some lines do not compile'):
            self.assertIn(text, out)

    def test_layers_beside_each_other(self):
        changes, legacy = (os.path.join(self.folder.name, name) for name in ('changes.tsv', 'legacy.tl'))
        lasting = self.write('lasting.tsv', '# name\tid\tlast layer\ngone\t00000003\t5\n')
        third = self.write('third.tl', NEW.replace('LAYER 2', 'LAYER 7'))
        code, _, err = self.run_tlgen('layers', '--changes', changes, '--legacy', legacy, '--lasting', lasting, third, self.new, self.old)
        self.assertEqual(code, 0, err)
        with open(changes) as file:
            table = file.read()
        self.assertIn('2\tconstructor\tremoved\tgone\n', table)
        self.assertIn('2\tconstructor\tchanged\tpoll\n', table)
        self.assertNotIn('\n7\t', table)
        with open(legacy) as file:
            text = file.read()
        self.assertIn('gone_l5#00000003 = Gone;\n', text)
        self.assertIn('getPoll_l1#00000004 id:long = Poll;\n', text)
        self.assertIn('standInPoll = Poll;\n', text)
        self.assertNotIn('poll_l', text)
        self.assertEqual(self.run_tlgen('check', legacy)[0], 0)

    def test_a_release_follows_from_the_difference(self):
        release = os.path.join(os.path.dirname(SCHEMA.rstrip('/')), 'scripts', 'release')
        env = {**os.environ, 'TLGEN': os.path.abspath(TLGEN)}
        with open(os.path.join(SCHEMA, 'api.tl')) as file:
            schema = file.read()
        layer = schema.split('\n', 1)[0].split()[-1]
        same = subprocess.run([release, SCHEMA], env=env, capture_output=True, text=True)
        self.assertRegex(same.stdout, r'^version: (\d+\.\d+)\.\d+ \(was \1\.\d+\)\n')
        self.assertRegex(same.stdout, r'libtlgen-tg\.so\.\d+\.\d+\.' + layer)
        before = self.write('before/api.tl', schema.replace('LAYER ' + layer, 'LAYER 1').replace('---functions---', 'went#12345678 = Went;\n---functions---', 1))
        other = subprocess.run([release, before], env=env, capture_output=True, text=True)
        self.assertIn('Layer %s (was 1)' % layer, other.stdout, other.stderr)
        self.assertIn('constructors: 1 removed', other.stdout)
        self.assertNotEqual(same.stdout.split()[1].rsplit('.', 1)[0], other.stdout.split()[1].rsplit('.', 1)[0])

    def test_the_history_of_the_schema_is_up_to_date(self):
        with open(os.path.join(SCHEMA, 'api.tl')) as file:
            layer = file.readline().split()[-1]
        with open(os.path.join(SCHEMA, 'changes.tsv')) as file:
            self.assertIn('\n%s\t' % layer, file.read())


unittest.main(argv=sys.argv[:1])
