# find, rfind, index, rindex, count, startswith, endswith, in; with bounds of every kind.
s = "abracadabra"
for sub in ("a", "abra", "", "z", "abracadabra", "abracadabraa", "ra"):
    print(repr(sub), s.find(sub), s.rfind(sub), s.count(sub), sub in s, s.find(sub, 1), s.find(sub, 1, -1), s.rfind(sub, 0, 5), s.count(sub, 2, 9), s.find(sub, -4), s.find(sub, 50), s.count(sub, 11), s.count(sub, 12), s.find(sub, 11), s.find(sub, 12))
print(s.startswith("abra"), s.startswith("bra", 1), s.startswith(("x", "ab")), s.endswith("bra"), s.endswith(("x",)), s.endswith("a", 0, 4), s.startswith(""), s.startswith("", 20), s.endswith("", 5, 3), s.startswith(()))
for call in (lambda: s.index("z"), lambda: s.rindex("z"), lambda: s.index("a", 11)):
    try:
        call()
    except ValueError as error:
        print(error)
for call in (lambda: s.startswith(1), lambda: s.startswith(["a"]), lambda: 1 in s, lambda: s.startswith(("a", 1), 3), lambda: s.find("a", "b")):
    try:
        call()
    except TypeError as error:
        print(error)
print("aaaa".count("aa"), "αβγαβγ".find("γ"), "αβγαβγ".rfind("αβ"), "a𝄞b𝄞".find("𝄞", 2), "日本語".index("語"), "é" in "café", "e\u0301" in "é")
print(("x" * 1000 + "y").find("xxy"), ("ab" * 500 + "c").rfind("ba"), ("a" * 2000).count("aaa"), "mississippi".find("issip"))
