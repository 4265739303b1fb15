//! `weakref.ref`, and the tables of weak references that there is one of for each object.

use core::cell::{Cell, RefCell};

use orochi_gc::{CollectKind, Gc, Header, Liveness, Tracer};
use rustc_hash::FxHashMap;

use orochi_bytecode::operands::CompareOp;

use crate::error::PyResult;
use crate::methods;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// A weak reference. The collector clears the target when it dies.
#[repr(C)]
pub struct WeakRef {
    header: Header,
    /// No object once the target is dead. Not traced: the collector clears it.
    pub target: Cell<Value>,
    /// Called with the reference when the target dies, or unbound.
    pub callback: Cell<Value>,
    /// Of the target, once it was asked for; before, what no hash is.
    hash: Cell<u64>,
}

/// No object's hash is -1.
const UNKNOWN: u64 = u64::MAX;

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for WeakRef {
    const LAYOUT: Layout = Layout::WeakRef;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.callback.get().trace(tracer);
    }
}

impl WeakRef {
    /// A weak reference that may belong to a subclass and have a callback.
    pub fn with_class(vm: &Vm, class: Gc<Class>, target: Value, callback: Value) -> PyResult<Gc<WeakRef>> {
        let weak = vm.new_native(
            class,
            WeakRef {
                header: Header::empty(),
                target: Cell::new(target),
                callback: Cell::new(callback),
                hash: Cell::new(UNKNOWN),
            },
        )?;
        if target.is_object() {
            // SAFETY: the slot lies in the object, which does not report it; `Value` is one word that holds the target's
            // address and a tag.
            unsafe { vm.heap.register_weak(weak.as_header(), weak.target.as_ptr().cast::<Cell<usize>>()) };
        }
        Ok(weak)
    }

    /// What it refers to, while that is alive.
    #[inline]
    #[must_use]
    pub fn target(&self) -> Option<Value> {
        Some(self.target.get()).filter(|target| target.is_object())
    }
}

/// `ReferenceType`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS, crate::types::generic_alias::CLASS_GETITEM],
    getset: &[GetSetDef::readonly("__callback__", "", |vm, value| {
        Ok(value.expect::<WeakRef>().callback.get().bound().unwrap_or(vm.none()))
    })],
    ..ClassDef::new("weakref.ReferenceType", "", Layout::WeakRef)
};

/// The plain references (or the plain proxies) of a VM: those without a callback, of which an object has one. By the bits of
/// their targets. The table does not keep them alive.
#[derive(Default)]
pub(crate) struct Plain {
    // untraced: what dies is taken out at the end of the collection, by `Plain::sweep`
    known: RefCell<FxHashMap<u64, Gc<WeakRef>>>,
    /// Put in since the last collection.
    young: RefCell<Vec<u64>>,
}

impl Plain {
    fn get(&self, target: Value) -> Option<Gc<WeakRef>> {
        let known = self.known.borrow().get(&target.bits()).copied()?;
        (known.target() == Some(target)).then_some(known)
    }

    fn insert(&self, target: Value, weak: Gc<WeakRef>) {
        self.known.borrow_mut().insert(target.bits(), weak);
        self.young.borrow_mut().push(target.bits());
    }

    /// Takes out what the collection that is about to end found dead, or aimed at something dead.
    pub(crate) fn sweep(&self, kind: CollectKind, live: &Liveness) {
        let mut known = self.known.borrow_mut();
        let young = self.young.take();
        let lives = |weak: &Gc<WeakRef>| live.is_live(weak.header()) && weak.target().is_some();
        match kind {
            CollectKind::Full => known.retain(|_, weak| lives(weak)),
            // Others are old, and as good as alive.
            CollectKind::Young => {
                for target in young {
                    if known.get(&target).is_some_and(|weak| !lives(weak)) {
                        known.remove(&target);
                    }
                }
            }
        }
    }
}

/// The plain reference to an object that was made before, if it is still there.
#[must_use]
pub fn existing(vm: &Vm, target: Value) -> Option<Gc<WeakRef>> {
    vm.weakrefs.get(target)
}

/// The plain reference to an object that can be weakly referenced: the same one each time while it is there.
pub fn of(vm: &Vm, target: Value) -> PyResult<Gc<WeakRef>> {
    plain(vm, &vm.weakrefs, vm.types().weakref, target)
}

/// The plain proxy of an object that can be weakly referenced, of that class: the same one each time while it is there.
pub fn proxy_of(vm: &Vm, class: Gc<Class>, target: Value) -> PyResult<Gc<WeakRef>> {
    plain(vm, &vm.weak_proxies, class, target)
}

