# Rich comparison: reflection, defaults, __ne__ from __eq__, hash and eq together.
class N:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v if isinstance(o, N) else NotImplemented
    def __lt__(self, o): return self.v < o.v if isinstance(o, N) else NotImplemented
    def __le__(self, o): return "le"
    def __hash__(self): return hash(self.v)
a, b, c = N(1), N(2), N(1)
print(a == c, a != c, a == b, a != b, a < b, a > b, b > a, a <= b, a >= b, a == 1, a != 1, 1 == a, hash(a) == hash(c), {a: "x"}[c], len({a, b, c}), a in [c], [a, b] == [c, b], (a,) == (c,))
for call in (lambda: a < 1, lambda: 1 < a, lambda: 1 > a, lambda: sorted([a, 5])):
    try:
        print(call())
    except TypeError as error:
        print(error)
class OnlyEq:
    def __eq__(self, o): return True
try:
    hash(OnlyEq())
except TypeError as error:
    print(error)
print(OnlyEq() == 5, OnlyEq() != 5, 5 == OnlyEq(), OnlyEq.__hash__, OnlyEq() in [1], 1 in [OnlyEq()])
class SubHash(OnlyEq):
    __hash__ = object.__hash__
print(isinstance(hash(SubHash()), int))
class Weird:
    def __eq__(self, o): return "eq!"
    def __ne__(self, o): return []
    def __lt__(self, o): return "lt!"
    def __ge__(self, o): return "ge!"
w = Weird()
print(w == 1, w != 1, w < 1, w >= 1, 1 > w, 1 <= w, not w == 1, w in [5], [w] == [1], bool(w != 1))
class Big(int):
    def __eq__(self, o): return "Big.eq"
    __hash__ = int.__hash__
    def __lt__(self, o): return "Big.lt"
    def __gt__(self, o): return "Big.gt"
print(1 == Big(1), Big(1) == 1, 1 < Big(5), 1 > Big(5), [1] == [Big(2)])
p, q = object(), object()
print(p == p, p == q, p != q, p.__eq__(q), p.__eq__(p), p.__ne__(p), p.__lt__(q), object.__eq__(1, 1), (1).__eq__(1.0), (1.0).__eq__(1))
class Raise:
    def __eq__(self, o): raise ZeroDivisionError("eq")
r = Raise()
for call in (lambda: r == 1, lambda: 1 == r, lambda: r in [r], lambda: 1 in [r], lambda: [r] == [r], lambda: [r] == [1], lambda: r != 1, lambda: [1].index(r), lambda: (1,).count(r)):
    try:
        print(call())
    except ZeroDivisionError as error:
        print("raised", error)
print(max([N(3), N(1)]).v, sorted([N(3), N(1), N(2)])[0].v, min(N(5), N(4)).v)
print([1, 2] < [1, "a"] if False else [1, 2] < [2, "a"], (1, 2, 3) < (1, 2), [] == (), {1: [a]} == {1: [c]}, {1, 2} < {1, 2, 3}, "a" < "b" < "c")
