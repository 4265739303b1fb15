"""What only Python 3.14 has: generics, template strings, deferred annotations, comprehensions without a function."""


def generic[T: int, *Ts, **P = [int]](a: T, *args: *Ts) -> list[T]:
    return [a for a in args if (lambda: a)] + [a]


class Box[T](list[T]):
    item: T
    size: int = 0

    def comprehensions(self, x):
        own = [x for x in self]
        both = {x: [(lambda: (x, y)) for y in x] for x in own}
        return super().copy(), super(Box, self).size, __class__, both, x

    names = [name for name in "ab"]


type Pair[A, B: (int, str)] = tuple[A, B]
top = [x for x in range(3) for y in [x for x in range(x)]]


def strings(a, b):
    return t"{a!r:>{b}} and {b=}", f"{a}{b:x}{a!s}"


def functions(xs, kw):
    if all(x for x in xs) and any(not x for x in xs) and xs[1:] == xs[:kw]:
        xs[kw:1] = tuple(x for x in xs)
    print(*xs, **kw)
    return print(*xs), print(1, sep=2), xs < kw


async def managers(m, it):
    async with m as x, m:
        with x, m as (y, z):
            return [i async for i in it if await i]


try:
    raise ExceptionGroup("", [])
except* ValueError, TypeError:
    pass

from os.path import *
