# Classes that change after their methods were called: every cache has to notice.
class A:
    v = 1
    def m(self): return "A.m"
class B(A): pass
class C(B): pass
def call(o): return o.m(), o.v
def read(k): return k.v
c = C()
print(call(c), call(c), read(C), read(C))
B.m = lambda self: "B.m"; print(call(c), call(c))
C.m = lambda self: "C.m"; print(call(c))
del C.m; print(call(c)); del B.m; print(call(c))
A.v = 2; print(call(c), read(C)); B.v = 3; print(call(c), read(C)); c.v = 4; print(call(c)); del c.v; print(call(c))
c.m = lambda: "instance m"; print(call(c)); del c.m; print(call(c))
A.v = property(lambda self: "property on A"); del B.v; print(call(c))
c.__dict__["v"] = "hidden by a data descriptor"; print(call(c)); A.v = 9; print(call(c)); del c.__dict__["v"]; print(call(c))
A.__getattr__ = lambda self, n: "getattr " + n
print(c.missing, call(c))
del A.__getattr__
try: c.missing
except AttributeError as e: print(e)
A.__getattribute__ = lambda self, n: "hijacked"
print(c.v, c.anything); del A.__getattribute__; print(c.v)
class D:
    v = "D.v"
    def m(self): return "D.m"
C.__bases__ = (D,); print(call(c), C.__mro__[1].__name__)
c.__class__ = D; print(call(c)); c.__class__ = A; print(call(c))
A.m = staticmethod(lambda: "static"); print(call(c)); A.m = classmethod(lambda cls: cls.__name__); print(call(c))
A.m = len.__class__ and (lambda self: "again"); print(call(c))
def adds(a, b): return a + b
print(adds(1, 2))
class N:
    pass
try: adds(N(), 1)
except TypeError as e: print(e)
N.__add__ = lambda s, o: "N.add"; print(adds(N(), 1)); N.__add__ = lambda s, o: "N.add 2"; print(adds(N(), 1)); del N.__add__
try: adds(N(), 1)
except TypeError as e: print(e)
N.__radd__ = lambda s, o: "N.radd"; print(adds(1, N()))
def size(o): return len(o)
N.__len__ = lambda s: 3; print(size(N()), bool(N())); N.__len__ = lambda s: 0; print(size(N()), bool(N()))
N.__call__ = lambda s, *a: a; print(N()(1)); del N.__call__
try: N()(1)
except TypeError as e: print(e)
N.__iter__ = lambda s: iter("it"); print(list(N())); N.__eq__ = lambda s, o: True; print(N() == 5); N.__bool__ = lambda s: False; print(bool(N()), not N())
N.__init__ = lambda s, x: setattr(s, "x", x); print(N(5).x); N.__new__ = lambda k, *a: "from new"; print(N(1))
def inst(k): return isinstance(5, k)
print(inst(int), inst(str), inst((str, int)), inst(bool))
