"""Classes, annotations, class scopes."""
from __future__ import annotations
from typing import *

variable: int = 1
unset: "str"


class Base(metaclass=type, key=1):
    """Documented."""
    attribute: int = 3
    names = [attribute for _ in range(2)]

    def __init__(self, *, x: int, y: Base | None = None):
        super().__init__()
        self.x = x

    @property
    def value(self):
        return __class__, self.__private

    class Inner:
        pass


def factory(free, local):
    class Made(Base):
        local = local
        taken = free

        def method(self):
            return free

    return Made


class Empty: ...


if __debug__:
    def conditional(): "only a docstring"

try:
    undefined
except NameError:
    pass
del undefined
