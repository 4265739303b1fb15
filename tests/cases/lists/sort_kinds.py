# Sorting lists whose items are all of one kind, and nearly so.
nan = float("nan")
print(sorted([(2, "b"), (1, "z"), (1, "a"), (1,), ()]))
print(sorted([(1, 2.5), (1, 2), (0.5, "x"), (True, 1)]))
print(sorted([((1, 2), 3), ((1,), 4), ((1, 2), 1)]))
print(sorted([(1, [2]), (1, [1, 5]), (0, [])]))
try: sorted([(1, "a"), (1, 2)])
except TypeError as e: print(e)
class K:
    def __init__(self, v): self.v = v
    def __eq__(self, o): print("eq", self.v, o.v); return self.v == o.v
    def __lt__(self, o): print("lt", self.v, o.v); return self.v < o.v
    def __repr__(self): return f"K{self.v}"
print(sorted([(K(2), 1), (K(1), 2), (K(1), 1)]))
same = K(7)
print(sorted([(same, 2), (same, 1)]))
l = [(3, 0), (1, 0), (2, 0)]
class C:
    def __lt__(self, o): l.append(1); return False
    def __eq__(self, o): return False
l[:] = [(C(),), (C(),)]
try: l.sort()
except ValueError as e: print(e)
print(len(l))
words = ["b", "a", "", "abcdefgh", "abcdefghi", "abcdefg", "a\0", "a\0\0", "\xff", "\xfe", "zebra"]
print(sorted(words))
print(sorted(words + ["\u1234", "a\u1234", "a"]))
print(sorted(words, key=len), sorted(words, reverse=True)[:3])
print(sorted([3.5, -0.0, 0.0, 1e300, -1e-300]), sorted([2, 1.5, True]))
print(sorted("hello"), sorted({3: 0, 1: 0}), sorted({"b": 1, "a": 2}.items()))
d = {(1, "a"): 1, (1, "b"): 2, (1.0, "c"): 3, ((1,), 2): 4}
print(d[(1, "a")], d[(1.0, "b")], d[(1, "c")], d[((1,), 2)], (1,) in d, (1, "") in d, (2, "a") in d, (True, "a") in d)
print(dict([(1, 2), [3, 4], "ab"]), dict(zip("ab", range(2))))
try: dict([(1, 2, 3)])
except ValueError as e: print(e)
l = list(range(10))
l[2:5] = l; print(l)
l[::2] = l[1::2] if len(l) % 2 == 0 else l[::2]; print(l)
print(l[::-3], l[8:2:-2], l[5:5], l[20:], l[-3:], l[1:100:4])
class E:
    def __index__(self): l.clear(); return 1
l = [1, 2, 3]; print(l[E():3:1], l)
l = [1, 2, 3]; print(l[3:E():-1], l)
l = [1, 2, 3]
class F:
    def __index__(self): other.append(9); return 1
other = [7]
l[F():2] = other
print(l, other)
