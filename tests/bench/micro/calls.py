"""Calls: functions of few and many arguments, methods, closures, constructors, built-ins."""

import pyperf


def add(a, b):
    return a + b


def keywords(a, *, b=1, c=2):
    return a + b + c


def variadic(*args, **kwargs):
    return len(args)


class Counter:
    def __init__(self, start):
        self.value = start

    def step(self, by):
        self.value += by
        return self

    @property
    def current(self):
        return self.value


def make(n):
    def inner(x):
        return x + n
    return inner


def run(n):
    total = 0
    inner = make(3)
    counter = Counter(0)
    for i in range(n):
        total = add(total, i)
        total += keywords(i, b=2)
        total += variadic(i, i, k=i)
        total += inner(i)
        counter.step(i).step(1)
        total += counter.current
        total -= len((i, i))
        total += Counter(i).value
    return total


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def both():
    return run(20000), fibonacci(20)


if __name__ == "__main__":
    pyperf.Runner().bench_func("micro_calls", both)
