# Data and non-data descriptors, lookup order, __set_name__, __get__ on classes.
# oracle: 3.14
class Data:
    def __set_name__(self, owner, name): self.name = name; print("set_name", owner.__name__, name)
    def __get__(self, obj, cls): return f"Data.get {obj is None} {cls.__name__}"
    def __set__(self, obj, value): print("Data.set", value); obj.__dict__[self.name] = value
    def __delete__(self, obj): print("Data.delete")
class NonData:
    def __get__(self, obj, cls=None): return f"NonData.get {obj is None}"
class SetOnly:
    def __set__(self, obj, value): print("SetOnly", value)
class C:
    d = Data()
    n = NonData()
    s = SetOnly()
c = C()
print(c.d, C.d, c.n, C.n, type(c.s).__name__)
c.d = 5
c.__dict__["d"] = "instance d"; c.__dict__["n"] = "instance n"; c.__dict__["s"] = "instance s"
print(c.d, c.n, c.s, C.n)
c.s = 1
del c.d
c.n = "assigned"
print(c.n)
del c.n
print(c.n)
C.late = Data()
try:
    c.late = 1
except AttributeError as error:
    print(error)
class Validated:
    def __init__(self, kind): self.kind = kind
    def __set_name__(self, owner, name): self.slot = "_" + name
    def __get__(self, obj, cls): return self if obj is None else getattr(obj, self.slot)
    def __set__(self, obj, value):
        if not isinstance(value, self.kind): raise TypeError(f"{self.slot[1:]} must be {self.kind.__name__}")
        setattr(obj, self.slot, value)
class Person:
    name = Validated(str); age = Validated(int)
    def __init__(self, name, age): self.name, self.age = name, age
p = Person("ann", 30)
print(p.name, p.age, p.__dict__)
try:
    p.age = "old"
except TypeError as error:
    print(error)
class Method:
    def __init__(self, f): self.f = f
    def __get__(self, obj, cls):
        return lambda *a: self.f(obj, cls.__name__, *a)
class K:
    @Method
    def m(self, cls, x): return (self is None, cls, x)
print(K().m(1), K.m(2))
class Static:
    a = staticmethod(lambda x: ("static", x)); b = classmethod(lambda cls, x: (cls.__name__, x)); c = len; d = print
print(Static.a(1), Static().a(2), Static.b(3), Static().b(4), Static().c([1, 2]), Static.__dict__["a"].__func__(5), type(Static.__dict__["b"]).__name__)
def f(self): return self
bound = f.__get__(5, int)
print(bound(), bound.__self__, K.__dict__["m"].__get__(None, K)(9), (lambda self, y: (self, y)).__get__("s")("y"))
class Raises:
    def __get__(self, obj, cls): raise AttributeError("from get")
class HasGetattr:
    r = Raises()
    def __getattr__(self, name): return "fallback " + name
print(HasGetattr().r)
try:
    class BadName:
        class Inner:
            def __set_name__(self, owner, name): raise ValueError("bad name")
        x = Inner()
except Exception as error:
    print(type(error).__name__)
