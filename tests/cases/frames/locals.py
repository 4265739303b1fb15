# f_locals reads and writes the variables of a frame while it runs, while it is suspended and when it is over (PEP 667).
# oracle: 3.14
import sys


def running(a, b):
    c = [a]

    def inner():
        return a

    proxy = sys._getframe().f_locals
    print(type(proxy).__name__, list(proxy), len(proxy))
    proxy["c"], proxy["a"], proxy["extra"] = 77, "A", 1
    print(c, a, inner(), proxy["extra"], "extra" in locals(), "b" in proxy, "zz" in proxy)
    for wrong in (
        lambda: proxy["nope"],
        lambda: proxy.pop("a"),
        lambda: proxy.__delitem__("a"),
        lambda: proxy.pop("zz"),
        lambda: proxy[3],
        lambda: proxy[[]],
    ):
        try:
            print(wrong())
        except Exception as error:
            print(type(error).__name__, error)
    proxy |= {"b": 5}
    print(b, proxy.keys(), proxy.get("b"), proxy.setdefault("new", 6), proxy.pop("new"), proxy == proxy.copy())
    return sys._getframe()


frame = running(1, 2)
frame.f_locals["c"] = "changed"
print(frame.f_locals["c"], frame.f_back is sys._getframe(), frame.f_lineno)
frame.clear()
print(frame.f_locals)


def caught(x):
    try:
        1 / x
    except ZeroDivisionError as error:
        y = 1
        return error


traceback = caught(0).__traceback__
print(traceback.tb_frame.f_locals, traceback.tb_lineno, traceback.tb_frame.f_lineno)


def deep(n):
    if n == 0:
        raise ValueError
    deep(n - 1)


try:
    deep(2)
except ValueError as error:
    entry = error.__traceback__.tb_next
    while entry:
        print(entry.tb_lineno, entry.tb_frame.f_locals, entry.tb_frame.f_code is deep.__code__)
        print(entry.tb_next is None or entry.tb_next.tb_frame.f_back is entry.tb_frame)
        entry = entry.tb_next


def generator():
    x = 1
    x = yield x
    yield x


g = generator()
frame = g.gi_frame
print(frame.f_lineno, frame.f_locals, frame.f_back, frame.f_generator is g)
next(g)
frame.f_locals["x"] = 10
print(frame.f_lineno, frame.f_locals, frame is g.gi_frame)
print(g.send(20), frame.f_locals)
try:
    frame.clear()
except RuntimeError as error:
    print(error)
print(list(g), g.gi_frame, frame.f_locals)


class Body:
    name = 1
    print(sys._getframe().f_locals is locals())
