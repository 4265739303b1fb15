"""Generators: for loops over them, send, yield from, generator expressions, pipelines."""

import pyperf


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def double(source):
    for x in source:
        yield x * 2


def delegate(n):
    yield from count(n)


def accumulate():
    total = 0
    while True:
        total += yield total


def run(n):
    total = 0
    for x in double(count(n)):
        total += x
    total += sum(x for x in range(n) if x & 1)
    for x in delegate(n):
        total += x
    accumulator = accumulate()
    next(accumulator)
    for i in range(n):
        total += accumulator.send(i) & 3
    for _ in range(n // 20):
        for x in count(3):
            total += x
    return total


if __name__ == "__main__":
    pyperf.Runner().bench_func("micro_generators", run, 40000)
