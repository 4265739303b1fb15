//! Any text as a module in text form.
#![no_main]

#[path = "../../runtime/bytecode/tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|text: &str| support::checks::assembler(text));
