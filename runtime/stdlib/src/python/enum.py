"""Enumerations: classes whose attributes are a fixed set of named values."""

__all__ = [
    "EnumMeta", "EnumType", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum", "auto", "unique", "member",
    "nonmember", "property",
]

_property = property


class auto:
    """Stands for the next value."""

    def __init__(self, value=None):
        self.value = value


class member:
    """Makes a member of what would not be one."""

    def __init__(self, value):
        self.value = value


class nonmember:
    """Keeps an attribute from being a member."""

    def __init__(self, value):
        self.value = value


class property(_property):
    """A property that lets the class have a member of the same name."""

    def __set_name__(self, owner, name):
        self._name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            found = owner.__dict__.get("_member_map_", {}).get(self._name)
            if found is not None:
                return found
            raise AttributeError(f"{owner!r} has no attribute {self._name!r}")
        return super().__get__(instance, owner)


def _is_descriptor(value):
    cls = type(value)
    return hasattr(cls, "__get__") or hasattr(cls, "__set__") or hasattr(cls, "__delete__")


def _is_dunder(name):
    return len(name) > 4 and name[:2] == name[-2:] == "__" and name[2] != "_" and name[-3] != "_"


def _is_sunder(name):
    return len(name) > 2 and name[0] == name[-1] == "_" and name[1] != "_" and name[-2] != "_"


class EnumDict(dict):
    """The namespace of an enumeration while its body runs: it notices members."""

    def __init__(self, cls_name=None):
        super().__init__()
        self._cls_name = cls_name
        self._member_names = {}
        self._last_values = []
        self._ignore = []
        self._generate = None

    def __setitem__(self, name, value):
        if _is_sunder(name):
            if name == "_ignore_":
                self._ignore = value.replace(",", " ").split() if isinstance(value, str) else list(value)
            elif name == "_generate_next_value_":
                self._generate = value
        elif _is_dunder(name) or name in self._ignore:
            pass
        elif name.startswith(f"_{self._cls_name}__"):
            pass
        elif name in self._member_names:
            raise TypeError(f"{name!r} already defined as {self[name]!r}")
        elif isinstance(value, nonmember):
            value = value.value
        elif isinstance(value, member) or not _is_descriptor(value):
            if isinstance(value, member):
                value = value.value
            if name in self:
                raise TypeError(f"{name!r} already defined as {self[name]!r}")
            value = self._resolve(name, value)
            self._member_names[name] = None
            self._last_values.append(value)
        super().__setitem__(name, value)

    def _resolve(self, name, value):
        if isinstance(value, auto):
            if value.value is None:
                generate = getattr(self._generate, "__func__", self._generate)
                value.value = generate(name, 1, len(self._member_names), self._last_values[:])
            return value.value
        if type(value) is tuple and any(isinstance(item, auto) for item in value):
            return tuple(self._resolve(name, item) for item in value)
        return value


def _value_of_base(bases):
    """The class of the values' own type among the bases of an enumeration, or object."""
    for base in bases:
        for cls in base.__mro__:
            if cls is object or isinstance(cls, EnumType):
                if isinstance(cls, EnumType) and cls.__dict__.get("_member_type_", object) is not object:
                    return cls._member_type_
                continue
            if "__new__" in cls.__dict__ or cls.__module__ == "builtins":
                return cls
    return object


