//! The exception hierarchy.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

const FLAGS: u32 = flags::BASE | flags::DICT | flags::WEAKREF;

/// Declares exception classes: constant, name, docstring, and what the class adds.
macro_rules! exceptions {
    ($($constant:ident $name:literal $doc:literal $(+ $module:ident $methods:ident $getset:ident)?;)*) => {$(
        #[doc = $doc]
        pub static $constant: ClassDef = exceptions!(@class $name $doc $($module $methods $getset)?);
    )*};
    (@class $name:literal $doc:literal) => {
        ClassDef { flags: FLAGS, ..ClassDef::new($name, $doc, Layout::Exception) }
    };
    (@class $name:literal $doc:literal $module:ident $methods:ident $getset:ident) => {
        ClassDef {
            flags: FLAGS | flags::SOLID,
            methods: &[super::$module::$methods],
            getset: super::$module::$getset,
            ..ClassDef::new($name, $doc, Layout::Exception)
        }
    };
}

exceptions! {
    BASE_EXCEPTION "BaseException" "Common base class for all exceptions" + methods METHODS GETSET;
    BASE_EXCEPTION_GROUP "BaseExceptionGroup" "A combination of multiple unrelated exceptions." + group METHODS GETSET;
    EXCEPTION "Exception" "Common base class for all non-exit exceptions.";
    GENERATOR_EXIT "GeneratorExit" "Request that a generator exit.";
    KEYBOARD_INTERRUPT "KeyboardInterrupt" "Program interrupted by user.";
    SYSTEM_EXIT "SystemExit" "Request to exit from the interpreter." + fields SYSTEM_EXIT_METHODS SYSTEM_EXIT_GETSET;
    ARITHMETIC_ERROR "ArithmeticError" "Base class for arithmetic errors.";
    ASSERTION_ERROR "AssertionError" "Assertion failed.";
    ATTRIBUTE_ERROR "AttributeError" "Attribute not found." + fields ATTRIBUTE_ERROR_METHODS ATTRIBUTE_ERROR_GETSET;
    BUFFER_ERROR "BufferError" "Buffer error.";
    EOF_ERROR "EOFError" "Read beyond end of file.";
    IMPORT_ERROR "ImportError" "Import can't find module, or can't find name in module." + fields IMPORT_ERROR_METHODS IMPORT_ERROR_GETSET;
    LOOKUP_ERROR "LookupError" "Base class for lookup errors.";
    MEMORY_ERROR "MemoryError" "Out of memory.";
    NAME_ERROR "NameError" "Name not found globally." + fields NAME_ERROR_METHODS NAME_ERROR_GETSET;
    OS_ERROR "OSError" "Base class for I/O related errors." + os_error METHODS GETSET;
    REFERENCE_ERROR "ReferenceError" "Weak ref proxy used after referent went away.";
    RUNTIME_ERROR "RuntimeError" "Unspecified run-time error.";
    STOP_ASYNC_ITERATION "StopAsyncIteration" "Signal the end from iterator.__anext__().";
    STOP_ITERATION "StopIteration" "Signal the end from iterator.__next__()." + fields STOP_ITERATION_METHODS STOP_ITERATION_GETSET;
    SYNTAX_ERROR "SyntaxError" "Invalid syntax." + syntax_error METHODS GETSET;
    SYSTEM_ERROR "SystemError" "Internal error in the Python interpreter.";
    TYPE_ERROR "TypeError" "Inappropriate argument type.";
    VALUE_ERROR "ValueError" "Inappropriate argument value (of correct type).";
    WARNING "Warning" "Base class for warning categories.";
    FLOATING_POINT_ERROR "FloatingPointError" "Floating point operation failed.";
    OVERFLOW_ERROR "OverflowError" "Result too large to be represented.";
    ZERO_DIVISION_ERROR "ZeroDivisionError" "Second argument to a division or modulo operation was zero.";
    MODULE_NOT_FOUND_ERROR "ModuleNotFoundError" "Module not found.";
    INDEX_ERROR "IndexError" "Sequence index out of range.";

    UNBOUND_LOCAL_ERROR "UnboundLocalError" "Local name referenced but not bound to a value.";
    BLOCKING_IO_ERROR "BlockingIOError" "I/O operation would block.";
    CHILD_PROCESS_ERROR "ChildProcessError" "Child process error.";
    CONNECTION_ERROR "ConnectionError" "Connection error.";
    FILE_EXISTS_ERROR "FileExistsError" "File already exists.";
    FILE_NOT_FOUND_ERROR "FileNotFoundError" "File not found.";
    INTERRUPTED_ERROR "InterruptedError" "Interrupted by signal.";
    IS_A_DIRECTORY_ERROR "IsADirectoryError" "Operation doesn't work on directories.";
    NOT_A_DIRECTORY_ERROR "NotADirectoryError" "Operation only works on directories.";
    PERMISSION_ERROR "PermissionError" "Not enough permissions.";
    PROCESS_LOOKUP_ERROR "ProcessLookupError" "Process not found.";
    TIMEOUT_ERROR "TimeoutError" "Timeout expired.";
    BROKEN_PIPE_ERROR "BrokenPipeError" "Broken pipe.";
    CONNECTION_ABORTED_ERROR "ConnectionAbortedError" "Connection aborted.";
    CONNECTION_REFUSED_ERROR "ConnectionRefusedError" "Connection refused.";
    CONNECTION_RESET_ERROR "ConnectionResetError" "Connection reset.";
    NOT_IMPLEMENTED_ERROR "NotImplementedError" "Method or function hasn't been implemented yet.";
    PYTHON_FINALIZATION_ERROR "PythonFinalizationError" "Operation blocked during Python finalization.";
    RECURSION_ERROR "RecursionError" "Recursion limit exceeded.";
    INDENTATION_ERROR "IndentationError" "Improper indentation.";
    INCOMPLETE_INPUT_ERROR "_IncompleteInputError" "incomplete input.";
    TAB_ERROR "TabError" "Improper mixture of spaces and tabs.";
    UNICODE_ERROR "UnicodeError" "Unicode related error.";
    UNICODE_DECODE_ERROR "UnicodeDecodeError" "Unicode decoding error." + unicode_error DECODE_METHODS DECODE_GETSET;
    UNICODE_ENCODE_ERROR "UnicodeEncodeError" "Unicode encoding error." + unicode_error ENCODE_METHODS ENCODE_GETSET;
    UNICODE_TRANSLATE_ERROR "UnicodeTranslateError" "Unicode translation error." + unicode_error TRANSLATE_METHODS TRANSLATE_GETSET;
    BYTES_WARNING "BytesWarning" "Base class for warnings about bytes and buffer related problems, mostly related to conversion from str or comparing to str.";
    DEPRECATION_WARNING "DeprecationWarning" "Base class for warnings about deprecated features.";
    ENCODING_WARNING "EncodingWarning" "Base class for warnings about encodings.";
    FUTURE_WARNING "FutureWarning" "Base class for warnings about constructs that will change semantically in the future.";
    IMPORT_WARNING "ImportWarning" "Base class for warnings about probable mistakes in module imports";
    PENDING_DEPRECATION_WARNING "PendingDeprecationWarning" "Base class for warnings about features which will be deprecated in the future.";
    RESOURCE_WARNING "ResourceWarning" "Base class for warnings about resource usage.";
    RUNTIME_WARNING "RuntimeWarning" "Base class for warnings about dubious runtime behavior.";
    SYNTAX_WARNING "SyntaxWarning" "Base class for warnings about dubious syntax.";
    UNICODE_WARNING "UnicodeWarning" "Base class for warnings about Unicode related problems, mostly related to conversion problems.";
    USER_WARNING "UserWarning" "Base class for warnings generated by user code.";
    EXCEPTION_GROUP "ExceptionGroup" "A combination of multiple unrelated exceptions.";
}

/// Mapping key not found.
pub static KEY_ERROR: ClassDef = ClassDef {
    flags: FLAGS,
    methods: &[super::fields::KEY_ERROR_METHODS],
    ..ClassDef::new("KeyError", "Mapping key not found.", Layout::Exception)
};
