# Names inside class bodies: lookup order, nested classes, comprehension, exec-time order, __class__.
x = "global"
class A:
    print(x)
    x = "class"
    print(x)
    def m(self): return x
    y = [x for _ in range(1)]
    z = (lambda: x)()
    del x
    print(x)
print(A().m(), A.y, A.z, hasattr(A, "x"))
def f():
    x = "function"
    class B:
        print(x)
        class C:
            print(x)
            x = "inner class"
            def m(self): return x
        def m(self): return x
        x = "class B"
        def n(self, v=x): return v
    return B
B = f()
print(B().m(), B.C().m(), B().n(), B.C.x)
class D:
    global made
    made = "by class body"
    def who(self): return __class__
    cell = lambda self: __class__.__name__
print(made, D().who() is D, D().cell(), hasattr(D, "made"))
class E(D):
    def who(self): return super().who(), __class__.__name__
print(E().who())
class F:
    a = 1
    b = [a for _ in (1,)] if False else "skipped"
    c = {k: v for k, v in [("k", a)]}
    d = [i for i in range(a)]
    def __init__(self): self.l = locals()
    vars_seen = sorted(n for n in locals() if not n.startswith("__"))
print(F.c, F.d, list(F().l), F.vars_seen)
def g():
    class G:
        nonlocal_x = x
        def set(self):
            nonlocal y
            y += 1
            return y
    y = 10
    return G().set(), y
print(g())
class H:
    __x = 1
    def get(self): return self.__x
    class __I: pass
print(H().get(), [n for n in vars(H) if "H__" in n])
for name in ("a", "b"):
    class Loop: which = name
print(Loop.which, [type(n, (), {"v": n}).v for n in "pq"])
def h():
    try: return len
    finally: pass
    len = 5
try: h()
except UnboundLocalError as e: print(e)
class J:
    def len(self): return len("abc")
    def print(self): print("method named print calls the function")
print(J().len()); J().print()
class Meta(type):
    def __prepare__(name, bases): return {"injected": "from prepare"}
class K(metaclass=Meta): seen = injected
print(K.seen)
