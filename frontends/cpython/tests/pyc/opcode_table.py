"""Prints the opcodes of the Python that runs it, as far as they occur in files: number, name, operand, inline cache."""

import opcode

kinds = {
    "const": opcode.hasconst,
    "name": opcode.hasname,
    "jump": opcode.hasjrel,
    "variable": opcode.haslocal + opcode.hasfree,
    "compare": opcode.hascompare,
}
# Only the interpreter itself makes these.
internal = {"ENTER_EXECUTOR", "EXIT_INIT_CHECK", "INTERPRETER_EXIT", "RESERVED"}
caches = opcode._inline_cache_entries
for name, number in sorted(opcode.opmap.items(), key=lambda item: item[1]):
    if number > 255 or name in internal or name.startswith("INSTRUMENTED_"):
        continue
    kind = [kind for kind, numbers in kinds.items() if number in numbers and name != "END_ASYNC_FOR"]
    has_argument = number in opcode.hasarg if hasattr(opcode, "hasarg") else number >= opcode.HAVE_ARGUMENT
    kind = kind[0] if kind else "number" if has_argument else "none"
    print(number, name, kind, caches.get(name, 0) if isinstance(caches, dict) else caches[number])
print(*[operator for _, operator in opcode._nb_ops if operator != "[]"])
