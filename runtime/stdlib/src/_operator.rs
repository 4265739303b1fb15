//! `_operator`: the operators as functions, and `itemgetter`, `attrgetter`, `methodcaller`.

use orochi_macros::methods;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{
    Args, BinaryOp, ClassDef, CompareOp, Gc, Layout, NativeModule, PyResult, Record, Special, UnaryOp, Value, Vm,
};

const DOC: &str = "The operators as functions.";

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_operator",
    doc: DOC,
    functions: FUNCTIONS,
    init: |vm, module| {
        for class in [&ATTRGETTER, &ITEMGETTER, &METHODCALLER] {
            vm.add_module_class(module, class)?;
        }
        Ok(())
    },
};

/// `a op b` and `a op= b` for each operator.
macro_rules! binary {
    ($($name:ident $inplace:ident $op:ident;)*) => {
        $(
            fn $name(vm: &Vm, args: &[Value]) -> PyResult {
                vm.binary(BinaryOp::$op, args[0], args[1])
            }

            fn $inplace(vm: &Vm, args: &[Value]) -> PyResult {
                vm.inplace(BinaryOp::$op, args[0], args[1])
            }
        )*
    };
}

binary! {
    add iadd Add;
    and iand And;
    floordiv ifloordiv FloorDiv;
    lshift ilshift LShift;
    matmul imatmul MatMul;
    modulo imod Mod;
    mul imul Mul;
    or ior Or;
    pow ipow Pow;
    rshift irshift RShift;
    sub isub Sub;
    truediv itruediv Div;
    xor ixor Xor;
}

