# Truth of every kind of object; and, or, not give operands back; bool is an int.
class Empty:
    def __len__(self):
        return 0

class Full:
    def __len__(self):
        return 3

class Never:
    def __bool__(self):
        return False
    def __len__(self):
        return 1

class BadBool:
    def __bool__(self):
        return 1

class BadLen:
    def __len__(self):
        return -1

for value in (0, 1, -1, 0.0, -0.0, float("nan"), 0j, 1j, "", " ", b"", b"0", (), (0,), [], [None], {}, {0: 0}, set(), {0}, range(0), range(1), None, ..., NotImplemented.__class__, Empty(), Full(), Never(), Empty, len):
    name = type(value).__name__ if isinstance(value, (Empty, Full, Never, type, type(len))) else repr(value)
    print(name, bool(value), not value)
for value in (BadBool(), BadLen()):
    try:
        bool(value)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(0 or "a", "b" or 1 / 0, 0 and 1 / 0, "x" and "y", None or () or [] or 0, 1 and 2 and 3, not 1 or 2)
print(True + 1, True * 3, -True, ~0, True / 2, True == 1, True is True, str(True), repr(False), int(True))
print(True & False, True | False, True ^ True, True & 1, True | 2, False ^ 5, True << 2)
print(sum([True, False, True]), [10, 20][True], {True: "t"}[1], True in [1], False in (0,), bool(), bool("False"))
print(isinstance(True, int), type(True) is bool, bool.__mro__, True.__class__, True.real, True.bit_length())
try:
    class Sub(bool):
        pass
except TypeError as error:
    print(error)
