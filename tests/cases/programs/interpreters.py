# Two small machines: a stack machine and a brainfuck interpreter.
# oracle: 3.14
def run(code):
    stack, out, pc, vars, calls = [], [], 0, {}, []
    labels = {line[:-1]: i for i, line in enumerate(code) if line.endswith(":")}
    while pc < len(code):
        op, *args = code[pc].split()
        pc += 1
        if op.endswith(":"): continue
        match op:
            case "push": stack.append(int(args[0]))
            case "add" | "sub" | "mul" | "lt" | "div":
                b, a = stack.pop(), stack.pop()
                stack.append({"add": lambda: a + b, "sub": lambda: a - b, "mul": lambda: a * b, "lt": lambda: int(a < b), "div": lambda: a // b}[op]())
            case "dup": stack.append(stack[-1])
            case "swap": stack[-1], stack[-2] = stack[-2], stack[-1]
            case "store": vars[args[0]] = stack.pop()
            case "load": stack.append(vars[args[0]])
            case "print": out.append(stack.pop())
            case "jmp": pc = labels[args[0]]
            case "jz": pc = labels[args[0]] if not stack.pop() else pc
            case "call": calls.append(pc); pc = labels[args[0]]
            case "ret": pc = calls.pop()
            case "halt": break
            case _: raise ValueError(f"unknown {op} at {pc - 1}")
    return out
fact = "push 1;store r;push 10;store n;loop:;load n;jz end;load r;load n;mul;store r;load n;push 1;sub;store n;jmp loop;end:;load r;print;push 7;call square;print;halt;square:;dup;mul;ret".split(";")
print(run(fact))
for bad in (["pop"], ["add"], ["push x"], ["jmp nowhere"], ["push 1", "push 0", "div"]):
    try: run(bad)
    except Exception as e: print(type(e).__name__, e)
def bf(src, data=""):
    tape, p, pc, out, it, jumps, stack = [0] * 100, 0, 0, [], iter(data), {}, []
    for i, c in enumerate(src):
        if c == "[": stack.append(i)
        elif c == "]": j = stack.pop(); jumps[i], jumps[j] = j, i
    while pc < len(src):
        c = src[pc]
        if c == ">": p += 1
        elif c == "<": p -= 1
        elif c == "+": tape[p] = tape[p] + 1 & 255
        elif c == "-": tape[p] = tape[p] - 1 & 255
        elif c == ".": out.append(chr(tape[p]))
        elif c == ",": tape[p] = ord(next(it, "\0"))
        elif c == "[" and not tape[p] or c == "]" and tape[p]: pc = jumps[pc]
        pc += 1
    return "".join(out)
print(bf("++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+."), bf(",[.,]", "echo"), bf(",>,[<+>-]<.", "!\x20"))