/// TypeError unless a value is a sequence, for `concat`.
fn check_sequence(vm: &Vm, value: Value) -> PyResult<()> {
    if vm.class_of(value).special(Special::GetItem).is_unbound() || vm.is_instance(value, vm.types().dict) {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("'{name}' object can't be concatenated")));
    }
    Ok(())
}

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("abs(a, /)", "Same as abs(a).", |vm, args| {
        let method = vm.class_of(args[0]).special(Special::Abs);
        if method.is_unbound() {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("bad operand type for abs(): '{name}'")));
        }
        vm.call_special(args[0], method, &[])
    }),
    NativeDef::new("add(a, b, /)", "Same as a + b.", add),
    NativeDef::new("and_(a, b, /)", "Same as a & b.", and),
    NativeDef::new("concat(a, b, /)", "Same as a + b, for a and b sequences.", |vm, args| {
        check_sequence(vm, args[0])?;
        add(vm, args)
    }),
    NativeDef::new("contains(a, b, /)", "Same as b in a.", |vm, args| {
        vm.contains(args[0], args[1]).map(|found| vm.bool(found))
    }),
    NativeDef::new("countOf(a, b, /)", "Return how often b is in a.", |vm, args| {
        let mut count = 0;
        vm.for_each(searched(vm, args[0])?, |item| {
            count += i64::from(vm.equals(item, args[1])?);
            Ok(())
        })?;
        vm.new_int(count)
    }),
    NativeDef::new("delitem(a, b, /)", "Same as del a[b].", |vm, args| {
        vm.delete_item(args[0], args[1]).map(|()| vm.none())
    }),
    NativeDef::new("eq(a, b, /)", "Same as a == b.", |vm, args| vm.compare(CompareOp::Eq, args[0], args[1])),
    NativeDef::new("floordiv(a, b, /)", "Same as a // b.", floordiv),
    NativeDef::new("ge(a, b, /)", "Same as a >= b.", |vm, args| vm.compare(CompareOp::Ge, args[0], args[1])),
    NativeDef::new("getitem(a, b, /)", "Same as a[b].", |vm, args| vm.get_item(args[0], args[1])),
    NativeDef::new("gt(a, b, /)", "Same as a > b.", |vm, args| vm.compare(CompareOp::Gt, args[0], args[1])),
    NativeDef::new("iadd(a, b, /)", "Same as a += b.", iadd),
    NativeDef::new("iand(a, b, /)", "Same as a &= b.", iand),
    NativeDef::new("iconcat(a, b, /)", "Same as a += b, for a and b sequences.", |vm, args| {
        check_sequence(vm, args[0])?;
        iadd(vm, args)
    }),
    NativeDef::new("ifloordiv(a, b, /)", "Same as a //= b.", ifloordiv),
    NativeDef::new("ilshift(a, b, /)", "Same as a <<= b.", ilshift),
    NativeDef::new("imatmul(a, b, /)", "Same as a @= b.", imatmul),
    NativeDef::new("imod(a, b, /)", "Same as a %= b.", imod),
    NativeDef::new("imul(a, b, /)", "Same as a *= b.", imul),
    NativeDef::new("index(a, /)", "Same as a.__index__().", |vm, args| vm.index_exact(args[0])),
    NativeDef::new("indexOf(a, b, /)", "Return the first place of b in a.", |vm, args| {
        let iterator = searched(vm, args[0])?;
        let mut place = 0;
        while let Some(item) = vm.next(iterator)? {
            if vm.equals(item, args[1])? {
                return vm.new_int(place);
            }
            place += 1;
        }
        Err(vm.value_error("sequence.index(x): x not in sequence"))
    }),
    NativeDef::new("inv(a, /)", "Same as ~a.", |vm, args| vm.unary(UnaryOp::Invert, args[0])),
    NativeDef::new("invert(a, /)", "Same as ~a.", |vm, args| vm.unary(UnaryOp::Invert, args[0])),
    NativeDef::new("ior(a, b, /)", "Same as a |= b.", ior),
    NativeDef::new("ipow(a, b, /)", "Same as a **= b.", ipow),
    NativeDef::new("irshift(a, b, /)", "Same as a >>= b.", irshift),
    NativeDef::new("is_(a, b, /)", "Same as a is b.", |vm, args| Ok(vm.bool(args[0] == args[1]))),
    NativeDef::new("is_none(a, /)", "Same as a is None.", |vm, args| Ok(vm.bool(args[0] == vm.none()))),
    NativeDef::new("is_not(a, b, /)", "Same as a is not b.", |vm, args| Ok(vm.bool(args[0] != args[1]))),
    NativeDef::new("is_not_none(a, /)", "Same as a is not None.", |vm, args| Ok(vm.bool(args[0] != vm.none()))),
    NativeDef::new("isub(a, b, /)", "Same as a -= b.", isub),
    NativeDef::new("itruediv(a, b, /)", "Same as a /= b.", itruediv),
    NativeDef::new("ixor(a, b, /)", "Same as a ^= b.", ixor),
    NativeDef::new("le(a, b, /)", "Same as a <= b.", |vm, args| vm.compare(CompareOp::Le, args[0], args[1])),
    NativeDef::new("length_hint(obj, default=0, /)", "Return how many items obj is likely to have.", |vm, args| {
        let default = args[1].bound().map_or(Ok(0), |default| vm.index_i64(default))?;
        let class = vm.class_of(args[0]);
        if class.special(Special::Len).is_unbound() {
            let method = class.special(Special::LengthHint);
            if method.is_unbound() {
                return vm.new_int(default);
            }
            let hint = vm.call_special(args[0], method, &[]);
            let hint = vm.absorb(hint, vm.types().type_error)?;
            if hint.is_none_or(|hint| hint == vm.not_implemented()) {
                return vm.new_int(default);
            }
        }
        vm.new_int(vm.length_hint(args[0])? as i64)
    }),
    NativeDef::new("lshift(a, b, /)", "Same as a << b.", lshift),
    NativeDef::new("lt(a, b, /)", "Same as a < b.", |vm, args| vm.compare(CompareOp::Lt, args[0], args[1])),
    NativeDef::new("matmul(a, b, /)", "Same as a @ b.", matmul),
    NativeDef::new("mod(a, b, /)", "Same as a % b.", modulo),
    NativeDef::new("mul(a, b, /)", "Same as a * b.", mul),
    NativeDef::new("ne(a, b, /)", "Same as a != b.", |vm, args| vm.compare(CompareOp::Ne, args[0], args[1])),
    NativeDef::new("neg(a, /)", "Same as -a.", |vm, args| vm.unary(UnaryOp::Neg, args[0])),
    NativeDef::new("not_(a, /)", "Same as not a.", |vm, args| vm.is_true(args[0]).map(|truth| vm.bool(!truth))),
    NativeDef::new("or_(a, b, /)", "Same as a | b.", or),
    NativeDef::new("pos(a, /)", "Same as +a.", |vm, args| vm.unary(UnaryOp::Pos, args[0])),
    NativeDef::new("pow(a, b, /)", "Same as a ** b.", pow),
    NativeDef::new("rshift(a, b, /)", "Same as a >> b.", rshift),
    NativeDef::new("setitem(a, b, c, /)", "Same as a[b] = c.", |vm, args| {
        vm.set_item(args[0], args[1], args[2]).map(|()| vm.none())
    }),
    NativeDef::new("sub(a, b, /)", "Same as a - b.", sub),
    NativeDef::new("truediv(a, b, /)", "Same as a / b.", truediv),
    NativeDef::new("truth(a, /)", "Return True if a is true, False otherwise.", |vm, args| {
        vm.is_true(args[0]).map(|truth| vm.bool(truth))
    }),
    NativeDef::new("xor(a, b, /)", "Same as a ^ b.", xor),
    NativeDef::new("call(obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs).", |vm, args| {
        call_with(vm, args[0], &args[2..], args[1])
    }),
    NativeDef::new(
        "_compare_digest(a, b, /)",
        "Return a == b in a time that does not depend on where they differ.",
        compare_digest,
    ),
];

