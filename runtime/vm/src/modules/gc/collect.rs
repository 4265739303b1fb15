//! Collections that programs ask for: counts, callbacks, what the debugging flags ask to be kept or told.

use core::ptr::NonNull;
use std::time::Instant;

use orochi_gc::{CollectKind, Header};

use super::objects;
use super::settings::{DEBUG_COLLECTABLE, DEBUG_SAVEALL, DEBUG_STATS};
use crate::error::PyResult;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::value::Value;
use crate::vm::Vm;

/// Collects, runs the finalizers of what was found dead, and returns how many objects CPython's collector would have
/// found: those in cycles, and what only they refer to.
pub fn collect(vm: &Vm, generation: usize) -> PyResult<i64> {
    let settings = &vm.state.gc;
    if settings.collecting.replace(true) {
        return Ok(0);
    }
    let result = collect_once(vm, generation);
    settings.collecting.set(false);
    result
}

fn collect_once(vm: &Vm, generation: usize) -> PyResult<i64> {
    let debug = vm.state.gc.debug.get();
    call_callbacks(vm, "start", generation, 0)?;
    if debug & DEBUG_STATS != 0 {
        vm.write_stderr(&format!("gc: collecting generation {generation}...\n"));
    }
    let start = Instant::now();
    let kind = if generation == 2 { CollectKind::Full } else { CollectKind::Young };
    vm.clear_dead_registers(usize::MAX);
    if kind == CollectKind::Full {
        vm.observation.forget_classes();
    }
    let mut found: Vec<NonNull<Header>> = Vec::new();
    vm.heap.collect_inspecting(kind, &mut |garbage| {
        found = garbage.in_cycles();
        found.retain(|object| objects::is_listed(vm, *object));
        if debug & (DEBUG_SAVEALL | DEBUG_COLLECTABLE) != 0 {
            found.iter().for_each(|object| garbage.keep(*object));
        }
    });
    let mut count = found.len() as i64;
    if debug & (DEBUG_SAVEALL | DEBUG_COLLECTABLE) != 0 {
        show_garbage(vm, debug, &found)?;
    }
    // What has a finalizer, and what only that refers to, is still there.
    let saved = debug & DEBUG_SAVEALL != 0;
    found.retain(|object| !saved && vm.heap.find_object(object.as_ptr() as usize) == Some(*object));
    if vm.run_finalizers() > 0 && kind == CollectKind::Full {
        // It goes at once, unless its finalizer has brought it back.
        vm.observation.forget_classes();
        vm.heap.collect_inspecting(kind, &mut |garbage| {
            let dead = garbage.all();
            count -= found.iter().filter(|object| dead.binary_search(object).is_err()).count() as i64;
        });
        // Those of what only came free now, generators that are closed for one, leave garbage as well.
        if vm.run_finalizers() > 0 {
            vm.heap.collect(kind);
            vm.run_finalizers();
        }
    }
    if debug & DEBUG_STATS != 0 {
        let seconds = start.elapsed().as_secs_f64();
        vm.write_stderr(&format!("gc: done, {count} unreachable, 0 uncollectable, {seconds:.4}s elapsed\n"));
    }
    vm.state.gc.note_collection(generation, count);
    call_callbacks(vm, "stop", generation, count)?;
    Ok(count)
}

/// Tells of garbage, and puts it into `gc.garbage`.
fn show_garbage(vm: &Vm, debug: i64, found: &[NonNull<Header>]) -> PyResult<()> {
    vm.heap.without_collections(|| {
        for object in found {
            let object = Value::from_header(*object);
            if debug & DEBUG_COLLECTABLE != 0 {
                let (class, place) = (vm.type_name(object), crate::types::object::address(object));
                vm.write_stderr(&format!("gc: collectable <{class} {place:#x}>\n"));
            }
            if debug & DEBUG_SAVEALL != 0
                && let Some(list) = vm.state.gc.garbage.get().cast::<List>()
            {
                list.push(vm, object)?;
            }
        }
        Ok(())
    })
}

/// Calls the functions in `gc.callbacks`.
fn call_callbacks(vm: &Vm, phase: &str, generation: usize, collected: i64) -> PyResult<()> {
    let Some(callbacks) = vm.state.gc.callbacks.get().cast::<List>().filter(|list| !list.is_empty()) else {
        return Ok(());
    };
    let info = Dict::new(vm)?;
    for (name, number) in [("generation", generation as i64), ("collected", collected), ("uncollectable", 0)] {
        info.set_str(vm, vm.intern(name), vm.new_int(number)?)?;
    }
    let phase = vm.new_str(phase)?;
    let mut place = 0;
    while let Some(callback) = callbacks.get(place) {
        if let Err(raised) = vm.call(callback, &[phase, info.into()]) {
            vm.report_ignored(raised, "calling GC callback", callback);
        }
        place += 1;
    }
    Ok(())
}
