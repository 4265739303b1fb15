"""Exceptions: try blocks that are not needed, raise and catch, through calls, finally, context managers."""

import pyperf


class Problem(Exception):
    pass


def risky(i):
    if i % 5 == 0:
        raise Problem(i)
    return i


def deep(n, i):
    if n == 0:
        return risky(i)
    return deep(n - 1, i)


class Guard:
    def __enter__(self):
        return 1

    def __exit__(self, kind, value, traceback):
        return kind is Problem


def run(n):
    total = caught = 0
    table = {1: 1}
    for i in range(n):
        try:
            total += i
        except Problem:
            total = 0
        try:
            total += risky(i)
        except (KeyError, Problem) as problem:
            caught += problem.args[0]
        finally:
            total += 1
        try:
            total += table[i & 3]
        except KeyError:
            caught += 1
        if i % 20 == 0:
            try:
                deep(10, i)
            except Problem:
                caught += 1
        with Guard() as one:
            total += one
            risky(i)
    return total, caught


if __name__ == "__main__":
    pyperf.Runner().bench_func("micro_exceptions", run, 30000)