/// `_compare_digest`: of ASCII strings, or of bytes-like objects.
fn compare_digest(vm: &Vm, args: &[Value]) -> PyResult {
    let same = |a: &[u8], b: &[u8]| {
        // All bytes of the second are looked at, whatever they are.
        let differences = b.iter().enumerate().fold(a.len() ^ b.len(), |found, (index, byte)| {
            found | usize::from(byte ^ a.get(index).copied().unwrap_or(!byte))
        });
        vm.bool(core::hint::black_box(differences) == 0)
    };
    if let (Some(a), Some(b)) = (args[0].cast::<Str>(), args[1].cast::<Str>()) {
        return match (a.as_ascii(), b.as_ascii()) {
            (Some(a), Some(b)) => Ok(same(a.as_bytes(), b.as_bytes())),
            _ => Err(vm.type_error("comparing strings with non-ASCII characters is not supported")),
        };
    }
    if buffer::find(args[0]).is_none() && buffer::find(args[1]).is_none() {
        let (a, b) = (vm.type_name(args[0]), vm.type_name(args[1]));
        let message = format!("unsupported operand types(s) or combination of types: '{a}' and '{b}'");
        return Err(vm.type_error(message));
    }
    let (a, b) = (buffer::required(vm, args[0])?, buffer::required(vm, args[1])?);
    Ok(same(&a, &b))
}

/// An iterator for `countOf` and `indexOf`.
fn searched(vm: &Vm, container: Value) -> PyResult {
    let class = vm.class_of(container);
    if class.special(Special::Iter).is_unbound() && class.special(Special::GetItem).is_unbound() {
        let name = vm.type_name(container);
        return Err(vm.type_error(format!("argument of type '{name}' is not iterable")));
    }
    vm.iter(container)
}

