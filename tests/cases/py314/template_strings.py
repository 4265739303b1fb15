# python: 3.14
# t-strings: templates, interpolations, conversions, concatenation, iteration.
name, n = "world", 3.14159
t = t"hello {name}!"
print(t, type(t).__name__, t.strings, t.values, len(t.interpolations))
i = t.interpolations[0]
print(i.value, i.expression, i.conversion, i.format_spec, type(i).__name__)
t = t"{n:.2f} {name!r:>{8}} {n=} {1 + 1}"
print(t.strings, [(x.value, x.expression, x.conversion, x.format_spec) for x in t.interpolations])
print(list(t"a{1}b{2}"), list(t""), list(t"{1}"), t"".strings, t"{1}{2}".strings)
print((t"a{1}" + t"b{2}c").strings, (t"x" t"y{1}").strings, t"{{literal}} {name}".strings)
def html(template):
    parts = []
    for item in template:
        if isinstance(item, str): parts.append(item)
        else: parts.append(str(item.value).replace("<", "&lt;"))
    return "".join(parts)
evil = "<script>"
print(html(t"<p>{evil}</p>"))
def render(template):
    out = []
    for item in template:
        match item:
            case str(): out.append(item)
            case i if i.conversion == "r": out.append(format(repr(i.value), i.format_spec))
            case i: out.append(format(i.value, i.format_spec))
    return "".join(out)
print(render(t"{name} {name!r} {n:.3f} {n:{'8'}.{2}}"), render(t"{t'{n}'.values[0]:.1f}"))
print(rt"\n{name}".strings, t'''multi
{name}''').__class__ if False else print(rt"\n{name}".strings)
for call in (lambda: t"a" + "b", lambda: "b" + t"a", lambda: str(t"{name}") and t"{undefined}"):
    try: call()
    except (TypeError, NameError) as e: print(type(e).__name__, e)
def order(x): print("eval", x); return x
t"{order(1)} {order(2)}"
from string.templatelib import Template, Interpolation
print(isinstance(t"", Template), Template("a", Interpolation(1, "x"), "b").strings, Template("a", "b").strings, Interpolation(5, "e", "r", ">3"))
match Interpolation(1, "x", None, ""):
    case Interpolation(v, e, c, s): print(v, e, c, s)
