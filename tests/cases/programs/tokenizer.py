# A calculator: tokens, precedence climbing, variables and errors.
def tokens(text):
    i = 0
    while i < len(text):
        c = text[i]
        if c.isspace(): i += 1
        elif c.isdigit() or c == ".":
            j = i
            while j < len(text) and (text[j].isdigit() or text[j] == "."): j += 1
            yield "num", float(text[i:j]) if "." in text[i:j] else int(text[i:j])
            i = j
        elif c.isalpha():
            j = i
            while j < len(text) and text[j].isalnum(): j += 1
            yield "name", text[i:j]
            i = j
        elif text[i:i + 2] == "**": yield "op", "**"; i += 2
        elif c in "+-*/%()=,": yield "op", c; i += 1
        else: raise SyntaxError(f"unexpected {c!r} at {i}")
    yield "end", None
LEVELS = {"+": (1, 2), "-": (1, 2), "*": (3, 4), "/": (3, 4), "%": (3, 4), "**": (8, 7)}
class Calculator:
    def __init__(self): self.vars = {"pi": 3}; self.funcs = {"max": max, "sum": lambda *a: sum(a), "abs": abs}
    def run(self, text):
        self.toks = list(tokens(text)); self.pos = 0
        if len(self.toks) > 2 and self.toks[1] == ("op", "="):
            name = self.toks[0][1]; self.pos = 2
            value = self.vars[name] = self.expr(0)
        else: value = self.expr(0)
        if self.toks[self.pos][0] != "end": raise SyntaxError(f"left over: {self.toks[self.pos][1]!r}")
        return value
    def next(self): self.pos += 1; return self.toks[self.pos - 1]
    def expect(self, op):
        if self.next() != ("op", op): raise SyntaxError(f"expected {op!r}")
    def expr(self, least):
        left = self.unary()
        while (tok := self.toks[self.pos])[0] == "op" and tok[1] in LEVELS and LEVELS[tok[1]][0] >= least:
            op = self.next()[1]
            right = self.expr(LEVELS[op][1])
            left = {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "/": lambda: left / right, "%": lambda: left % right, "**": lambda: left ** right}[op]()
        return left
    def unary(self):
        kind, v = self.next()
        match kind, v:
            case "num", n: return n
            case "op", "-": return -self.expr(5)
            case "op", "(":
                inner = self.expr(0); self.expect(")")
                return inner
            case "name", name if self.toks[self.pos] == ("op", "("):
                self.next(); args = []
                while self.toks[self.pos] != ("op", ")"):
                    if args: self.expect(",")
                    args.append(self.expr(0))
                self.next()
                return self.funcs[name](*args)
            case "name", name: return self.vars[name]
            case _: raise SyntaxError(f"unexpected {v!r}")
c = Calculator()
for line in ("1 + 2 * 3", "(1 + 2) * 3", "2 ** 3 ** 2", "-2 ** 2", "10 - 4 - 3", "x = 7", "x * x % 10", "max(1, x, 3) + sum(1, 2, 3)", "7 / 2", "1.5 * 2", "abs(-x)", "y + 1", "1 +", "(1", "1 2", "1 / 0", "3 $ 4", "pi"):
    try: print(line, "=", c.run(line))
    except Exception as e: print(line, "->", type(e).__name__, e)
