"""CPython's C test modules, as far as they can be said in the language.

CPython builds `_testcapi` and `_testinternalcapi` to test its C interface. Some modules of its suite ask them for what has nothing to do with C,
and are skipped or cannot be imported without them. What those ask is here; tests that need C proper are listed in `expected-failures.txt` as
`cpython`.
"""

import functools
import operator
import sys
import types


def no_keywords(name, named):
    if named:
        raise TypeError(f'{name}() takes no keyword arguments')


def conventions(bind):
    """Functions with C's calling conventions; `bind(f)` makes of a function of what it is bound to what a namespace holds."""

    def meth_varargs(self, *args, **named):
        no_keywords('meth_varargs', named)
        return self, args

    def meth_varargs_keywords(self, *args, **named):
        return self, args, named

    def meth_fastcall(self, *args, **named):
        no_keywords('meth_fastcall', named)
        return self, args

    def meth_fastcall_keywords(self, *args, **named):
        return self, args, named

    def meth_o(self, *args, **named):
        no_keywords('meth_o', named)
        if len(args) != 1:
            raise TypeError(f'meth_o() takes exactly one argument ({len(args)} given)')
        return self, args[0]

    def meth_noargs(self, *args, **named):
        no_keywords('meth_noargs', named)
        if args:
            raise TypeError(f'meth_noargs() takes no arguments ({len(args)} given)')
        return self

    return {name: bind(function) for name, function in locals().items() if name.startswith('meth_')}


class MethodDescriptor:
    result = True

    def __call__(self, argument, /):
        return self.result

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self, instance)


class MethodDescriptor2(MethodDescriptor):
    result = False


class MethodDescriptorNopGet(MethodDescriptor):
    def __call__(self, *args):
        return args

    def __get__(self, instance, owner=None):
        return self


def fastcall(function, args):
    return function(*args or ())


def fastcalldict(function, args, named):
    return function(*args or (), **named or {})


def vectorcall(function, args, names):
    args, names = args or (), names or ()
    count = len(args) - len(names)
    return function(*args[:count], **dict(zip(names, args[count:])))


def testcapi():
    module = types.ModuleType('_testcapi')
    module.__dict__.update(conventions(lambda function: types.MethodType(function, module)))
    module.MethInstance = type('MethInstance', (), conventions(lambda function: function))
    module.MethClass = type('MethClass', (), conventions(classmethod))
    module.MethStatic = type('MethStatic', (), conventions(lambda function: staticmethod(functools.partial(function, None))))
    module.MethodDescriptorBase = MethodDescriptor
    module.MethodDescriptorDerived = type('MethodDescriptorDerived', (MethodDescriptor,), {})
    module.MethodDescriptorNopGet = MethodDescriptorNopGet
    module.MethodDescriptor2 = MethodDescriptor2
    module.pyobject_fastcall = fastcall
    module.pyobject_fastcalldict = fastcalldict
    module.pyobject_vectorcall = vectorcall
    module.pyvectorcall_call = lambda function, args, named=None: fastcalldict(function, args, named)
    module.exception_print = lambda value: sys.__excepthook__(type(value), value, value.__traceback__)
    return module


def exception_print(value, legacy=False):
    if not isinstance(value, BaseException):
        raise TypeError('an exception instance is required')
    sys.__excepthook__(type(value), value, value.__traceback__)


def traceback_print(trace, file):
    """Without the lines that mark the place in a line."""
    import traceback
    file.write('Traceback (most recent call last):\n')
    for entry in traceback.format_tb(trace):
        file.writelines(line for line in entry.splitlines(True) if line.strip(' ~^\n'))


def sequence_index(sequence, index):
    """An index as C's functions for sequences take it: a negative one counts from the end once."""
    index = operator.index(index)
    if index < 0:
        index += len(sequence)
        if index < 0:
            raise IndexError('index out of range')
    return index


def testlimitedcapi():
    module = types.ModuleType('_testlimitedcapi')
    module.sequence_getitem = lambda sequence, index: sequence[sequence_index(sequence, index)]
    module.sequence_setitem = lambda sequence, index, value: sequence.__setitem__(sequence_index(sequence, index), value)
    module.sequence_delitem = lambda sequence, index: sequence.__delitem__(sequence_index(sequence, index))
    module.object_hasattrstring = lambda value, name: int(hasattr(value, name.decode()))
    return module


def recursion_depth():
    frame, depth = sys._getframe(1), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def testinternalcapi():
    module = types.ModuleType('_testinternalcapi')
    module.get_config = lambda: {'code_debug_ranges': 1}
    module.get_recursion_depth = recursion_depth
    module.SPECIALIZATION_THRESHOLD = 64
    return module


def install_newer(test):
    """What modules of 3.14's suite ask for."""
    if test in ('test_call', 'test_traceback'):
        sys.modules['_testcapi'] = capi = testcapi()
        capi.exception_print, capi.traceback_print = exception_print, traceback_print
        capi.config_get = {'code_debug_ranges': 1}.get
    if test in ('test_bytes', 'test_class'):
        sys.modules['_testlimitedcapi'] = testlimitedcapi()
    if test in ('test_class', 'test_super'):
        sys.modules['_testinternalcapi'] = internal = testinternalcapi()
        # Where instances keep attributes is the interpreter's own affair.
        internal.has_inline_values = lambda value: False
    if test == 'test_code':
        # It asks for the number of this operation when it is imported.
        import opcode
        opcode.opmap.setdefault('COPY_FREE_VARS', 0)
    if test == 'test_types':
        # `datetime` goes without its accelerator; the module is asked for a capsule.
        import datetime
        sys.modules['_datetime'] = types.ModuleType('_datetime')


def install(test, version):
    """Puts in place what a module of a version's suite asks for."""
    if version != '3.11':
        return install_newer(test)
    sys.modules['_testinternalcapi'] = testinternalcapi()
    # Others ask whether `_testcapi` is there, and then want more of it.
    if test in ('test_call', 'test_traceback'):
        sys.modules['_testcapi'] = testcapi()
    if test == 'test_code':
        # It asks for the number of this operation when it is imported.
        import opcode
        opcode.opmap.setdefault('COPY_FREE_VARS', 0)
