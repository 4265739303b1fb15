//! The module `gc`. The collector traces all objects; the generations of CPython's have counterparts only by name.

use core::cell::Cell;

use orochi_gc::CollectKind;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::modules::native::NativeModule;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "gc",
    doc: "Access to the garbage collector.",
    functions: FUNCTIONS,
    init: |vm, module| {
        let dict = module.dict();
        for name in ["garbage", "callbacks"] {
            dict.set_str(vm, vm.intern(name), vm.new_list(&[])?)?;
        }
        for (name, bits) in [
            ("DEBUG_STATS", 1),
            ("DEBUG_COLLECTABLE", 2),
            ("DEBUG_UNCOLLECTABLE", 4),
            ("DEBUG_SAVEALL", 32),
            ("DEBUG_LEAK", 38),
        ] {
            dict.set_str(vm, vm.intern(name), vm.new_int(bits)?)?;
        }
        Ok(())
    },
};

/// What programs have set. Collection itself is always on: without it nothing would ever be freed.
pub struct Settings {
    enabled: Cell<bool>,
    thresholds: Cell<[i64; 3]>,
    debug: Cell<i64>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { enabled: Cell::new(true), thresholds: Cell::new([2000, 10, 0]), debug: Cell::new(0) }
    }
}

fn count_objects(vm: &Vm) -> i64 {
    let mut count = 0;
    vm.heap.for_each_object(|_| count += 1);
    count
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Collect now, run the finalizers of what was found dead, and return how many objects were freed.
    #[method("outside collect(generation=2)")]
    fn collect(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(generation) = args[0].bound()
            && !(0..3).contains(&vm.index_i64(generation)?)
        {
            return Err(vm.value_error("invalid generation"));
        }
        vm.clear_dead_registers();
        let before = count_objects(vm);
        vm.heap.collect(CollectKind::Full);
        let freed = before - count_objects(vm);
        vm.run_finalizers();
        vm.new_int(freed.max(0))
    }

    /// Say that automatic collection is not wanted. Only `isenabled` changes.
    #[method("disable()")]
    fn disable(vm: &Vm, _: &[Value]) -> PyResult {
        vm.state.gc.enabled.set(false);
        Ok(vm.none())
    }

    /// Say that automatic collection is wanted.
    #[method("enable()")]
    fn enable(vm: &Vm, _: &[Value]) -> PyResult {
        vm.state.gc.enabled.set(true);
        Ok(vm.none())
    }

    /// Move all objects to a generation that is never collected: nothing to do here.
    #[method("freeze()")]
    fn freeze(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.none())
    }

    /// Return three counters; the first grows with what was allocated since the last collection.
    #[method("get_count()")]
    fn get_count(vm: &Vm, _: &[Value]) -> PyResult {
        let allocated = vm.heap.stats().allocated_since_collection as i64 / 64;
        vm.new_tuple(&[vm.new_int(allocated)?, Value::ZERO, Value::ZERO])
    }

    /// Return the debugging flags.
    #[method("get_debug()")]
    fn get_debug(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.state.gc.debug.get())
    }

    /// Return how many objects are frozen: none.
    #[method("get_freeze_count()")]
    fn get_freeze_count(_: &Vm, _: &[Value]) -> PyResult {
        Ok(Value::ZERO)
    }

    /// Return what the collector did: three dicts, of which the last counts full collections.
    #[method("get_stats()")]
    fn get_stats(vm: &Vm, _: &[Value]) -> PyResult {
        let stats = vm.heap.stats();
        let mut items = [Value::UNBOUND; 3];
        for (item, collections) in items.iter_mut().zip([stats.young_collections, 0, stats.full_collections]) {
            let dict = Dict::new(vm)?;
            dict.set_str(vm, vm.intern("collections"), vm.new_int(collections as i64)?)?;
            dict.set_str(vm, vm.intern("collected"), Value::ZERO)?;
            dict.set_str(vm, vm.intern("uncollectable"), Value::ZERO)?;
            *item = dict.into();
        }
        vm.new_list(&items)
    }

    /// Return the thresholds that were set.
    #[method("get_threshold()")]
    fn get_threshold(vm: &Vm, _: &[Value]) -> PyResult {
        let [a, b, c] = vm.state.gc.thresholds.get();
        vm.new_tuple(&[vm.new_int(a)?, vm.new_int(b)?, vm.new_int(c)?])
    }

    /// Return whether the collector knows the object: every object that is one.
    #[method("is_tracked(obj, /)")]
    fn is_tracked(vm: &Vm, args: &[Value]) -> PyResult {
        let types = vm.types();
        let atomic = [types.int, types.float, types.str, types.bytes, types.bool_, types.none_type, types.complex];
        Ok(vm.bool(args[0].is_object() && !atomic.iter().any(|class| vm.is_exact(args[0], *class))))
    }

    /// Return whether automatic collection is wanted.
    #[method("isenabled()")]
    fn isenabled(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.bool(vm.state.gc.enabled.get()))
    }

    /// Set the debugging flags. They are kept and change nothing.
    #[method("set_debug(flags, /)")]
    fn set_debug(vm: &Vm, args: &[Value]) -> PyResult {
        vm.state.gc.debug.set(vm.index_i64(args[0])?);
        Ok(vm.none())
    }

    /// Set the thresholds. They are kept and change nothing: the collector goes by bytes.
    #[method("set_threshold(threshold0, threshold1=10, threshold2=10, /)")]
    fn set_threshold(vm: &Vm, args: &[Value]) -> PyResult {
        let mut thresholds = vm.state.gc.thresholds.get();
        for (threshold, value) in thresholds.iter_mut().zip(args) {
            if let Some(value) = value.bound() {
                *threshold = vm.index_i64(value)?;
            }
        }
        vm.state.gc.thresholds.set(thresholds);
        Ok(vm.none())
    }

    /// Thaw frozen objects: nothing to do here.
    #[method("unfreeze()")]
    fn unfreeze(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.none())
    }
}
