//! `deque`: a ring buffer that grows and shrinks at both ends.

use orochi_macros::methods;
use orochi_vm::object::Array;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::sequence;
use orochi_vm::{ClassDef, CompareOp, Gc, Layout, PyResult, Record, Value, Vm};

/// Fields: an array whose length is a power of two, the place of the first item in it, the number of items, the most
/// items or None, and a number that every change of the size changes.
const BUFFER: usize = 0;
const HEAD: usize = 1;
const LEN: usize = 2;
const MAXLEN: usize = 3;
const STATE: usize = 4;

const SMALLEST: usize = 8;

pub(super) static DEQUE: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF | flags::SEQUENCE,
    methods: &[METHODS, PROTOCOL],
    getset: &[GetSetDef::readonly("maxlen", "The most items that it keeps, or None.", |_, deque| {
        Ok(deque.expect::<Record>().get(MAXLEN))
    })],
    ..ClassDef::new("collections.deque", "A list-like sequence that is fast at both ends.", Layout::Record)
};

pub(super) static ITERATOR: ClassDef = ClassDef {
    methods: &[ITERATOR_METHODS, FORWARD],
    ..ClassDef::new("collections._deque_iterator", "", Layout::Record)
};

pub(super) static REVERSE_ITERATOR: ClassDef = ClassDef {
    methods: &[ITERATOR_METHODS, BACKWARD],
    ..ClassDef::new("collections._deque_reverse_iterator", "", Layout::Record)
};

/// A view of the record behind a deque.
#[derive(Clone, Copy)]
struct Deque(Gc<Record>);

impl Deque {
    fn of(value: Value) -> Deque {
        Deque(value.expect())
    }

    fn number(self, field: usize) -> usize {
        self.0.get(field).as_int().unwrap_or(0) as usize
    }

    fn set_number(self, vm: &Vm, field: usize, number: usize) {
        self.0.set(vm, field, Value::small(number as i64));
    }

    fn len(self) -> usize {
        self.number(LEN)
    }

    fn maxlen(self) -> Option<usize> {
        self.0.get(MAXLEN).as_int().map(|len| len as usize)
    }

    fn state(self) -> Value {
        self.0.get(STATE)
    }

    fn changed(self, vm: &Vm) {
        self.set_number(vm, STATE, self.number(STATE).wrapping_add(1) & 0xffff_ffff);
    }

    /// The place of an item in the buffer.
    fn place(self, buffer: &Array, index: usize) -> usize {
        (self.number(HEAD) + index) & (buffer.len() - 1)
    }

    fn buffer(self) -> Option<Gc<Array>> {
        self.0.get(BUFFER).cast::<Array>()
    }

    fn get(self, index: usize) -> Option<Value> {
        let buffer = self.buffer().filter(|_| index < self.len())?;
        Some(buffer.slots()[self.place(&buffer, index)].get())
    }

    fn set(self, vm: &Vm, index: usize, value: Value) {
        if let Some(buffer) = self.buffer().filter(|_| index < self.len()) {
            buffer.slots()[self.place(&buffer, index)].set(value);
            vm.heap.barrier(buffer.header());
        }
    }

    /// Room for one more item.
    fn reserve(self, vm: &Vm) -> PyResult<Gc<Array>> {
        let len = self.len();
        if let Some(buffer) = self.buffer().filter(|buffer| len < buffer.len()) {
            return Ok(buffer);
        }
        let buffer = Array::new(vm, (len + 1).next_power_of_two().max(SMALLEST))?;
        for (index, slot) in buffer.slots()[..len].iter().enumerate() {
            slot.set(self.get(index).unwrap_or_default());
        }
        vm.heap.barrier(buffer.header());
        self.0.set(vm, BUFFER, buffer.into());
        self.set_number(vm, HEAD, 0);
        Ok(buffer)
    }

    /// Appends without a look at the most items.
    fn push_raw(self, vm: &Vm, value: Value) -> PyResult<()> {
        let buffer = self.reserve(vm)?;
        let len = self.len();
        buffer.slots()[self.place(&buffer, len)].set(value);
        vm.heap.barrier(buffer.header());
        self.set_number(vm, LEN, len + 1);
        self.changed(vm);
        Ok(())
    }

    fn push(self, vm: &Vm, value: Value) -> PyResult<()> {
        if self.maxlen() == Some(0) {
            return Ok(());
        }
        self.push_raw(vm, value)?;
        if self.maxlen().is_some_and(|most| self.len() > most) {
            self.pop_front(vm);
        }
        Ok(())
    }

