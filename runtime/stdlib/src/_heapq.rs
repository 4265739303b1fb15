//! `_heapq`: lists kept as binary heaps, smallest (or largest) item first. `heapq` has `merge` and the like besides.
//!
//! Comparisons may run Python code: RuntimeError when it changes the size of the heap.

use orochi_macros::methods;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{CompareOp, Gc, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_heapq",
    doc: "Lists kept as binary heaps.",
    functions: FUNCTIONS,
    init: |vm, module| module.dict().set_str(vm, vm.intern("__about__"), vm.new_str("Heap queues")?),
};

/// Which of two items belongs nearer to the root.
#[derive(Clone, Copy)]
enum Order {
    Smallest,
    Largest,
}

impl Order {
    fn before(self, vm: &Vm, a: Value, b: Value) -> PyResult<bool> {
        match self {
            Order::Smallest => vm.compare_bool(CompareOp::Lt, a, b),
            Order::Largest => vm.compare_bool(CompareOp::Lt, b, a),
        }
    }
}

fn heap_of(vm: &Vm, function: &str, value: Value) -> PyResult<Gc<List>> {
    value.cast::<List>().ok_or_else(|| {
        let name = vm.type_name(value);
        vm.type_error(format!("{function}() argument 1 must be list, not {name}"))
    })
}

/// An item, where the size was checked: the heap must have `size` items still.
fn at(vm: &Vm, heap: &List, size: usize, index: usize) -> PyResult {
    if heap.len() != size {
        return Err(vm.runtime_error("list changed size during iteration"));
    }
    heap.get(index).ok_or_else(|| vm.index_error("index out of range"))
}

fn swap(vm: &Vm, heap: &List, a: usize, b: usize) {
    if let (Some(x), Some(y)) = (heap.get(a), heap.get(b)) {
        heap.set(vm, a, y);
        heap.set(vm, b, x);
    }
}

/// Moves the item at `place` towards the root, not beyond `start`, until its parent is in order with it.
fn sift_up(vm: &Vm, heap: &List, start: usize, mut place: usize, order: Order) -> PyResult<()> {
    let size = heap.len();
    while place > start {
        let parent = (place - 1) / 2;
        let (item, above) = (at(vm, heap, size, place)?, at(vm, heap, size, parent)?);
        let moves = order.before(vm, item, above)?;
        // The comparison may have changed the heap.
        at(vm, heap, size, place)?;
        if !moves {
            break;
        }
        swap(vm, heap, place, parent);
        place = parent;
    }
    Ok(())
}

/// Moves the item at `start` down to a leaf along the better children, then up to where it belongs: fewer comparisons
/// than to stop on the way, as items that come from the end of the heap mostly belong near the end.
fn sift_down(vm: &Vm, heap: &List, start: usize, order: Order) -> PyResult<()> {
    let size = heap.len();
    let mut place = start;
    while 2 * place + 1 < size {
        let mut child = 2 * place + 1;
        if child + 1 < size {
            let (left, right) = (at(vm, heap, size, child)?, at(vm, heap, size, child + 1)?);
            child += usize::from(!order.before(vm, left, right)?);
            at(vm, heap, size, child)?;
        }
        swap(vm, heap, place, child);
        place = child;
    }
    sift_up(vm, heap, start, place, order)
}

fn push(vm: &Vm, heap: Gc<List>, item: Value, order: Order) -> PyResult {
    heap.push(vm, item)?;
    sift_up(vm, &heap, 0, heap.len() - 1, order)?;
    Ok(vm.none())
}

fn pop(vm: &Vm, heap: Gc<List>, order: Order) -> PyResult {
    let Some(last) = heap.pop() else { return Err(vm.index_error("index out of range")) };
    if heap.is_empty() {
        return Ok(last);
    }
    let root = heap.get(0).unwrap_or(last);
    heap.set(vm, 0, last);
    sift_down(vm, &heap, 0, order)?;
    Ok(root)
}

