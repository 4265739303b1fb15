//! `deque`. The object is in [`orochi_vm::types::deque`]; operators are in [`protocol`], iterators in [`iterator`].

pub(super) mod iterator;
mod protocol;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::deque::Deque;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::sequence;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Value, Vm};

pub(super) static DEQUE: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF | flags::SEQUENCE,
    methods: &[METHODS, protocol::METHODS],
    getset: &[GetSetDef::readonly("maxlen", "maximum size of a deque or None if unbounded", |vm, deque| {
        maxlen(vm, &of(deque))
    })],
    ..ClassDef::new(
        "collections.deque",
        "A list-like sequence optimized for data accesses near its endpoints.",
        Layout::Deque,
    )
};

fn of(value: Value) -> Gc<Deque> {
    value.expect()
}

fn maxlen(vm: &Vm, deque: &Deque) -> PyResult {
    deque.maxlen().map_or(Ok(vm.none()), |maxlen| vm.new_int(maxlen as i64))
}

pub(super) fn extend_from(vm: &Vm, deque: Gc<Deque>, iterable: Value) -> PyResult<()> {
    if vm.is_exact_tuple(iterable) {
        return deque.extend(vm, iterable.expect::<Tuple>().items());
    }
    let source = if iterable == deque.into() { vm.list_from(iterable)?.into() } else { iterable };
    vm.for_each(source, |item| deque.push_back(vm, item))
}

/// A deque of the same class with the same items and limit.
fn copied(vm: &Vm, deque: Gc<Deque>) -> PyResult {
    let class = vm.class_of(deque.into());
    if class == vm.module_class(&DEQUE)? {
        let result = Deque::new(vm, class)?;
        result.set_maxlen(deque.maxlen());
        let mut index = 0;
        while let Some(item) = deque.get(index) {
            result.push_back(vm, item)?;
            index += 1;
        }
        return Ok(result.into());
    }
    let result = match maxlen(vm, &deque)? {
        maxlen if maxlen == vm.none() => vm.call(class.into(), &[deque.into()])?,
        maxlen => vm.call(class.into(), &[deque.into(), maxlen])?,
    };
    if !vm.is_instance(result, vm.module_class(&DEQUE)?) {
        let (name, found) = (vm.class_of(deque.into()).name.get(), vm.type_name(result));
        return Err(vm.type_error(format!("{name}() must return a deque, not {found}")));
    }
    Ok(result)
}

/// The place of an item; IndexError when there is none, TypeError when the key is no integer.
fn place(vm: &Vm, deque: &Deque, key: Value) -> PyResult<usize> {
    if vm.try_index(key)?.is_none() {
        let name = vm.type_name(key);
        return Err(vm.type_error(format!("sequence index must be integer, not '{name}'")));
    }
    match vm.sequence_place(key, deque.len(), "deque")? {
        Some(place) => Ok(place),
        None => Err(vm.index_error("deque index out of range")),
    }
}

/// The first item equal to a value. An exception when the deque changes meanwhile.
fn find(vm: &Vm, deque: &Deque, value: Value, start: usize, stop: usize, what: &str) -> PyResult<Option<usize>> {
    let state = deque.state();
    let mut index = start;
    while index < stop
        && let Some(item) = deque.get(index)
    {
        let equal = vm.equals(item, value)?;
        if deque.state() != state {
            return Err(if what == "remove" {
                vm.index_error("deque mutated during remove().")
            } else {
                vm.runtime_error("deque mutated during iteration")
            });
        }
        if equal {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}

#[methods(METHODS)]
impl Methods {
    /// Add an item at the end.
    #[method("append($self, item, /)")]
    fn append(vm: &Vm, args: &[Value]) -> PyResult {
        of(args[0]).push_back(vm, args[1])?;
        Ok(vm.none())
    }

    /// Add an item at the start.
    #[method("appendleft($self, item, /)")]
    fn appendleft(vm: &Vm, args: &[Value]) -> PyResult {
        of(args[0]).push_front(vm, args[1])?;
        Ok(vm.none())
    }

    /// Remove all items.
    #[method("clear($self, /)")]
    fn clear(vm: &Vm, args: &[Value]) -> PyResult {
        of(args[0]).clear(vm);
        Ok(vm.none())
    }

    /// Return a deque with the same items.
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        copied(vm, of(args[0]))
    }

    /// Return how many items are equal to the value.
    #[method("count($self, value, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        let state = deque.state();
        let count = sequence::count(vm, args[1], |index| deque.get(index).filter(|_| deque.state() == state))?;
        if deque.state() != state {
            return Err(vm.runtime_error("deque mutated during iteration"));
        }
        Ok(count)
    }

    /// Add the items of an iterable at the end.
    #[method("extend($self, iterable, /)")]
    fn extend(vm: &Vm, args: &[Value]) -> PyResult {
        extend_from(vm, of(args[0]), args[1])?;
        Ok(vm.none())
    }

    /// Add the items of an iterable at the start, one after the other.
    #[method("extendleft($self, iterable, /)")]
    fn extendleft(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        let source = if args[1] == args[0] { vm.list_from(args[1])?.into() } else { args[1] };
        vm.for_each(source, |item| deque.push_front(vm, item))?;
        Ok(vm.none())
    }

    /// Return the first place whose item is equal to the value.
    #[method("index($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        let start = sequence::search_bound(vm, args[2], 0, deque.len())?;
        let stop = sequence::search_bound(vm, args[3], i64::MAX, deque.len())?;
        match find(vm, &deque, args[1], start, stop, "index")? {
            Some(index) => vm.new_int(index as i64),
            None => Err(vm.value_error("deque.index(x): x not in deque")),
        }
    }

    /// Put an item before the one at the index.
    #[method("insert($self, index, value, /)")]
    fn insert(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        let index = vm.index_i64(args[1])?;
        if deque.maxlen() == Some(deque.len()) {
            return Err(vm.index_error("deque already at its maximum size"));
        }
        let len = deque.len() as i64;
        let place = if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) };
        deque.insert(vm, place as usize, args[2])?;
        Ok(vm.none())
    }

    /// Remove and return the last item.
    #[method("pop($self, /)")]
    fn pop(vm: &Vm, args: &[Value]) -> PyResult {
        of(args[0]).pop_back().ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    /// Remove and return the first item.
    #[method("popleft($self, /)")]
    fn popleft(vm: &Vm, args: &[Value]) -> PyResult {
        of(args[0]).pop_front().ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    /// Remove the first item that is equal to the value.
    #[method("remove($self, value, /)")]
    fn remove(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        match find(vm, &deque, args[1], 0, usize::MAX, "remove")? {
            Some(index) => {
                deque.remove(vm, index);
                Ok(vm.none())
            }
            None => Err(vm.value_error("deque.remove(x): x not in deque")),
        }
    }

    /// Turn the order of the items around.
    #[method("reverse($self, /)")]
    fn reverse(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        let len = deque.len();
        for index in 0..len / 2 {
            let (a, b) = (deque.get(index).unwrap_or_default(), deque.get(len - 1 - index).unwrap_or_default());
            deque.set(vm, index, b);
            deque.set(vm, len - 1 - index, a);
        }
        Ok(vm.none())
    }

    /// Move n items from the end to the start; from the start to the end if n is negative.
    #[method("rotate($self, n=1, /)")]
    fn rotate(vm: &Vm, args: &[Value]) -> PyResult {
        let count = args[1].bound().map_or(Ok(1), |count| vm.index_i64(count))?;
        of(args[0]).rotate(vm, count);
        Ok(vm.none())
    }
}
