//! Rules V1 to V10: everything of a module but the bodies and their tables. Linear in the tables.

use std::collections::HashSet;

use crate::limits;
use crate::module::{Code, Const, Module};
use crate::operands::{CodeIdx, ConstIdx, NameIdx};

use super::{Result, Rule, SUPPORTED_FEATURES, VerifyError};

/// Checks a module but for its bodies; says for each constant whether it may name keyword arguments.
pub(super) fn check(module: &Module) -> Result<Box<[bool]>> {
    table_sizes(module)?;
    features(&module.required_features)?;
    constants(&module.constants)?;
    for (index, code) in module.codes.iter().enumerate() {
        let is_text = |constant: ConstIdx| matches!(module.constants.get(constant.index()), Some(Const::Str(_)));
        header(code, CodeIdx(index as u32), module.names.len(), is_text)
            .map_err(|error| error.in_code(module, index))?;
    }
    Ok(module.constants.iter().map(|constant| names_keywords(module, constant)).collect())
}

fn table_sizes(module: &Module) -> Result<()> {
    if module.codes.is_empty() {
        return Err(VerifyError::new(Rule::TableSizes, "the module has no code object, not even for its body"));
    }
    let sizes =
        [("code objects", module.codes.len()), ("names", module.names.len()), ("constants", module.constants.len())];
    for (what, size) in sizes {
        if size > limits::TABLE_ENTRIES as usize {
            return Err(VerifyError::new(Rule::TableSizes, format!("the module has {size} {what}")));
        }
    }
    Ok(())
}

fn features(required: &[String]) -> Result<()> {
    if let Some(pair) = required.windows(2).find(|pair| pair[0] >= pair[1]) {
        let message = format!("the required feature `{}` stands before `{}`", pair[0], pair[1]);
        return Err(VerifyError::new(Rule::Features, message));
    }
    match required.iter().find(|feature| !SUPPORTED_FEATURES.contains(&feature.as_str())) {
        Some(feature) => {
            let message = format!("the module requires the feature `{feature}`, which this version does not know");
            Err(VerifyError::new(Rule::Features, message))
        }
        None => Ok(()),
    }
}

fn constants(constants: &[Const]) -> Result<()> {
    // How deep each constant nests, and how many constants it holds, itself included.
    let mut extents: Vec<(u32, u64)> = Vec::with_capacity(constants.len());
    for (index, constant) in constants.iter().enumerate() {
        let slice;
        let items: &[ConstIdx] = match constant {
            Const::Tuple(items) | Const::FrozenSet(items) => items,
            Const::Slice { start, stop, step } => {
                slice = [*start, *stop, *step];
                &slice
            }
            Const::BigInt(bytes) => {
                big_integer(index, bytes)?;
                &[]
            }
            Const::Str(bytes) => {
                string(index, bytes)?;
                &[]
            }
            _ => &[],
        };
        let (mut depth, mut size) = (0, 1u64);
        for item in items {
            let Some(&(item_depth, item_size)) = extents.get(item.index()) else {
                let message = format!("constant {index} holds constant {}, which is not before it", item.0);
                return Err(VerifyError::new(Rule::ConstantOrder, message));
            };
            depth = depth.max(item_depth + 1);
            size += item_size;
        }
        if depth > limits::CONSTANT_NESTING || size > limits::CONSTANT_SIZE {
            let message = format!("constant {index} nests {depth} deep and holds {size} constants");
            return Err(VerifyError::new(Rule::ConstantNesting, message));
        }
        extents.push((depth, size));
    }
    Ok(())
}

fn big_integer(index: usize, bytes: &[u8]) -> Result<()> {
    let needless = matches!(bytes, [.., below, last] if *last == if below & 0x80 == 0 { 0 } else { 0xff });
    if bytes.len() <= 8 || needless {
        let message = format!("the big integer in constant {index} has {} bytes, more than it needs", bytes.len());
        return Err(VerifyError::new(Rule::ConstantForm, message));
    }
    Ok(())
}

fn string(index: usize, bytes: &[u8]) -> Result<()> {
    match generalised_utf8_error(bytes) {
        Some(offset) => {
            let byte = bytes[offset];
            let message = format!("byte {offset} of the string in constant {index} is {byte:#04x}, which is no UTF-8");
            Err(VerifyError::new(Rule::ConstantForm, message))
        }
        None => Ok(()),
    }
}

