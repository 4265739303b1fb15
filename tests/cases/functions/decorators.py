# Decorators: order, arguments, classes, methods, any expression.
def trace(label):
    print("make", label)
    def decorate(f):
        print("apply", label, f.__name__)
        def wrapper(*args, **kw):
            print("enter", label)
            return f(*args, **kw)
        wrapper.__name__ = f.__name__
        return wrapper
    return decorate
@trace("outer")
@trace("inner")
def add(a, b=1):
    return a + b
print(add(1), add(2, b=5), add.__name__)
@lambda f: f()
def value():
    return "called at definition"
print(value)
registry = []
@registry.append
def registered(): pass
print(registered, len(registry))
class Memo:
    def __init__(self, f):
        self.f, self.cache = f, {}
    def __call__(self, n):
        if n not in self.cache:
            self.cache[n] = self.f(n)
        return self.cache[n]
@Memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(80), len(fib.cache), type(fib).__name__)
def add_repr(cls):
    cls.__repr__ = lambda self: f"<{cls.__name__} {self.__dict__}>"
    return cls
@add_repr
class Point:
    def __init__(self, x): self.x = x
print(Point(3))
decorators = {"twice": lambda f: lambda *a: f(f(*a))}
@decorators["twice"]
def inc(n): return n + 1
print(inc(5))
@(lambda f: f if True else None)
def plain(): return "plain"
print(plain())
class Methods:
    @staticmethod
    def s(x): return "static", x
    @classmethod
    def c(cls, x): return cls.__name__, x
    @property
    def p(self): return "property"
    @trace("method")
    def m(self, x): return "method", x
m = Methods()
print(m.s(1), Methods.s(2), m.c(3), Methods.c(4), m.p, m.m(5), staticmethod(len)([1]))
@trace("class")
class K:
    pass
print(type(K).__name__)
try:
    @5
    def f(): pass
except TypeError as error:
    print(error)
def decorator_order(n):
    print("eval", n)
    return lambda f: (print("call", n), f)[1]
@decorator_order(1)
@decorator_order(2)
def g(default=print("default")): pass
