# Formatted string literals as of Python 3.11: expressions, conversions, nested specs, =, triple quotes.
name, width, value = "Ann", 10, 3.14159
print(f"{name}", f"{name!r:>{width}}|", f"{value:{width}.{2}f}|", f"{1 + 1}{'a' 'b'}", f"{name.upper()} {len(name)}", f"{{literal}} {{{name}}}", f"")
print(f"{value=}", f"{value = }", f"{name=!s}", f"{value=:.2f}", f"{1+1=}", f"{ name = !r:>8}|")
print(f"{(lambda x: x * 2)(4)}", f"{[i for i in range(3)]}", f"{ {'a': 1}['a'] }", f"{'yes' if value > 3 else 'no'}", f"{name[0]}{name[-1:]}", f"{not True}", f"{value:>{width}}")
print(f"{name}" "plain" f"{width}" r"\raw" rf"\d{width}" fr"{name}\n")
print(f'''multi
{name}
line {
    width
    + 1
}''')
print(f"{f'{name}'!r}", f"{f'{width:>{6}}'}")
def g():
    yield f"{(yield 1)}"
it = g(); next(it)
print(it.send("sent"))
class F:
    def __format__(self, spec):
        return "[" + spec + "]"
    def __str__(self):
        return "str"
    def __repr__(self):
        return "repr"
f = F()
print(f"{f}", f"{f:abc}", f"{f!s}", f"{f!r}", f"{f!a}", f"{f!s:>6}", f"{f:{width}{name}}", f"{f:a{{b}}}" if False else "", f"{f:%H:%M}")
print(f"{5:05}", f"{-5:=+6}", f"{255:#x}", f"{1e6:,.1f}", f"{True}", f"{None}", f"{'a':^5}|", f"{'日本':>5}|", f"{3!r:5}|", f"{0.1 + 0.2}", f"{10**20:_}")
x = 5
print(f"{x!r}{x:d}{x}", f"{x:{'>' + str(x)}}", f"{x,}", f"{x, 1}", f"{*[1, 2],}", f"{(x := 9)}", x, f"{x:=5}")
try:
    f"{name:d}"
except ValueError as error:
    print(error)
try:
    f"{undefined}"
except NameError as error:
    print(error)
def side(label):
    print("side", label)
    return label
print(f"{side('a')}-{side('b')}")
