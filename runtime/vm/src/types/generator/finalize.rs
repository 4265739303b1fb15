//! What happens to generators that are lost: they are closed, asynchronous ones by the event loop; of coroutines that nobody awaited a
//! warning tells.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::types::generator::{Generator, State};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Finalizes a generator, coroutine or asynchronous generator.
pub(crate) fn finalize(vm: &Vm, generator: Gc<Generator>) {
    if generator.state.get() == State::Finished {
        return;
    }
    let types = vm.types();
    let (object, class) = (Value::from(generator), vm.class_of(generator.into()));
    if class == types.async_generator
        && let Some(hook) = generator.hook.get().bound()
        && !generator.closed.get()
    {
        if let Err(raised) = vm.call(hook, &[object]) {
            vm.report_ignored(raised, "finalizing generator", object);
        }
        return;
    }
    if class == types.coroutine && generator.state.get() == State::Created {
        warn_unawaited(vm, generator);
        return;
    }
    if let Err(raised) = vm.close_generator(object) {
        vm.report_ignored(raised, "closing generator", object);
    }
}

/// Warns of a coroutine that was never awaited, as the module `warnings` does, if it can.
fn warn_unawaited(vm: &Vm, coroutine: Gc<Generator>) {
    let object = Value::from(coroutine);
    let warned = crate::modules::warnings::attribute(vm, "_warn_unawaited_coroutine", true)
        .and_then(|function| function.map_or(Ok(false), |function| vm.call(function, &[object]).map(|_| true)));
    let warned = match warned {
        Ok(warned) => warned,
        Err(raised) => {
            let is_warning = vm.pending_is(vm.types().runtime_warning);
            vm.report_ignored(raised, "finalizing coroutine", object);
            is_warning
        }
    };
    if warned {
        return;
    }
    let text = format!("coroutine '{}' was never awaited", vm.display(coroutine.qualname.get()));
    if let Err(raised) = vm.warn_about(vm.types().runtime_warning, &text, 1, object) {
        vm.report_ignored(raised, "finalizing coroutine", object);
    }
}

/// Warns of an awaitable of an asynchronous generator that was never awaited.
pub(super) fn warn_unawaited_method(vm: &Vm, generator: Gc<Generator>, method: &str) {
    let text =
        format!("coroutine method '{method}' of {} was never awaited", vm.display_repr(generator.qualname.get()));
    if let Err(raised) = vm.warn_about(vm.types().runtime_warning, &text, 1, generator.into()) {
        vm.report_ignored(raised, "finalizing async generator", generator.into());
    }
}

/// Where a coroutine is being made: file, line and name of so many frames, the innermost first.
#[cold]
pub(crate) fn origin(vm: &Vm, depth: usize) -> PyResult {
    let count = vm.stack.frames().take(depth).count();
    let origin = Tuple::new_open(vm, count)?;
    for index in 0..count {
        let Some(frame) = vm.stack.frames().nth(index) else { break };
        // SAFETY: an active frame, which keeps its code alive.
        let code = unsafe { &*(*frame).code }.owner();
        let (file, name): (Value, Gc<Str>) = (code.filename.get(), code.name.get().expect());
        let line = Value::small(i64::from(vm.line_of(frame)));
        origin.set_open(vm, index, vm.new_tuple(&[file, line, name.into()])?);
    }
    Ok(origin.into())
}
