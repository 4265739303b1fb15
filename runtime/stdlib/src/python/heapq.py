"""Lists kept as binary heaps."""

from _heapq import (
    heapify, heapify_max, heappop, heappop_max, heappush, heappush_max, heappushpop, heappushpop_max, heapreplace,
    heapreplace_max,
)

__all__ = [
    "heappush", "heappop", "heapify", "heapreplace", "merge", "nlargest", "nsmallest", "heappushpop", "heappush_max",
    "heappop_max", "heapify_max", "heapreplace_max", "heappushpop_max",
]


class _Head:
    """The next item of one of the inputs of merge."""

    __slots__ = ("key", "number", "item", "advance", "reverse")

    def __init__(self, key, number, item, advance, reverse):
        self.key = key
        self.number = number
        self.item = item
        self.advance = advance
        self.reverse = reverse

    def __lt__(self, other):
        if self.reverse:
            if other.key < self.key:
                return True
            if self.key < other.key:
                return False
        else:
            if self.key < other.key:
                return True
            if other.key < self.key:
                return False
        return self.number < other.number


def merge(*iterables, key=None, reverse=False):
    """Return an iterator over the items of several sorted inputs, in order."""
    heads = []
    for number, iterable in enumerate(iterables):
        advance = iter(iterable).__next__
        try:
            item = advance()
        except StopIteration:
            continue
        heads.append(_Head(item if key is None else key(item), number, item, advance, reverse))
    heapify(heads)
    while heads:
        head = heads[0]
        yield head.item
        try:
            item = head.advance()
        except StopIteration:
            heappop(heads)
        else:
            head.item = item
            head.key = item if key is None else key(item)
            heapreplace(heads, head)


def nsmallest(n, iterable, key=None):
    """Return the n smallest items, smallest first."""
    return sorted(iterable, key=key)[:max(n, 0)]


def nlargest(n, iterable, key=None):
    """Return the n largest items, largest first."""
    return sorted(iterable, key=key, reverse=True)[:max(n, 0)]
