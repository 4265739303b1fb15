# int() of text in every base, with the errors' exact words.
print(int("10", 2), int("ff", 16), int("0xFF", 16), int("0b101", 0), int("0o17", 0), int("z", 36), int(" 12 "))
print(int("1_000_000"), int("-7"), int("+7"), int("0b1", 16), int(b"31"), int("١٢"), int("0", 0), int("00", 0))
for arguments in (("",), ("abc",), ("12a",), ("1__0",), ("_1",), ("2", 2), ("0x", 16), ("9", 8), ("010", 0), ("1 2",), (b"x",), ("5", 1), ("5", 37), ("- 1",)):
    try:
        print(int(*arguments))
    except ValueError as error:
        print(arguments, "->", error)
for arguments in ((None,), ([],), (5, 10), ("5", "2"), (1j,)):
    try:
        print(int(*arguments))
    except TypeError as error:
        print("TypeError:", error)
print(0x_ff, 0b_1010, 0o_17, 1_0, 0xDEAD_BEEF)

class Index:
    def __index__(self):
        return 12

class Whole:
    def __int__(self):
        return 34

class Wrong:
    def __int__(self):
        return "no"

print(int(Index()), int(Whole()), hex(Index()), [0, 1] * 2, "abc"[Index() - 10] if False else "", range(20)[Index()])
try:
    int(Wrong())
except TypeError as error:
    print(error)
for value in (float("inf"), float("-inf"), float("nan")):
    try:
        int(value)
    except (OverflowError, ValueError) as error:
        print(type(error).__name__, error)
print(int(1e20), int(-1e20), int(1e300) % 1000)
