# Default values are made once, at definition, in order, in the enclosing scope.
def show(label, value):
    print("default", label)
    return value
def f(a=show("a", 1), b=show("b", []), *, c=show("c", {})):
    b.append(a)
    c[a] = len(b)
    return b, c
print(f(), f(2), f(3, ["own"]), f())
x = 10
def g(y=x, z=lambda: x):
    return y, z()
x = 20
print(g(), g(1))
functions = []
for i in range(3):
    def h(i=i, j=[]):
        j.append(i)
        return i, j
    functions.append(h)
print([fn() for fn in functions], [fn() for fn in functions], functions[0]())
class C:
    value = 5
    def method(self, v=value):
        return v
    value = 6
    other = lambda self, v=value: v
print(C().method(), C().other(), C.value)
def rec(n, acc=None):
    if acc is None:
        acc = []
    acc.append(n)
    return acc if n == 0 else rec(n - 1, acc)
print(rec(3), rec(2))
def outer(k):
    def inner(a=k, *, b=k * 2):
        return a, b, k
    k = "changed"
    return inner
print(outer(1)(), outer(2)(b=0))
print((lambda a=1, *b, c=2, **d: (a, b, c, d))(5, 6, e=7))