/// Where bytes stop being generalised UTF-8: UTF-8 that allows surrogates.
fn generalised_utf8_error(mut bytes: &[u8]) -> Option<usize> {
    let mut offset = 0;
    loop {
        let Err(error) = std::str::from_utf8(bytes) else {
            return None;
        };
        let valid = error.valid_up_to();
        match bytes[valid..] {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => {
                bytes = &bytes[valid + 3..];
                offset += valid + 3;
            }
            _ => return Some(offset + valid),
        }
    }
}

/// V6 to V10: the rules of a code object but for its body. `is_text` says whether there is a constant and it is a string.
pub(crate) fn header(code: &Code, index: CodeIdx, names: usize, is_text: impl Fn(ConstIdx) -> bool) -> Result<()> {
    header_indices(code, names, is_text)?;
    let parameters = parameters(code, index.0 == 0)?;
    cells(code, parameters)?;
    flags(code)?;
    let registers = [code.locals.len(), code.cells.len(), code.free.len(), code.max_stack as usize];
    let registers: u64 = registers.iter().map(|&count| count as u64).sum();
    if registers > u64::from(limits::REGISTERS) {
        return Err(VerifyError::new(Rule::Registers, format!("variables and stack are {registers}")));
    }
    Ok(())
}

fn header_indices(code: &Code, names: usize, is_text: impl Fn(ConstIdx) -> bool) -> Result<()> {
    let name = |what: &str, name: NameIdx| {
        if name.index() < names {
            return Ok(());
        }
        let message = format!("the name of {what} is {}, but the module has {names} names", name.0);
        Err(VerifyError::new(Rule::HeaderIndices, message))
    };
    name("the code object", code.name)?;
    name("the code object's path", code.qualname)?;
    code.locals.iter().try_for_each(|&local| name("a local variable", local))?;
    code.cells.iter().try_for_each(|cell| name("a cell", cell.name))?;
    code.free.iter().try_for_each(|&free| name("a free variable", free))?;
    match code.docstring.map(is_text) {
        None | Some(true) => Ok(()),
        Some(false) => Err(VerifyError::new(Rule::HeaderIndices, "the docstring is not a string constant")),
    }
}

/// Checks the parameters; gives their number.
fn parameters(code: &Code, is_body: bool) -> Result<u64> {
    if code.positional_only > code.positional {
        let (only, all) = (code.positional_only, code.positional);
        let message = format!("{only} positional-only parameters are more than all {all} positional ones");
        return Err(VerifyError::new(Rule::Parameters, message));
    }
    let count = code.parameter_count();
    if count > code.locals.len() as u64 {
        let message = format!("{count} parameters do not fit {} local variables", code.locals.len());
        return Err(VerifyError::new(Rule::Parameters, message));
    }
    if is_body && (count > 0 || !code.free.is_empty()) {
        let message = format!("the module's body has {count} parameters and {} free variables", code.free.len());
        return Err(VerifyError::new(Rule::Parameters, message));
    }
    Ok(count)
}

fn cells(code: &Code, parameters: u64) -> Result<()> {
    let mut taken = HashSet::new();
    for cell in &code.cells {
        let Some(parameter) = cell.parameter else { continue };
        if u64::from(parameter.0) >= parameters {
            let message = format!("a cell takes the argument of parameter {} of {parameters}", parameter.0);
            return Err(VerifyError::new(Rule::Cells, message));
        }
        if !taken.insert(parameter) {
            let message = format!("two cells take the argument of parameter {}", parameter.0);
            return Err(VerifyError::new(Rule::Cells, message));
        }
    }
    Ok(())
}

fn flags(code: &Code) -> Result<()> {
    let flags = code.flags;
    let kinds = [flags.generator, flags.coroutine, flags.async_generator].iter().filter(|&&kind| kind).count();
    if kinds > 1 || (flags.iterable_coroutine && !flags.generator) {
        return Err(VerifyError::new(Rule::Flags, "the flags contradict each other"));
    }
    Ok(())
}

/// Whether a constant is a tuple of different strings.
fn names_keywords(module: &Module, constant: &Const) -> bool {
    let Const::Tuple(items) = constant else {
        return false;
    };
    are_different_texts(items, |item| match &module.constants[item.index()] {
        Const::Str(text) => Some(text.as_slice()),
        _ => None,
    })
}

/// Whether constants are different strings.
pub(super) fn are_different_texts<'a>(items: &[ConstIdx], text: impl Fn(ConstIdx) -> Option<&'a [u8]>) -> bool {
    if items.len() <= 8 {
        return items.iter().enumerate().all(|(index, item)| {
            text(*item).is_some_and(|name| !items[..index].iter().any(|other| text(*other) == Some(name)))
        });
    }
    let mut seen = HashSet::with_capacity(items.len());
    items.iter().all(|item| text(*item).is_some_and(|name| seen.insert(name)))
}