    fn push_front(self, vm: &Vm, value: Value) -> PyResult<()> {
        if self.maxlen() == Some(0) {
            return Ok(());
        }
        let buffer = self.reserve(vm)?;
        let head = (self.number(HEAD) + buffer.len() - 1) & (buffer.len() - 1);
        buffer.slots()[head].set(value);
        vm.heap.barrier(buffer.header());
        self.set_number(vm, HEAD, head);
        self.set_number(vm, LEN, self.len() + 1);
        self.changed(vm);
        if self.maxlen().is_some_and(|most| self.len() > most) {
            self.pop(vm);
        }
        Ok(())
    }

    fn pop(self, vm: &Vm) -> Option<Value> {
        let last = self.len().checked_sub(1)?;
        let buffer = self.buffer()?;
        let value = buffer.slots()[self.place(&buffer, last)].replace(Value::UNBOUND);
        self.set_number(vm, LEN, last);
        self.changed(vm);
        Some(value)
    }

    fn pop_front(self, vm: &Vm) -> Option<Value> {
        let rest = self.len().checked_sub(1)?;
        let buffer = self.buffer()?;
        let value = buffer.slots()[self.number(HEAD)].replace(Value::UNBOUND);
        self.set_number(vm, HEAD, self.place(&buffer, 1));
        self.set_number(vm, LEN, rest);
        self.changed(vm);
        Some(value)
    }

    fn clear(self, vm: &Vm) {
        self.0.set(vm, BUFFER, Value::UNBOUND);
        self.set_number(vm, HEAD, 0);
        self.set_number(vm, LEN, 0);
        self.changed(vm);
    }

    /// Moves `count` items from the end to the start.
    fn rotate(self, vm: &Vm, count: i64) -> PyResult<()> {
        let len = self.len() as i64;
        if len < 2 {
            return Ok(());
        }
        let count = count.rem_euclid(len);
        if count <= len / 2 {
            for _ in 0..count {
                let value = self.pop(vm).unwrap_or_default();
                self.push_front(vm, value)?;
            }
        } else {
            for _ in count..len {
                let value = self.pop_front(vm).unwrap_or_default();
                self.push(vm, value)?;
            }
        }
        Ok(())
    }

    fn insert(self, vm: &Vm, index: usize, value: Value) -> PyResult<()> {
        self.push_raw(vm, value)?;
        for at in (index..self.len() - 1).rev() {
            self.set(vm, at + 1, self.get(at).unwrap_or_default());
        }
        self.set(vm, index, value);
        Ok(())
    }

    fn remove_at(self, vm: &Vm, index: usize) {
        for at in index..self.len().saturating_sub(1) {
            self.set(vm, at, self.get(at + 1).unwrap_or_default());
        }
        self.pop(vm);
    }

    fn extend(self, vm: &Vm, iterable: Value) -> PyResult<()> {
        let source = if iterable == self.0.into() { vm.list_from(iterable)?.into() } else { iterable };
        vm.for_each(source, |item| self.push(vm, item))
    }

    /// A deque of the same class with the same items and limit.
    fn copy(self, vm: &Vm) -> PyResult<Value> {
        let class = vm.class_of(self.0.into());
        let maxlen = self.0.get(MAXLEN);
        if maxlen == vm.none() {
            return vm.call(class.into(), &[self.0.into()]);
        }
        vm.call(class.into(), &[self.0.into(), maxlen])
    }
}

/// The place of an item; IndexError when there is none, TypeError when the key is no integer.
fn place(vm: &Vm, deque: Deque, key: Value) -> PyResult<usize> {
    if vm.try_index(key)?.is_none() {
        let name = vm.type_name(key);
        return Err(vm.type_error(format!("sequence index must be integer, not '{name}'")));
    }
    match vm.sequence_place(key, deque.len(), "deque")? {
        Some(place) => Ok(place),
        None => Err(vm.index_error("deque index out of range")),
    }
}

