# The four operations, floor division and modulo with every sign, divmod and pow.
for a in (7, -7, 0, 1):
    for b in (2, -2, 3, -3):
        print(a, b, a + b, a - b, a * b, a // b, a % b, divmod(a, b), a / b)

print(2 ** 10, (-2) ** 3, 2 ** -1, 0 ** 0, (-1) ** 1001)
print(pow(3, 200, 13), pow(3, -1, 7), pow(2, 5, -7), pow(-3, 3, 10))

for expression in (lambda: 1 // 0, lambda: 1 % 0, lambda: divmod(1, 0), lambda: 1 / 0, lambda: 0 ** -1):
    try:
        expression()
    except ZeroDivisionError as error:
        print(type(error).__name__)

x = 10
x += 5; print(x)
x -= 3; print(x)
x *= 2; print(x)
x //= 5; print(x)
x **= 3; print(x)
x %= 7; print(x)
x <<= 4; print(x)
x >>= 2; print(x)
x |= 3; print(x)
x &= 6; print(x)
x ^= 5; print(x)
x /= 2; print(x)
print(-x, +x, abs(-5), -(-5), ~5, ~-1)
print(int(3.99), int(-3.99), int(True), int("42"), int())
