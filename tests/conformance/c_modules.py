"""CPython's C test modules, as far as they can be said in the language.

CPython builds `_testcapi` and `_testinternalcapi` to test its C interface. Some modules of its suite ask them for what has nothing to do with C,
and are skipped or cannot be imported without them. What those ask is here; tests that need C proper are listed in `expected-failures.txt` as
`cpython`.
"""

import functools
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


def install(test):
    """Puts in place what a module of the suite asks for."""
    internal = types.ModuleType('_testinternalcapi')
    internal.get_config = lambda: {'code_debug_ranges': 1}
    sys.modules['_testinternalcapi'] = internal
    # Others ask whether `_testcapi` is there, and then want more of it.
    if test in ('test_call', 'test_traceback'):
        sys.modules['_testcapi'] = testcapi()
    if test == 'test_code':
        # It asks for the number of this operation when it is imported.
        import opcode
        opcode.opmap.setdefault('COPY_FREE_VARS', 0)
