"""Calls, functions, closures."""
import os.path as path, sys
from collections import OrderedDict, deque as dq


def plain(a, b=1, /, c=2, *args, d, e: int = 5, **kwargs) -> str:
    """A docstring."""
    return f"{a!r:>{b}} {c} {args!s} {d:x} {kwargs!a}"


def calls(f, xs, m):
    f(1, 2)
    f(1, k=2)
    f(*xs, 3, **m, z=4)
    xs.append(1)
    xs.sort(key=len, reverse=True)
    xs.pop()(1)
    return f(*xs) + f(**m)


def outer(captured, other):
    count = 0

    def inner():
        nonlocal count, other
        count += 1
        del other
        return captured, count, lambda: inner

    return inner


def deleted(x):
    def inner():
        return x
    del x
    return inner


@outer
@(lambda f: f)
def decorated():
    return [i for i in range(3)], {i: i for i in "ab"}, {*()}, (i async for i in None)


def literals():
    big = 123456789012345678901234567890, -98765432109876543210, 1 << 70
    nested = ((1, (2.5, -0.0, 3j)), b"x", ..., None, True)
    table = {"a": big, "b": nested, "c": 3, **{}, "d": 4}
    text = "\ud800 surrogate \U0001f600" "é"
    return x if (x := table) in {1, 2, 3} else text[1:2, ::3]


def globals_of():
    global made
    made = 1
    del made
