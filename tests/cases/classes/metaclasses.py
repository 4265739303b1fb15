# type() as constructor, metaclasses with __new__, __init__, __call__, __prepare__, keywords, conflicts.
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"prepared": True}
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")), kw)
        return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)
    def __call__(cls, *args, **kw):
        print("call", cls.__name__, args)
        return super().__call__(*args, **kw)
    def class_method(cls): return "meta method on " + cls.__name__
    @property
    def meta_prop(cls): return "meta prop " + cls.__name__
    def __getattr__(cls, name): return "meta getattr " + name
    def __len__(cls): return 7
    def __iter__(cls): return iter("abc")
    def __contains__(cls, item): return item == "in"
    def __getitem__(cls, key): return (cls.__name__, key)
    def __repr__(cls): return f"<Meta {cls.__name__}>"
class A(metaclass=Meta, flag=1):
    x = 5
    def __init__(self, v): self.v = v
class B(A, other=2): pass
print(A(3).v, B.x, A.class_method(), B.meta_prop, A.unknown, len(A), list(A), "in" in A, A["k"], A, type(A).__name__, A.prepared, isinstance(A, Meta), hasattr(A(1), "class_method"))
D = type("D", (A,), {"y": 1, "m": lambda self: self.y})
print(D(0).m(), type(D) is Meta, D.__name__, D.__bases__)
E = type("E", (), dict(a=1))
print(E().a, E.__name__, E.__module__, type(E), type(type), type.__mro__, isinstance(type, object), isinstance(object, type))
class Meta2(type): pass
try:
    class F(A, metaclass=Meta2): pass
except TypeError as error:
    print(error)
def function_meta(name, bases, ns): return (name, bases, sorted(k for k in ns if not k.startswith("__")))
class G(metaclass=function_meta): attr = 1
print(G)
class Singleton(type):
    instances = {}
    def __call__(cls, *a):
        if cls not in cls.instances: cls.instances[cls] = super().__call__(*a)
        return cls.instances[cls]
class Config(metaclass=Singleton):
    def __init__(self): print("made once")
print(Config() is Config())
class Ordered(type):
    def __new__(mcs, name, bases, ns):
        cls = super().__new__(mcs, name, bases, dict(ns)); cls.order = [k for k in ns if not k.startswith("_")]; return cls
class O(metaclass=Ordered): b = 1; a = 2; c = 3
print(O.order)
class InstanceCheck(type):
    def __instancecheck__(cls, obj): return obj == "magic"
    def __subclasscheck__(cls, sub): return sub is int
class I(metaclass=InstanceCheck): pass
print(isinstance("magic", I), isinstance(5, I), issubclass(int, I), issubclass(str, I), isinstance(5, (str, I, int)))
try:
    class H(flag=1): pass
except TypeError as error:
    print(error)
class Eq(type):
    def __eq__(cls, other): return "meta eq"
    __hash__ = type.__hash__
    def __add__(cls, other): return cls.__name__ + other.__name__
class J(metaclass=Eq): pass
print(J == 5, J + J)
