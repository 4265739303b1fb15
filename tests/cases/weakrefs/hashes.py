# The hash of a weak reference: that of its target, and it stays when the target is gone.
import gc
import weakref


class Value:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        return self.value == other.value


def make(mapping, values):
    for value in values:
        mapping[Value(value)] = value


for value in 0, 1, -1, 2 ** 61 - 1:
    target = Value(value)
    reference = weakref.ref(target)
    known = hash(reference)
    print(value, known == hash(value), end=' ')
    del target
    gc.collect()
    print(hash(reference) == known, reference() is None)

mapping = weakref.WeakKeyDictionary()
make(mapping, [0, 1, 2])
gc.collect()
print(len(mapping))

target = Value(0)
reference = weakref.ref(target)
del target
gc.collect()
try:
    hash(reference)
except TypeError as error:
    print(error)
