# Identities over big integers of many sizes: products, quotients, powers, roots, text.
# stress: 500
def isqrt(n):
    x = 1 << (n.bit_length() + 1) // 2
    while (y := (x + n // x) // 2) < x: x = y
    return x
bad, seed = [], 12345
def rnd(bits):
    global seed
    n = 0
    while n.bit_length() < bits:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        n = n << 40 | seed >> 24
    return n >> (n.bit_length() - bits) if bits else 0
for bits in (1, 20, 31, 32, 61, 62, 63, 64, 65, 100, 128, 200, 500, 1000, 3000, 8000):
    for other in (1, 33, 64, 150, 700, 2500):
        a, b = rnd(bits), rnd(other)
        q, r = divmod(a, b)
        if q * b + r != a or not 0 <= r < b: bad.append(("divmod", bits, other))
        if (a + b) * (a - b) != a * a - b * b: bad.append(("squares", bits, other))
        if (-a) // b != -((a + b - 1) // b) or (-a) % b != (b - r) % b: bad.append(("negative", bits, other))
        if (a << other) >> other != a or a >> other != a // (1 << other) or (a | b) + (a & b) != a + b: bad.append(("bits", bits, other))
    if int(str(a)) != a or int(hex(a), 16) != a or int(f"{a:b}", 2) != a or int.from_bytes(a.to_bytes(bits // 8 + 1, "big"), "big") != a: bad.append(("text", bits))
    s = isqrt(a)
    if not s * s <= a < (s + 1) * (s + 1): bad.append(("root", bits))
    if pow(a, 65537, 2 ** 127 - 1) != pow(a % (2 ** 127 - 1), 65537, 2 ** 127 - 1): bad.append(("pow", bits))
    if a.bit_length() != bits or bin(a).count("1") != a.bit_count(): bad.append(("count", bits))
    if bits < 1000 and abs(a / (a + 1) - 1) > 1 and float(a) != a: bad.append(("float", bits))
print(bad)
print(sum(map(int, str(2 ** 1000))), str(7 ** 300)[:30], len(str(3 ** 2000)), 2 ** 521 - 1 > 10 ** 156, (10 ** 50 + 1) ** 2 == 10 ** 100 + 2 * 10 ** 50 + 1)
a, b, steps = 10 ** 40, 1, 0
while b < a: b, steps = b * 3 + 1, steps + 1
print(steps, b % 10 ** 9)
def egcd(a, b):
    x, y, u, v = 1, 0, 0, 1
    while b: q = a // b; a, b, x, u, y, v = b, a - q * b, u, x - q * u, v, y - q * v
    return a, x, y
g, x, y = egcd(2 ** 200 + 15, 3 ** 120 + 4)
print(g, (2 ** 200 + 15) * x + (3 ** 120 + 4) * y == g)
