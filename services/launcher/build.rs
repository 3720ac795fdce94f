//! Rebuilds the crate when a file joins or leaves what is embedded; changed ones are noticed without it.

fn main() {
    for path in ["chaoshub_control", "pyproject.toml", "requirements-run.txt"] {
        println!("cargo::rerun-if-changed=../../clients/chaostoolkit/{path}");
    }
}
