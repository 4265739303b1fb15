# Binary operators: forward, reflected, in-place, NotImplemented, subclass priority.
class V:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"V({self.n})"
    def __add__(self, o): return V(self.n + (o.n if isinstance(o, V) else o)) if isinstance(o, (V, int)) else NotImplemented
    def __radd__(self, o): return f"radd({o})"
    def __sub__(self, o): return "sub"
    def __rsub__(self, o): return f"rsub({o})"
    def __mul__(self, o): return NotImplemented
    def __iadd__(self, o): self.n += 100; return self
    def __truediv__(self, o): return "truediv"
    def __rtruediv__(self, o): return "rtruediv"
    def __floordiv__(self, o): return "floordiv"
    def __mod__(self, o): return "mod"
    def __rmod__(self, o): return "rmod"
    def __lshift__(self, o): return "lshift"
    def __rrshift__(self, o): return "rrshift"
    def __and__(self, o): return "and"
    def __rand__(self, o): return "rand"
    def __or__(self, o): return "or"
    def __xor__(self, o): return "xor"
    def __rxor__(self, o): return "rxor"
    def __imul__(self, o): return "imul result"
a, b = V(1), V(2)
print(a + b, a + 5, 5 + a, "s" + a, a - 1, 1 - a, a / 1, 1 / a, a // 2, a % 2, 5 % a, a << 1, 1 >> a, a & 1, 1 & a, a | 1, a ^ 1, 1 ^ a)
c = a
c += 1
print(c, c is a)
c *= 2
print(c)
d = a
d -= 1
print(d)
for label, call in (("*", lambda: a * b), ("* int", lambda: a * 3), ("int *", lambda: 3 * a), ("+ list", lambda: a + []), ("**", lambda: a ** 2), ("@", lambda: a @ b), ("<<", lambda: 1 << a), ("-", lambda: -a), ("|", lambda: 1 | a), ("//", lambda: [] // a)):
    try:
        print(label, call())
    except TypeError as error:
        print(label, error)
class Base:
    def __add__(self, o): return "Base.add"
    def __radd__(self, o): return "Base.radd"
    def __eq__(self, o): return "Base.eq"
    def __lt__(self, o): return "Base.lt"
    def __gt__(self, o): return "Base.gt"
class Sub(Base):
    def __radd__(self, o): return "Sub.radd"
    def __eq__(self, o): return "Sub.eq"
    def __gt__(self, o): return "Sub.gt"
class Sub2(Base): pass
print(Base() + Sub(), Sub() + Base(), Base() + Sub2(), Base() == Sub(), Base() < Sub(), Sub() < Base(), Base() + 1, 1 + Base())
class L:
    def __iadd__(self, o): return NotImplemented
    def __add__(self, o): return "L.add"
x = L()
x += 1
print(x)
class N:
    __add__ = None
    def __radd__(self, o): return "N.radd"
for call in (lambda: N() + 1, lambda: 1 + N()):
    try:
        print(call())
    except TypeError as error:
        print(error)
y = [1]
z = y
y += (2,)
print(z, y is z)
t = (1,)
u = t
t += (2,)
print(u, t)
class Seq:
    def __mul__(self, n): return f"seq*{n}"
    __rmul__ = __mul__
    def __getitem__(self, i): return i
print(Seq() * 3, 3 * Seq(), [1] * 2, 2 * "ab", Seq()[1:2])
try:
    bool(NotImplemented) if False else print("NotImplemented has a name:", NotImplemented)
except TypeError:
    pass
