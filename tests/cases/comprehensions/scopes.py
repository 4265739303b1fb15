# The scope of a comprehension: its targets do not leak, closures see cells, classes are skipped.
x = "outer"
print([x for x in range(3)], x, {x: 0 for x in "ab"}, x, list(x for x in (1,)), x)
def function():
    y = 10
    r = [y + i for i in range(3)]
    fs = [lambda: i for i in range(3)]
    gs = [lambda i=i: i for i in range(3)]
    return r, [f() for f in fs], [g() for g in gs], "i" in locals()
print(function())
def shadow(i):
    before = i
    inner = [i for i in range(3)]
    return before, inner, i
print(shadow("param"))
def nested():
    n = 1
    return [[(a, b, n) for b in range(2)] for a in range(2)], [(lambda: a + n)() for a in range(3)]
print(nested())
class C:
    size = 3
    first = [i for i in range(size)]
    try:
        bad = [size for i in range(2)]
    except NameError as error:
        message = str(error)
    pairs = [(i, j) for i in range(size) for j in range(2)]
print(C.first, C.message, C.pairs, hasattr(C, "i"))
def cell():
    items = []
    for k in range(2):
        items.append([lambda: (k, j) for j in range(2)])
    return [f() for fs in items for f in fs]
print(cell())
def walrus():
    found = [last := v for v in range(5)]
    total = 0
    sums = [total := total + v for v in range(5)]
    return last, sums, total, any((hit := v) > 2 for v in range(5)), hit
print(walrus())
def uses_global():
    global made
    return [made := v for v in range(3)]
print(uses_global(), made)
def keeps_nonlocal():
    z = 0
    def inner():
        nonlocal z
        return [z := z + v for v in range(4)], [z for _ in range(2)]
    return inner(), z
print(keeps_nonlocal())
def generator_late():
    n = 1
    g = (n * v for v in range(3))
    n = 10
    return list(g)
print(generator_late())
def early():
    try:
        return [undefined_thing for undefined_thing2 in range(1)]
    except NameError as error:
        return str(error)
print(early())
def deleted():
    v = "kept"
    [v for v in range(2)]
    try:
        [v for v in 1]
    except TypeError:
        pass
    return v
print(deleted())
