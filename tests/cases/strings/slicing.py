# Indexing and slicing with every sign of start, stop and step; in three widths of character.
for s in ("abcdef", "aéßüÿx", "日本語テスト", "a𝄞b𝄞c𝄞"):
    print(ascii(s), len(s), ascii(s[0]), ascii(s[-1]), ascii(s[2]))
    for bounds in ((None, None, None), (1, 4, None), (-3, None, None), (None, -2, None), (None, None, 2), (None, None, -1), (4, 1, -1), (-1, -5, -2), (10, None, None), (None, 10, 3), (3, 3, None), (5, 2, None), (-100, 100, None), (None, -100, -1), (100, None, -1)):
        print("  ", bounds, ascii(s[slice(*bounds)]))
s = "abcdef"
print(s[True], s[False:True], s[:2] + s[2:] == s, s[::1] == s, s[2:4][0], "x"[0][0][0][0])
for index in (6, -7, 10 ** 30):
    try:
        s[index]
    except IndexError as error:
        print(error)
for call in (lambda: s["a"], lambda: s[1.0], lambda: s[None], lambda: s[::0], lambda: s["a":], lambda: s[(1, 2)]):
    try:
        call()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
try:
    s[0] = "x"
except TypeError as error:
    print(error)
try:
    del s[0]
except TypeError as error:
    print(error)
class I:
    def __index__(self):
        return 2
print(s[I()], s[I():], s[:10 ** 30], s[-10 ** 30:], s[::10 ** 30])
print([c for c in "a日𝄞"], list(reversed("abc")), list(enumerate("ab", 5)), "".join(sorted("hello")), max("hello"), min("hello"), set("aab") == {"a", "b"})
