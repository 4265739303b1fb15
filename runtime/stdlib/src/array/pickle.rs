//! Pickling of arrays: items in a machine format that other machines can read.

use orochi_macros::methods;
use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::{Str, codecs};
use orochi_vm::types::typed_array::{TypeCode, TypedArray};
use orochi_vm::{Class, Gc, PyResult, Value, Vm};

use super::{ARRAY, extend_by_bytes};

/// What an item is in a machine format.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unsigned,
    Signed,
    Float,
    Text,
}

/// A machine format by its number: kind, bytes of an item, whether the most significant byte comes first.
fn format_of(number: i64) -> Option<(Kind, usize, bool)> {
    let big = number % 2 == 1;
    Some(match number {
        0 => (Kind::Unsigned, 1, false),
        1 => (Kind::Signed, 1, false),
        2..=13 => {
            let (pair, size) = ((number - 2) / 2, 2 << ((number - 2) / 4));
            (if pair % 2 == 0 { Kind::Unsigned } else { Kind::Signed }, size as usize, big)
        }
        14 | 15 => (Kind::Float, 4, big),
        16 | 17 => (Kind::Float, 8, big),
        18 | 19 => (Kind::Text, 2, big),
        20 | 21 => (Kind::Text, 4, big),
        _ => return None,
    })
}

/// The number of the machine format that a type has here.
fn own_format(code: TypeCode) -> i64 {
    use TypeCode::*;
    let little = match code {
        U8 => return 0,
        I8 => return 1,
        U16 => 2,
        I16 => 4,
        U32 => 6,
        I32 => 8,
        ULong | U64 => 10,
        Long | I64 => 12,
        F32 => 14,
        F64 => 16,
        Wide | CodePoint => 20,
    };
    little + i64::from(cfg!(target_endian = "big"))
}

/// The integer type of a kind and a size.
fn integer_code(kind: Kind, size: usize) -> TypeCode {
    use TypeCode::*;
    let (unsigned, signed) = match size {
        1 => (U8, I8),
        2 => (U16, I16),
        4 => (U32, I32),
        _ => (U64, I64),
    };
    if kind == Kind::Signed { signed } else { unsigned }
}

/// The items of an array as bytes that its own machine can read; `None` for one whose bytes must be converted by value.
fn native_bytes(bytes: &[u8], size: usize, big: bool) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if big != cfg!(target_endian = "big") {
        bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }
    bytes
}

fn floats(vm: &Vm, bytes: &[u8], size: usize, big: bool) -> PyResult {
    let bytes = native_bytes(bytes, size, big);
    let list = List::with_capacity(vm, bytes.len() / size)?;
    for chunk in bytes.chunks_exact(size) {
        let float = match (chunk.first_chunk(), chunk.first_chunk()) {
            (_, Some(eight)) if size == 8 => f64::from_ne_bytes(*eight),
            (Some(four), _) => f64::from(f32::from_ne_bytes(*four)),
            _ => continue,
        };
        list.push(vm, vm.new_float(float)?)?;
    }
    Ok(list.into())
}

fn make(vm: &Vm, class: Gc<Class>, code: TypeCode, items: Value) -> PyResult {
    vm.call(class.into(), &[vm.latin1_char(code as u8).into(), items])
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// Internal. Used for pickling support.
    #[method("_array_reconstructor(arraytype, typecode, mformat_code, items, /)")]
    fn array_reconstructor(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(class) = args[0].cast::<Class>() else {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("first argument must be a type object, not {name}")));
        };
        let letter = match args[1].cast::<Str>() {
            Some(text) if text.len() == 1 => text.text().at(0),
            found => {
                let found = match found {
                    Some(text) => format!("a string of length {}", text.len()),
                    None => vm.type_name(args[1]),
                };
                return Err(vm.type_error(format!(
                    "_array_reconstructor(): argument 2 must be a unicode character, not {found}"
                )));
            }
        };
        let format = vm.index_i64(args[2])?;
        if !class.is_subclass_of(vm.module_class(&ARRAY)?) {
            return Err(vm.type_error(format!("{} is not a subtype of array.array", class.title())));
        }
        let Some(code) = TypeCode::from_letter(letter) else {
            return Err(vm.value_error("second argument must be a valid type code"));
        };
        let Some((kind, size, big)) = format_of(format) else {
            return Err(vm.value_error("third argument must be a valid machine format code."));
        };
        let Some(items) = args[3].cast::<Bytes>() else {
            let name = vm.type_name(args[3]);
            return Err(vm.type_error(format!("fourth argument should be bytes, not {name}")));
        };
        let bytes = items.as_slice();
        if bytes.len() % size != 0 {
            return Err(vm.value_error("bytes length not a multiple of item size"));
        }
        match kind {
            Kind::Float if format != own_format(code) => make(vm, class, code, floats(vm, bytes, size, big)?),
            Kind::Text if format != own_format(code) => {
                let name = if size == 2 { "utf-16" } else { "utf-32" };
                let name = format!("{name}-{}", if big { "be" } else { "le" });
                make(vm, class, code, codecs::decode(vm, bytes, &name, "strict")?)
            }
            _ => {
                let code = if format == own_format(code) { code } else { integer_code(kind, size) };
                let array = make(vm, class, code, vm.new_list(&[])?)?;
                match array.cast::<TypedArray>() {
                    Some(array) => extend_by_bytes(vm, &array, &native_bytes(bytes, size, big))?,
                    None => return Err(vm.type_error("an array is required")),
                }
                Ok(array)
            }
        }
    }
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return state information for pickling.
    #[method("__reduce_ex__($self, value, /)")]
    fn reduce_ex(vm: &Vm, args: &[Value]) -> PyResult {
        if !vm.is_instance(args[1], vm.types().int) {
            return Err(vm.type_error("__reduce_ex__ argument should be an integer"));
        }
        let array = args[0].expect::<TypedArray>();
        let class: Value = vm.class_of(args[0]).into();
        let letter: Value = vm.latin1_char(array.code.get() as u8).into();
        let attributes = vm.find_attr_str(args[0], "__dict__")?.unwrap_or(vm.none());
        if vm.index_i64(args[1])? < 3 {
            let items = vm.call_method(args[0], "tolist", &[])?;
            let arguments = vm.new_tuple(&[letter, items])?;
            return vm.new_tuple(&[class, arguments, attributes]);
        }
        let reconstructor = vm.get_attr_str(vm.import("array")?, "_array_reconstructor")?;
        let bytes = vm.new_bytes(&array.data.borrow().clone())?;
        let arguments = vm.new_tuple(&[class, letter, Value::small(own_format(array.code.get())), bytes])?;
        vm.new_tuple(&[reconstructor, arguments, attributes])
    }
}
