# property: getter, setter, deleter, docs, inheritance, errors.
class T:
    def __init__(self, c): self._c = c
    @property
    def celsius(self):
        "The doc."
        return self._c
    @celsius.setter
    def celsius(self, value):
        if value < -273: raise ValueError("too cold")
        self._c = value
    @celsius.deleter
    def celsius(self):
        print("deleting")
        self._c = None
    @property
    def fahrenheit(self): return self._c * 9 / 5 + 32
    def _get(self): return "old style"
    old = property(_get, doc="old doc")
    wo = property(None, lambda self, v: print("write", v))
    @property
    def broken(self): return self.missing_attribute
t = T(100)
print(t.celsius, t.fahrenheit, T.celsius.__doc__, t.old, T.old.__doc__, T.celsius.fget is not None, T.fahrenheit.fset)
t.celsius = 0
t.celsius += 5
print(t.celsius, t.fahrenheit)
t.wo = 7
del t.celsius
print(t.celsius, t.__dict__)
for call in (lambda: setattr(t, "celsius", -300), lambda: setattr(t, "fahrenheit", 1), lambda: delattr(t, "fahrenheit"), lambda: t.wo, lambda: t.broken, lambda: setattr(t, "old", 2)):
    try:
        call()
    except (AttributeError, ValueError) as error:
        print(type(error).__name__, error)
t.__dict__["celsius"] = "shadow?"
print(t.celsius)
class U(T):
    @property
    def celsius(self): return ("U", super().celsius)
    @T.fahrenheit.setter
    def fahrenheit(self, f): self._c = (f - 32) * 5 / 9
u = U(10)
u.fahrenheit = 212
print(u.celsius, u.fahrenheit, T.fahrenheit.fset)
try:
    u.celsius = 1
except AttributeError as error:
    print(error)
print(type(T.celsius).__name__, T.__dict__["celsius"].__get__(t, T), T.celsius.__get__(None, T) is T.celsius, isinstance(T.celsius, property))
class Cached:
    def __init__(self, f): self.f, self.name = f, f.__name__
    def __get__(self, obj, cls):
        if obj is None: return self
        value = obj.__dict__[self.name] = self.f(obj)
        return value
class V:
    @Cached
    def slow(self):
        print("computing")
        return 42
v = V()
print(v.slow, v.slow, v.__dict__)
