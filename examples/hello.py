# A first program: greets, and shows a little of the language on the way.
import sys


def fibonacci(limit):
    a, b = 0, 1
    while a < limit:
        yield a
        a, b = b, a + b


def describe(value):
    match value:
        case int() if value % 2 == 0:
            return f"{value} is even"
        case int():
            return f"{value} is odd"
        case str(name):
            return f"hello, {name}"


name = sys.argv[1] if len(sys.argv) > 1 else "serpent"
print(describe(name))
print(*fibonacci(100))
print({n: describe(n) for n in fibonacci(10)})
try:
    1 // 0
except ZeroDivisionError as error:
    print("caught:", error)
print(2**100)
