//! The module `gc`. The collector traces all objects; the generations of CPython's have counterparts only by name: the youngest are
//! the objects that no collection has seen.

mod collect;
mod objects;
mod settings;

use core::ptr::NonNull;

use orochi_gc::{Gc, Header};
use orochi_macros::methods;

use crate::error::PyResult;
use crate::modules::native::NativeModule;
use crate::object::class::Class;
use crate::object::layout::shape_of_header;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

pub(crate) use objects::is_visible;
pub use settings::Settings;

/// Whether an object is one of the class whose finalizer has not run yet.
pub(crate) fn is_instance_to_finalize(vm: &Vm, object: NonNull<Header>, class: Gc<Class>) -> bool {
    is_visible(object) && shape_of_header(object).class == class && !vm.state.gc.is_finalized(object)
}

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "gc",
    doc: "This module provides access to the garbage collector for reference cycles.\n\n\
          enable() -- Enable automatic garbage collection.\n\
          disable() -- Disable automatic garbage collection.\n\
          isenabled() -- Returns true if automatic collection is enabled.\n\
          collect() -- Do a full collection right now.\n\
          get_count() -- Return the current collection counts.\n\
          get_stats() -- Return list of dictionaries containing per-generation stats.\n\
          set_debug() -- Set debugging flags.\n\
          get_debug() -- Get debugging flags.\n\
          set_threshold() -- Set the collection thresholds.\n\
          get_threshold() -- Return the current collection thresholds.\n\
          get_objects() -- Return a list of all objects tracked by the collector.\n\
          is_tracked() -- Returns true if a given object is tracked.\n\
          is_finalized() -- Returns true if a given object has been already finalized.\n\
          get_referrers() -- Return the list of objects that refer to an object.\n\
          get_referents() -- Return the list of objects that an object refers to.\n\
          freeze() -- Freeze all tracked objects and ignore them for future collections.\n\
          unfreeze() -- Unfreeze all objects in the permanent generation.\n\
          get_freeze_count() -- Return the number of objects in the permanent generation.\n",
    functions: FUNCTIONS,
    init: |vm, module| {
        let dict = module.dict();
        for (name, cell) in [("garbage", &vm.state.gc.garbage), ("callbacks", &vm.state.gc.callbacks)] {
            if cell.get().is_unbound() {
                cell.set(vm.new_list(&[])?);
            }
            dict.set_str(vm, vm.intern(name), cell.get())?;
        }
        for (name, bits) in [
            ("DEBUG_STATS", settings::DEBUG_STATS),
            ("DEBUG_COLLECTABLE", settings::DEBUG_COLLECTABLE),
            ("DEBUG_UNCOLLECTABLE", settings::DEBUG_UNCOLLECTABLE),
            ("DEBUG_SAVEALL", settings::DEBUG_SAVEALL),
            ("DEBUG_LEAK", settings::DEBUG_LEAK),
        ] {
            dict.set_str(vm, vm.intern(name), vm.new_int(bits)?)?;
        }
        Ok(())
    },
};

