"""Containers: lists, dicts, sets and tuples: building, indexing, iterating, sorting, comprehensions."""

import pyperf


def run(n):
    numbers = [i * 7919 % n for i in range(n)]
    index = {}
    for position, number in enumerate(numbers):
        index[number] = position
    pairs = [(number, index[number]) for number in numbers]
    pairs.sort()
    seen = set()
    total = 0
    for a, b in pairs:
        if b not in seen:
            seen.add(b)
            total += a ^ b
    stack = []
    for number in numbers:
        stack.append(number)
        if len(stack) > 50:
            total += stack.pop() + stack[0]
    for i in range(0, n - 4, 4):
        total += sum(numbers[i:i + 4])
    grouped = {}
    for number in numbers:
        grouped.setdefault(number % 17, []).append(number)
    return total, sorted((key, len(value)) for key, value in grouped.items())[:3], len(seen)


if __name__ == "__main__":
    pyperf.Runner().bench_func("micro_containers", run, 20000)
