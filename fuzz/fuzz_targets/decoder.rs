//! Any bytes as a module in binary form.
#![no_main]

#[path = "../../runtime/bytecode/tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::checks::decode(bytes));