class EnumType(type):
    """The metaclass of enumerations."""

    @classmethod
    def __prepare__(metacls, name, bases, **options):
        namespace = EnumDict(name)
        for base in bases:
            generate = getattr(base, "_generate_next_value_", None)
            if generate is not None:
                namespace._generate = generate
                break
        return namespace

    def __new__(metacls, name, bases, namespace, *, boundary=None, **options):
        for base in bases:
            if isinstance(base, EnumType) and base._member_names_:
                raise TypeError(f"<enum {name!r}> cannot extend {base!r}")
        names = list(getattr(namespace, "_member_names", ()))
        values = {key: namespace[key] for key in names}
        plain = {key: value for key, value in namespace.items() if key not in values}
        plain.pop("_ignore_", None)
        for key in getattr(namespace, "_ignore", ()):
            plain.pop(key, None)
        plain["_member_names_"] = []
        plain["_member_map_"] = {}
        plain["_value2member_map_"] = {}
        plain["_unhashable_values_"] = []
        plain["_member_type_"] = _value_of_base(bases)
        root = not any(isinstance(base, EnumType) for base in bases)
        own_new = None if root else plain.pop("__new__", None)
        cls = super().__new__(metacls, name, bases, plain, **options)
        if own_new is not None:
            cls._new_member_ = own_new
        for key in names:
            metacls._add_member(cls, key, values[key])
        if not root:
            # Members exist already: a call looks them up, whatever the type of the values does.
            cls.__new__ = Enum.__new__
        return cls

    def _add_member(cls, name, value):
        member_type = cls._member_type_
        arguments = value if isinstance(value, tuple) else (value,)
        if member_type is tuple:
            arguments = (value,)
        new = getattr(cls, "_new_member_", None)
        new = getattr(new, "__func__", new)
        if new is not None:
            made = new(cls, *arguments)
        elif member_type is object:
            made = object.__new__(cls)
        else:
            made = member_type.__new__(cls, *arguments)
        if not hasattr(made, "_value_"):
            if new is None and member_type is not object:
                made._value_ = member_type(*arguments)
            else:
                made._value_ = value
        value = made._value_
        known = cls._find(value)
        if known is not None and not (issubclass(cls, Flag_or_none()) and known._name_ is None):
            # The same value again: another name of the same member.
            cls._member_map_[name] = known
            type.__setattr__(cls, name, known)
            return
        made._name_ = name
        made.__objclass__ = cls
        made._sort_order_ = len(cls._member_names_)
        made.__init__(*arguments)
        value = made._value_
        cls._member_map_[name] = made
        if cls._is_canonical(value):
            cls._member_names_.append(name)
        try:
            cls._value2member_map_[value] = made
        except TypeError:
            cls._unhashable_values_.append((value, made))
        if not isinstance(cls.__dict__.get(name), _property):
            type.__setattr__(cls, name, made)

    def _is_canonical(cls, value):
        return True

    def _find(cls, value):
        try:
            return cls._value2member_map_.get(value)
        except TypeError:
            for other, made in cls._unhashable_values_:
                if other == value:
                    return made
        return None

    def __call__(cls, value, *values, **options):
        if not cls._member_map_ and (values or options):
            return cls._create(value, *values, **options)
        if values:
            value = (value, *values)
        return cls.__new__(cls, value)

    def _create(cls, class_name, names, *, module=None, qualname=None, type=None, start=1):
        metacls = cls.__class__
        bases = (cls,) if type is None else (type, cls)
        namespace = metacls.__prepare__(class_name, bases)
        if isinstance(names, str):
            names = names.replace(",", " ").split()
        if isinstance(names, dict):
            names = names.items()
        count = start
        for item in names:
            if isinstance(item, str):
                namespace[item] = count if not issubclass(cls, Flag_or_none()) else auto()
                count += 1
            else:
                key, value = item
                namespace[key] = value
        made = metacls.__new__(metacls, class_name, bases, namespace)
        if module is not None:
            made.__module__ = module
        if qualname is not None:
            made.__qualname__ = qualname
        return made

    def __contains__(cls, value):
        if isinstance(value, cls):
            return True
        return cls._find(value) is not None

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __iter__(cls):
        return (cls._member_map_[name] for name in cls._member_names_)

    def __reversed__(cls):
        return (cls._member_map_[name] for name in reversed(cls._member_names_))

    def __len__(cls):
        return len(cls._member_names_)

    def __bool__(cls):
        return True

    @_property
    def __members__(cls):
        """The members by name, other names of the same member included."""
        return type(type.__dict__)(cls._member_map_)

    def __repr__(cls):
        return f"<flag {cls.__name__!r}>" if issubclass(cls, Flag_or_none()) else f"<enum {cls.__name__!r}>"

    def __setattr__(cls, name, value):
        if name in cls.__dict__.get("_member_map_", ()):
            raise AttributeError(f"cannot reassign member {name!r}")
        super().__setattr__(name, value)

    def __delattr__(cls, name):
        if name in cls.__dict__.get("_member_map_", ()):
            raise AttributeError(f"{cls.__name__!r} cannot delete member {name!r}.")
        super().__delattr__(name)


def Flag_or_none():
    """`Flag`, or while it is not made yet a class that nothing inherits from."""
    return globals().get("Flag", auto)


EnumMeta = EnumType


class Enum(metaclass=EnumType):
    """A class whose attributes are a fixed set of named values."""

    @property
    def name(self):
        """The name of the member."""
        return self._name_

    @property
    def value(self):
        """The value of the member."""
        return self._value_

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return start
        try:
            return max(last_values) + 1
        except TypeError:
            raise TypeError("unable to sort non-numeric values") from None

    @classmethod
    def _missing_(cls, value):
        return None

    def __new__(cls, value):
        if type(value) is cls:
            return value
        found = cls._find(value)
        if found is not None:
            return found
        found = cls._missing_(value)
        if isinstance(found, cls):
            return found
        if found is None:
            raise ValueError(f"{value!r} is not a valid {cls.__qualname__}")
        raise TypeError(f"error in {cls.__name__}._missing_: returned {found!r} instead of None or a valid member")

    def __init__(self, *args, **options):
        pass

    def __repr__(self):
        return f"<{self.__class__.__name__}.{self._name_}: {self._value_!r}>"

    def __str__(self):
        return f"{self.__class__.__name__}.{self._name_}"

    def __format__(self, spec):
        return str.__format__(str(self), spec)

    def __hash__(self):
        return hash(self._name_)

    def __reduce_ex__(self, protocol):
        return self.__class__, (self._value_,)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __dir__(self):
        return ["__class__", "__doc__", "__module__", "name", "value"]


