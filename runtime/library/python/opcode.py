"""The operations of the common bytecode, for `dis` and others that work on bytecode.

Names, numbers and lists have CPython's form; what they say is of the common bytecode (docs/bytecode.md).
"""

__all__ = ['cmp_op', 'stack_effect', 'hascompare', 'opname', 'opmap', 'HAVE_ARGUMENT', 'EXTENDED_ARG', 'hasarg', 'hasconst',
           'hasname', 'hasjump', 'hasjrel', 'hasjabs', 'hasfree', 'haslocal', 'hasexc']

import _opcode
from _opcode import stack_effect

opmap = {name: number for number, name in _opcode.table()}
opname = [f'<{number}>' for number in range(256)]
for _name, _number in opmap.items():
    opname[_number] = _name
del _name, _number

cmp_op = ('<', '<=', '==', '!=', '>', '>=')

# Operations of any number have operands.
HAVE_ARGUMENT = 0
EXTENDED_ARG = opmap['EXTENDED_ARG']

hasarg = [op for op in opmap.values() if _opcode.has_arg(op)]
hasconst = [op for op in opmap.values() if _opcode.has_const(op)]
hasname = [op for op in opmap.values() if _opcode.has_name(op)]
hasjump = [op for op in opmap.values() if _opcode.has_jump(op)]
hasjrel = []
hasjabs = hasjump
hasfree = [op for op in opmap.values() if _opcode.has_free(op)]
haslocal = [op for op in opmap.values() if _opcode.has_local(op)]
hasexc = [op for op in opmap.values() if _opcode.has_exc(op)]
hascompare = [opmap['COMPARE']]
