"""Shows the common bytecode of functions, classes, modules and texts.

The interface is that of CPython's `dis`; what is shown are the operations of the common bytecode (docs/bytecode.md), behind one for the entry
and with those that extend arguments, as they stand in `co_code`. There are no caches and no specialised operations in it, so `show_caches`
and `adaptive` change nothing.
"""

import collections
import io
import sys
import types

import _opcode
import opcode
from opcode import *
from opcode import __all__ as _opcodes_all

__all__ = ['code_info', 'dis', 'disassemble', 'distb', 'disco', 'findlinestarts', 'findlabels', 'show_code', 'get_instructions',
           'Instruction', 'Bytecode'] + _opcodes_all

_have_code = (types.MethodType, types.FunctionType, types.CodeType, classmethod, staticmethod, type)

_has_argument = frozenset(hasarg)

COMPILER_FLAG_NAMES = {
    1: 'OPTIMIZED',
    2: 'NEWLOCALS',
    4: 'VARARGS',
    8: 'VARKEYWORDS',
    16: 'NESTED',
    32: 'GENERATOR',
    64: 'NOFREE',
    128: 'COROUTINE',
    256: 'ITERABLE_COROUTINE',
    512: 'ASYNC_GENERATOR',
    0x4000000: 'HAS_DOCSTRING',
    0x8000000: 'METHOD',
}

Positions = collections.namedtuple('Positions', 'lineno end_lineno col_offset end_col_offset', defaults=(None,) * 4)

_Instruction = collections.namedtuple(
    '_Instruction', 'opname opcode arg argval argrepr offset start_offset starts_line line_number label positions cache_info',
    defaults=(None, None, None))


class Instruction(_Instruction):
    """An instruction.

    opname, opcode: the operation; arg: its operands as a number, or None; argval: what the first operand means; argrepr: all operands as
    text; offset: where it is in `co_code`; start_offset: where it is with what extends its argument; starts_line: whether it is the first of its line; line_number: the line; label: the
    number of the jump target that it is, or None; positions: its place in the source.
    """

    @property
    def oparg(self):
        return self.arg

    @property
    def baseopcode(self):
        return self.opcode

    @property
    def baseopname(self):
        return self.opname

    @property
    def jump_target(self):
        return self.argval if self.opcode in hasjump else None

    @property
    def is_jump_target(self):
        return self.label is not None

    def __str__(self):
        return _format(self, 3, len(str(self.offset)), False).strip()


def pretty_flags(flags):
    """The names of a code object's flags."""
    names = []
    for bit in range(32):
        flag = 1 << bit
        if flags & flag:
            names.append(COMPILER_FLAG_NAMES.get(flag, hex(flag)))
            flags ^= flag
    if flags:
        names.append(hex(flags))
    return ', '.join(names) or '0x0'


def _compile_text(source, name):
    try:
        return compile(source, name, 'eval')
    except SyntaxError:
        return compile(source, name, 'exec')


def _get_code_object(x):
    """The code object of a function, method, generator, coroutine, text, or of itself."""
    if hasattr(x, '__func__'):
        x = x.__func__
    for attribute in ('__code__', 'gi_code', 'ag_code', 'cr_code'):
        if hasattr(x, attribute):
            x = getattr(x, attribute)
            break
    if isinstance(x, str):
        x = _compile_text(x, '<disassembly>')
    if isinstance(x, types.CodeType):
        return x
    raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def findlinestarts(code):
    """Pairs of an offset and the line that starts there."""
    last = False
    for start, _, line in code.co_lines():
        if line is not last:
            last = line
            yield start, line


def findlabels(code):
    """The offsets that are jumped to in a code object."""
    labels = []
    for _, _, operands in _opcode.instructions(_get_code_object(code)):
        for kind, value in operands:
            if kind == 'label' and value not in labels:
                labels.append(value)
    return labels


def _labels_map(code):
    targets = set(findlabels(code))
    targets.update(entry[2] for entry in _opcode.exception_table(code))
    return {offset: number for number, offset in enumerate(sorted(targets), 1)}


