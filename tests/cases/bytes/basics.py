# bytes: literals, indexing, slicing, methods, comparison.
b = b"hello\x00\xff\n"
print(b, len(b), b[0], b[-1], b[1:4], b[::-1], list(b[:3]), b"a" in b, b"ell" in b, 104 in b, b.hex(), b.hex(" "), bytes.fromhex("68 65ff"))
print(b"abc" + b"def", b"ab" * 3, b"a" == b"a", b"a" < b"b", b"a" == "a", hash(b"x") == hash(bytes([120])), b"", b'"', b"'", b"'\"", rb"\n", b"a" b"b")
print(bytes(), bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"x"), bytes(range(4)), bytes("ab", "ascii"))
print(b"a,b,c".split(b","), b" x y ".split(), b"x".join([b"1", b"2"]), b"abc".replace(b"b", b"--"), b"  s ".strip(), b"abc".find(b"c"), b"abc".find(99), b"aXb".upper(), b"aXb".lower(), b"ab".center(6, b"*"), b"a\nb\r\nc".splitlines(), b"k=v".partition(b"="), b"abcabc".count(b"bc"), b"abc".startswith(b"ab"), b"abc".endswith((b"x", b"c")))
print(b"abc".isalpha(), b"12".isdigit(), b" ".isspace(), b"Ab".swapcase(), b"hello world".title(), b"7".zfill(3), b"abc".translate(bytes.maketrans(b"ab", b"xy")), b"abc".translate(None, b"b"), b"pre-x".removeprefix(b"pre-"), b"a\tb".expandtabs(4), b"abc".index(b"b"), b"cab".rfind(b"a"), b"abc".decode())
print(b"%d %s %r %x %c" % (5, b"x", b"y", 255, 65), b"%5.1f|%-4d|" % (2.5, 3), b"%b" % b"q", b"%a" % "é")
for call in (lambda: b[100], lambda: bytes([256]), lambda: bytes(-1), lambda: bytes("x"), lambda: b"a" + "b", lambda: b"a" < "b", lambda: "a" in b, lambda: 256 in b, lambda: b"a".find("a"), lambda: bytes.fromhex("zz"), lambda: b"".join(["a"]), lambda: bytes([1, "a"]), lambda: b"%s" % "x", lambda: bytes(1.5), lambda: b"a".index(b"z")):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
try:
    b[0] = 1
except TypeError as error:
    print(error)
for x in b"ab":
    print(x, end=" ")
print(sorted(b"cab"), max(b"cab"), sum(b"\x01\x02"), {b"k": 1}[b"k"], list(enumerate(b"ab")), b"\x41\102\t\\", repr(bytes(range(8))), bool(b""), b"abc".__len__())
class B(bytes):
    pass
print(B(b"x"), type(B(b"x") + b"y").__name__, isinstance(B(), bytes), B(b"q") == b"q")
