# What becomes of a tree before code is made from it, as ast.parse(optimize=..) and compile show it.
# python: 3.14
# stress: 500
import ast
import warnings


def show(source, **how):
    print(ast.dump(ast.parse(source, **how)))


source = "'doc'\ndef f():\n  'doc'\n  return __debug__\nclass A: 'x'\n"
for optimize in (-1, 0, 1, 2):
    show(source, optimize=optimize)
for expression in [
    "'%s %5.2s%%%r x' % (a, b, c)", "'%s' % (a,)", "'%s %s' % (a,)", "'%d' % (a,)", "'%s' % (*a,)", "'%-5a' % (a,)",
    "'%999s' % (a,)", "'%s' % a", "'%s%' % (a,)", "'%%' % ()", "1 + 2", "-1",
]:
    show(expression, optimize=1)
show("match x:\n case -1 | 1+2j | -1-2j: pass\n case {-1: -1j}: pass\n case -99999999999999999999: pass", optimize=1)
show("'a'\n'b'", optimize=2)
show("def f():\n '%s' % ()", optimize=2)
tree = ast.parse("x = __debug__")
print(ast.dump(compile(tree, "<tree>", "exec", ast.PyCF_OPTIMIZED_AST)))
print(compile(tree, "<tree>", "exec", ast.PyCF_ONLY_AST) is tree)
for source in ["from __future__ import braces", "from __future__ import nothing"]:
    try:
        ast.parse(source)
    except SyntaxError as error:
        print(error.msg, error.lineno)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for source in [
        "def f():\n  try: pass\n  finally:\n    return 1",
        "for x in y:\n  try: pass\n  finally:\n    break",
        "for x in y:\n  try: pass\n  finally:\n    for z in x: continue",
        "def f():\n  try: pass\n  finally:\n    def g(): return 1",
        "for x in y:\n  try: pass\n  finally:\n    if z: continue",
    ]:
        ast.parse(source)
        compile(source, "<source>", "exec")
for warning in caught:
    print(warning.message, warning.lineno)