/// Calls an object with positional arguments and a dict of named ones.
pub(crate) fn call_with(vm: &Vm, callable: Value, positional: &[Value], named: Value) -> PyResult {
    match named.cast::<Dict>().filter(|named| !named.is_empty()) {
        None => vm.call(callable, positional),
        Some(named) => {
            let names = Tuple::from_iter(vm, named.len(), named.entries().map(|(name, _)| name))?;
            let mut values = vm.scratch(positional.len() + named.len())?;
            values.extend(positional);
            named.entries().for_each(|(_, value)| values.push(value));
            vm.call_args(callable, Args { values: &values, names: Some(names) })
        }
    }
}

/// Field of the records: a tuple of items, of names (each split at its dots into a tuple), or of the arguments.
const PARTS: usize = 0;
/// Fields of `methodcaller`: the name, and a dict of the named arguments.
const NAME: usize = 1;
const NAMED: usize = 2;

static ITEMGETTER: ClassDef = ClassDef {
    methods: &[ITEMGETTER_METHODS],
    ..ClassDef::new(
        "operator.itemgetter",
        "itemgetter(item, /, *items)\n--\n\nReturn a callable object that fetches the given item(s) from its operand.\n\
         After f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns \
         (r[2], r[5], r[3])",
        Layout::Record,
    )
};

static ATTRGETTER: ClassDef = ClassDef {
    methods: &[ATTRGETTER_METHODS],
    ..ClassDef::new(
        "operator.attrgetter",
        "attrgetter(attr, /, *attrs)\n--\n\nReturn a callable object that fetches the given attribute(s) from its operand.\n\
         After f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) \
         returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, \
         r.name.last).",
        Layout::Record,
    )
};

static METHODCALLER: ClassDef = ClassDef {
    methods: &[METHODCALLER_METHODS],
    ..ClassDef::new(
        "operator.methodcaller",
        "methodcaller(name, /, *args, **kwargs)\n--\n\nReturn a callable object that calls the given method on its operand.\n\
         After f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), \
         the call g(r) returns\nr.name('date', foo=1).",
        Layout::Record,
    )
};

fn parts(args: &[Value]) -> Gc<Tuple> {
    args[0].expect::<Record>().get(PARTS).expect()
}

/// One result by itself, several as a tuple.
fn one_or_tuple(vm: &Vm, parts: &[Value], f: impl Fn(Value) -> PyResult) -> PyResult {
    if let [part] = parts {
        return f(*part);
    }
    let mut results = vm.scratch(parts.len())?;
    for part in parts {
        let result = f(*part)?;
        results.push(result);
    }
    vm.new_tuple(&results)
}

fn repr_with(vm: &Vm, class: Value, items: &[Value], named: Option<Gc<Dict>>) -> PyResult {
    let Some(_guard) = vm.repr_guard(class) else {
        return vm.new_str(&format!("{}(...)", vm.type_name(class)));
    };
    let mut text = TextBuf::new();
    text.push(&vm.type_name(class));
    text.push("(");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(", ");
        }
        text.push_repr(vm, *item)?;
    }
    if let Some(named) = named {
        for (name, value) in named.entries() {
            text.push(", ");
            if let Some(name) = name.cast::<Str>() {
                text.push_str(&name);
            }
            text.push("=");
            text.push_repr(vm, value)?;
        }
    }
    text.push(")");
    text.finish(vm)
}

#[methods(ITEMGETTER_METHODS)]
impl ItemgetterMethods {
    /// Call self as a function.
    #[method("__call__($self, obj, /)")]
    fn get_items(vm: &Vm, args: &[Value]) -> PyResult {
        one_or_tuple(vm, parts(args).items(), |item| vm.get_item(args[1], item))
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *items)")]
    fn new_itemgetter(vm: &Vm, args: &[Value]) -> PyResult {
        if args.len() == 1 {
            return Err(vm.type_error("itemgetter expected 1 argument, got 0"));
        }
        let items = vm.new_tuple(&args[1..])?;
        Record::new(vm, args[0].expect(), &[items]).map(Value::from)
    }

