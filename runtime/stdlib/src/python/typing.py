"""Names for annotations. Nothing is checked; what is subscripted remembers its arguments."""

import collections as _collections
import collections.abc as _abc

TYPE_CHECKING = False
GenericAlias = type(list[int])


class _Alias:
    """A subscripted name: `List[int]`, `Optional[str]`, `Callable[[int], str]`."""

    def __init__(self, origin, args, name):
        self.__origin__ = origin
        self.__args__ = args if isinstance(args, tuple) else (args,)
        self._name = name

    def __repr__(self):
        return f"{self._name}[{', '.join(_show(arg) for arg in self.__args__)}]"

    def __eq__(self, other):
        if not isinstance(other, _Alias):
            return NotImplemented
        return self.__origin__ == other.__origin__ and self.__args__ == other.__args__

    def __hash__(self):
        return hash((self.__origin__, self.__args__))

    def __getitem__(self, args):
        args = args if isinstance(args, tuple) else (args,)
        given = dict(zip(self.__parameters__, args))
        return _Alias(self.__origin__, tuple(given.get(arg, arg) for arg in self.__args__), self._name)

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]

    def __call__(self, *args, **keywords):
        return self.__origin__(*args, **keywords)

    def __mro_entries__(self, bases):
        origin = self.__origin__
        return (origin,) if isinstance(origin, type) else ()

    def __instancecheck__(self, instance):
        raise TypeError("Subscripted generics cannot be used with class and instance checks")

    __subclasscheck__ = __instancecheck__

    @property
    def __parameters__(self):
        found = []
        for arg in self.__args__:
            for one in (arg,) if isinstance(arg, TypeVar) else getattr(arg, "__parameters__", ()):
                if one not in found:
                    found.append(one)
        return tuple(found)

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return getattr(self.__origin__, name)


def _show(arg):
    if arg is ...:
        return "..."
    if isinstance(arg, list):
        return "[" + ", ".join(_show(one) for one in arg) + "]"
    if isinstance(arg, type) and not isinstance(arg, GenericAlias):
        return arg.__qualname__ if arg.__module__ == "builtins" else f"{arg.__module__}.{arg.__qualname__}"
    return repr(arg)


class _Name:
    """A name that can be subscripted, standing for a class or for nothing but itself."""

    def __init__(self, name, origin=None):
        self._name = name
        self.__origin__ = self if origin is None else origin

    def __repr__(self):
        return f"typing.{self._name}"

    def __getitem__(self, args):
        return _Alias(self.__origin__, args, f"typing.{self._name}")

    def __call__(self, *args, **keywords):
        if self.__origin__ is self:
            raise TypeError(f"Cannot instantiate {self!r}")
        return self.__origin__(*args, **keywords)

    def __mro_entries__(self, bases):
        return () if self.__origin__ is self else (self.__origin__,)

    def __instancecheck__(self, instance):
        if self.__origin__ is self:
            raise TypeError(f"{self!r} cannot be used with isinstance()")
        return isinstance(instance, self.__origin__)

    def __subclasscheck__(self, cls):
        if self.__origin__ is self:
            raise TypeError(f"{self!r} cannot be used with issubclass()")
        return issubclass(cls, self.__origin__)

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]


class _Optional(_Name):
    def __getitem__(self, arg):
        return Union[arg, None]


class _Union(_Name):
    def __getitem__(self, args):
        args = args if isinstance(args, tuple) else (args,)
        if not args:
            raise TypeError("Cannot take a Union of no types.")
        flat = []
        for arg in args:
            parts = arg.__args__ if getattr(arg, "__origin__", None) is self else (arg,)
            for part in parts:
                part = type(None) if part is None else part
                if part not in flat:
                    flat.append(part)
        if len(flat) == 1:
            return flat[0]
        return _UnionAlias(self, tuple(flat), "typing.Union")


class _UnionAlias(_Alias):
    def __repr__(self):
        return " | ".join("None" if arg is type(None) else _show(arg) for arg in self.__args__)

    def __eq__(self, other):
        return isinstance(other, _UnionAlias) and set(self.__args__) == set(other.__args__)

    def __hash__(self):
        return hash(frozenset(self.__args__))

    def __instancecheck__(self, instance):
        return isinstance(instance, self.__args__)


