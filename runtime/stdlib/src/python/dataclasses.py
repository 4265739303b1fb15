"""Classes that are mostly data (PEP 557)."""

__all__ = [
    "dataclass", "field", "Field", "FrozenInstanceError", "InitVar", "KW_ONLY", "MISSING", "fields", "asdict",
    "astuple", "make_dataclass", "replace", "is_dataclass",
]


class FrozenInstanceError(AttributeError):
    """An attribute of a frozen instance was set or deleted."""


class _Missing:
    def __repr__(self):
        return "<dataclasses._MISSING_TYPE object>"


class _FactoryDefault:
    def __repr__(self):
        return "<factory>"


class _KwOnly:
    pass


MISSING = _Missing()
KW_ONLY = _KwOnly()
_FACTORY = _FactoryDefault()
_FIELDS = "__dataclass_fields__"
_PARAMS = "__dataclass_params__"


class InitVar:
    """An annotation: a parameter of __init__ that is no field, passed to __post_init__."""

    __slots__ = ("type",)

    def __init__(self, type):
        self.type = type

    def __repr__(self):
        name = self.type.__name__ if isinstance(self.type, type) else repr(self.type)
        return f"dataclasses.InitVar[{name}]"

    def __class_getitem__(cls, type):
        return cls(type)


class Field:
    """What is known of a field."""

    __slots__ = (
        "name", "type", "default", "default_factory", "repr", "hash", "init", "compare", "metadata", "kw_only", "doc",
        "_kind",
    )

    def __init__(self, default, default_factory, init, repr, hash, compare, metadata, kw_only, doc=None):
        self.name = None
        self.type = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.hash = hash
        self.compare = compare
        self.metadata = {} if metadata is None else metadata
        self.kw_only = kw_only
        self.doc = doc
        self._kind = "field"

    def __repr__(self):
        return (
            f"Field(name={self.name!r},type={self.type!r},default={self.default!r},"
            f"default_factory={self.default_factory!r},init={self.init!r},repr={self.repr!r},hash={self.hash!r},"
            f"compare={self.compare!r},metadata={self.metadata!r},kw_only={self.kw_only!r},doc={self.doc!r})"
        )


class _Params:
    def __init__(self, **given):
        self.__dict__.update(given)


def field(
    *, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True, metadata=None,
    kw_only=MISSING, doc=None,
):
    """Say more of a field than its default."""
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError("cannot specify both default and default_factory")
    return Field(default, default_factory, init, repr, hash, compare, metadata, kw_only, doc)


def _own_annotations(cls):
    annotations = getattr(cls, "__annotations__", None) or {}
    for base in cls.__mro__[1:]:
        if base.__dict__.get("__annotations__") is annotations:
            return {}
    return annotations


def _is_marked(annotation, name, value):
    """Whether an annotation is `ClassVar`, `InitVar` or `KW_ONLY`, written as an object or as text."""
    if isinstance(annotation, str):
        head = annotation.split("[")[0].strip()
        return head == name or head.endswith("." + name)
    return annotation is value or getattr(annotation, "__origin__", None) is value


def _make_field(cls, name, annotation, kw_only):
    default = getattr(cls, name, MISSING)
    if isinstance(default, Field):
        made = default
    else:
        if type(default).__name__ == "member_descriptor":
            default = MISSING
        made = field(default=default)
    made.name = name
    made.type = annotation
    import sys
    typing = sys.modules.get("typing")
    class_var = getattr(typing, "ClassVar", MISSING)
    if _is_marked(annotation, "ClassVar", class_var):
        made._kind = "classvar"
    elif isinstance(annotation, InitVar) or _is_marked(annotation, "InitVar", InitVar):
        made._kind = "initvar"
    if made._kind in ("classvar", "initvar") and made.default_factory is not MISSING:
        raise TypeError(f"field {name} cannot have a default factory")
    if made._kind != "classvar" and made.kw_only is MISSING:
        made.kw_only = kw_only
    if made._kind == "field" and made.default.__class__.__hash__ is None:
        raise ValueError(f"mutable default {type(made.default)} for field {name} is not allowed: use default_factory")
    return made


def _make_function(name, parameters, body, scope):
    """Compile a function whose names mean what a scope says."""
    text = f"def {name}({', '.join(parameters)}):\n" + "".join(f"    {line}\n" for line in body)
    exec(text, scope)
    return scope.pop(name)


