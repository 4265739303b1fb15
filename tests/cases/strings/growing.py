# Strings that are added to piece by piece, from several ends and in all widths
# stress: 20
def grow(text, piece, times):
    for _ in range(times):
        text += piece
    return text


start = "abc" * 600
for piece in ("x", "yz", "é", "ж", "🐍", ""):
    text = grow(start, piece, 200)
    print(len(text), text[-3:], text == start + piece * 200, hash(text) == hash(start + piece * 200), text.isascii())

# Two strings that begin alike and part: neither sees what the other gets.
base = grow("-" * 2000, "+", 5)
left, right = base, base
for i in range(300):
    left += str(i)
    right += chr(97 + i % 26)
print(len(base), len(left), len(right), left[:2005] == base == right[:2005], left[2005:2015], right[2005:2015])
again = base + "!"
print(again[-3:], left[2004:2008], base[-2:], base + "" is base or base + "" == base)

# Older strings stay what they were.
steps, text = [], "ü" * 1500
for i in range(50):
    text = text + str(i % 10)
    steps.append(text)
print(all(step == "ü" * 1500 + "".join(str(j % 10) for j in range(i + 1)) for i, step in enumerate(steps)))
wide = grow("я" * 1000, "1", 30)
wide += "я1" * 10
wide += "🐍"
print(len(wide), wide[995:1005], wide[-4:], wide.count("1"), wide.encode().decode() == wide)


class Name(str):
    pass


name = Name(text)
print(type(name).__name__, name == text, type(name + "x").__name__, (name + "x")[-3:])
table = {text: 1, wide: 2}
print(table[grow("ü" * 1500, "", 1) + "0123456789" * 5], text.upper()[:3], text.find("9"), text[1500:].split("5")[1])
total = grow("", "0123456789", 20000)
print(len(total), total[-12:], total.count("90"))
