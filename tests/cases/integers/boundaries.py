# Results that leave and re-enter the machine word, around 2**30, 2**31, 2**61, 2**62, 2**63 and 2**64.
for exponent in (29, 30, 31, 32, 59, 60, 61, 62, 63, 64, 65, 127, 128):
    p = 2 ** exponent
    print(exponent, p - 1, p, p + 1, -p, -p - 1, -p + 1)
    print("  ", p + p, p - p, p * p, (p + 1) - p, -p * p, p // 3, -p // 3, p % 7, -p % 7)
    print("  ", p == p + 0, p < p + 1, p > -p, hash(p) == hash(p + 0), p is not None)

n = 1
for step in range(70):
    n = n * 2 + 1
print(n, n.bit_length())
for step in range(70):
    n = n >> 1
print(n)

total = 0
for k in range(100):
    total += 4611686018427387903
print(total)
for k in range(100):
    total -= 4611686018427387903
print(total)
print(4611686018427387904 - 1, -4611686018427387904, -4611686018427387905 + 1, abs(-4611686018427387904))
print(3037000500 * 3037000500, 2147483648 * 2147483648, -3037000500 * 3037000500)
print(9223372036854775807 // -1, -9223372036854775808 // -1, -9223372036854775808 % -1)