class ReprEnum(Enum):
    """An enumeration whose members keep the str() of their values' type."""


class IntEnum(int, ReprEnum):
    """An enumeration whose members are integers."""

    __str__ = int.__repr__
    __format__ = int.__format__
    __hash__ = int.__hash__


class StrEnum(str, ReprEnum):
    """An enumeration whose members are strings."""

    __str__ = str.__str__
    __format__ = str.__format__
    __hash__ = str.__hash__

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name.lower()


class Flag(Enum):
    """An enumeration whose members can be combined."""

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return start if start is not None else 1
        return 1 << max(last_values).bit_length()

    @classmethod
    def _is_canonical(cls, value):
        return value > 0 and value & (value - 1) == 0

    @classmethod
    def _all_bits(cls):
        bits = 0
        for made in cls._member_map_.values():
            bits |= made._value_
        return bits

    @classmethod
    def _missing_(cls, value):
        if not isinstance(value, int):
            return None
        if value < 0:
            value &= (1 << cls._all_bits().bit_length()) - 1
        if value & ~cls._all_bits() and not issubclass(cls, int):
            return None
        known = cls._find(value)
        if known is not None:
            return known
        member_type = cls._member_type_
        made = object.__new__(cls) if member_type is object else member_type.__new__(cls, value)
        made._value_ = value
        names = [one._name_ for one in cls._parts(value)]
        made._name_ = "|".join(names) or None
        cls._value2member_map_[value] = made
        return made

    @classmethod
    def _parts(cls, value):
        return [one for one in cls if one._value_ & value]

    def __contains__(self, other):
        if not isinstance(other, self.__class__):
            raise TypeError(
                f"unsupported operand type(s) for 'in': {type(other).__qualname__!r} and {self.__class__.__qualname__!r}"
            )
        return other._value_ & self._value_ == other._value_

    def __iter__(self):
        return iter(self._parts(self._value_))

    def __len__(self):
        return self._value_.bit_count()

    def __bool__(self):
        return bool(self._value_)

    def __repr__(self):
        cls = self.__class__.__name__
        if self._name_ is None:
            return f"<{cls}: {self._value_!r}>"
        return f"<{cls}.{self._name_}: {self._value_!r}>"

    def __str__(self):
        cls = self.__class__.__name__
        return f"{cls}({self._value_!r})" if self._name_ is None else f"{cls}.{self._name_}"

    def _operand(self, other):
        if isinstance(other, self.__class__):
            return other._value_
        if self._member_type_ is not object and isinstance(other, self._member_type_):
            return other
        return None

    def __or__(self, other):
        value = self._operand(other)
        return NotImplemented if value is None else self.__class__(self._value_ | value)

    def __and__(self, other):
        value = self._operand(other)
        return NotImplemented if value is None else self.__class__(self._value_ & value)

    def __xor__(self, other):
        value = self._operand(other)
        return NotImplemented if value is None else self.__class__(self._value_ ^ value)

    def __invert__(self):
        return self.__class__(self._all_bits() & ~self._value_)

    __ror__ = __or__
    __rand__ = __and__
    __rxor__ = __xor__
    __hash__ = Enum.__hash__


class IntFlag(int, ReprEnum, Flag):
    """An enumeration whose members are integers that can be combined."""

    __str__ = int.__repr__
    __format__ = int.__format__
    __hash__ = int.__hash__
    __or__ = __ror__ = Flag.__or__
    __and__ = __rand__ = Flag.__and__
    __xor__ = __rxor__ = Flag.__xor__
    __invert__ = Flag.__invert__
    __bool__ = Flag.__bool__
    __len__ = Flag.__len__
    __contains__ = Flag.__contains__
    __repr__ = Flag.__repr__


def unique(enumeration):
    """A decorator that refuses an enumeration with two names of one value."""
    aliases = [(name, made._name_) for name, made in enumeration._member_map_.items() if name != made._name_]
    if aliases:
        details = ", ".join(f"{alias} -> {name}" for alias, name in aliases)
        raise ValueError(f"duplicate values found in {enumeration!r}: {details}")
    return enumeration