/// The first item equal to a value. RuntimeError when the deque changes meanwhile.
fn find(vm: &Vm, deque: Deque, value: Value, start: usize, stop: usize, what: &str) -> PyResult<Option<usize>> {
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
        Deque::of(args[0]).push(vm, args[1])?;
        Ok(vm.none())
    }

    /// Add an item at the start.
    #[method("appendleft($self, item, /)")]
    fn appendleft(vm: &Vm, args: &[Value]) -> PyResult {
        Deque::of(args[0]).push_front(vm, args[1])?;
        Ok(vm.none())
    }

    /// Remove all items.
    #[method("clear($self, /)")]
    fn clear(vm: &Vm, args: &[Value]) -> PyResult {
        Deque::of(args[0]).clear(vm);
        Ok(vm.none())
    }

    /// Return a deque with the same items.
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        Deque::of(args[0]).copy(vm)
    }

    /// Return how many items are equal to the value.
    #[method("count($self, value, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
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
        Deque::of(args[0]).extend(vm, args[1])?;
        Ok(vm.none())
    }

    /// Add the items of an iterable at the start, one after the other.
    #[method("extendleft($self, iterable, /)")]
    fn extendleft(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
        let source = if args[1] == args[0] { vm.list_from(args[1])?.into() } else { args[1] };
        vm.for_each(source, |item| deque.push_front(vm, item))?;
        Ok(vm.none())
    }

    /// Return the first place whose item is equal to the value.
    #[method("index($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
        let start = sequence::search_bound(vm, args[2], 0, deque.len())?;
        let stop = sequence::search_bound(vm, args[3], i64::MAX, deque.len())?;
        match find(vm, deque, args[1], start, stop, "index")? {
            Some(index) => vm.new_int(index as i64),
            None => Err(vm.value_error("deque.index(x): x not in deque")),
        }
    }

    /// Put an item before the one at the index.
    #[method("insert($self, index, value, /)")]
    fn insert(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
        let index = vm.index_i64(args[1])?;
        if deque.maxlen() == Some(deque.len()) {
            return Err(vm.index_error("deque already at its maximum size"));
        }
        let len = deque.len() as i64;
        let place = if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) };
        if place == 0 {
            deque.push_front(vm, args[2])?;
        } else {
            deque.insert(vm, place as usize, args[2])?;
        }
        Ok(vm.none())
    }

    /// Remove and return the last item.
    #[method("pop($self, /)")]
    fn pop(vm: &Vm, args: &[Value]) -> PyResult {
        Deque::of(args[0]).pop(vm).ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    /// Remove and return the first item.
    #[method("popleft($self, /)")]
    fn popleft(vm: &Vm, args: &[Value]) -> PyResult {
        Deque::of(args[0]).pop_front(vm).ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    /// Remove the first item that is equal to the value.
    #[method("remove($self, value, /)")]
    fn remove(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
        match find(vm, deque, args[1], 0, usize::MAX, "remove")? {
            Some(index) => {
                deque.remove_at(vm, index);
                Ok(vm.none())
            }
            None => Err(vm.value_error("deque.remove(x): x not in deque")),
        }
    }

    /// Turn the order of the items around.
    #[method("reverse($self, /)")]
    fn reverse(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
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
        Deque::of(args[0]).rotate(vm, count)?;
        Ok(vm.none())
    }
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    if !vm.is_instance(args[1], vm.module_class(&DEQUE)?) {
        return Ok(vm.not_implemented());
    }
    let (a, b) = (Deque::of(args[0]), Deque::of(args[1]));
    if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.bool(op == CompareOp::Ne));
    }
    vm.compare_sequences(op, |index| a.get(index), |index| b.get(index))
}

fn repeated(vm: &Vm, args: &[Value]) -> PyResult {
    let count = sequence::repeat_count(vm, args[1])?;
    let copy = Deque::of(args[0]).copy(vm)?;
    repeat_in_place(vm, Deque::of(copy), count)?;
    Ok(copy)
}

fn repeat_in_place(vm: &Vm, deque: Deque, count: usize) -> PyResult<()> {
    if count == 0 {
        deque.clear(vm);
        return Ok(());
    }
    let items = vm.list_from(deque.0.into())?;
    if items.len().checked_mul(count).is_none_or(|total| total > isize::MAX as usize / 8) {
        return Err(vm.memory_error());
    }
    for _ in 1..count {
        deque.extend(vm, items.into())?;
    }
    Ok(())
}

fn iterator(vm: &Vm, class: &'static ClassDef, deque: Value) -> PyResult {
    let (state, len) = (Deque::of(deque).state(), Deque::of(deque).len());
    let fields = [deque, Value::ZERO, state, Value::small(len as i64)];
    Record::new(vm, vm.module_class(class)?, &fields).map(Value::from)
}

