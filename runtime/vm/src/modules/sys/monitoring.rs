//! `sys.monitoring` (PEP 669).

use core::cell::Cell;

use orochi_gc::{Gc, Tracer};
use orochi_macros::methods;

use crate::error::{PyResult, Raised};
use crate::interp::observe::Event;
use crate::interp::observe::event::{BRANCH, LOCAL};
use crate::interp::observe::tools::{TOOLS, Tool, USER_TOOLS};
use crate::modules::native::NativeModule;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// Objects that callbacks give and get; made when they are first needed.
#[derive(Default)]
pub struct State {
    disable: Cell<Value>,
    missing: Cell<Value>,
}

impl State {
    /// Reports the objects.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        self.disable.get().trace(tracer);
        self.missing.get().trace(tracer);
    }

    /// `sys.monitoring.DISABLE`.
    pub fn disable(&self, vm: &Vm) -> PyResult {
        made(vm, &self.disable)
    }

    /// `sys.monitoring.MISSING`.
    pub fn missing(&self, vm: &Vm) -> PyResult {
        made(vm, &self.missing)
    }
}

fn made(vm: &Vm, place: &Cell<Value>) -> PyResult {
    if place.get().is_unbound() {
        place.set(vm.new_object(vm.types().object)?);
    }
    Ok(place.get())
}

pub(super) static MODULE: NativeModule = NativeModule { name: "sys.monitoring", doc: "", functions: FUNCTIONS, init };

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    let set = |name: &str, value: Value| dict.set_str(vm, vm.intern(name), value);
    set("DISABLE", vm.state.monitoring.disable(vm)?)?;
    set("MISSING", vm.state.monitoring.missing(vm)?)?;
    for (name, number) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        set(name, Value::small(number))?;
    }
    let events = vm.new_object(vm.types().simple_namespace)?;
    let add = |name: &str, bits: u32| vm.set_attr(events, vm.intern(name), Some(Value::small(i64::from(bits))));
    for event in Event::ALL {
        add(event.name(), event.bit())?;
    }
    add(BRANCH.0, 1 << BRANCH.1)?;
    add("NO_EVENTS", 0)?;
    set("events", events)
}

/// The number of a tool that programs may use.
fn tool_number(vm: &Vm, value: Value) -> PyResult<usize> {
    let number = vm.index_i64(value)?;
    match usize::try_from(number).ok().filter(|number| *number < USER_TOOLS) {
        Some(number) => Ok(number),
        None => Err(vm.value_error(format!("invalid tool {number} (must be between 0 and {})", USER_TOOLS - 1))),
    }
}

fn tool(vm: &Vm, number: usize) -> &Tool {
    &vm.observation.tools[number]
}

/// A tool that is in use.
fn used_tool(vm: &Vm, value: Value) -> PyResult<usize> {
    let number = tool_number(vm, value)?;
    if tool(vm, number).name.get().is_unbound() {
        return Err(vm.value_error(format!("tool {number} is not in use")));
    }
    Ok(number)
}

/// Both branches by their old name become what they are now.
fn with_branches(events: u32) -> u32 {
    if events & 1 << BRANCH.1 == 0 {
        return events;
    }
    events & !(1 << BRANCH.1) | Event::BranchLeft.bit() | Event::BranchRight.bit()
}

fn invalid_set(vm: &Vm, what: &str, events: i64) -> Raised {
    vm.value_error(format!("invalid {what} 0x{:x}", events as i32))
}

