# Code objects: constants that are the same objects, replace, equality.


def f(a, /, b, *args, c=1, **kwargs):
    """Doc."""
    def inner():
        return b, 1.5

    return inner, (1, 2.5), {x for x in args}


code = f.__code__
print(code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, hex(code.co_flags & 0xFF))
print(code.co_varnames[:5], code.co_cellvars, code.co_freevars, code.co_names, code.co_consts[0])
inner = f(1, 2)[0].__code__
print(inner in code.co_consts, any(inner is constant for constant in code.co_consts), inner.co_freevars)
print(f(1, 2)[1] is f(1, 2)[1], any(f(1, 2)[1] is constant for constant in code.co_consts))

copy = code.replace()
print(copy is code, copy == code, hash(copy) == hash(code), copy != code, code == inner, code == 1)
print(code.replace(co_name="g").co_name, code.replace(co_name="g") == code)
moved = code.replace(co_firstlineno=100)
print(moved.co_firstlineno, moved.replace(co_firstlineno=code.co_firstlineno) == code)
print({line for *_, line in moved.co_lines() if line} == {line + 100 - 4 for *_, line in code.co_lines() if line})
print(code.replace(co_linetable=code.co_linetable) == code)

other = inner.replace(co_consts=tuple(2.5 if c == 1.5 else c for c in inner.co_consts), co_freevars=("q",))
g = type(f)(other, {}, closure=f(1, 2)[0].__closure__)
print(g(), g.__code__.co_freevars)


def one():
    return 1.0


def two():
    return 1


print(one.__code__.replace(co_name="two", co_firstlineno=two.__code__.co_firstlineno) == two.__code__)
for wrong in ({"co_name": 1}, {"co_argcount": -1}, {"co_consts": [1]}, {"co_linetable": "x"}):
    try:
        code.replace(**wrong)
    except (TypeError, ValueError) as error:
        print(type(error).__name__)
