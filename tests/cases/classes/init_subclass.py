# __init_subclass__, __set_name__ order, __class_getitem__, keyword arguments of a class statement.
class Plugin:
    registry = {}
    def __init_subclass__(cls, /, key=None, **kw):
        super().__init_subclass__(**kw)
        cls.registry[key or cls.__name__.lower()] = cls
        print("init_subclass", cls.__name__, key, "early" in cls.__dict__)
class One(Plugin): early = 1
class Two(Plugin, key="deux"): pass
class Three(Two): pass
print(sorted(Plugin.registry), Plugin.registry["deux"].__name__)
try:
    class Bad(Plugin, nope=1): pass
except TypeError as error:
    print(error)
try:
    class Bad2(nope=1): pass
except TypeError as error:
    print(error)
class Named:
    def __set_name__(self, owner, name): print("set_name", name, "before init_subclass")
class WithHook:
    def __init_subclass__(cls): print("hook", cls.__name__)
class Sub(WithHook):
    a = Named(); b = Named()
class Generic:
    def __class_getitem__(cls, item): return f"{cls.__name__}[{item}]"
class G2(Generic): pass
print(Generic[int], G2["x", 1], G2[...])
try:
    One[int]
except TypeError as error:
    print(error)
class Mixin:
    def __init_subclass__(cls, **kw): print("Mixin", kw); super().__init_subclass__(**kw)
class Multi(Mixin, Plugin, key="multi"): pass
print(isinstance(Plugin.__dict__["__init_subclass__"], classmethod), isinstance(Generic.__dict__["__class_getitem__"], classmethod))
class Counter:
    total = 0
    def __new__(cls, *args):
        obj = super().__new__(cls)
        Counter.total += 1
        return obj
    def __init__(self, *args): self.args = args
class Other:
    def __new__(cls): return "not an instance"
    def __init__(self): print("never")
class Same:
    def __new__(cls, v): return object.__new__(Later)
class Later(Same):
    def __init__(self, v): self.v = v
print(Counter(1, 2).args, Counter.total, Other(), Later(5).v, type(Same(1)).__name__)
for call in (lambda: object(1), lambda: type("T", (), {})(1), lambda: object.__new__(5), lambda: object.__new__(int), lambda: int.__new__(str), lambda: object.__new__()):
    try:
        call()
    except TypeError as error:
        print(error)
class BadInit:
    def __init__(self): return 5
try:
    BadInit()
except TypeError as error:
    print(error)
