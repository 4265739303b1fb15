# Mixed arithmetic between int, float, complex and bool: the type and the value of each result.
values = (True, 2, 2.5, 1 + 1j, 2 ** 70)
for a in values:
    for b in values:
        results = []
        for name, operation in (("+", lambda: a + b), ("-", lambda: a - b), ("*", lambda: a * b), ("/", lambda: a / b), ("//", lambda: a // b), ("%", lambda: a % b), ("==", lambda: a == b), ("<", lambda: a < b)):
            try:
                result = operation()
                results.append(f"{name} {type(result).__name__}:{result}")
            except TypeError as error:
                results.append(f"{name} TypeError")
        print(a, b, "; ".join(results))
