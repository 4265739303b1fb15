# replace, strip, padding, translate, prefixes, expandtabs.
s = "  spam spam  "
print(repr(s.strip()), repr(s.lstrip()), repr(s.rstrip()), "xxaxx".strip("x"), "abcba".strip("ab"), "abc".strip(""), repr("".strip()), "\u3000a\u3000".strip(), "xyz".lstrip("zyx"), "a".strip(None))
print(s.replace("spam", "egg"), s.replace("spam", "x", 1), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".replace("", "-", 2), "".replace("", "x"), "".replace("a", "b"), "aaa".replace("aa", "b"), "abc".replace("b", ""), "é".replace("é", "日本"), "a日b".replace("日", "c"), "x".replace("x", "y", 0))
print("ab".center(7, "*"), "ab".center(6), "abc".center(6, "-"), "abc".center(2), "ab".ljust(5, "."), "ab".rjust(5, "."), "42".zfill(5), "-42".zfill(6), "+7".zfill(4), "".zfill(3), "abc".zfill(2), "--1".zfill(5))
print("prefix-name".removeprefix("prefix-"), "name.py".removesuffix(".py"), "name".removeprefix("x"), "name".removesuffix(""))
print("a\tbc\td".expandtabs(), "a\tbc\td".expandtabs(4), "\t".expandtabs(2) + "|", "a\nb\tc".expandtabs(4), "a\tb".expandtabs(0))
table = str.maketrans({"a": "1", "b": None, ord("c"): "long", "d": 0x44})
print("abcdabcd".translate(table), "hello".translate(str.maketrans("el", "ip")), "hello".translate(str.maketrans("el", "ip", "o")), "abc".translate({97: 98}), "xyz".translate({}))
print(sorted(str.maketrans("ab", "cd", "e").items(), key=str))
print("a" + "b" * 3 + 2 * "c", "ab" * 0, "ab" * -1, repr("x" * 0))
s = "abc"
s += "def"; s *= 2
print(s)
for call in (lambda: "a".center(5, "xx"), lambda: "a".ljust("5"), lambda: "a" * "b", lambda: "a" + 1, lambda: "a" + b"b", lambda: "a".strip(1), lambda: str.maketrans("a", "bc"), lambda: str.maketrans("a"), lambda: "a".zfill()):
    try:
        call()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
