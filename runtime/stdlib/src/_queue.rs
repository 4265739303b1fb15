//! `_queue`: `SimpleQueue`, an unbounded queue between threads.

use core::cell::Cell;
use std::time::Duration;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::threads::{WaitQueue, deadline_of};
use orochi_vm::types::generic_alias::CLASS_GETITEM;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Raised, Value, Vm};

use crate::_thread::lock::seconds;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_queue",
    doc: "C implementation of the Python queue module.\n\
          This module is an implementation detail, please do not use it directly.",
    functions: &[],
    init: |vm, module| {
        module.dict().set_str(vm, vm.intern("Empty"), empty_class(vm)?.into())?;
        vm.add_module_class(module, &CLASS)?;
        Ok(())
    },
};

static EMPTY: ClassDef = ClassDef {
    flags: flags::BASE,
    ..ClassDef::new("_queue.Empty", "Exception raised by Queue.get(block=0)/get_nowait().", Layout::Exception)
};

static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF,
    methods: &[METHODS, CLASS_GETITEM],
    ..ClassDef::new("_queue.SimpleQueue", "Simple, unbounded, reentrant FIFO queue.", Layout::Opaque)
};

/// The value of the object: a list whose first items, as many as were taken, are None.
const ITEMS: usize = 0;
/// The list is cut when at least so many items were taken, and they are half of it.
const CUT: usize = 32;

/// The state.
#[derive(Default)]
struct Queue {
    /// How many items of the list were taken.
    taken: Cell<usize>,
    waiting: WaitQueue,
}

fn empty_class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&EMPTY, &[vm.types().exception])
}

#[cold]
fn empty(vm: &Vm) -> Raised {
    match empty_class(vm) {
        Ok(class) => vm.raise_with(class, &[]),
        Err(raised) => raised,
    }
}

fn parts(object: &Gc<Opaque>) -> (&Queue, Gc<List>) {
    (object.state().expect("the object has its class's state"), object.get(ITEMS).expect())
}

fn len(object: Value) -> usize {
    let object: Gc<Opaque> = object.expect();
    let (queue, items) = parts(&object);
    items.len() - queue.taken.get()
}

/// Takes the first item.
fn take(vm: &Vm, object: Gc<Opaque>) -> Option<Value> {
    let (queue, items) = parts(&object);
    let place = queue.taken.get();
    let item = items.get(place)?;
    items.set(vm, place, vm.none());
    let taken = place + 1;
    if taken >= CUT && taken * 2 >= items.len() && items.splice(vm, 0, taken, &[]).is_ok() {
        queue.taken.set(0);
    } else {
        queue.taken.set(taken);
    }
    Some(item)
}

fn put(vm: &Vm, object: Value, item: Value) -> PyResult {
    let object: Gc<Opaque> = object.expect();
    let (queue, items) = parts(&object);
    items.push(vm, item)?;
    queue.waiting.wake_one();
    Ok(vm.none())
}

fn get(vm: &Vm, object: Value, block: bool, timeout: Value) -> PyResult {
    let object: Gc<Opaque> = object.expect();
    let timeout = timeout.bound().filter(|timeout| block && *timeout != vm.none());
    let deadline = match timeout {
        Some(timeout) => {
            let seconds = seconds(vm, timeout)?;
            if seconds < 0.0 {
                return Err(vm.value_error("'timeout' must be a non-negative number"));
            }
            deadline_of(Duration::from_secs_f64(seconds))
        }
        None => None,
    };
    if let Some(item) = take(vm, object) {
        return Ok(item);
    }
    if !block {
        return Err(empty(vm));
    }
    let mut item = None;
    let (queue, _) = parts(&object);
    queue.waiting.wait(vm, deadline, || {
        item = take(vm, object);
        item.is_some()
    })?;
    item.ok_or_else(|| empty(vm))
}

#[methods(METHODS)]
impl Methods {
    /// Create and return a new object.
    #[method("static __new__(type)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let queue = Opaque::new(vm, args[0].expect(), Box::new(Queue::default()))?;
        queue.set(vm, ITEMS, vm.new_list(&[])?);
        Ok(queue.into())
    }

    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[method("empty($self, /)")]
    fn is_empty(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(len(args[0]) == 0))
    }

    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the default),
    /// block if necessary until an item is available. If 'timeout' is
    /// a non-negative number, it blocks at most 'timeout' seconds and raises
    /// the Empty exception if no item was available within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    #[method("get($self, /, block=True, timeout=None)")]
    fn get_(vm: &Vm, args: &[Value]) -> PyResult {
        let block = args[1].bound().map_or(Ok(true), |block| vm.is_true(block))?;
        get(vm, args[0], block, args[2])
    }

    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    #[method("get_nowait($self, /)")]
    fn get_nowait(vm: &Vm, args: &[Value]) -> PyResult {
        get(vm, args[0], false, Value::UNBOUND)
    }

    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this method
    /// never blocks.  They are provided for compatibility with the Queue class.
    #[method("put($self, /, item, block=True, timeout=None)")]
    fn put_(vm: &Vm, args: &[Value]) -> PyResult {
        put(vm, args[0], args[1])
    }

    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[method("put_nowait($self, /, item)")]
    fn put_nowait(vm: &Vm, args: &[Value]) -> PyResult {
        put(vm, args[0], args[1])
    }

    /// Return the approximate size of the queue (not reliable!).
    #[method("qsize($self, /)")]
    fn qsize(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(len(args[0]) as i64)
    }
}
