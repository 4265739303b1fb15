# Tuple, list, nested and starred targets; order of evaluation; errors.
# oracle: 3.14
a, b = 1, 2
a, b = b, a
(c, d), [e, f] = (3, 4), "xy"
print(a, b, c, d, e, f)
first, *rest = range(5); print(first, rest)
*init, last = "abcd"; print(init, last)
x, *mid, y = [1, 2]; print(x, mid, y)
(p, *q), r = (1, 2, 3), 4; print(p, q, r)
*all_, = (1, 2); print(all_)
[m, n] = {"k1": 1, "k2": 2}; print(m, n)
a = b = c = []; a.append(1); print(b, c)
i = 0
l = [10, 20, 30]
i, l[i] = 2, "changed"
print(i, l)
def show(label, value=None):
    print("eval", label, end="; ")
    return value
class Box:
    pass
box = Box()
show("a", box).x, show("b", [0])[show("i", 0)] = show("rhs", (1, 2))
print(box.x)
for k, (v, *w) in [("a", (1, 2, 3)), ("b", [4])]:
    print(k, v, w)
for values in ((1,), (1, 2, 3), ()):
    try:
        a, b = values
    except ValueError as error:
        print(error)
    try:
        a, *b, c = values
        print(a, b, c)
    except ValueError as error:
        print(error)
def gen():
    yield 1
    yield 2
    yield 3
try:
    a, b = gen()
except ValueError as error:
    print(error)
for value in (5, None, object):
    try:
        a, b = value
    except TypeError as error:
        print(error)
try:
    [] = [1]
except ValueError as error:
    print(error)
() = []
[a, [b, [c]]] = 1, (2, [3])
print(a, b, c)
a, b = b"xy"; print(a, b)
a, (b, c), *d = 1, "st", 5, 6; print(a, b, c, d)
x = y, z = 1, 2; print(x, y, z)
