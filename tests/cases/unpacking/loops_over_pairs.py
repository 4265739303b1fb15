# Loops over pairs: enumerate, zip and dict items, also where the pairs are seen, ends differ or the container changes.
print([(i, x) for i, x in enumerate("ab", 5)], [(i, x) for i, x in enumerate([10, 20])])
for i, x in enumerate(range(3), 2**61 - 2):
    print(i, x)
for pair in enumerate([1, 2]):
    a, b = pair
    print(pair, a, b)
for a, b in zip([1, 2, 3], (4, 5)):
    print(a, b)
for a, b in zip((1, 2), [3, 4, 5]):
    print(a, b)
it = iter([1, 2, 3, 4, 5])
for a, b in zip(it, it):
    print("same", a, b)
first, second = iter([1, 2, 3]), iter([7])
for a, b in zip(first, second):
    print("used up", a, b)
print(list(first), list(second))
first, second = iter([1]), iter([7, 8, 9])
for a, b in zip(first, second):
    print("used up", a, b)
print(list(first), list(second))
for (a, b), c in zip([(1, 2), (3, 4)], "xy"):
    print(a, b, c)
for a, b in zip(range(2), range(5, 9)):
    print(a, b)
d = {"x": 1, "y": 2, 3: None}
for k, v in d.items():
    print(k, v)
    d[k] = k
print(d)
try:
    for k, v in d.items():
        d[k, v] = 1
except RuntimeError as e:
    print(e)
try:
    for k, v in {"a": 1, "b": 2}.items():
        if k == "a":
            raise KeyError(k)
except KeyError as e:
    print("key", e)
for a, a in zip([1, 2], [3, 4]):
    print(a)
for i, x in enumerate([]):
    print("never")
else:
    print("else")
grow = [1]
for i, x in enumerate(grow):
    if i < 4:
        grow.append(x * 2)
print(grow)
try:
    for a, b in zip([1, 2], [3], strict=True):
        print(a, b)
except ValueError as e:
    print(e)
for a, b, c in zip([1], [2], [3]):
    print(a, b, c)
try:
    for a, b in enumerate([1], 2**62), 5:
        print(a, b)
except (TypeError, ValueError) as e:
    print(type(e).__name__)
first, second, third, fourth = "abcd"
second, first = first, second
print(first, second, third, fourth)
x = y = 0
x, (y, *rest) = 1, (2, 3, 4)
print(x, y, rest)
() = []
[] = ()
def swap(a, b):
    a, b, a = b, a, 9
    return a, b
print(swap(1, 2))
