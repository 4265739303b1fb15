# python: 3.14
# f-strings since 3.12: quotes inside quotes, backslashes, comments, nesting without limit.
names = ["a", "b"]
print(f"{", ".join(names)}", f"{"\n".join(names)}", f"{'\t'}|", f"{f"{f"{f"{1 + 1}"}"}"}", f"{"nested " f"{"deep"}"}")
print(f"{
    names[0]  # a comment
    + "x"
}", f"{"{"}{"}"}", f"{'a' 'b'!r}", f"{names!r:>12}", f"{1:{"0"}{5}}", f"{lambda_ok if (lambda_ok := (lambda: 1)()) else 0}")
print(f"{3.14159:.{"2"}f}", f"{"é"}\u00e9{"\u00e9"}\N{LATIN SMALL LETTER E WITH ACUTE}", rf"{"\n"}\n", f"{names[0]=} {  names = }", f'{x:={5}}' if (x := 7) else "")
print(f"""{
    "triple"
} "quoted" {'''inner'''}""")
d = {"k": {"j": "v"}}
print(f"{d["k"]["j"]}", f"{d['k']["j"]!s:^5}|", f"{"yes" if d else "no"}", f"{ {"set"} }", f"{[f"{i}" for i in range(3)]}", f"{*names, "c"}")