    /// Return what makes an equal function, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce_itemgetter(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_tuple(&[vm.class_of(args[0]).into(), parts(args).into()])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_itemgetter(vm: &Vm, args: &[Value]) -> PyResult {
        repr_with(vm, args[0], parts(args).items(), None)
    }
}

/// `obj.a.b` for a name with dots.
fn get_dotted(vm: &Vm, obj: Value, name: Value) -> PyResult {
    let name = name.expect::<Str>();
    if !name.text().iter().any(|c| c == u32::from('.')) {
        return vm.get_attr(obj, name);
    }
    let mut value = obj;
    for part in name.to_string().split('.') {
        value = vm.get_attr_str(value, part)?;
    }
    Ok(value)
}

#[methods(ATTRGETTER_METHODS)]
impl AttrgetterMethods {
    /// Call self as a function.
    #[method("__call__($self, obj, /)")]
    fn get_attributes(vm: &Vm, args: &[Value]) -> PyResult {
        one_or_tuple(vm, parts(args).items(), |name| get_dotted(vm, args[1], name))
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *attrs)")]
    fn new_attrgetter(vm: &Vm, args: &[Value]) -> PyResult {
        if args.len() == 1 {
            return Err(vm.type_error("attrgetter expected 1 argument, got 0"));
        }
        if args[1..].iter().any(|name| name.cast::<Str>().is_none()) {
            return Err(vm.type_error("attribute name must be a string"));
        }
        let names = vm.new_tuple(&args[1..])?;
        Record::new(vm, args[0].expect(), &[names]).map(Value::from)
    }

    /// Return what makes an equal function, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce_attrgetter(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_tuple(&[vm.class_of(args[0]).into(), parts(args).into()])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_attrgetter(vm: &Vm, args: &[Value]) -> PyResult {
        repr_with(vm, args[0], parts(args).items(), None)
    }
}

#[methods(METHODCALLER_METHODS)]
impl MethodcallerMethods {
    /// Call self as a function.
    #[method("__call__($self, obj, /)")]
    fn call_method(vm: &Vm, args: &[Value]) -> PyResult {
        let record = args[0].expect::<Record>();
        let method = vm.get_attr(args[1], record.get(NAME).expect())?;
        call_with(vm, method, parts(args).items(), record.get(NAMED))
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new_methodcaller(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(name) = args.get(2) else {
            return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
        };
        if name.cast::<Str>().is_none() {
            return Err(vm.type_error("method name must be a string"));
        }
        let arguments = vm.new_tuple(&args[3..])?;
        Record::new(vm, args[0].expect(), &[arguments, *name, args[1]]).map(Value::from)
    }

    /// Return what makes an equal function, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce_methodcaller(vm: &Vm, args: &[Value]) -> PyResult {
        let record = args[0].expect::<Record>();
        let (class, name, arguments): (Value, _, _) = (vm.class_of(args[0]).into(), record.get(NAME), parts(args));
        let named = record.get(NAMED);
        if named.cast::<Dict>().is_none_or(|named| named.is_empty()) {
            let all = Tuple::from_iter(
                vm,
                1 + arguments.len(),
                core::iter::once(name).chain(arguments.items().iter().copied()),
            )?;
            return vm.new_tuple(&[class, all.into()]);
        }
        let partial = vm.get_attr_str(vm.import("functools")?, "partial")?;
        let constructor = call_with(vm, partial, &[class, name], named)?;
        vm.new_tuple(&[constructor, arguments.into()])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_methodcaller(vm: &Vm, args: &[Value]) -> PyResult {
        let record = args[0].expect::<Record>();
        let arguments = parts(args);
        let mut items = vm.scratch(arguments.len() + 1)?;
        items.push(record.get(NAME));
        items.extend(arguments.items());
        repr_with(vm, args[0], &items, record.get(NAMED).cast::<Dict>())
    }
}
