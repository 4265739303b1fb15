//! Bytes as the decisions by which a module is made: with sense, without, damaged.
#![no_main]

#[path = "../../runtime/bytecode/tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|decisions: &[u8]| {
    support::checks::verifier(decisions);
});
