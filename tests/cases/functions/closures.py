# Cells: sharing, late binding, nonlocal, several levels, deletion, unbound.
def counter():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    def get():
        return n
    def reset(value=0):
        nonlocal n
        n = value
    return up, get, reset
up, get, reset = counter()
print(up(), up(), get(), reset(10), up(), get())
up2, get2, _ = counter()
print(up2(), get(), get2())
def late():
    return [lambda: i for i in range(3)], [lambda i=i: i for i in range(3)]
print([[f() for f in fs] for fs in late()])
def levels():
    a = 1
    def l2():
        b = 2
        def l3():
            nonlocal a, b
            a += 10; b += 10
            def l4():
                return a, b
            return l4
        return l3, lambda: b
    l3, getb = l2()
    l4 = l3()
    return l4(), getb(), a
print(levels())
def deleted():
    x = 1
    def read(): return x
    def kill():
        nonlocal x
        del x
    kill()
    try:
        read()
    except NameError as error:
        print(type(error).__name__, error)
    try:
        print(x)
    except UnboundLocalError as error:
        print(type(error).__name__, error)
    x = 2
    return read()
print(deleted())
def unassigned():
    def read(): return later
    try:
        read()
    except NameError as error:
        print(error)
    later = 5
    return read()
print(unassigned())
def parameter(p, *args, **kw):
    def get(): return p, args, kw
    p = p * 2
    return get
print(parameter(2, 3, k=4)())
def compose(*fs):
    def run(x):
        for f in fs:
            x = f(x)
        return x
    return run
print(compose(lambda x: x + 1, lambda x: x * 2, str)(5), (lambda a: lambda b: lambda c: a + b + c)(1)(2)(3))
def recursive():
    def fact(n): return 1 if n < 2 else n * fact(n - 1)
    return fact
print(recursive()(10))
def loop():
    fs = []
    for i in range(3):
        j = i * i
        fs.append(lambda: (i, j))
    return [f() for f in fs]
print(loop())
class Method:
    y = "class"
    def make(self):
        y = "local"
        class Inner:
            z = y
            def get(self): return y, __class__.__name__
        return Inner
print(Method().make()().get(), Method().make().z)
def ex():
    try:
        raise ValueError("v")
    except ValueError as e:
        f = lambda: e
        kept = f()
    try:
        f()
    except NameError as error:
        print(error)
    return kept
print(repr(ex()))