fn plain(vm: &Vm, table: &Plain, class: Gc<Class>, target: Value) -> PyResult<Gc<WeakRef>> {
    if let Some(weak) = table.get(target) {
        return Ok(weak);
    }
    let weak = WeakRef::with_class(vm, class, target, Value::UNBOUND)?;
    table.insert(target, weak);
    Ok(weak)
}

/// All weak references to an object: the plain one, the plain proxy, then those made last.
pub fn all(vm: &Vm, target: Value) -> PyResult<Gc<List>> {
    let list = List::new(vm, &[])?;
    let Some(header) = target.as_header() else { return Ok(list) };
    let mut count = 0;
    vm.heap.for_each_weak(header, |_| count += 1);
    list.reserve(vm, count)?;
    let first = [vm.weakrefs.get(target), vm.weak_proxies.get(target)];
    for weak in first.into_iter().flatten() {
        list.push(vm, weak.into())?;
    }
    // There is room for all, so that nothing is allocated while the heap is asked.
    let mut result = Ok(());
    vm.heap.for_each_weak(header, |holder| {
        let weak = Value::from_header(holder);
        if result.is_ok() && !first.iter().any(|plain| plain.is_some_and(|plain| weak == plain.into())) {
            result = list.push(vm, weak);
        }
    });
    result.map(|()| list)
}

/// TypeError unless objects of the target's class can be weakly referenced.
pub fn check_target(vm: &Vm, target: Value) -> PyResult<()> {
    if target.is_object() && vm.class_of(target).has(flags::WEAKREF) {
        return Ok(());
    }
    let name = crate::types::type_::full_name(vm, vm.class_of(target));
    Err(vm.type_error(format!("cannot create weak reference to '{name}' object")))
}

/// The target, and the callback or unbound.
fn read_arguments(vm: &Vm, function: &str, args: &[Value]) -> PyResult<(Value, Value)> {
    let (bound, plural) = match args {
        [target] => return Ok((*target, Value::UNBOUND)),
        [target, callback] if *callback == vm.none() => return Ok((*target, Value::UNBOUND)),
        [target, callback] => return Ok((*target, *callback)),
        [] => ("least 1", ""),
        _ => ("most 2", "s"),
    };
    Err(vm.type_error(format!("{function} expected at {bound} argument{plural}, got {}", args.len())))
}

/// References are equal when their targets are; dead ones only to themselves.
fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let Some(other) = args[1].cast::<WeakRef>().filter(|_| vm.is_instance(args[1], vm.types().weakref)) else {
        return Ok(vm.not_implemented());
    };
    match (args[0].expect::<WeakRef>().target(), other.target()) {
        (Some(a), Some(b)) => vm.compare(op, a, b),
        _ => Ok(vm.bool((args[0] == args[1]) == (op == CompareOp::Eq))),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Call self as a function.
    #[method("__call__($self, /)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0].expect::<WeakRef>().target().unwrap_or(vm.none()))
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let weak = args[0].expect::<WeakRef>();
        if weak.hash.get() == UNKNOWN {
            let Some(target) = weak.target() else { return Err(vm.type_error("weak object has gone away")) };
            weak.hash.set(vm.hash(target)?);
        }
        vm.new_int(weak.hash.get() as i64)
    }

    /// Initialize self.  See help(type(self)) for accurate signature.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        read_arguments(vm, "__init__", &args[2..])?;
        Ok(vm.none())
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class = args[0].expect::<Class>();
        let exact = class == vm.types().weakref;
        if exact && !args[1].expect::<Dict>().is_empty() {
            return Err(vm.type_error("ref() takes no keyword arguments"));
        }
        let (target, callback) = read_arguments(vm, "__new__", &args[2..])?;
        check_target(vm, target)?;
        if callback.is_unbound() && exact {
            return of(vm, target).map(Value::from);
        }
        WeakRef::with_class(vm, class, target, callback).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        use crate::types::object::address;
        let place = address(args[0]);
        let Some(target) = args[0].expect::<WeakRef>().target() else {
            return vm.new_str(&format!("<weakref at {place:#x}; dead>"));
        };
        // Only the class is asked, as for special methods.
        let class = vm.class_of(target);
        let name = class.lookup(vm, vm.intern("__name__")).map(|name| vm.bind(name, target, class)).transpose()?;
        let name = name.and_then(Value::cast::<crate::types::str::Str>);
        let name = name.map_or_else(String::new, |name| format!(" ({name})"));
        vm.new_str(&format!("<weakref at {place:#x}; to '{}' at {:#x}{name}>", vm.type_name(target), address(target)))
    }
}
