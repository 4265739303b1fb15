# Tuples: literals, indexing, slicing, comparison, hashing, methods, repr.
# oracle: 3.14
t = (1, "a", None, (2, 3))
print(t, t[0], t[-1], t[1:3], t[::-1], len(t), t + (5,), t * 2, 2 * (0,), (), (1,), 1, t == (1, "a", None, (2, 3)), ((),), tuple("abc"), tuple([1]), tuple())
print((1, 2) < (1, 3), (1, 2) < (1, 2, 0), () < (1,), (2,) > (1, 100), (1, 2) == [1, 2], (1, 2) != (2, 1), (1, "a") <= (1, "b"))
print(t.count("a"), t.index(None), t.index("a", 1), (1, 2, 1, 1).count(1), 3 in (1, 2, 3), "x" not in t, (1, 2, 1).index(1, 1))
print(hash((1, 2)) == hash((1, 2)), {(1, "k"): "v"}[1, "k"], hash(()) == hash(()), bool(()), bool((0,)), hash((1, 2)) != hash((2, 1)))
for call in (lambda: t[4], lambda: t["a"], lambda: t.index(99), lambda: t + [1], lambda: hash(([],)), lambda: (1,) < ("a",), lambda: tuple(5), lambda: (1, 2) * 1.5, lambda: t.append(1), lambda: [] in {}, lambda: t[1:2:0]):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
for statement in ("t[0] = 1", "del t[0]"):
    try:
        if statement.startswith("del"):
            del t[0]
        else:
            t[0] = 1
    except TypeError as error:
        print(error)
x = 1, 2
x += (3,)
a = x
x *= 2
print(x, a, tuple(i * 2 for i in x), *x, max(x), sum(x), sorted((3, 1, 2)), list(reversed(x)), (1, 2, 3).__contains__(2), tuple(a) is a)
m = ([1], 2)
try:
    m[0] += [5]
except TypeError as error:
    print(error, m)
class T(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, items)
    @property
    def first(self):
        return self[0]
p = T(4, 5)
print(p, p.first, type(p + (1,)).__name__, p == (4, 5), hash(p) == hash((4, 5)), isinstance(p, tuple), type(p[:]).__name__, T())
r = []
c = (r,)
r.append(c)
print(c)
