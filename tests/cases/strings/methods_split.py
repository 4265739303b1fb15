# split, rsplit, splitlines, partition, rpartition, join.
for s in ("a,b,c", ",a,,b,", "", "abc", "a, b"):
    print(repr(s), s.split(","), s.split(",", 1), s.rsplit(",", 1), s.split(",", 0), s.split(",", -1), s.partition(","), s.rpartition(","))
for s in ("  a  b\tc\n", "", "   ", "one", "\u2003wide\u00a0space\x1c"):
    print(repr(s), s.split(), s.split(None, 1), s.rsplit(None, 1), s.split(maxsplit=0), s.rsplit(maxsplit=2))
print("a::b::c".split("::"), "a::b::c".rsplit("::", 1), "aaa".split("aa"), "aaa".rsplit("aa"), "abc".split("abc"))
text = "one\ntwo\r\nthree\rfour\x0bfive\x0csix\x1cseven\x85eight\u2028nine\n\n"
print(text.splitlines())
print(text.splitlines(True), text.splitlines(keepends=True) == text.splitlines(True))
print("".splitlines(), "\n".splitlines(), "a".splitlines(), "\r\n\n".splitlines())
print(", ".join(["a", "b"]), "-".join("xyz"), "".join([]), "x".join(["only"]), ",".join(str(n) for n in range(4)), "é".join(("a", "日", "b")), "".join({"k": 1}))
for call in (lambda: "a".split(""), lambda: "a".partition("")):
    try:
        call()
    except ValueError as error:
        print(error)
for call in (lambda: ",".join(["a", 1]), lambda: ",".join(5), lambda: "a".split(1), lambda: ",".join([None]), lambda: ",".join([b"x"])):
    try:
        call()
    except TypeError as error:
        print(error)