fn replace(vm: &Vm, heap: Gc<List>, item: Value, order: Order) -> PyResult {
    let Some(root) = heap.get(0) else { return Err(vm.index_error("index out of range")) };
    heap.set(vm, 0, item);
    sift_down(vm, &heap, 0, order)?;
    Ok(root)
}

fn push_pop(vm: &Vm, heap: Gc<List>, item: Value, order: Order) -> PyResult {
    match heap.get(0) {
        Some(root) if order.before(vm, root, item)? => {
            if heap.is_empty() {
                return Err(vm.index_error("index out of range"));
            }
            replace(vm, heap, item, order)
        }
        _ => Ok(item),
    }
}

fn heapify(vm: &Vm, heap: Gc<List>, order: Order) -> PyResult {
    for start in (0..heap.len() / 2).rev() {
        sift_down(vm, &heap, start, order)?;
    }
    Ok(vm.none())
}

fn heapify_argument(vm: &Vm, function: &str, value: Value) -> PyResult<Gc<List>> {
    value.cast::<List>().ok_or_else(|| {
        let name = vm.type_name(value);
        vm.type_error(format!("{function}() argument must be list, not {name}"))
    })
}

#[methods(pub(crate) FUNCTIONS)]
impl Functions {
    /// Make a heap of a list, in linear time.
    #[method("heapify(heap, /)")]
    fn heapify_smallest(vm: &Vm, args: &[Value]) -> PyResult {
        heapify(vm, heapify_argument(vm, "heapify", args[0])?, Order::Smallest)
    }

    /// Make a heap of a list with the largest item first.
    #[method("heapify_max(heap, /)")]
    fn heapify_largest(vm: &Vm, args: &[Value]) -> PyResult {
        heapify(vm, heapify_argument(vm, "heapify_max", args[0])?, Order::Largest)
    }

    /// Remove and return the smallest item.
    #[method("heappop(heap, /)")]
    fn pop_smallest(vm: &Vm, args: &[Value]) -> PyResult {
        pop(vm, heapify_argument(vm, "heappop", args[0])?, Order::Smallest)
    }

    /// Remove and return the largest item.
    #[method("heappop_max(heap, /)")]
    fn pop_largest(vm: &Vm, args: &[Value]) -> PyResult {
        pop(vm, heapify_argument(vm, "heappop_max", args[0])?, Order::Largest)
    }

    /// Add an item.
    #[method("heappush(heap, item, /)")]
    fn push_smallest(vm: &Vm, args: &[Value]) -> PyResult {
        push(vm, heap_of(vm, "heappush", args[0])?, args[1], Order::Smallest)
    }

    /// Add an item to a heap with the largest item first.
    #[method("heappush_max(heap, item, /)")]
    fn push_largest(vm: &Vm, args: &[Value]) -> PyResult {
        push(vm, heap_of(vm, "heappush_max", args[0])?, args[1], Order::Largest)
    }

    /// Add an item, then remove and return the smallest.
    #[method("heappushpop(heap, item, /)")]
    fn push_pop_smallest(vm: &Vm, args: &[Value]) -> PyResult {
        push_pop(vm, heap_of(vm, "heappushpop", args[0])?, args[1], Order::Smallest)
    }

    /// Add an item, then remove and return the largest.
    #[method("heappushpop_max(heap, item, /)")]
    fn push_pop_largest(vm: &Vm, args: &[Value]) -> PyResult {
        push_pop(vm, heap_of(vm, "heappushpop_max", args[0])?, args[1], Order::Largest)
    }

    /// Remove and return the smallest item, then add one.
    #[method("heapreplace(heap, item, /)")]
    fn replace_smallest(vm: &Vm, args: &[Value]) -> PyResult {
        replace(vm, heap_of(vm, "heapreplace", args[0])?, args[1], Order::Smallest)
    }

    /// Remove and return the largest item, then add one.
    #[method("heapreplace_max(heap, item, /)")]
    fn replace_largest(vm: &Vm, args: &[Value]) -> PyResult {
        replace(vm, heap_of(vm, "heapreplace_max", args[0])?, args[1], Order::Largest)
    }
}
