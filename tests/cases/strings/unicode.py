# Code points, lone surrogates, combining marks, encodings and their errors.
s = "naïve café 日本 𝄞"
print(len(s), s.encode(), s.encode("utf-8").decode("utf-8") == s, s.encode("latin-1", "replace"), s.encode("ascii", "ignore"))
print("é".encode("latin-1"), "𝄞".encode("utf-16-le"), "a".encode("utf-16-be"), "é".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "backslashreplace"), "𝄞".encode("utf-32-le"))
print(b"\xff\xfea".decode("latin-1") == "\xff\xfea", b"caf\xc3\xa9".decode(), b"a\xffb".decode("utf-8", "replace") == "a\ufffdb", b"a\xffb".decode("utf-8", "ignore"), ascii(b"a\xffb".decode("utf-8", "surrogateescape")), b"a\xffb".decode("ascii", "backslashreplace"))
print("\udcff".encode("utf-8", "surrogateescape"), "\ud800".encode("utf-8", "surrogatepass"))
for call in (lambda: "é".encode("ascii"), lambda: "日".encode("latin-1"), lambda: "\ud800".encode(), lambda: b"\xff".decode(), lambda: b"\xe6\x97".decode(), lambda: b"a\x80".decode("ascii"), lambda: b"\xc3(".decode("utf-8"), lambda: b"\xed\xa0\x80".decode("utf-8"), lambda: b"\xf0\x9d\x84".decode()):
    try:
        call()
    except UnicodeError as error:
        print(type(error).__name__, error)
        print("   ", error.encoding, error.start, error.end, error.reason)
try:
    "x".encode("no-such-codec")
except LookupError as error:
    print(error)
print("ß".upper(), "ß" == "ss", "ß".casefold() == "ss", "Å" == "A\u030a", len("A\u030a"), "é" > "z", "Z" < "a", "" < "a", "a" < "aa", "\ud800" < "\U00010000", "\uffff" < "\U00010000")
print(sorted(["é", "e", "z", "日", "𝄞", "Z", ""]), max("aé日"), "日本語"[::-1], "x日" * 2, "日" in s, s.count("é"))
e = UnicodeDecodeError("utf-8", b"abc", 1, 2, "bad luck")
print(e, e.args, repr(e))
d = {"é": 1, "e\u0301": 2}
print(len(d), d["\xe9"], hash("é") == hash("\xe9"))
π = 3
def größe(ß): return ß * π
print(größe(2), [n for n in dir() if n in ("π", "größe")])