#[methods(PROTOCOL)]
impl Protocol {
    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        if !vm.is_instance(args[1], vm.module_class(&DEQUE)?) {
            let name = vm.class_of(args[1]).name.get();
            return Err(vm.type_error(format!("can only concatenate deque (not \"{name}\") to deque")));
        }
        let sum = Deque::of(args[0]).copy(vm)?;
        Deque::of(sum).extend(vm, args[1])?;
        Ok(sum)
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        orochi_vm::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        let found = find(vm, Deque::of(args[0]), args[1], 0, usize::MAX, "in")?;
        Ok(vm.bool(found.is_some()))
    }

    /// Return a deque with the same items.
    #[method("__copy__($self, /)")]
    fn dunder_copy(vm: &Vm, args: &[Value]) -> PyResult {
        Deque::of(args[0]).copy(vm)
    }

    /// Delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
        let place = place(vm, deque, args[1])?;
        deque.remove_at(vm, place);
        Ok(vm.none())
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
        let place = place(vm, deque, args[1])?;
        Ok(deque.get(place).unwrap_or_default())
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Implement self+=value.
    #[method("__iadd__($self, value, /)")]
    fn iadd(vm: &Vm, args: &[Value]) -> PyResult {
        Deque::of(args[0]).extend(vm, args[1])?;
        Ok(args[0])
    }

    /// Implement self*=value.
    #[method("__imul__($self, value, /)")]
    fn imul(vm: &Vm, args: &[Value]) -> PyResult {
        let count = sequence::repeat_count(vm, args[1])?;
        repeat_in_place(vm, Deque::of(args[0]), count)?;
        Ok(args[0])
    }

    /// Set the most items to keep, and fill the deque with the items of an iterable.
    #[method("__init__($self, iterable=(), maxlen=None)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
        let maxlen = match args[2].bound().filter(|maxlen| *maxlen != vm.none()) {
            None => vm.none(),
            Some(maxlen) => {
                if vm.try_index(maxlen)?.is_none() {
                    return Err(vm.type_error("an integer is required"));
                }
                match vm.index_i64(maxlen)? {
                    maxlen if maxlen < 0 => return Err(vm.value_error("maxlen must be non-negative")),
                    maxlen => vm.new_int(maxlen)?,
                }
            }
        };
        deque.0.set(vm, MAXLEN, maxlen);
        if deque.len() > 0 {
            deque.clear(vm);
        }
        if let Some(iterable) = args[1].bound() {
            deque.extend(vm, iterable)?;
        }
        Ok(vm.none())
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        iterator(vm, &ITERATOR, args[0])
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(Deque::of(args[0]).len() as i64)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        repeated(vm, args)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Create and return a new object.
    #[method("static __new__(type, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let fields = [Value::UNBOUND, Value::ZERO, Value::ZERO, vm.none(), Value::ZERO];
        Record::new(vm, args[0].expect(), &fields).map(Value::from)
    }

    /// Return what makes an equal deque, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let maxlen = Deque::of(args[0]).0.get(MAXLEN);
        let arguments = if maxlen == vm.none() {
            vm.empty_tuple().into()
        } else {
            vm.new_tuple(&[vm.empty_tuple().into(), maxlen])?
        };
        let items = vm.iter(args[0])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments, vm.none(), items])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("[...]") };
        let items: Gc<List> = vm.list_from(args[0])?;
        let mut text = TextBuf::new();
        text.push_str(&vm.class_of(args[0]).name.get());
        text.push("(");
        text.push_repr(vm, items.into())?;
        if let Some(maxlen) = Deque::of(args[0]).maxlen() {
            text.push(&format!(", maxlen={maxlen}"));
        }
        text.push(")");
        text.finish(vm)
    }

    /// Return a reverse iterator.
    #[method("__reversed__($self, /)")]
    fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
        iterator(vm, &REVERSE_ITERATOR, args[0])
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        repeated(vm, args)
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = Deque::of(args[0]);
        let place = place(vm, deque, args[1])?;
        deque.set(vm, place, args[2]);
        Ok(vm.none())
    }
}

/// Fields of the iterators: the deque, how many items were given, the deque's state at the start, and how many items are
/// left.
const TARGET: usize = 0;
const GIVEN: usize = 1;
const EXPECTED: usize = 2;
const LEFT: usize = 3;

/// The number of the next item; `None` at the end. RuntimeError when the deque has changed.
fn step(vm: &Vm, iterator: &Record) -> PyResult<Option<(Deque, usize)>> {
    let (given, left) = (iterator.get(GIVEN).as_int().unwrap_or(0), iterator.get(LEFT).as_int().unwrap_or(0));
    let deque = Deque::of(iterator.get(TARGET));
    if deque.state() != iterator.get(EXPECTED) {
        iterator.set(vm, LEFT, Value::ZERO);
        return Err(vm.runtime_error("deque mutated during iteration"));
    }
    if left == 0 {
        return Ok(None);
    }
    iterator.set(vm, GIVEN, Value::small(given + 1));
    iterator.set(vm, LEFT, Value::small(left - 1));
    Ok(Some((deque, given as usize)))
}

#[methods(ITERATOR_METHODS)]
impl IteratorMethods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iterator_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return how many items are left.
    #[method("__length_hint__($self, /)")]
    fn length_hint(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0].expect::<Record>().get(LEFT))
    }
}

#[methods(FORWARD)]
impl Forward {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let item = step(vm, &args[0].expect::<Record>())?.and_then(|(deque, index)| deque.get(index));
        Ok(item.unwrap_or(Value::UNBOUND))
    }
}

#[methods(BACKWARD)]
impl Backward {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_back(vm: &Vm, args: &[Value]) -> PyResult {
        let step = step(vm, &args[0].expect::<Record>())?;
        let item = step.and_then(|(deque, index)| deque.get(deque.len().checked_sub(index + 1)?));
        Ok(item.unwrap_or(Value::UNBOUND))
    }
}
