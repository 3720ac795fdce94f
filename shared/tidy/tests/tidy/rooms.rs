//! The rooms of a service: who may name axum, who may name sea_orm, what the pure parts must not know.

/// The part of `services/x/src/...` that names the room.
fn room(name: &str) -> Option<(&str, &str)> {
    let rest = name.strip_prefix("services/")?;
    let (service, rest) = rest.split_once("/src/")?;
    if service == "hub" {
        return None;
    }
    Some((service, rest.split_once('/').map_or(rest, |(room, _)| room)))
}

fn names(text: &str, path: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.into_iter().any(|line| {
        line.match_indices(path).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
        })
    })
}

#[test]
fn only_the_http_room_names_axum() {
    let findings: Vec<_> = crate::rust_files()
        .into_iter()
        .filter(|(name, text)| room(name).is_some_and(|(_, room)| room != "http") && names(text, "axum::"))
        .map(|(name, _)| name)
        .collect();
    crate::none("axum outside http/", &findings);
}

#[test]
fn only_the_storage_rooms_name_sea_orm() {
    let storage = ["entity", "store", "migration"];
    let findings: Vec<_> = crate::rust_files()
        .into_iter()
        .filter(|(name, text)| room(name).is_some_and(|(_, room)| !storage.contains(&room)) && names(text, "sea_orm"))
        .map(|(name, _)| name)
        .collect();
    crate::none("sea_orm outside entity/, store/ and migration/", &findings);
}

#[test]
fn http_does_not_reach_into_the_tables() {
    let findings: Vec<_> = crate::rust_files()
        .into_iter()
        .filter(|(name, text)| room(name).is_some_and(|(_, room)| room == "http") && names(text, "crate::entity"))
        .map(|(name, _)| name)
        .collect();
    crate::none("http/ names entity/", &findings);
}

#[test]
fn the_spawner_needs_no_key_and_no_database() {
    let banned = ["crate::store", "crate::entity", "crate::service", "chaoshub_chassis", "sea_orm"];
    let rooms = ["spawner", "supervise"];
    let mut findings = Vec::new();
    for (name, text) in crate::rust_files() {
        if room(&name).is_some_and(|(service, room)| service == "launcher" && rooms.contains(&room)) {
            findings.extend(banned.iter().filter(|path| names(&text, path)).map(|path| format!("{name} names {path}")));
        }
    }
    crate::none("what starts supervisors knows too much", &findings);
}

#[test]
fn verdicts_are_pure() {
    let banned = ["tokio", "std::fs", "std::env", "Utc::now", "reqwest", "chaoshub_chassis"];
    let mut findings = Vec::new();
    for (name, text) in crate::rust_files() {
        if room(&name).is_some_and(|(service, room)| service == "experiment" && room == "toolkit") && !name.contains("tests") {
            findings.extend(banned.iter().filter(|path| names(&text, path)).map(|path| format!("{name} names {path}")));
        }
    }
    crate::none("what Chaos Toolkit's documents mean depends on the world", &findings);
}

#[test]
fn migrations_are_applied_in_one_place_that_gives_each_a_transaction() {
    // sea-orm-migration's own ways run each statement by itself on SQLite: a kill in between leaves half of a migration.
    let types = ["M", "Self", "Migrator", "Steps"];
    let ways = ["up", "down", "fresh", "refresh", "reset"];
    let mut elsewhere: Vec<_> = types.iter().flat_map(|of| ways.map(|way| format!("{of}::{way}("))).collect();
    elsewhere.push("use_transaction".to_owned());
    let here = ["shared/chassis/src/db/migrate.rs", "shared/testkit/src/migrations.rs", "shared/tidy/tests/tidy/rooms.rs"];
    let mut findings = Vec::new();
    for (name, text) in crate::rust_files().into_iter().filter(|(name, _)| !here.contains(&name.as_str())) {
        findings.extend(elsewhere.iter().filter(|way| text.contains(way.as_str())).map(|way| format!("{name}: {way}")));
    }
    crate::none("migrations are applied by chassis/db/migrate.rs alone", &findings);
}
