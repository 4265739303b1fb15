# Functions with many locals, constants, branches, arguments and deep nesting.
# stress: 500
names = [f"v{i}" for i in range(400)]
source = "def many_locals():\n" + "".join(f"    {n} = {i}\n" for i, n in enumerate(names)) + f"    return {' + '.join(names)}\n"
ns = {}
exec(source, ns); print(ns["many_locals"]())
source = "def many_constants(x):\n" + "".join(f"    x += {i * 1000003}\n    x ^= {i / 7!r} > x\n" for i in range(600)) + "    return x\n"
exec(source, ns); print(ns["many_constants"](1))
source = "def many_branches(x):\n" + "".join(f"    {'if' if i == 0 else 'elif'} x == {i}: return 'case {i}'\n" for i in range(500)) + "    else: return 'none'\n"
exec(source, ns); print(ns["many_branches"](0), ns["many_branches"](499), ns["many_branches"](500))
source = f"def many_params({', '.join(names)}): return {names[0]}, {names[399]}, len(locals())\n"
exec(source, ns); print(ns["many_params"](*range(400)), ns["many_params"](**{n: n for n in names}))
exec(f"def call(f): return f({', '.join(map(str, range(400)))})\n", ns); print(ns["call"](lambda *a: len(a)))
exec(f"result = [{', '.join(map(str, range(3000)))}]\nt = ({', '.join(map(str, range(700)))},)\nd = {{{', '.join(f'{i}: {i}' for i in range(700))}}}\ns = {{{', '.join(map(str, range(500)))}}}", ns)
print(sum(ns["result"]), len(ns["t"]), len(ns["d"]), len(ns["s"]))
print(eval("+".join(["1"] * 900)), eval("(" * 60 + "1" + ")" * 60), eval("-" * 51 + "5"), eval("[" * 50 + "]" * 50), eval(" if 1 else ".join(["7"] * 50)), eval("not " * 30 + "1"))
deep = "def nest():\n" + "".join("    " * (i + 1) + f"for i{i} in range(1):\n" for i in range(18)) + "    " * 19 + "return " + "+".join(f"i{i}" for i in range(18)) + "\n"
exec(deep, ns); print(ns["nest"]())
deep = "def tries():\n" + "".join("    " * (i + 1) + "try:\n" for i in range(18)) + "    " * 19 + "1 / 0\n" + "".join("    " * (i + 1) + f"finally: out.append({i})\n" for i in reversed(range(18)))
ns["out"] = []
exec(deep, ns)
try: ns["tries"]()
except ZeroDivisionError: print(ns["out"])
deep = "".join("    " * i + f"def f{i}(a{i}=({i})):\n" for i in range(18)) + "    " * 18 + "return " + "+".join(f"a{i}" for i in range(18)) + "\n" + "".join("    " * i + f"return f{i}()\n" for i in reversed(range(1, 18)))
exec(deep, ns); print(ns["f0"]())
unpack = ", ".join(f"u{i}" for i in range(300))
exec(f"{unpack} = range(300)\n*head, u299 = range(300)", ns); print(ns["u150"], len(ns["head"]))
exec("x = 0\n" + "while x < 5000:\n    x += 1\n" + "".join(f"    if x == {i * 7}: y = x * {i}\n" for i in range(300)), ns); print(ns["x"], ns["y"])
print(len(eval("f'" + "".join("{%d}" % (i % 10) for i in range(500)) + "'")), eval(" and ".join(["1"] * 500)), eval("<".join(map(str, range(300)))))
