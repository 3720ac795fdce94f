//! Whether the pages are there is decided while the program is compiled: a program that was compiled before them would
//! never find them. So their folder is always there, and a program that holds them is made anew when they change.

use std::{env, fs, path::Path};

fn main() {
    let pages = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo says where we are")).join("../../ui/dist");
    // Where it cannot be made, as in a checkout that is read-only, the hub says that the pages are not built.
    let _made = fs::create_dir_all(&pages);
    println!("cargo::rerun-if-changed=build.rs");
    let holds_them = env::var("PROFILE").is_ok_and(|profile| profile == "release") || env::var("CARGO_FEATURE_EMBED").is_ok();
    if holds_them {
        println!("cargo::rerun-if-changed={}", pages.display());
    }
}
