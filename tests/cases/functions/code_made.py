# Code objects of their attributes alone, and replace of what the body needs.
import sys
from collections import namedtuple

Code = type((lambda: 0).__code__)
FIELDS = (
    "argcount posonlyargcount kwonlyargcount nlocals stacksize flags code consts names varnames filename name qualname"
    " firstlineno linetable exceptiontable freevars cellvars"
).split()


def rebuilt(function):
    code = function.__code__
    made = Code(*[getattr(code, "co_" + field) for field in FIELDS])
    assert made == code and hash(made) == hash(code), function.__name__
    assert [getattr(made, "co_" + field) for field in FIELDS] == [getattr(code, "co_" + field) for field in FIELDS]
    function.__code__ = made
    return function


@rebuilt
def loops(first, second=2, *rest, key=5, **named):
    """A docstring."""
    total = 0
    for number in range(first):
        if number % second:
            continue
        total += number * key
    return total, rest, sorted(named.items())


print(loops(10), loops(10, 3, 4, key=1, other=2), loops.__doc__)


def outer(x):
    def inner(y=[1, (2, "text"), 3.5]):
        nonlocal x
        x += 1
        return [x + item for item in y[:1]] + y

    return rebuilt(inner)


print(outer(1)(), rebuilt(outer)(5)())


@rebuilt
def handles(value):
    try:
        return 10 // value
    except ZeroDivisionError as error:
        return f"{type(error).__name__:>{len('x' * 20)}}"
    finally:
        print("finally", value)


print(handles(3), handles(0))


@rebuilt
def generates(n):
    while n:
        yield n, {"n": n, **dict(m=n)}
        n -= 1


print(list(generates(2)))


def raises():
    return 1 / 0


code = raises.__code__.replace(co_consts=raises.__code__.co_consts + ("more", 1.5), co_name="other")
print(code.co_consts[-2:], code.co_name)
try:
    exec(code)
except ZeroDivisionError as error:
    trace = error.__traceback__.tb_next
    print(trace.tb_lineno - code.co_firstlineno, trace.tb_frame.f_code is code)

for change in (
    dict(co_nlocals=3),
    dict(co_varnames=("a", "b", "c")),
    dict(co_argcount=-1),
    dict(co_code="text"),
    dict(co_names=7),
):
    try:
        raises.__code__.replace(**change)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)

print(list(raises.__code__.replace(co_linetable=b"").co_lines()))
print(raises.__code__.replace(co_linetable=b"") == raises.__code__)
for arguments in ((), (1, 2)):
    try:
        Code(*arguments)
    except TypeError as error:
        print(error)