/// Which objects `get_objects` is asked for: all without a generation.
fn read_generation(vm: &Vm, value: Value) -> PyResult<Option<i64>> {
    let Some(value) = value.bound().filter(|value| *value != vm.none()) else { return Ok(None) };
    let Some(index) = vm.try_index(value)? else {
        let kind = vm.type_name(value);
        return Err(vm.type_error(format!("argument should be integer or None, not '{kind}'")));
    };
    match vm.index_i64(index)? {
        ..0 => Err(vm.value_error("generation parameter cannot be negative")),
        generation @ 0..3 => Ok(Some(generation)),
        _ => Err(vm.value_error("generation parameter must be less than the number of available generations (3)")),
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Run the garbage collector.
    ///
    /// With no arguments, run a full collection.  The optional argument
    /// may be an integer specifying which generation to collect.  A ValueError
    /// is raised if the generation number is invalid.
    ///
    /// The number of unreachable objects is returned.
    #[method("outside collect(generation=2)")]
    fn collect(vm: &Vm, args: &[Value]) -> PyResult {
        let generation = args[0].bound().map_or(Ok(2), |generation| vm.index_i64(generation))?;
        match generation {
            0..3 => vm.new_int(collect::collect(vm, generation as usize)?),
            _ => Err(vm.value_error("invalid generation")),
        }
    }

    /// Disable automatic garbage collection.
    #[method("disable()")]
    fn disable(vm: &Vm, _: &[Value]) -> PyResult {
        // What earlier collections found is finalized before: a program may not want to be disturbed from here on.
        vm.run_finalizers();
        vm.state.gc.enabled.set(false);
        Ok(vm.none())
    }

    /// Enable automatic garbage collection.
    #[method("enable()")]
    fn enable(vm: &Vm, _: &[Value]) -> PyResult {
        vm.state.gc.enabled.set(true);
        Ok(vm.none())
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    ///
    /// This can be used before a POSIX fork() call to make the gc copy-on-write friendly.
    /// Note: collection before a POSIX fork() call may free pages for future allocation
    /// which can cause copy-on-write.
    #[method("freeze()")]
    fn freeze(vm: &Vm, _: &[Value]) -> PyResult {
        let mut count = 0;
        vm.heap.for_each_object(|object| count += i64::from(objects::is_listed(vm, object)));
        vm.state.gc.frozen.set(count);
        Ok(vm.none())
    }

    /// Return a three-tuple of the current collection counts.
    #[method("get_count()")]
    fn get_count(vm: &Vm, _: &[Value]) -> PyResult {
        let mut young = 0;
        vm.heap.for_each_object(|object| {
            young += i64::from(!vm.heap.is_old(object.as_ptr()) && objects::is_listed(vm, object));
        });
        let [middle, oldest] = vm.state.gc.since.get();
        vm.new_tuple(&[vm.new_int(young)?, vm.new_int(middle)?, vm.new_int(oldest)?])
    }

    /// Get the garbage collection debugging flags.
    #[method("get_debug()")]
    fn get_debug(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.state.gc.debug.get())
    }

    /// Return the number of objects in the permanent generation.
    #[method("get_freeze_count()")]
    fn get_freeze_count(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.state.gc.frozen.get())
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    ///
    ///   generation
    ///     Generation to extract the objects from.
    ///
    /// If generation is not None, return only the objects tracked by the collector
    /// that are in that generation.
    #[method("outside get_objects(generation=None)")]
    fn get_objects(vm: &Vm, args: &[Value]) -> PyResult {
        let list = match read_generation(vm, args[0])? {
            None => {
                objects::sweep(vm);
                objects::select(vm, |object| objects::is_listed(vm, object))?
            }
            // There are two generations: the middle one is empty.
            Some(1) => List::new(vm, &[])?,
            Some(generation) => objects::select(vm, |object| {
                vm.heap.is_old(object.as_ptr()) == (generation == 2) && objects::is_listed(vm, object)
            })?,
        };
        Ok(list.into())
    }

    /// Return the list of objects that are directly referred to by 'objs'.
    #[method("get_referents(*objs)")]
    fn get_referents(vm: &Vm, args: &[Value]) -> PyResult {
        let list = List::new(vm, &[])?;
        for value in args {
            let mut count = 0;
            objects::for_each_referent(vm, *value, &mut |_| count += 1);
            list.reserve(vm, count)?;
            let mut result = Ok(());
            // There is room, so that nothing is allocated.
            objects::for_each_referent(vm, *value, &mut |referent| {
                if result.is_ok() {
                    result = list.push(vm, referent);
                }
            });
            result?;
        }
        Ok(list.into())
    }

    /// Return the list of objects that directly refer to any of 'objs'.
    #[method("outside get_referrers(*objs)")]
    fn get_referrers(vm: &Vm, args: &[Value]) -> PyResult {
        objects::sweep(vm);
        objects::referrers(vm, args).map(Value::from)
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[method("get_stats()")]
    fn get_stats(vm: &Vm, _: &[Value]) -> PyResult {
        let mut items = [Value::UNBOUND; 3];
        for (item, count) in items.iter_mut().zip(vm.state.gc.counts.get()) {
            let dict = Dict::new(vm)?;
            *item = dict.into();
            dict.set_str(vm, vm.intern("collections"), vm.new_int(count.collections)?)?;
            dict.set_str(vm, vm.intern("collected"), vm.new_int(count.collected)?)?;
            dict.set_str(vm, vm.intern("uncollectable"), Value::ZERO)?;
        }
        vm.new_list(&items)
    }

    /// Return the current collection thresholds.
    #[method("get_threshold()")]
    fn get_threshold(vm: &Vm, _: &[Value]) -> PyResult {
        let [a, b, c] = vm.state.gc.thresholds.get();
        vm.new_tuple(&[vm.new_int(a)?, vm.new_int(b)?, vm.new_int(c)?])
    }

    /// Returns true if the object has been already finalized by the GC.
    #[method("is_finalized(obj, /)")]
    fn is_finalized(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(args[0].as_header().is_some_and(|object| vm.state.gc.is_finalized(object))))
    }

    /// Returns true if the object is tracked by the garbage collector.
    ///
    /// Simple atomic objects will return false.
    #[method("is_tracked(obj, /)")]
    fn is_tracked(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(objects::is_tracked(vm, args[0])))
    }

    /// Returns true if automatic garbage collection is enabled.
    #[method("isenabled()")]
    fn isenabled(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.bool(vm.state.gc.enabled.get()))
    }

    /// Set the garbage collection debugging flags.
    ///
    ///   flags
    ///     An integer that can have the following bits turned on:
    ///       DEBUG_STATS - Print statistics during collection.
    ///       DEBUG_COLLECTABLE - Print collectable objects found.
    ///       DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects
    ///         found.
    ///       DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.
    ///       DEBUG_LEAK - Debug leaking programs (everything but STATS).
    ///
    /// Debugging information is written to sys.stderr.
    #[method("set_debug(flags, /)")]
    fn set_debug(vm: &Vm, args: &[Value]) -> PyResult {
        vm.state.gc.debug.set(vm.index_i64(args[0])?);
        Ok(vm.none())
    }

    /// set_threshold(threshold0, [threshold1, [threshold2]])
    /// Set the collection thresholds (the collection frequency).
    ///
    /// Setting 'threshold0' to zero disables collection.
    #[method("set_threshold(*args)")]
    fn set_threshold(vm: &Vm, args: &[Value]) -> PyResult {
        if args.is_empty() || args.len() > 3 {
            return Err(vm.type_error("gc.set_threshold requires 1 to 3 arguments"));
        }
        let mut thresholds = vm.state.gc.thresholds.get();
        for (threshold, value) in thresholds.iter_mut().zip(args) {
            *threshold = vm.index_i64(*value)?;
        }
        vm.state.gc.thresholds.set(thresholds);
        Ok(vm.none())
    }

    /// Unfreeze all objects in the permanent generation.
    ///
    /// Put all objects in the permanent generation back into oldest generation.
    #[method("unfreeze()")]
    fn unfreeze(vm: &Vm, _: &[Value]) -> PyResult {
        vm.state.gc.frozen.set(0);
        Ok(vm.none())
    }
}
