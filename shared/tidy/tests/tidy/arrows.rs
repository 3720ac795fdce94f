//! Arrows point down: kernel <- facade <- chassis <- services <- hub, and no service names another.

use cargo_metadata::{DependencyKind, MetadataCommand};

const FLOORS: &[(&str, u8)] = &[
    ("chaoshub-kernel", 0),
    ("chaoshub-facade", 1),
    ("chaoshub-chassis", 2),
    ("chaoshub-testkit", 3),
    ("chaoshub-auth", 4),
    ("chaoshub-experiment", 4),
    ("chaoshub-launcher", 4),
    ("chaoshub-dashboard", 4),
    ("chaoshub", 5),
    ("chaoshub-bench", 6),
    ("chaoshub-tidy", 6),
];

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor)
}

#[test]
fn arrows_point_down() {
    let metadata = MetadataCommand::new().no_deps().current_dir(crate::top()).exec().unwrap();
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let Some(mine) = floor(&package.name) else {
            findings.push(format!("{} has no floor; give it one in shared/tidy/tests/tidy/arrows.rs", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            if floor(&dependency.name).is_some_and(|theirs| theirs >= mine) {
                findings.push(format!("{} must not name {}", package.name, dependency.name));
            }
            if dependency.name == "chaoshub-testkit" && dependency.kind != DependencyKind::Development {
                findings.push(format!("{} uses the testkit outside tests", package.name));
            }
        }
    }
    crate::none("an arrow points up or sideways", &findings);
}

#[test]
fn the_kernel_and_the_facades_know_no_machinery() {
    let metadata = MetadataCommand::new().no_deps().current_dir(crate::top()).exec().unwrap();
    let machinery = ["axum", "sea-orm", "reqwest", "tokio", "tower", "moka"];
    let mut findings = Vec::new();
    for package in metadata.packages.iter().filter(|package| floor(&package.name).is_some_and(|floor| floor < 2)) {
        let named = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        for dependency in named.filter(|dependency| machinery.contains(&dependency.name.as_str()) && !dependency.optional) {
            findings.push(format!("{} names {}", package.name, dependency.name));
        }
    }
    crate::none("pure words name machinery", &findings);
}
