"""Numbers: integer and float loops, mixed arithmetic, comparisons, big integers."""

import pyperf


def integers(n):
    a, b = 1, 0
    for i in range(n):
        a = (a * 1103515245 + 12345) & 0x7FFFFFFF
        if a % 3 == 0:
            b += a >> 5
        elif a < i:
            b -= 1
        else:
            b ^= a
    return b


def floats(n):
    x, total = 0.5, 0.0
    for i in range(n):
        x = 3.75 * x * (1.0 - x)
        total += x / (i + 1)
        if x > 0.9:
            total -= 0.25
    return total


def big(n):
    value = 1
    for i in range(1, n):
        value = value * i + 1
    return value % 1000000007


def run(n):
    return integers(n), floats(n), big(300)


if __name__ == "__main__":
    pyperf.Runner().bench_func("micro_numbers", run, 80000)
