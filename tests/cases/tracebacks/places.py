# expect-exit: 1
# oracle: 3.14
# Frames of lambdas, comprehensions, generators, class bodies, methods and decorators.
import sys
def decorator(f):
    def wrapper(*a):
        return f(*a)
    return wrapper
class C:
    @decorator
    def method(self, x): return [1 // v for v in x]
    @property
    def prop(self): return (lambda: self.method([1, 0]))()
def gen():
    yield C().prop
def star(*a, **k): return next(*a)
try:
    star(gen())
except ZeroDivisionError as error:
    sys.excepthook(type(error), error, error.__traceback__)
try:
    class Body:
        x = 1
        y = x.missing
except AttributeError as error:
    sys.excepthook(type(error), error, error.__traceback__)
try:
    sorted([3, 1], key=lambda v: v.nope)
except AttributeError as error:
    sys.excepthook(type(error), error, error.__traceback__)
def long(a,
         b=None):
    return (a
            + b
            + 1)
if True:
    for i in range(1):
        with type("M", (), {"__enter__": lambda s: s, "__exit__": lambda s, *a: None})():
            long(1)
