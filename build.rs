//! Rebuilds when a migration is added: the macro that embeds them is told of no new file.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
