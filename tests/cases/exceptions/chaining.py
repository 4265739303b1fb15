# __cause__, __context__, __suppress_context__, raise from, sys.exception, nested handlers.
import sys
def shape(e):
    return f"{e!r} cause={e.__cause__!r} context={e.__context__!r} suppress={e.__suppress_context__}"
try:
    try: 1 / 0
    except ZeroDivisionError: raise ValueError("while handling")
except ValueError as e: print(shape(e))
try:
    try: 1 / 0
    except ZeroDivisionError as z: raise ValueError("from") from z
except ValueError as e: print(shape(e))
try:
    try: 1 / 0
    except ZeroDivisionError: raise ValueError("from None") from None
except ValueError as e: print(shape(e))
try:
    try: 1 / 0
    finally: {}["k"]
except KeyError as e: print(shape(e))
try: raise KeyError("k") from OSError
except KeyError as e: print(shape(e))
def current(): return sys.exc_info()[0] and sys.exc_info()[0].__name__
print(current())
try: raise ValueError
except ValueError:
    print(current())
    try: raise KeyError
    except KeyError: print(current())
    print(current())
    def inner():
        try: raise IndexError
        except IndexError: return current()
    print(inner(), current())
print(current())
try:
    try:
        try: raise ValueError(1)
        except ValueError: raise KeyError(2)
    except KeyError: raise IndexError(3)
except IndexError as e:
    chain = []
    while e: chain.append(repr(e)); e = e.__context__
    print(chain)
first = ValueError("first")
try:
    try: raise first
    except ValueError: raise first
except ValueError as e: print(e is first, e.__context__)
e = ValueError("x")
e.__cause__ = KeyError("manual")
print(e.__suppress_context__, repr(e.__cause__))
e.__context__ = None
for attribute, value in (("__cause__", 5), ("__context__", "x"), ("__traceback__", 5), ("args", 5)):
    try:
        setattr(e, attribute, value)
        print(attribute, "ok")
    except TypeError as t: print(t)
def gen():
    try: yield
    except ValueError: raise KeyError("from generator")
g = gen(); next(g)
try: g.throw(ValueError("thrown"))
except KeyError as k: print(shape(k))
try:
    try: raise ValueError("v")
    except ValueError as v:
        try: raise KeyError("k")
        except KeyError: pass
        raise
except ValueError as v: print(shape(v))
e = ValueError("tb")
try: raise e
except ValueError: pass
print(e.__traceback__ is not None, e.with_traceback(None) is e, e.__traceback__)