Any = _Name("Any")
Union = _Union("Union")
Optional = _Optional("Optional")
for _name in (
    "ClassVar", "Final", "Literal", "NoReturn", "Never", "Self", "LiteralString", "Annotated", "Concatenate",
    "TypeGuard", "TypeIs", "TypeAlias", "Required", "NotRequired", "ReadOnly", "Unpack",
):
    globals()[_name] = _Name(_name)
for _name, _origin in (
    ("List", list), ("Dict", dict), ("Set", set), ("FrozenSet", frozenset), ("Tuple", tuple), ("Type", type),
    ("Deque", _collections.deque), ("DefaultDict", _collections.defaultdict),
    ("OrderedDict", _collections.OrderedDict), ("Counter", _collections.Counter), ("ChainMap", _collections.ChainMap),
    ("AbstractSet", _abc.Set), ("ContextManager", object), ("AsyncContextManager", object), ("Pattern", object),
    ("Match", object),
):
    globals()[_name] = _Name(_name, _origin)
for _name in _abc.__all__:
    if _name != "Set":
        globals()[_name] = _Name(_name, getattr(_abc, _name))
del _name, _origin
Text = str
AnyStr = None


class TypeVar:
    """A type that is left open."""

    def __init__(self, name, *constraints, bound=None, covariant=False, contravariant=False, infer_variance=False,
                 default=None):
        self.__name__ = name
        self.__constraints__ = constraints
        self.__bound__ = bound
        self.__covariant__ = covariant
        self.__contravariant__ = contravariant

    def __repr__(self):
        return ("+" if self.__covariant__ else "-" if self.__contravariant__ else "~") + self.__name__

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]


class ParamSpec(TypeVar):
    """Parameters that are left open."""

    @property
    def args(self):
        return self

    kwargs = args


class TypeVarTuple(TypeVar):
    """Any number of types that are left open."""

    def __iter__(self):
        yield Unpack[self]


AnyStr = TypeVar("AnyStr", bytes, str)
T = TypeVar("T")


class Generic:
    """A class with types that are left open."""

    __slots__ = ()

    def __class_getitem__(cls, args):
        return _Alias(cls, args, f"{cls.__module__}.{cls.__qualname__}")


class _ProtocolMeta(type(_abc.Iterable)):
    def __instancecheck__(cls, instance):
        if cls.__dict__.get("_is_protocol") and cls is not Protocol:
            return all(hasattr(instance, name) for name in cls._protocol_names)
        return super().__instancecheck__(instance)


class Protocol(Generic, metaclass=_ProtocolMeta):
    """A class that stands for all classes with the same attributes."""

    __slots__ = ()
    _is_protocol = True
    _protocol_names = ()

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        cls._is_protocol = Protocol in cls.__bases__
        names = {name for name in cls.__dict__ if not name.startswith("_")}
        cls._protocol_names = tuple(sorted(names.union(*(getattr(base, "_protocol_names", ()) for base in cls.__bases__))))


def runtime_checkable(cls):
    return cls


runtime = runtime_checkable


class _NamedTupleMeta(type):
    def __new__(meta, name, bases, namespace):
        if not bases or bases == (_NamedTupleBase,) and name == "_NamedTupleRoot":
            return super().__new__(meta, name, bases, namespace)
        draft = type(name, (), dict(namespace))
        annotations = draft.__annotations__
        fields = list(annotations)
        defaults = [namespace[field] for field in fields if field in namespace]
        for before, field in zip(fields, fields[1:]):
            if before in namespace and field not in namespace:
                raise TypeError(f"Non-default namedtuple field {field} cannot follow default field {before}")
        made = _collections.namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])
        skipped = set(fields) | {"__annotations__", "__annotate__", "__annotate_func__", "__slots__", "__dict__", "__weakref__"}
        for key, value in namespace.items():
            if key not in skipped:
                setattr(made, key, value)
        made.__annotations__ = annotations
        made.__orig_bases__ = (NamedTuple,)
        return made


class _NamedTupleBase:
    pass