def _operand_text(kind, value, labels):
    if kind == 'label':
        return f'to L{labels[value]}'
    if kind in ('const', 'code'):
        return repr(value)
    return str(value)


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """The instructions of a function, method, code object or text."""
    code = _get_code_object(x)
    labels = _labels_map(code)
    shift = 0 if first_line is None else first_line - code.co_firstlineno
    own = {offset: (start, operands) for start, offset, operands in _opcode.instructions(code)}
    units = iter(code.co_code)
    extension, last = 0, None
    for offset, (op, low, position) in enumerate(zip(units, units, code.co_positions())):
        offset *= 2
        positions = Positions(*position)
        line = None if positions.lineno is None else positions.lineno + shift
        starts, last = line is not None and line != last, line
        start, operands = own.get(offset, (offset, ()))
        arg = argval = None
        if op in _has_argument:
            arg = argval = extension | low
        extension = arg << 8 if op == EXTENDED_ARG else 0
        if operands:
            argval = operands[0][1]
        text = ', '.join(_operand_text(*operand, labels) for operand in operands)
        # A jump leads to what extends an argument, if anything does.
        label = labels.get(offset) if start == offset else None
        yield Instruction(opname[op], op, arg, argval, text, offset, start, starts, line, label, positions, None)


def _format(instruction, line_width, offset_width, current, show_offsets=False, show_positions=False):
    fields = []
    if line_width:
        fields.append(f'{instruction.line_number if instruction.starts_line else "":>{line_width}}')
    label = f'L{instruction.label}:' if instruction.label is not None else ''
    fields.append(f'{label:>5}')
    fields.append('-->' if current else '   ')
    if show_offsets:
        fields.append(f'{instruction.offset:>{offset_width}}')
    fields.append(f'{instruction.opname:24}')
    if instruction.arg is not None:
        fields.append(f'{instruction.arg:5} ({instruction.argrepr})')
    if show_positions and instruction.positions and instruction.positions.lineno is not None:
        fields.append('%s:%s-%s:%s' % (instruction.positions.lineno, instruction.positions.col_offset,
                                       instruction.positions.end_lineno, instruction.positions.end_col_offset))
    return ' '.join(fields).rstrip()


