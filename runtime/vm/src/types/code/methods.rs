//! Methods of code objects: where each part of the code comes from, and repr.

use orochi_bytecode::Position;
use orochi_bytecode::op::Flow;

use super::names::Names;
use super::tables::is_known;
use super::this;
use super::words::Words;
use crate::error::PyResult;
use crate::methods;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// The line of a position, if it has one.
fn line_of(position: Position) -> Option<u32> {
    is_known(position).then_some(position.line)
}

fn position_tuple(vm: &Vm, position: Position) -> PyResult {
    let none = vm.none();
    if !is_known(position) {
        return vm.new_tuple(&[none; 4]);
    }
    let number = |number: u32| vm.new_int(i64::from(number));
    if vm.flags(|flags| flags.no_debug_ranges) {
        return vm.new_tuple(&[number(position.line)?, number(position.line)?, none, none]);
    }
    let end = position.end_line.max(position.line);
    vm.new_tuple(&[number(position.line)?, number(end)?, number(position.column)?, number(position.end_column)?])
}

/// Where control goes on behind the instruction at an index: behind what only marks a position.
fn behind(words: &Words, index: usize) -> u32 {
    words.words.get(index + 1).map_or(words.bytes.len() as u32, |word| 2 * word.unit)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return the names of a variable by its number among all variables.
    #[method("_varname_from_oparg($self, /, oparg)")]
    fn varname_from_oparg(vm: &Vm, args: &[Value]) -> PyResult {
        let code = this(args[0]);
        let mut index = vm.index_i64(args[1])?;
        for which in [Names::Local, Names::Cell, Names::Free] {
            let names = code.names(vm, which)?;
            if let Some(name) = usize::try_from(index).ok().and_then(|index| names.get(index)) {
                return Ok(name);
            }
            index -= names.len() as i64;
        }
        Err(vm.index_error("tuple index out of range"))
    }

    /// Return an iterator over branches: tuples of where one is, where it goes on and where it jumps to.
    #[method("co_branches($self, /)")]
    fn co_branches(vm: &Vm, args: &[Value]) -> PyResult {
        let code = this(args[0]);
        let words = code.words(vm)?;
        let list = List::new(vm, &[])?;
        for (index, word) in words.words.iter().enumerate() {
            let Some(target) = word.op.target().filter(|_| word.op.flow() == Flow::Branch) else { continue };
            let source = 2 * (word.unit + word.units - 1);
            let places = [source, behind(words, index), words.start_of(target.0)];
            let places = places.map(|place| Value::small(i64::from(place)));
            list.push(vm, vm.new_tuple(&places)?)?;
        }
        vm.iter(list.into())
    }

    /// Return an iterator over lines: tuples of first byte, byte behind the last, line or None.
    #[method("co_lines($self, /)")]
    fn co_lines(vm: &Vm, args: &[Value]) -> PyResult {
        let code = this(args[0]);
        let list = List::new(vm, &[])?;
        let emit = |start: u32, end: u32, line: Option<u32>| -> PyResult<()> {
            let line = line.map_or(vm.none(), |line| Value::small(i64::from(line)));
            let places = [Value::small(i64::from(start)), Value::small(i64::from(end)), line];
            list.push(vm, vm.new_tuple(&places)?)
        };
        let (mut start, mut end, mut line) = (0, 0, None);
        for run in code.runs(code.words(vm)?) {
            if let Some(known) = line.filter(|known| *known != line_of(run.position)) {
                emit(start, end, known)?;
                start = end;
            }
            line = Some(line_of(run.position));
            end += 2 * run.units;
        }
        if let Some(line) = line {
            emit(start, end, line)?;
        }
        vm.iter(list.into())
    }

    /// Return an iterator over the positions of all code units: tuples of line, last line, column and last column.
    #[method("co_positions($self, /)")]
    fn co_positions(vm: &Vm, args: &[Value]) -> PyResult {
        let code = this(args[0]);
        let list = List::new(vm, &[])?;
        for run in code.runs(code.words(vm)?) {
            let position = position_tuple(vm, run.position)?;
            for _ in 0..run.units {
                list.push(vm, position)?;
            }
        }
        vm.iter(list.into())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let code = this(args[0]);
        let (name, file) = (vm.display(code.name.get()), vm.display(code.filename.get()));
        let (place, line) = (crate::types::object::address(args[0]), code.first_line());
        vm.new_str(&format!("<code object {name} at {place:#x}, file \"{file}\", line {line}>"))
    }
}