class _NamedTuple:
    def __call__(self, typename, fields=(), /, **options):
        fields = list(fields)
        made = _collections.namedtuple(typename, [name for name, _ in fields])
        made.__annotations__ = dict(fields)
        return made

    def __mro_entries__(self, bases):
        return (_NamedTupleRoot,)

    def __repr__(self):
        return "<function NamedTuple>"


class _NamedTupleRoot(_NamedTupleBase, metaclass=_NamedTupleMeta):
    pass


NamedTuple = _NamedTuple()


class _TypedDictMeta(type):
    def __new__(meta, name, bases, namespace, total=True):
        made = super().__new__(meta, name, (dict,), dict(namespace))
        made.__total__ = total
        return made

    def __call__(cls, *args, **keywords):
        return dict(*args, **keywords)

    def __instancecheck__(cls, instance):
        raise TypeError("TypedDict does not support instance and class checks")


class TypedDict(dict, metaclass=_TypedDictMeta):
    """A dict with known keys."""


def NewType(name, tp):
    """A name for a type; calling it returns the argument."""
    def make(value):
        return value
    make.__name__ = make.__qualname__ = name
    make.__supertype__ = tp
    return make


def cast(typ, val):
    """Return the value."""
    return val


def overload(func):
    """Mark one of several signatures of a function."""
    return func


def final(func):
    try:
        func.__final__ = True
    except (AttributeError, TypeError):
        pass
    return func


def no_type_check(func):
    return func


def override(func):
    try:
        func.__override__ = True
    except (AttributeError, TypeError):
        pass
    return func


def dataclass_transform(**options):
    return lambda decorated: decorated


def assert_never(value):
    raise AssertionError(f"Expected code to be unreachable, but got: {value!r}")


def assert_type(val, typ):
    return val


def reveal_type(obj):
    return obj


def get_origin(tp):
    """Return the class or name that was subscripted."""
    return getattr(tp, "__origin__", None)


def get_args(tp):
    """Return the arguments of what was subscripted."""
    return getattr(tp, "__args__", ())


def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
    """Return the annotations of an object, and of its bases if it is a class."""
    if isinstance(obj, type):
        hints = {}
        for base in reversed(obj.__mro__):
            if base is not object:
                hints.update(getattr(base, "__annotations__", {}))
        return hints
    hints = dict(getattr(obj, "__annotations__", {}))
    scope = getattr(obj, "__globals__", {}) if globalns is None else globalns
    return {name: eval(hint, scope, localns) if isinstance(hint, str) else hint for name, hint in hints.items()}


def is_typeddict(tp):
    return isinstance(tp, _TypedDictMeta)


class SupportsInt(Protocol):
    def __int__(self): ...


class SupportsFloat(Protocol):
    def __float__(self): ...


class SupportsIndex(Protocol):
    def __index__(self): ...


class SupportsAbs(Protocol):
    def __abs__(self): ...


class IO(Generic):
    """An open file."""


class TextIO(IO):
    pass


class BinaryIO(IO):
    pass


# What _typing asks for.

_GenericAlias = GenericAlias


def _type_check(arg, msg):
    return type(None) if arg is None else arg


def _generic_class_getitem(cls, args):
    args = args if isinstance(args, tuple) else (args,)
    parameters = cls.__dict__.get("__parameters__")
    if parameters is not None and not parameters:
        raise TypeError(f"{cls!r} is not a generic class")
    if parameters is not None and len(args) > len(parameters) and not any(hasattr(one, "args") or hasattr(one, "__iter__") for one in parameters):
        raise TypeError(f"Too many arguments for {cls!r}; actual {len(args)}, expected {len(parameters)}")
    return GenericAlias(cls, args)


def _generic_init_subclass(cls, **options):
    found = []
    for base in cls.__dict__.get("__orig_bases__", ()):
        if not isinstance(base, type):
            found += [one for one in getattr(base, "__parameters__", ()) if one not in found]
    cls.__parameters__ = tuple(found)


def _typevar_subst(self, arg):
    return arg


_paramspec_subst = _typevar_subst


def _paramspec_prepare_subst(self, alias, args):
    return args


_typevartuple_prepare_subst = _paramspec_prepare_subst
