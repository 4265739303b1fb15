//! Arrays and files.

use orochi_macros::methods;
use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::typed_array::TypedArray;
use orochi_vm::{PyResult, Value, Vm};

use super::extend_by_bytes;

/// Bytes that are written at once.
const BLOCK: usize = 64 * 1024;

#[methods(pub(super) METHODS)]
impl Methods {
    /// Read n objects from the file object f and append them to the end of the array.
    #[method("fromfile($self, f, n, /)")]
    fn fromfile(vm: &Vm, args: &[Value]) -> PyResult {
        let array = args[0].expect::<TypedArray>();
        let Ok(count) = usize::try_from(vm.index_i64(args[2])?) else {
            return Err(vm.value_error("negative count"));
        };
        let Some(wanted) = count.checked_mul(array.code.get().size()).filter(|wanted| *wanted <= isize::MAX as usize)
        else {
            return Err(vm.memory_error());
        };
        let read = vm.call_method(args[1], "read", &[vm.new_int(wanted as i64)?])?;
        let Some(bytes) = read.cast::<Bytes>() else {
            return Err(vm.type_error("read() didn't return bytes"));
        };
        extend_by_bytes(vm, &array, bytes.as_slice())?;
        if bytes.as_slice().len() != wanted {
            return Err(vm.raise(vm.types().eof_error, "read() didn't return enough bytes"));
        }
        Ok(vm.none())
    }

    /// Write all items (as machine values) to the file object f.
    #[method("tofile($self, f, /)")]
    fn tofile(vm: &Vm, args: &[Value]) -> PyResult {
        let array = args[0].expect::<TypedArray>();
        let mut start = 0;
        loop {
            let block = array.data.borrow().get(start..).map(|rest| rest[..rest.len().min(BLOCK)].to_vec());
            let Some(block) = block.filter(|block| !block.is_empty()) else { return Ok(vm.none()) };
            vm.call_method(args[1], "write", &[vm.new_bytes(&block)?])?;
            start += block.len();
        }
    }
}
