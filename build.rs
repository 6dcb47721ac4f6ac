//! Migrations are embedded at build time: building again when one is added.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