def _init(cls, all_fields, frozen, has_post_init):
    scope = {"_MISSING": MISSING, "_FACTORY": _FACTORY, "_setattr": object.__setattr__}
    positional, keyword, body = ["self"], [], []
    seen_default = None
    for made in all_fields:
        if made._kind == "classvar":
            continue
        name = made.name
        value = name
        if made.init:
            parameter = name
            if made.default is not MISSING:
                scope[f"_default_{name}"] = made.default
                parameter += f"=_default_{name}"
            elif made.default_factory is not MISSING:
                scope[f"_factory_{name}"] = made.default_factory
                parameter += "=_FACTORY"
                value = f"_factory_{name}() if {name} is _FACTORY else {name}"
            elif seen_default and not made.kw_only:
                raise TypeError(f"non-default argument {name!r} follows default argument {seen_default!r}")
            if made.kw_only:
                keyword.append(parameter)
            else:
                if "=" in parameter:
                    seen_default = name
                positional.append(parameter)
        elif made.default_factory is not MISSING:
            scope[f"_factory_{name}"] = made.default_factory
            value = f"_factory_{name}()"
        else:
            continue
        if made._kind == "initvar":
            continue
        body.append(f"_setattr(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if has_post_init:
        passed = ", ".join(made.name for made in all_fields if made._kind == "initvar")
        body.append(f"self.__post_init__({passed})")
    parameters = positional + (["*"] + keyword if keyword else [])
    return _make_function("__init__", parameters, body or ["pass"], scope)


def _compared(cls, names, operator):
    def tuple_of(name):
        return "(" + "".join(f"{name}.{field}, " for field in names) + ")"
    method = {"==": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}[operator]
    body = ["if self is other:", "    return True"] if operator == "==" else []
    body += [
        "if other.__class__ is self.__class__:",
        f"    return {tuple_of('self')} {operator} {tuple_of('other')}",
        "return NotImplemented",
    ]
    return _make_function(method, ["self", "other"], body, {})


def _repr(names):
    active = set()

    def __repr__(self):
        key = id(self)
        if key in active:
            return "..."
        active.add(key)
        try:
            parts = ", ".join([f"{name}={getattr(self, name)!r}" for name in names])
        finally:
            active.discard(key)
        return f"{self.__class__.__qualname__}({parts})"
    return __repr__


def _set_method(cls, name, function):
    function.__qualname__ = f"{cls.__qualname__}.{name}"
    function.__module__ = cls.__module__
    setattr(cls, name, function)


def _freeze(cls, names):
    names = frozenset(names)

    def __setattr__(self, name, value):
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self, name):
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    for function in (__setattr__, __delattr__):
        if function.__name__ in cls.__dict__:
            raise TypeError(f"Cannot overwrite attribute {function.__name__} in class {cls.__name__}")
        _set_method(cls, function.__name__, function)


def _process(cls, init, repr, eq, order, unsafe_hash, frozen, match_args, kw_only, slots, weakref_slot):
    collected = {}
    frozen_bases = []
    for base in cls.__mro__[-1:0:-1]:
        inherited = base.__dict__.get(_FIELDS)
        if inherited is not None:
            collected.update(inherited)
            frozen_bases.append(base.__dict__[_PARAMS].frozen)
    if frozen_bases and any(frozen_bases) and not frozen:
        raise TypeError("cannot inherit non-frozen dataclass from a frozen one")
    if frozen_bases and frozen and not any(frozen_bases):
        raise TypeError("cannot inherit frozen dataclass from a non-frozen one")

    keyword_only = kw_only
    annotations = _own_annotations(cls)
    for name, annotation in annotations.items():
        if _is_marked(annotation, "KW_ONLY", KW_ONLY):
            keyword_only = True
            continue
        made = _make_field(cls, name, annotation, keyword_only)
        collected[name] = made
        if isinstance(cls.__dict__.get(name), Field):
            if made.default is MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, made.default)
    for name, value in list(cls.__dict__.items()):
        if isinstance(value, Field) and name not in annotations:
            raise TypeError(f"{name!r} is a field but has no type annotation")

    setattr(cls, _FIELDS, collected)
    setattr(cls, _PARAMS, _Params(
        init=init, repr=repr, eq=eq, order=order, unsafe_hash=unsafe_hash, frozen=frozen, match_args=match_args,
        kw_only=kw_only, slots=slots, weakref_slot=weakref_slot,
    ))
    own = [made for made in collected.values() if made._kind == "field"]
    has_hash = "__hash__" in cls.__dict__ and not (cls.__dict__["__hash__"] is None and "__eq__" in cls.__dict__)
    if init:
        _set_method(cls, "__init__", _init(cls, list(collected.values()), frozen, hasattr(cls, "__post_init__")))
    if repr and "__repr__" not in cls.__dict__:
        _set_method(cls, "__repr__", _repr([made.name for made in own if made.repr]))
    compared = [made.name for made in own if made.compare]
    if eq and "__eq__" not in cls.__dict__:
        _set_method(cls, "__eq__", _compared(cls, compared, "=="))
    if order:
        if not eq:
            raise ValueError("eq must be true if order is true")
        for name, operator in (("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")):
            if name in cls.__dict__:
                raise TypeError(
                    f"Cannot overwrite attribute {name} in class {cls.__name__}. Consider using functools.total_ordering"
                )
            _set_method(cls, name, _compared(cls, compared, operator))
    if frozen:
        _freeze(cls, [made.name for made in own])
    if unsafe_hash or (eq and frozen and not has_hash):
        if unsafe_hash and has_hash:
            raise TypeError(f"Cannot overwrite attribute __hash__ in class {cls.__name__}")
        hashed = [made.name for made in own if (made.compare if made.hash is None else made.hash)]
        items = "".join(f"self.{name}, " for name in hashed)
        _set_method(cls, "__hash__", _make_function("__hash__", ["self"], [f"return hash(({items}))"], {}))
    elif eq and not has_hash:
        cls.__hash__ = None
    if match_args and "__match_args__" not in cls.__dict__:
        cls.__match_args__ = tuple(made.name for made in own if made.init and not made.kw_only)
    if "__replace__" not in cls.__dict__:
        _set_method(cls, "__replace__", _replaced)
    if not cls.__doc__:
        cls.__doc__ = cls.__name__
    if slots:
        cls = _with_slots(cls, own, weakref_slot)
    return cls