/// A set of events for all code or (`local`) for some.
fn event_set(vm: &Vm, value: Value, local: bool) -> PyResult<u32> {
    let given = vm.index_i64(value)?;
    let what = if local { "local event set" } else { "event set" };
    let Some(events) = u32::try_from(given).ok().filter(|events| *events < 1 << (BRANCH.1 + 1)) else {
        return Err(invalid_set(vm, what, given));
    };
    let ends = Event::NativeReturn.bit() | Event::NativeRaise.bit();
    let mut events = with_branches(events);
    if events & ends != 0 {
        let calls = Event::Call.bit() | ends;
        if events & calls != calls && events & Event::Call.bit() == 0 {
            return Err(vm.value_error("cannot set C_RETURN or C_RAISE events independently"));
        }
        events &= !ends;
    }
    if local && events & !LOCAL != 0 {
        return Err(invalid_set(vm, what, given));
    }
    Ok(events)
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return the events that tools want, each with the numbers of the tools as bits.
    #[method("_all_events()")]
    fn all_events(vm: &Vm, _: &[Value]) -> PyResult {
        let dict = Dict::new(vm)?;
        for event in Event::ALL {
            let wants = |number: &usize| tool(vm, *number).events.get() & event.bit() != 0;
            let tools = (0..TOOLS).filter(wants).fold(0, |tools, number| tools | 1 << number);
            if tools != 0 {
                dict.set_str(vm, vm.intern(event.name()), Value::small(tools))?;
            }
        }
        Ok(dict.into())
    }

    /// Forget all events and callbacks of a tool.
    #[method("outside clear_tool_id(tool_id, /)")]
    fn clear_tool_id(vm: &Vm, args: &[Value]) -> PyResult {
        let number = tool_number(vm, args[0])?;
        if tool(vm, number).name.get().is_bound() {
            vm.clear_tool(number)?;
        }
        Ok(vm.none())
    }

    /// Give the number of a tool back.
    #[method("outside free_tool_id(tool_id, /)")]
    fn free_tool_id(vm: &Vm, args: &[Value]) -> PyResult {
        let number = tool_number(vm, args[0])?;
        if tool(vm, number).name.get().is_bound() {
            vm.clear_tool(number)?;
            tool(vm, number).name.set(Value::UNBOUND);
        }
        Ok(vm.none())
    }

    /// Return the events that a tool wants of all code.
    #[method("get_events(tool_id, /)")]
    fn get_events(vm: &Vm, args: &[Value]) -> PyResult {
        let number = tool_number(vm, args[0])?;
        Ok(Value::small(i64::from(tool(vm, number).events.get())))
    }

    /// Return the events that a tool wants of a code object.
    #[method("get_local_events(tool_id, code, /)")]
    fn get_local_events(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(code) = args[1].cast::<Code>() else { return Err(vm.type_error("code must be a code object")) };
        let number = tool_number(vm, args[0])?;
        Ok(Value::small(code.events().map_or(0, |events| i64::from(events.local[number].get()))))
    }

    /// Return the name of a tool, or None.
    #[method("get_tool(tool_id, /)")]
    fn get_tool(vm: &Vm, args: &[Value]) -> PyResult {
        let number = tool_number(vm, args[0])?;
        Ok(tool(vm, number).name.get().bound().unwrap_or(vm.none()))
    }

    /// Set what is called for an event, or nothing; return what was called before.
    #[method("register_callback(tool_id, event, func, /)")]
    fn register_callback(vm: &Vm, args: &[Value]) -> PyResult {
        let number = tool_number(vm, args[0])?;
        let bits = vm.index_i64(args[1])?;
        let one = u64::try_from(bits).ok().filter(|bits| bits.is_power_of_two());
        let Some(event) = one.map(u64::trailing_zeros) else {
            return Err(vm.value_error("The callback can only be set for one event at a time"));
        };
        let places = if event == BRANCH.1 {
            vec![Event::BranchLeft, Event::BranchRight]
        } else {
            match Event::from_number(event) {
                Some(event) => vec![event],
                None => return Err(vm.value_error(format!("invalid event {bits}"))),
            }
        };
        let callback = args[2].bound().filter(|callback| *callback != vm.none()).unwrap_or_default();
        let mut before = Value::UNBOUND;
        for event in places {
            before = tool(vm, number).callbacks[event as usize].replace(callback);
        }
        Ok(before.bound().unwrap_or(vm.none()))
    }

    /// Have places told of again that callbacks turned off.
    #[method("restart_events()")]
    fn restart_events(vm: &Vm, _: &[Value]) -> PyResult {
        vm.restart_events();
        Ok(vm.none())
    }

    /// Set the events that a tool wants of all code.
    #[method("outside set_events(tool_id, event_set, /)")]
    fn set_events(vm: &Vm, args: &[Value]) -> PyResult {
        let number = tool_number(vm, args[0])?;
        let events = event_set(vm, args[1], false)?;
        let number = used_tool(vm, Value::small(number as i64))?;
        vm.set_events(number, events)?;
        Ok(vm.none())
    }

    /// Set the events that a tool wants of a code object.
    #[method("outside set_local_events(tool_id, code, event_set, /)")]
    fn set_local_events(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(code) = args[1].cast::<Code>() else { return Err(vm.type_error("code must be a code object")) };
        let number = tool_number(vm, args[0])?;
        let events = event_set(vm, args[2], true)?;
        let number = used_tool(vm, Value::small(number as i64))?;
        vm.set_local_events(number, &code, events)?;
        Ok(vm.none())
    }

    /// Take the number of a tool.
    #[method("use_tool_id(tool_id, name, /)")]
    fn use_tool_id(vm: &Vm, args: &[Value]) -> PyResult {
        let number = tool_number(vm, args[0])?;
        if args[1].cast::<Str>().is_none() {
            return Err(vm.value_error("tool name must be a str"));
        }
        let name = &tool(vm, number).name;
        if name.get().is_bound() {
            return Err(vm.value_error(format!("tool {number} is already in use")));
        }
        name.set(args[1]);
        Ok(vm.none())
    }
}
