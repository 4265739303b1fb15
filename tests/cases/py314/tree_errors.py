# Trees that programs make and that are none: what compile says of them.
# python: 3.14
# stress: 500
import ast
from ast import *


def check(tree, mode="exec"):
    try:
        compile(tree, "<tree>", mode)
    except Exception as error:
        print(type(error).__name__, error)
    else:
        print("fine")


def body(*statements):
    check(fix_missing_locations(Module(list(statements), [])))


def load(name):
    return Name(name, Load())


one = Constant(1)
check(Module([Expr(Constant(1))], []))
check(Module([Expr(Constant(1), lineno=1)], []))
check(Module([1], []))
check(Module(1, []))
check(Module([None], []))
check(Expression(one), "exec")
check(Interactive([]))
check(1)
body(Expr())
body(Expr(None))
body(Assign([], one))
body(Assign([load("x")], one))
body(Assign([one], one))
body(FunctionDef("f", arguments([], [], None, [], [], None, [one]), [Pass()], [], None, None, []))
body(FunctionDef("f", arguments(), [], [], None, None, []))
body(FunctionDef(1, arguments(), [Pass()], [], None, None, []))
body(FunctionDef("f", arguments([], [], None, [arg("x")], [], None, []), [Pass()], [], None, None, []))
body(FunctionDef("f", arguments([None]), [Pass()], [], None, None, []))
body(Expr(Constant([])))
body(Expr(Constant((1, [2]))))
body(Expr(load("None")))
body(Expr(Name("x", Store())))
body(Expr(Name("x", 1)))
body(Expr(BinOp(one, None, one)))
body(Expr(Compare(one, [], [])))
body(Expr(Compare(one, [In()], [])))
body(Expr(Dict([one], [])))
body(Expr(Call(load("x"), [], [None])))
body(Import([]))
body(ImportFrom("x", [alias("y")], -1))
body(ImportFrom("x", [alias("y")], 1.5))
body(Try([Pass()], [], [], []))
body(Raise(None, one))
body(With([], [Pass()]))
body(Global([]))
body(Match(one, []))
body(Match(one, [match_case(MatchAs(None, "_"), None, [Pass()])]))
body(Match(one, [match_case(MatchSingleton(5), None, [Pass()])]))
body(Match(one, [match_case(MatchStar("x"), None, [Pass()])]))
body(Match(one, [match_case(MatchValue(BinOp(one, Add(), one)), None, [Pass()])]))
body(TypeAlias(one, [], one))
body(AnnAssign(Attribute(load("x"), "y", Store()), one, None, 1))
body(Expr(NamedExpr(one, one)))
body(Delete([Tuple([load("x")], Del())]))
body(Expr(ListComp(one, [])))
for place in [(5, 0, 4, 0), (-5, 0, 4, 0), (1, -1, 4, 0), (1, 3, 1, 0), ("x", 0, 1, 0), (2**31, 0, 1, 0)]:
    names = "lineno", "col_offset", "end_lineno", "end_col_offset"
    check(Expression(Constant(1, **dict(zip(names, place)))), "eval")

# Whole programs, made from trees.
tree = ast.parse("def f(n):\n    'doc'\n    return n * 2 if __debug__ else 0\nprint(f(21), f.__doc__)")
exec(compile(tree, "<tree>", "exec"))
exec(compile(tree, "<tree>", "exec", optimize=2))
print(eval(compile(Expression(fix_missing_locations(BinOp(one, Add(), Constant(2)))), "<tree>", "eval")))
