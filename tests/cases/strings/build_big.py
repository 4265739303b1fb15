# Building long strings by +=, join and *: results, not speed, are checked.
# stress: 50
s = ""
for i in range(2000):
    s += chr(97 + i % 26)
print(len(s), s[:30], s[-5:], s.count("abc"))
parts = []
for i in range(3000):
    parts.append(str(i))
joined = ",".join(parts)
print(len(joined), joined[:20], joined[-9:], joined.split(",")[1234])
t = "é" * 1000 + "日" * 1000 + "𝄞" * 10
print(len(t), t[999:1001], t[2000:], t.index("𝄞"), len(t.encode()))
u = t.replace("é", "").replace("日", "ab")
print(len(u), u[:4], u[-2:])
r = "abc" * 1000
print(r[::300], r[::-1][:5], r == "abc" * 999 + "abc", hash(r) == hash("abc" * 500 + "abc" * 500))
shared = base = "x" * 10
base += "y"
print(shared, base)
def append(text):
    text += "!"
    return text
print(append(shared), shared)
lines = "\n".join("line %d" % i for i in range(1000))
print(len(lines.splitlines()), lines.splitlines()[999], sum(len(line) for line in lines.split("\n")))
