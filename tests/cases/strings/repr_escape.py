# repr and ascii: choice of quotes, escapes, unprintable and wide characters; escapes in literals.
for s in ("a'b", 'a"b', "a'b\"c", "\\", "\n\r\t", "\x00\x07\x1b\x7f", "\x80\x9f\xa0\xad", "é", "日本", "𝄞", "\ud800", "\u2028", "\ue000", "\U0010ffff", "\u0378", "\u200b", "\ufeff", "a\u0301"):
    print(ascii(s), ascii(repr(s)), len(s), len(repr(s)), str(s) == s)
print("\101\x41\u0041\U00000041\N{LATIN CAPITAL LETTER A}", "a\
b", r"\n\x", R"\"", "\0" == "\x00", "\08" == "\x008", '''tri"ple' ''', """a
b""")
print("abc" "def" 'ghi', ("implicit "
      "joining"), "a" r"\n" "\n".strip())
print(repr(["a'b", "\n"]), str(("x",)), repr({"k": "v"}), str(b"x"), repr(b"a'b"), ascii(["é", {"日": 1}]))
print(chr(97), chr(233), chr(0x1D11E), ord("a"), ord("é"), ord("𝄞"), ascii(chr(0xD800)))
for call in (lambda: chr(-1), lambda: chr(0x110000), lambda: ord(""), lambda: ord("ab"), lambda: ord(5), lambda: chr("a")):
    try:
        call()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(str(), str(5), str(None), str(b"ab", "ascii"), str(b"\xc3\xa9", "utf-8"), str(object=1.5), str("x") is "x" or True)
class R:
    def __repr__(self):
        return "R()"
class S(R):
    def __str__(self):
        return "S!"
print(str(R()), repr(S()), str(S()), [S()], f"{S()} {S()!r} {S()!s:>5}", "%s %r" % (S(), S()))
class Bad:
    def __repr__(self):
        return 5
    __str__ = None
for call in (lambda: repr(Bad()), lambda: str(Bad())):
    try:
        call()
    except TypeError as error:
        print(error)
