"""Names for the types of the language that have none of their own."""


def _function():
    yield


async def _coroutine():
    pass


async def _async_generator():
    yield


class _Class:
    __slots__ = ("slot",)

    def method(self):
        pass


def _closure():
    variable = None

    def inner():
        return variable
    return inner


FunctionType = LambdaType = type(_function)
CodeType = type(_function.__code__)
MappingProxyType = type(type.__dict__)
GeneratorType = type(_function())
_made = _coroutine()
CoroutineType = type(_made)
_made.close()
AsyncGeneratorType = type(_async_generator())
MethodType = type(_Class().method)
BuiltinFunctionType = BuiltinMethodType = type(len)
MethodDescriptorType = type(str.join)
WrapperDescriptorType = type(object.__init__)
MethodWrapperType = type(object().__str__)
ClassMethodDescriptorType = type(dict.__dict__["fromkeys"])
MemberDescriptorType = type(_Class.slot)
GetSetDescriptorType = type(type(_function).__dict__["__code__"])
CellType = type(_closure().__closure__[0])
GenericAlias = type(list[int])
UnionType = type(int | str)
NoneType = type(None)
EllipsisType = type(...)
NotImplementedType = type(NotImplemented)
import sys as _sys

ModuleType = type(_sys)
SimpleNamespace = type(getattr(_sys, "implementation", None))
if SimpleNamespace is NoneType:
    class SimpleNamespace:
        """An object with attributes."""

        def __init__(self, /, **attributes):
            self.__dict__.update(attributes)

        def __repr__(self):
            return f"namespace({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

        def __eq__(self, other):
            if isinstance(other, SimpleNamespace):
                return self.__dict__ == other.__dict__
            return NotImplemented
try:
    raise TypeError
except TypeError as _error:
    TracebackType = type(_error.__traceback__)
    FrameType = type(_error.__traceback__.tb_frame)
del _function, _coroutine, _async_generator, _Class, _closure, _made, _sys


def new_class(name, bases=(), kwds=None, exec_body=None):
    """Make a class."""
    bases, meta, namespace, kwds = _prepare(name, bases, kwds)
    if exec_body is not None:
        exec_body(namespace)
    return meta(name, bases, namespace, **kwds)


def _prepare(name, bases, kwds):
    kwds = dict(kwds or {})
    bases = resolve_bases(bases)
    meta = kwds.pop("metaclass", type(bases[0]) if bases else type)
    for base in bases:
        if isinstance(meta, type) and issubclass(type(base), meta):
            meta = type(base)
    prepare = getattr(meta, "__prepare__", None)
    return bases, meta, prepare(name, bases, **kwds) if prepare else {}, kwds


def prepare_class(name, bases=(), kwds=None):
    """Return the metaclass, the namespace and the other arguments of a class to be made."""
    _, meta, namespace, kwds = _prepare(name, bases, kwds)
    return meta, namespace, kwds


def resolve_bases(bases):
    """Replace bases that are no classes by what their __mro_entries__ gives."""
    resolved = []
    for base in bases:
        if not isinstance(base, type) and hasattr(base, "__mro_entries__"):
            resolved.extend(base.__mro_entries__(tuple(bases)))
        else:
            resolved.append(base)
    return tuple(resolved)


class DynamicClassAttribute:
    """A property of instances; of the class itself the attribute is looked for elsewhere."""

    def __init__(self, fget=None, fset=None, fdel=None, doc=None):
        self.fget, self.fset, self.fdel = fget, fset, fdel
        self.__doc__ = doc or getattr(fget, "__doc__", None)

    def __get__(self, instance, owner=None):
        if instance is None:
            raise AttributeError
        return self.fget(instance)

    def __set__(self, instance, value):
        if self.fset is None:
            raise AttributeError("can't set attribute")
        self.fset(instance, value)


def coroutine(func):
    """Mark a generator function as a coroutine function."""
    return func