def _with_slots(cls, own, weakref_slot):
    if "__slots__" in cls.__dict__:
        raise TypeError(f"{cls.__name__} already specifies __slots__")
    inherited = {name for base in cls.__mro__[1:] for name in base.__dict__.get("__slots__", ())}
    namespace = dict(cls.__dict__)
    names = [made.name for made in own if made.name not in inherited]
    for name in names:
        namespace.pop(name, None)
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)
    namespace["__slots__"] = tuple(names) + (("__weakref__",) if weakref_slot else ())
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    return made


def dataclass(
    cls=None, /, *, init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, match_args=True,
    kw_only=False, slots=False, weakref_slot=False,
):
    """A decorator that adds __init__, __repr__, __eq__ and others by the annotations of a class."""
    def wrap(cls):
        return _process(cls, init, repr, eq, order, unsafe_hash, frozen, match_args, kw_only, slots, weakref_slot)
    return wrap if cls is None else wrap(cls)


def fields(class_or_instance):
    """Return a tuple of the fields of a dataclass."""
    try:
        collected = getattr(class_or_instance, _FIELDS)
    except AttributeError:
        raise TypeError("must be called with a dataclass type or instance") from None
    return tuple(made for made in collected.values() if made._kind == "field")


def is_dataclass(obj):
    """Return whether an object is a dataclass or an instance of one."""
    return hasattr(obj if isinstance(obj, type) else type(obj), _FIELDS)


def _is_instance(obj):
    return hasattr(type(obj), _FIELDS)


def _convert(value, convert, make_dict):
    if _is_instance(value):
        return convert(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[_convert(item, convert, make_dict) for item in value])
    if isinstance(value, (list, tuple)):
        return type(value)([_convert(item, convert, make_dict) for item in value])
    if isinstance(value, dict):
        pairs = [(_convert(k, convert, make_dict), _convert(v, convert, make_dict)) for k, v in value.items()]
        if hasattr(type(value), "default_factory"):
            result = type(value)(value.default_factory)
            result.update(pairs)
            return result
        return type(value)(pairs)
    return value


def asdict(obj, *, dict_factory=dict):
    """Return the fields of an instance as a dict, and those of instances in it too."""
    if not _is_instance(obj):
        raise TypeError("asdict() should be called on dataclass instances")

    def convert(instance):
        return dict_factory(
            [(made.name, _convert(getattr(instance, made.name), convert, True)) for made in fields(instance)]
        )
    return convert(obj)


def astuple(obj, *, tuple_factory=tuple):
    """Return the fields of an instance as a tuple, and those of instances in it too."""
    if not _is_instance(obj):
        raise TypeError("astuple() should be called on dataclass instances")

    def convert(instance):
        return tuple_factory([_convert(getattr(instance, made.name), convert, False) for made in fields(instance)])
    return convert(obj)


def _replaced(self, /, **changes):
    for made in getattr(self, _FIELDS).values():
        if made._kind == "classvar":
            continue
        if not made.init:
            if made.name in changes:
                raise TypeError(f"field {made.name} is declared with init=False, it cannot be specified with replace()")
            continue
        if made.name not in changes:
            if made._kind == "initvar" and made.default is MISSING:
                raise TypeError(f"InitVar {made.name!r} must be specified with replace()")
            changes[made.name] = getattr(self, made.name)
    return self.__class__(**changes)


_replaced.__name__ = "__replace__"


def replace(obj, /, **changes):
    """Return an instance like another one with some fields changed."""
    if not _is_instance(obj):
        raise TypeError("replace() should be called on dataclass instances")
    return _replaced(obj, **changes)


def make_dataclass(cls_name, fields, *, bases=(), namespace=None, module=None, **options):
    """Make a dataclass from a list of fields."""
    namespace = dict(namespace or {})
    annotations = {}
    for item in fields:
        if isinstance(item, str):
            name, kind = item, "typing.Any"
        elif len(item) == 2:
            name, kind = item
        elif len(item) == 3:
            name, kind, namespace[item[0]] = item
        else:
            raise TypeError(f"Invalid field: {item!r}")
        annotations[name] = kind
    namespace["__annotations__"] = annotations
    made = type(cls_name, tuple(bases), namespace)
    if module is not None:
        made.__module__ = module
    return dataclass(made, **options)
