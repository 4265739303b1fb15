# The same code with operands whose kinds change from call to call.
def add(a, b): return a + b
def compare(a, b): return a < b, a == b
def index(c, i): return c[i]
def loop(n, step):
    total = step * 0
    for _ in range(n): total = total + step
    return total
kinds = [(1, 2), (1.5, 2), (2, 0.5), (2 ** 62, 2 ** 62), (-2 ** 63, -1), ("a", "b"), ([1], [2]), ((1,), (2,)), (True, True), (1j, 1), (b"a", b"b"), (2 ** 61, 2 ** 61), (4611686018427387903, 1), (-4611686018427387904, -1), (0.0, -0.0)]
for a, b in kinds * 2:
    try: print(add(a, b), end=" ")
    except TypeError as e: print(e, end=" ")
    try: print(compare(a, b))
    except TypeError as e: print(e)
for c, i in (([1, 2], 0), ((1, 2), 1), ("ab", -1), ({"k": 5}, "k"), (b"ab", 0), (range(5), 3), ([1.5], 0), ({1: 2}, True), ("日本", 1)): print(index(c, i), end=" ")
print()
for n, step in ((5, 1), (5, 0.5), (3, "x"), (4, 2 ** 60), (3, (1,)), (2, 1j), (70, 2 ** 56), (3, True)): print(loop(n, step), end=" ")
print()
def grow():
    x = 1
    out = []
    for _ in range(130):
        x = x * 2
        if x in (2 ** 61, 2 ** 62, 2 ** 63, 2 ** 64, 2 ** 127): out.append(x)
    while x > 1: x //= 2
    return out, x
print(grow())
def shrink():
    x = 2 ** 70
    n = 0
    while x: x >>= 1; n += 1
    return n
print(shrink())
def mixed():
    out = []
    for x in (1, 1.0, True, "1", None, [1], (1,)): out.append((x == 1, x is 1 if False else x != 1))
    return out
print(mixed())
def negative_zero(x): return -x, x * -1, 0 - x, x + 0
print(negative_zero(0.0), negative_zero(-0.0), negative_zero(0))
def counting():
    n = 0
    for i in range(1000):
        if i % 3 == 0 and i % 5: n += 1
        elif not i & 7: n -= 1
    return n
print(counting())
class Num:
    def __init__(self, v): self.v = v
    def __add__(self, o): return Num(self.v + (o.v if isinstance(o, Num) else o))
    def __radd__(self, o): return Num(o + self.v)
    def __lt__(self, o): return True
    def __repr__(self): return f"N{self.v}"
print([add(x, y) for x, y in ((1, 2), (Num(1), 2), (1, Num(2)), (Num(1), Num(2)), (1, 2))], compare(Num(1), 2)[0], sum([1, Num(2), 3]))
