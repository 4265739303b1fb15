//! `groupby` and `tee`: iterators that share a source.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::{COMMON, end, make, this};

pub(super) static GROUPBY: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[COMMON, GROUPBY_METHODS],
    ..ClassDef::new(
        "itertools.groupby",
        "Pairs of a key and an iterator over the items in a row that have it.",
        Layout::Record,
    )
};
/// The iterators that `groupby` gives.
pub(super) static GROUPER: ClassDef =
    ClassDef { methods: &[COMMON, GROUPER_METHODS], ..ClassDef::new("itertools._grouper", "", Layout::Record) };

/// Fields of `groupby`: the iterator, the key function or None, the key of the group that was given last, the key and
/// the item that were read last (unbound before there is one), the group that may still read items.
const ITERATOR: usize = 0;
const KEY_FUNCTION: usize = 1;
const GROUP_KEY: usize = 2;
const KEY: usize = 3;
const ITEM: usize = 4;
const GROUP: usize = 5;

/// Fields of a group: its `groupby`, and its key.
const PARENT: usize = 0;
const OWN_KEY: usize = 1;

/// Reads the next item and its key; false at the end.
fn advance(vm: &Vm, groupby: &Record) -> PyResult<bool> {
    let Some(item) = vm.next(groupby.get(ITERATOR))? else { return Ok(false) };
    let function = groupby.get(KEY_FUNCTION);
    let key = if function == vm.none() { item } else { vm.call(function, &[item])? };
    groupby.set(vm, ITEM, item);
    groupby.set(vm, KEY, key);
    Ok(true)
}

#[methods(GROUPBY_METHODS)]
impl GroupbyMethods {
    /// Create and return a new object.
    #[method("static __new__(type, iterable, key=None)")]
    fn groupby_new(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = vm.iter(args[1])?;
        let function = args[2].bound().unwrap_or(vm.none());
        let none = Value::UNBOUND;
        make(vm, args[0], &[iterator, function, none, none, none, none])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn groupby_next(vm: &Vm, args: &[Value]) -> PyResult {
        let groupby = this(args);
        groupby.set(vm, GROUP, Value::UNBOUND);
        // Skip what is left of the group before.
        loop {
            if let Some(key) = groupby.get(KEY).bound() {
                match groupby.get(GROUP_KEY).bound() {
                    Some(group_key) if vm.equals(group_key, key)? => {}
                    _ => break,
                }
            }
            if !advance(vm, &groupby)? {
                return end();
            }
        }
        let key = groupby.get(KEY);
        groupby.set(vm, GROUP_KEY, key);
        let group = Record::new(vm, vm.module_class(&GROUPER)?, &[args[0], key])?;
        groupby.set(vm, GROUP, group.into());
        vm.new_tuple(&[key, group.into()])
    }
}

#[methods(GROUPER_METHODS)]
impl GrouperMethods {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn grouper_next(vm: &Vm, args: &[Value]) -> PyResult {
        let group = this(args);
        let groupby = group.get(PARENT).expect::<Record>();
        if groupby.get(GROUP) != args[0] {
            return end();
        }
        if groupby.get(ITEM).is_unbound() && !advance(vm, &groupby)? {
            return end();
        }
        if !vm.equals(group.get(OWN_KEY), groupby.get(KEY))? {
            return end();
        }
        let item = groupby.get(ITEM);
        groupby.set(vm, ITEM, Value::UNBOUND);
        Ok(item)
    }
}

pub(super) static TEE: ClassDef = ClassDef {
    flags: flags::WEAKREF,
    methods: &[COMMON, TEE_METHODS],
    ..ClassDef::new("itertools._tee", "An iterator that can be copied.", Layout::Record)
};
/// A link of the list of items that tees of one source share.
pub(super) static TEE_LINK: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    ..ClassDef::new(
        "itertools._tee_dataobject",
        "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
        Layout::Record,
    )
};

/// Field of a tee: the link with its next item.
const LINK: usize = 0;

/// Fields of a link: the source, the item and the next link; both unbound until the item is read.
const SOURCE: usize = 0;
const LINK_ITEM: usize = 1;
const NEXT: usize = 2;

fn new_link(vm: &Vm, source: Value) -> PyResult {
    Record::new(vm, vm.module_class(&TEE_LINK)?, &[source, Value::UNBOUND, Value::UNBOUND]).map(Value::from)
}

/// A tee of an iterable; of a tee a copy.
fn new_tee(vm: &Vm, iterable: Value) -> PyResult<Gc<Record>> {
    let class = vm.module_class(&TEE)?;
    if vm.is_exact(iterable, class) {
        return Record::new(vm, class, &[iterable.expect::<Record>().get(LINK)]);
    }
    let source = vm.iter(iterable)?;
    if vm.is_exact(source, class) {
        return Record::new(vm, class, &[source.expect::<Record>().get(LINK)]);
    }
    let link = new_link(vm, source)?;
    Record::new(vm, class, &[link])
}

#[methods(TEE_METHODS)]
impl TeeMethods {
    /// Return an iterator over the same items from here on.
    #[method("__copy__($self, /)")]
    fn tee_copy(vm: &Vm, args: &[Value]) -> PyResult {
        new_tee(vm, args[0]).map(Value::from)
    }

    /// Create and return a new object.
    #[method("static __new__(type, iterable, /)")]
    fn tee_new(vm: &Vm, args: &[Value]) -> PyResult {
        new_tee(vm, args[1]).map(Value::from)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn tee_next(vm: &Vm, args: &[Value]) -> PyResult {
        let tee = this(args);
        let link = tee.get(LINK).expect::<Record>();
        if link.get(NEXT).is_unbound() {
            // While the source is asked, the link has an item and no next link.
            if link.get(LINK_ITEM).is_bound() {
                return Err(vm.runtime_error("cannot re-enter the tee iterator"));
            }
            link.set(vm, LINK_ITEM, vm.none());
            let item = vm.next(link.get(SOURCE));
            link.set(vm, LINK_ITEM, Value::UNBOUND);
            let Some(item) = item? else { return end() };
            let next = new_link(vm, link.get(SOURCE))?;
            link.set(vm, LINK_ITEM, item);
            link.set(vm, NEXT, next);
        }
        tee.set(vm, LINK, link.get(NEXT));
        Ok(link.get(LINK_ITEM))
    }
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// Return a tuple of n independent iterators over the items of an iterable.
    #[method("tee(iterable, n=2, /)")]
    fn tee(vm: &Vm, args: &[Value]) -> PyResult {
        let count = args[1].bound().map_or(Ok(2), |count| vm.index_i64(count))?;
        if count < 0 {
            return Err(vm.value_error("n must be >= 0"));
        }
        if count == 0 {
            return Ok(vm.empty_tuple().into());
        }
        let first = new_tee(vm, args[0])?;
        let list = vm.new_list(&[first.into()])?.expect::<orochi_vm::types::list::List>();
        for _ in 1..count {
            let copy = new_tee(vm, first.into())?;
            list.push(vm, copy.into())?;
        }
        let tuple: Gc<Tuple> = list.to_tuple(vm)?;
        Ok(tuple.into())
    }
}
