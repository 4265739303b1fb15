# What a function object knows: names, docs, attributes, code, closure, annotations.
# oracle: 3.14
def f(a, b: int = 1, *c: str, d: "x" = 2, **e) -> bool:
    """The doc."""
    local = 1
    return local
print(f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__defaults__, f.__kwdefaults__, f.__closure__, type(f).__name__, callable(f))
print(sorted(f.__annotations__.items(), key=str), f.__code__.co_name, f.__code__.co_varnames, f.__code__.co_argcount, f.__code__.co_kwonlyargcount, f.__code__.co_flags & 12, f.__dict__)
f.attribute = 5
f.__name__ = "renamed"
f.__doc__ = None
print(f.attribute, f.__dict__, f.__name__, f.__qualname__, f.__doc__, hasattr(f, "nope"), f.__globals__ is globals())
def outer():
    x, y = 1, 2
    def inner():
        "inner doc"
        return x
    class K:
        def m(self): return y
    return inner, K, lambda: x
inner, K, lam = outer()
print(inner.__qualname__, K.__qualname__, K.m.__qualname__, lam.__qualname__, lam.__name__, inner.__closure__[0].cell_contents, inner.__code__.co_freevars, outer.__code__.co_cellvars)
print(f.__call__(1), f.__get__(5).__self__, f.__get__(5).__func__ is f, f.__eq__(f), {f: 1}[f], f == inner)
class C:
    def m(self): "method doc"
    s = staticmethod(f)
c = C()
print(c.m.__name__, c.m.__doc__, c.m.__self__ is c, c.m.__func__ is C.m, c.m == c.m, c.m is c.m, c.s is f, C.__dict__["m"] is C.m, type(c.m).__name__, c.m.__qualname__)
try:
    c.m.x = 1
except AttributeError as error:
    print(error)
try:
    f.__name__ = 5
except TypeError as error:
    print(error)
try:
    del f.attribute, f.attribute
except AttributeError as error:
    print(error)
def no_doc(): pass
def not_doc():
    1
def doc_f():
    f"not a doc"
print(no_doc.__doc__, not_doc.__doc__, doc_f.__doc__, len.__name__, len.__doc__ is not None, type(len).__name__, type(print).__name__, type([].append).__name__, [].append.__name__, repr(len))