def _write(code, lasti, file, show_offsets, show_positions, first_line=None):
    instructions = list(get_instructions(code, first_line=first_line))
    lines = [instruction.line_number for instruction in instructions if instruction.line_number is not None]
    line_width = max(3, len(str(max(lines)))) if lines else 0
    offset_width = len(str(instructions[-1].offset)) if instructions else 1
    for instruction in instructions:
        if instruction.starts_line and instruction.offset > 0:
            print(file=file)
        print(_format(instruction, line_width, offset_width, instruction.offset == lasti, show_offsets, show_positions), file=file)
    entries = _opcode.exception_table(code)
    if entries:
        labels = _labels_map(code)
        print('ExceptionTable:', file=file)
        for start, end, target, depth in entries:
            print(f'  {start} to {end} -> L{labels[target]} [{depth}]', file=file)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Shows a code object, with an arrow at the instruction at `lasti`."""
    _write(co, lasti, file, show_offsets, show_positions)


disco = disassemble


def _disassemble_recursive(co, *, file, depth, **options):
    disassemble(co, file=file, **options)
    if depth is None or depth > 0:
        deeper = None if depth is None else depth - 1
        for x in co.co_consts:
            if hasattr(x, 'co_code'):
                print(file=file)
                print('Disassembly of %r:' % (x,), file=file)
                _disassemble_recursive(x, file=file, depth=deeper, **options)


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Shows functions, methods, classes, modules, generators, code objects and texts; by default the last traceback."""
    options = dict(show_offsets=show_offsets, show_positions=show_positions)
    if x is None:
        distb(file=file, **options)
        return
    if hasattr(x, '__func__'):
        x = x.__func__
    for attribute in ('__code__', 'gi_code', 'ag_code', 'cr_code'):
        if hasattr(x, attribute):
            x = getattr(x, attribute)
            break
    if hasattr(x, '__dict__'):
        for name, member in sorted(x.__dict__.items()):
            if isinstance(member, _have_code):
                print('Disassembly of %s:' % name, file=file)
                try:
                    dis(member, file=file, depth=depth, **options)
                except TypeError as error:
                    print('Sorry:', error, file=file)
                print(file=file)
    elif hasattr(x, 'co_code'):
        _disassemble_recursive(x, file=file, depth=depth, **options)
    elif isinstance(x, str):
        _disassemble_recursive(_compile_text(x, '<dis>'), file=file, depth=depth, **options)
    else:
        raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def distb(tb=None, *, file=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Shows the function at the end of a traceback; by default of the last one."""
    if tb is None:
        try:
            tb = sys.last_exc.__traceback__ if hasattr(sys, 'last_exc') else sys.last_traceback
        except AttributeError:
            raise RuntimeError('no last traceback to disassemble') from None
        while tb.tb_next:
            tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file, show_offsets=show_offsets, show_positions=show_positions)


def code_info(x):
    """A text about a code object: its names, flags, constants."""
    co = _get_code_object(x)
    lines = []
    for title, value in [('Name', co.co_name), ('Filename', co.co_filename), ('Argument count', co.co_argcount),
                         ('Positional-only arguments', co.co_posonlyargcount), ('Kw-only arguments', co.co_kwonlyargcount),
                         ('Number of locals', co.co_nlocals), ('Stack size', co.co_stacksize), ('Flags', pretty_flags(co.co_flags))]:
        lines.append(f'{title + ":":18} {value}' if title != 'Positional-only arguments' else f'{title}: {value}')
    for title, values, show in [('Constants', co.co_consts, repr), ('Names', co.co_names, str), ('Variable names', co.co_varnames, str),
                                ('Free variables', co.co_freevars, str), ('Cell variables', co.co_cellvars, str)]:
        if values:
            lines.append(f'{title}:')
            lines.extend(f'{index:4}: {show(value)}' for index, value in enumerate(values))
    return '\n'.join(lines)


def show_code(co, *, file=None):
    """Prints what `code_info` says."""
    print(code_info(co), file=file)


class Bytecode:
    """The bytecode of a function, method, code object or text: iterating gives its instructions."""

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False, adaptive=False, show_offsets=False,
                 show_positions=False):
        self.codeobj = co = _get_code_object(x)
        self.first_line = co.co_firstlineno if first_line is None else first_line
        self._original_object = x
        self.current_offset = current_offset
        self.exception_entries = _opcode.exception_table(co)
        self.show_caches = show_caches
        self.adaptive = adaptive
        self.show_offsets = show_offsets
        self.show_positions = show_positions

    def __iter__(self):
        return get_instructions(self.codeobj, first_line=self.first_line)

    def __repr__(self):
        return f'{self.__class__.__name__}({self._original_object!r})'

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """The bytecode of the function at the end of a traceback."""
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti)

    def info(self):
        """What `code_info` says."""
        return code_info(self.codeobj)

    def dis(self):
        """The instructions as `dis` shows them."""
        output = io.StringIO()
        lasti = -1 if self.current_offset is None else self.current_offset
        _write(self.codeobj, lasti, output, self.show_offsets, self.show_positions, self.first_line)
        return output.getvalue()


def main(args=None):
    """`python -m dis [FILE]`."""
    import argparse
    parser = argparse.ArgumentParser(description='Show the common bytecode of a program.')
    parser.add_argument('-O', '--show-offsets', action='store_true', help='show the offsets of instructions')
    parser.add_argument('-P', '--show-positions', action='store_true', help='show the places of instructions in the source')
    parser.add_argument('infile', nargs='?', default='-')
    options = parser.parse_args(args=args)
    if options.infile == '-':
        name, source = '<stdin>', sys.stdin.buffer.read()
    else:
        name = options.infile
        with open(name, 'rb') as file:
            source = file.read()
    dis(compile(source, name, 'exec'), show_offsets=options.show_offsets, show_positions=options.show_positions)


if __name__ == '__main__':
    main()
