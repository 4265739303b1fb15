# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__.
class G:
    real = "class"
    def __init__(self): self.inst = "instance"
    def __getattr__(self, name):
        if name.startswith("dyn_"): return name[4:]
        raise AttributeError(f"custom: no {name}")
g = G()
print(g.real, g.inst, g.dyn_x, getattr(g, "dyn_y"), hasattr(g, "nope"), getattr(g, "nope", "d"))
try:
    g.nope
except AttributeError as error:
    print(error)
class A:
    x = 1
    def __getattribute__(self, name):
        print("get", name)
        if name == "blocked": raise AttributeError("blocked!")
        return object.__getattribute__(self, name)
    def __getattr__(self, name): return "fallback " + name
    def m(self): return self.x
a = A()
print(a.x, a.m(), a.blocked, a.unknown)
print(len.__class__ and a.__class__.__name__)
class S:
    def __setattr__(self, name, value):
        print("set", name, value)
        object.__setattr__(self, name, value)
    def __delattr__(self, name):
        print("del", name)
        super().__delattr__(name)
s = S()
s.a = 1; s.a += 1; s.b, s.c = 2, 3
del s.a
print(s.__dict__)
try:
    del s.zz
except AttributeError as error:
    print(error)
class Frozen:
    def __init__(self): object.__setattr__(self, "v", 1)
    def __setattr__(self, n, v): raise TypeError("frozen")
f = Frozen()
try:
    f.v = 2
except TypeError as error:
    print(error, f.v)
class Proxy:
    def __init__(self, target): self.__dict__["_t"] = target
    def __getattr__(self, n): return getattr(self._t, n)
    def __setattr__(self, n, v): setattr(self._t, n, v)
class Target: val = 1
t = Target(); p = Proxy(t)
p.val = 99
print(t.val, p.val, p.__dict__ == {"_t": t}, Proxy([1, 2]).count(1), Proxy("abc").upper())
try:
    len(Proxy([1]))
except TypeError as error:
    print(error)
class D:
    def __dir__(self): return ["z", "a"]
print(dir(D()), [n for n in dir(D) if n == "__dir__"])
class Implicit:
    pass
i = Implicit()
i.__len__ = lambda: 5
i.__add__ = lambda o: 1
for call in (lambda: len(i), lambda: i + 1):
    try:
        call()
    except TypeError as error:
        print(error)
class Ex:
    def __getattr__(self, n): raise KeyError(n)
try:
    Ex().foo
except KeyError as error:
    print(repr(error))
try:
    hasattr(Ex(), "foo")
except KeyError as error:
    print("hasattr lets", repr(error), "through")
