# throw and close: where they land, what they return, GeneratorExit, ignored close, errors.
def g():
    try:
        while True:
            try: got = yield "ready"
            except ValueError as e: print("handled", e); yield "from handler"
    except KeyError as e:
        print("key", e)
        return "done"
    finally: print("cleanup")
a = g(); print(next(a), a.throw(ValueError("v1")), next(a), a.throw(ValueError, "v2") if False else "")
try: a.throw(KeyError("k"))
except StopIteration as s: print("stop", s.value)
try: a.throw(ValueError("late"))
except ValueError as e: print("exhausted raises", e)
b = g(); next(b); print(b.close(), b.close()); print(next(b, "closed"))
c = g(); print(c.close())
d = g()
try: d.throw(ValueError("before start"))
except ValueError as e: print("not started", e)
print(list(d))
def ignores():
    for _ in range(2):
        try: yield 1
        except GeneratorExit: print("ignoring")
i = ignores(); next(i)
try: i.close()
except RuntimeError as e: print(e)
i.close()
def raises_in_close():
    try: yield
    finally: raise OSError("in finally")
r = raises_in_close(); next(r)
try: r.close()
except OSError as e: print(e, type(e.__context__).__name__)
def stop_inside():
    yield 1
    raise StopIteration("inside")
s = stop_inside(); next(s)
try: next(s)
except RuntimeError as e: print(e, repr(e.__cause__))
def next_inside(it): yield next(it)
try: list(next_inside(iter([])))
except RuntimeError as e: print(e)
def running():
    try: next(me)
    except ValueError as e: print(e)
    yield 1
me = running(); print(next(me))
def error(): yield 1; 1 / 0; yield 2
e = error(); print(next(e))
try: next(e)
except ZeroDivisionError: print("zero")
print(next(e, "finished after error"))
for bad in (5, "x", int, None):
    t = g(); next(t)
    try: t.throw(bad)
    except TypeError as x: print(x)
    t.close()
def thrown_class():
    try: yield
    except ValueError as e: yield repr(e)
t = thrown_class(); next(t); print(t.throw(ValueError))
def context():
    try: yield 1
    except ValueError: yield 2
x = context(); next(x)
try:
    raise KeyError("outer")
except KeyError:
    print(x.throw(ValueError("w")))
import sys
print(sys.exc_info()[0], x.gi_frame is None)
def exc_state():
    try: raise ValueError("gen")
    except ValueError:
        yield sys.exc_info()[0].__name__
        yield sys.exc_info()[0].__name__
    yield sys.exc_info()[0]
y = exc_state(); print(next(y), sys.exc_info()[0])
try: raise KeyError
except KeyError: print(next(y), sys.exc_info()[0].__name__)
print(next(y), sys.exc_info()[0])
