# global and nonlocal declarations in nested functions, classes and comprehensions.
a = 1
def f():
    global a, b
    a += 1
    b = "made"
    def g():
        global a
        a += 10
        return a
    return g()
print(f(), a, b)
def outer():
    x, y = 1, 2
    def mid():
        nonlocal x
        x += 1
        y = "mid's own"
        def inner():
            nonlocal x, y
            x += 10
            y += "!"
            return x, y
        return inner(), y
    return mid(), x, y
print(outer())
def counter():
    n = 0
    class C:
        def inc(self):
            nonlocal n
            n += 1
            return n
    return C
C = counter(); print(C().inc(), C().inc(), counter()().inc())
def loop():
    fs = []
    for i in range(3):
        def add(k):
            nonlocal i
            i += k
            return i
        fs.append(add)
    return [f(10) for f in fs]
print(loop())
def shadow():
    a = "local"
    def inner():
        global a
        return a
    return a, inner()
print(shadow())
def exec_like():
    global dynamic
    for dynamic in range(3): pass
    with type("CM", (), {"__enter__": lambda s: "entered", "__exit__": lambda s, *a: None})() as dynamic: pass
    import math as dynamic
    def dynamic(): return "function"
    class dynamic: pass
    return dynamic.__name__
print(exec_like(), dynamic.__name__)
def deleter():
    v = 1
    def d():
        nonlocal v
        del v
    d()
    try: v
    except UnboundLocalError as e: return type(e).__name__
print(deleter())
def args(p, *q, **r):
    def change():
        nonlocal p, q, r
        p, q, r = "p", ("q",), {"r": 1}
    change()
    return p, q, r
print(args(1, 2, k=3))
def handler():
    e = "outer e"
    def inner():
        nonlocal e
        try: raise ValueError("v")
        except ValueError as e: pass
        try: return e
        except NameError as n: return type(n).__name__
    return inner()
print(handler())
