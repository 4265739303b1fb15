# A recursive-descent parser and a printer for JSON.
class Parser:
    def __init__(self, text): self.text, self.at = text, 0
    def error(self, message): raise ValueError(f"{message} at {self.at}")
    def skip(self):
        while self.at < len(self.text) and self.text[self.at] in " \n\t\r": self.at += 1
    def take(self, token):
        if not self.text.startswith(token, self.at): self.error(f"expected {token!r}")
        self.at += len(token)
    def value(self):
        self.skip()
        if self.at >= len(self.text): self.error("unexpected end")
        c = self.text[self.at]
        if c == "{": return self.object()
        if c == "[": return self.array()
        if c == '"': return self.string()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        return self.number()
    def object(self):
        result = {}
        self.take("{"); self.skip()
        while not self.text.startswith("}", self.at):
            if result: self.take(","); self.skip()
            key = self.string(); self.skip(); self.take(":")
            result[key] = self.value(); self.skip()
        self.take("}")
        return result
    def array(self):
        result = []
        self.take("["); self.skip()
        while not self.text.startswith("]", self.at):
            if result: self.take(",")
            result.append(self.value()); self.skip()
        self.take("]")
        return result
    def string(self):
        self.take('"')
        parts = []
        while (c := self.text[self.at:self.at + 1]) != '"':
            if not c: self.error("unterminated string")
            self.at += 1
            if c == "\\":
                e = self.text[self.at]; self.at += 1
                if e == "u": c = chr(int(self.text[self.at:self.at + 4], 16)); self.at += 4
                else: c = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "/": "/"}.get(e) or self.error(f"bad escape {e}")
            parts.append(c)
        self.at += 1
        return "".join(parts)
    def number(self):
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "+-0123456789.eE": self.at += 1
        word = self.text[start:self.at]
        try: return float(word) if any(c in word for c in ".eE") else int(word)
        except ValueError: self.error(f"bad number {word!r}")
def dump(v, indent=0):
    pad = "  " * indent
    match v:
        case None: return "null"
        case bool(): return "true" if v else "false"
        case int() | float(): return repr(v)
        case str(): return '"' + v.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case []: return "[]"
        case list(): return "[\n" + ",\n".join(pad + "  " + dump(x, indent + 1) for x in v) + "\n" + pad + "]"
        case dict(): return "{\n" + ",\n".join(f"{pad}  {dump(k)}: {dump(x, indent + 1)}" for k, x in v.items()) + "\n" + pad + "}"
text = '{"a": [1, 2.5, -3e2, true, false, null], "b": {"c": "x\\n\\u00e9\\"q"}, "empty": [[], {}]}'
value = Parser(text).value()
print(value)
print(dump(value))
print(Parser(dump(value)).value() == value)
for bad in ('{"a" 1}', "[1, 2", '"abc', "[1 2]", "tru", '"\\q"', "", "-"):
    try: print(Parser(bad).value())
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
