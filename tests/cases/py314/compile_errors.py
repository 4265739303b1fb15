# Errors of scopes, of code generation and of patterns: their words and their places, in sources and in trees.
# python: 3.14
import ast, warnings
warnings.simplefilter('ignore')

def told(make):
    try:
        make()
    except SyntaxError as error:
        return f"{error.msg} {error.lineno} {error.offset} {error.end_lineno} {error.end_offset}"
    return "ok"

def t(source, mode="exec"):
    print(told(lambda: compile(source, "<s>", mode)))
    if "__future__" in source:
        return
    try:
        tree = ast.parse(source, mode=mode)
    except SyntaxError:
        return
    print("  tree:", told(lambda: compile(tree, "<s>", mode)))

t('"""d"""\nfrom __future__ import nested_scopes, rested_snopes\n')
t('from __future__ import rested_snopes\n')
t('import x\nfrom __future__ import nested_scopes\n')
t('def f():\n  from __future__ import nested_scopes\n')
t('"""d"""\n"""e"""\nfrom __future__ import nested_scopes\n')
t('from __future__ import nested_scopes\nfrom string import x\nfrom __future__ import braces\n')
t('from __future__ import *\n')
t('from __future__ import braces\n')
t('from __future__ import nested_scopes;import string;from __future__ import nested_scopes\n')
t('"\\xhh" \\')
t('def f():\n import x\n global x\n')
t('[i+1 for i in (j := 3)]')
t('[i for i in (lambda: (j := 3))()]')
t('def f(a,a): pass')
t("match x:\n case {0: _, False: _}: pass")
t("match x:\n case {'a': _, 'a': _}: pass")
t("match x:\n case {-1: _, -1: _}: pass")
t("match x:\n case f'': pass")
t("é = 1; nonlocal x")
t("def f():\n  é = 1; global é")
t("x = é is 1 or (yield)")
t("class C:\n  é = [(yield) for x in y]")
t("é; return")
t("(é := 1)\nbreak")
t("with a:\n  continue")
t("while 1:\n  def f(): break")
t("a, *b, *c = d")
t("*a = 1")
t("f(a=1, a=2)")
t("async def f():\n  return 1\n  yield 2")
t("async def f():\n  yield from x")
t("def f():\n async with a: pass")
t("def f():\n  [x async for x in y]")
t("def f():\n  await x")
t("await x")
t("[await x for x in y]")
t("x: yield")
t("def f(x: (yield)): pass")
t("class A[T: (yield)]: pass")
t("try: pass\nexcept: pass\nexcept A: pass")
t("try: pass\nexcept* A: return")
t("def f():\n  try: pass\n  except* A: return")
t("from x import *", "single")
t("def f(): from x import *")
t("__debug__ = 1")
t("def f(__debug__): pass")
t("def f(): x.__debug__ = 1")
t("f(__debug__=1)")
t("del __debug__")
t("import __debug__")
t("for __debug__ in x: pass")
t("class __debug__: pass")
t("match x:\n case __debug__: pass")
t("match x:\n case C(__debug__=1): pass")
t("match x:\n case [*__debug__]: pass")
t("def f[T, T](): pass")
t("def f[T=1, U](): pass")
t("type X[T] = (yield)")
t("match x:\n case a: pass\n case b: pass")
t("match x:\n case _: pass\n case b: pass")
t("match x:\n case a | b: pass")
t("match x:\n case [a, a]: pass")
t("match x:\n case [*a, *b]: pass")
t("match x:\n case C(x=1, x=2): pass")
t("match x:\n case (a|1): pass")
t("nonlocal x")
t("def f():\n nonlocal x")
t("def f(x):\n global x")
t("def f():\n x: int\n global x")
t("def f():\n global x\n x: int")
t("class C:\n  def f(self):\n    nonlocal x, y\n    global x")
t("x = 1\nclass C[T]:\n  def f(): nonlocal T")
t("[x:=1 for x in y]")
t("[[(x:=1) for y in z] for x in q]")
t("class C: [x:=1 for y in z]")
t("{**a for a in b}")
t("(*a)")
t("del f()")
t("f() += 1")
t("f() = 1")
t("x = *a")
t("print(*a if b else c)")
t("def f():\n  x = 1\n  def g():\n    nonlocal x\n    x: int = 3")
t("a[*b:1]")
t("a.b: int; (x): int = 3; a, b: int")

# What is global somewhere is so in the module.
outer, inner = {}, {}
exec('if 1:\n  def f():\n    global y\n    y = 2\n  y = 1\n  z = 3\n', outer, inner)
print(sorted(inner), 'y' in outer)

# Annotations that are texts are given by code, too.
space = {}
exec('from __future__ import annotations\ndef f(a: int, b: x.y = 3) -> 0x10 + 2: pass', space)
print(space['f'].__annotate__(1), space['f'].__annotations__)
