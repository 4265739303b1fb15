# The tokens of a source as the module tokenize shows them: comments, line ends, fields, carriage returns, and what is wrong.
# python: 3.14
# stress: 500
import io
import tokenize

SOURCES = [
    "def f(x):  # note\n    return x\n\n# end",
    "x = (1,\n  2)\r\ny",
    "f'{a!r:>{w}}' rf'\\{b}' t'{c=}'",
    "f'''a\n{x}'''\n",
    "é = 'ü'; ｗ = 1",
    "$ ? ! 0777 1if 2 else 3\n",
    "if 1:\n  a\n  b\nc\n",
    "x = (1+\n",
    "x = \\",
    "(1\n2",
    "  x\n y\n",
    "if 1:\n \tx\n\t y\n",
    "a\\b\n",
    "'''abc\n",
    "f'{a",
    "x\0y\n",
    "\x01",
    "0b12",
]

for source in SOURCES:
    print(repr(source))
    try:
        for token in tokenize.generate_tokens(io.StringIO(source, newline="").readline):
            print("   ", tokenize.tok_name[token.exact_type], *token[1:4], repr(token.line))
    except (tokenize.TokenError, SyntaxError) as error:
        print("   ", type(error).__name__, error.args)

print("lines without ends")
for token in tokenize.generate_tokens(iter(["if x:", "  y", "", "z"]).__next__):
    print("   ", token.type, *map(repr, token[1:]))

print("bytes")
for token in tokenize.tokenize(io.BytesIO(b"# coding: latin-1\nx = '\xe9'\n").readline):
    print("   ", token.type, *map(repr, token[1:]))
for lines in [iter([1]).__next__, iter([b"x\n"]).__next__]:
    try:
        print(list(tokenize.generate_tokens(lines)))
    except TypeError as error:
        print("   ", error)
text = "class A:\n    def f(self): return [1,\n      2]\n"
print(tokenize.untokenize(tokenize.generate_tokens(io.StringIO(text).readline)) == text)
