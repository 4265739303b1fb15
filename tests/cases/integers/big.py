# Arbitrary precision.
def factorial(n):
    result = 1
    for k in range(2, n + 1):
        result *= k
    return result

f = factorial(50)
print(f)
print(f // factorial(48), f % 10 ** 15, f / factorial(49))
print(2 ** 200)
print(-(2 ** 200) // 12345678901234567890, -(2 ** 200) % 12345678901234567890)
print(divmod(10 ** 40 + 7, -(10 ** 20 + 3)))
print(3 ** 100 * 7 ** 80 - 5 ** 150)
print(10 ** 30 == 10 ** 30, 10 ** 30 != 10 ** 30 + 1, 10 ** 30 < 10 ** 31, -10 ** 31 < -10 ** 30)
print(pow(12345678901234567890, 98765, 10 ** 25 + 7))
print((1 << 500) >> 495, (1 << 500) >> 501, (-1 << 100) >> 99, -1 >> 1000)
print((2 ** 100 | 2 ** 50) & ~(2 ** 50), (2 ** 100 ^ (2 ** 100 - 1)), -(2 ** 70) & 0xFFFF_FFFF_FFFF_FFFF_FFFF)
print(-(2 ** 70) | 1, ~(2 ** 70), -(2 ** 70) ^ 255)
a, b = 0, 1
for _ in range(300):
    a, b = b, a + b
print(a)
print(len(str(factorial(400))), sum(map(int, str(factorial(400)))))
print(float(2 ** 100), float(-10 ** 22), 2 ** 100 / 2 ** 98, 10 ** 400 / 10 ** 399)
try:
    float(10 ** 400)
except OverflowError as error:
    print(error)
try:
    10 ** 400 / 3
except OverflowError as error:
    print(error)
print(int("9" * 60) + 1, int("-" + "8" * 40), int("0x" + "f" * 30, 16))
