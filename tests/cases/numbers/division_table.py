# The law of division: (a // b) * b + a % b == a and the sign of the remainder, over ints, floats and big ints.
# stress: 50
ints = [0, 1, -1, 2, -2, 3, 7, -7, 10, 2 ** 31, -2 ** 31, 2 ** 62 - 1, 2 ** 62, -2 ** 62, 2 ** 63, 2 ** 64 + 1, -2 ** 64 - 1, 10 ** 30, -10 ** 30 + 7]
bad, total = [], 0
for a in ints:
    for b in ints:
        if b == 0: continue
        q, r = divmod(a, b)
        ok = q == a // b and r == a % b and q * b + r == a and (r == 0 or (r > 0) == (b > 0)) and abs(r) < abs(b)
        if not ok: bad.append((a, b))
        total = (total * 7 + q + r) % (10 ** 9 + 7)
print(bad, total)
for a in ints:
    for s in (0, 1, 5, 31, 62, 63, 64, 100):
        if a << s >> s != a or (a >> s) != a // 2 ** s or a << s != a * 2 ** s: bad.append(("shift", a, s))
    for b in ints:
        if (a & b) + (a | b) != a + b or (a ^ b) != (a | b) - (a & b) or ~a != -a - 1 or (a & ~b) != a - (a & b): bad.append(("bits", a, b))
        if (a < b) != (b > a) or (a <= b) != (not b < a) or (a == b) != (not a != b) or (a - b < 0) != (a < b): bad.append(("compare", a, b))
    if int(str(a)) != a or int(hex(a), 16) != a or int(bin(a), 2) != a or int(oct(a), 8) != a: bad.append(("text", a))
    if a and pow(a, 3) != a * a * a or pow(a, 5, 1000007) != a ** 5 % 1000007: bad.append(("pow", a))
    if a.bit_length() != len(bin(abs(a))) - 2 and a: bad.append(("bit_length", a))
print(bad)
floats = [1.0, -1.0, 0.5, 7.5, -7.5, 1e10, 3.0, -0.1, 1e-5]
for a in floats:
    for b in floats:
        q, r = divmod(a, b)
        if q != a // b or r != a % b or (r and (r > 0) != (b > 0)) or abs(r) > abs(b): bad.append((a, b))
print(bad)
