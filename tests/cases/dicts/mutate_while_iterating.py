# Changing a dict or set while it is iterated.
def attempt(label, function):
    try:
        function()
        print(label, "no error")
    except RuntimeError as error:
        print(label, error)
def grow():
    d = {1: 1}
    for k in d:
        d[k + 1] = 1
def shrink():
    d = {1: 1, 2: 2}
    for k in d:
        del d[k]
def swap():
    d = {1: 1, 2: 2, 3: 3}
    for k in d:
        if k == 1:
            del d[1]
            d[10] = 10
            print(list(d))
def replace():
    d = {1: 1, 2: 2}
    for k in d:
        d[k] = 5
    print(d)
def items():
    d = {1: 1}
    for k, v in d.items():
        d["x"] = 1
def values():
    d = {1: 1}
    for v in d.values():
        d.clear()
def set_grow():
    s = {1}
    for x in s:
        s.add(x + 1)
def set_shrink():
    s = {1, 2}
    for x in s:
        s.discard(x)
def last():
    d = {1: 1}
    for k in d:
        del d[k]
        break
    print(d)
def over_copy():
    d = {1: 1, 2: 2}
    for k in list(d):
        del d[k]
    print(d)
def comprehension():
    d = {1: 1}
    return [d.setdefault(k + 1, 0) for k in d]
for f in (grow, shrink, replace, items, values, set_grow, set_shrink, last, over_copy, comprehension):
    attempt(f.__name__, f)
d = {1: 1, 2: 2}
it = iter(d)
next(it)
d[3] = 3
for _ in range(2):
    try:
        print(next(it))
    except RuntimeError as error:
        print(error)
