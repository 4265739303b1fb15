# Patterns, matches, scanners and templates as objects.
# oracle: 3.14
import copy
import re

p = re.compile(r'(?P<word>\w+) (\d+)?', re.I)
print(p, re.compile(b'a', re.S), repr(re.compile('a' * 300))[-20:])
print(p.pattern, p.flags, p.groups, dict(p.groupindex), type(p.groupindex).__name__)
print(p == re.compile(r'(?P<word>\w+) (\d+)?', re.I), p == re.compile('a'), hash(p) == hash(p), p != 3)
print(copy.copy(p) is p, copy.deepcopy(p) is p, re.Pattern[str], re.Match[bytes])

m = p.search('-- spam 12 eggs ')
print(m, m.group(), m.group(1, 2), m['word'], m[2], m.groups(), m.groupdict(), m.span('word'), m.start(2), m.end())
print(m.re is p, m.string, m.pos, m.endpos, m.lastindex, m.lastgroup, m.regs, m.expand(r'<\1|\g<2>|\g<word>>'))
m = p.search('eggs ', 0, 5)
print(m.groups(), m.groups('-'), m.groupdict('-'), m.span(2), m.expand(r'[\2]'), m.lastgroup, m.endpos)
for bad in (3, -1, 'x', 1.5, None):
    try:
        print(m.group(bad))
    except Exception as error:
        print(type(error).__name__, error)

scanner = p.scanner('a 1 b ')
print(scanner.pattern is p, [scanner.match() for _ in range(3)], [m.span() for m in p.finditer('a 1 b ')])
print(p.sub('<>', 'a 1 b 2'), p.sub(r'\2\1', 'a 1 b 2', 1), p.subn(lambda m: m[1] * 2, 'a 1b '), p.sub('x', ''))
print(re.split('(,)|;', 'a,b;c', maxsplit=1), re.split('', 'ab'), re.split('x*', 'axb'), re.sub('x*', '-', 'abxd'))
print(re.sub(b'(b)', rb'[\1]', bytearray(b'abc')), re.findall(b'.', memoryview(b'ab')), re.findall('(a)(b)?', 'aab'))
print(re.escape('a.b[c]'), re.compile('').match('abc', 2, 1), re.compile('b').search('abc', 5, 9))

for call in (
    lambda: re.match('a', b'a'),
    lambda: re.match(b'a', 'a'),
    lambda: re.match('a', 1),
    lambda: p.match('a', 2 ** 70),
    lambda: re.sub('a', 1, 'a'),
    lambda: re.sub('a', b'b', 'a'),
    lambda: re.sub('(a)', lambda m: 1, 'a'),
    lambda: re.Pattern(),
    lambda: p.match(),
    lambda: re.compile('(a').match,
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
