"""Attributes: instance, class, slots, properties, globals, inheritance."""

import pyperf

LIMIT = 7


class Base:
    shared = 3

    def __init__(self):
        self.a = 1
        self.b = 2

    def get(self):
        return self.a + self.shared


class Derived(Base):
    def __init__(self):
        super().__init__()
        self.c = 3

    def get(self):
        return super().get() + self.c


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


def run(n):
    things = [Base(), Derived(), Base(), Derived()]
    point = Slotted(1, 2)
    total = 0
    for i in range(n):
        thing = things[i & 3]
        thing.a += 1
        thing.b = thing.a + LIMIT
        point.x, point.y = point.y, point.x + 1
        total += thing.get() + point.x + thing.shared
        if hasattr(thing, "c"):
            total += getattr(thing, "c")
    return total


if __name__ == "__main__":
    pyperf.Runner().bench_func("micro_attributes", run, 60000)
