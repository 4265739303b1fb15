//! Links the command at a fixed address where the linker is known to do that.
//!
//! The tables of classes, methods and modules are full of addresses. In an executable that can be loaded anywhere, each start has to write
//! all of them anew, some 31,000, into copies of 150 pages: a twentieth of the time of a start. Libraries, stacks and heaps stay where chance
//! puts them.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("CARGO_CFG_TARGET_ARCH", "x86_64")
    {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
