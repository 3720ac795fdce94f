//! Documents that must not fall behind the code.

use std::collections::BTreeSet;

/// The codes of faults that are written in the code of services and shared parts.
fn codes() -> BTreeSet<String> {
    let makers = ["invalid(", "unauthenticated(", "forbidden(", "conflict(", "unavailable(", "Fault::new("];
    let mut codes = BTreeSet::new();
    for (name, text) in crate::rust_files() {
        if name.contains("/tests/") || name.contains("testkit") || !(name.starts_with("services/") || name.starts_with("shared/"))
        {
            continue;
        }
        // Tests that stand in the file itself make faults of their own.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for maker in makers {
            for (at, _) in text.match_indices(maker) {
                let rest = &text[at + maker.len()..];
                let call = &rest[..rest.find(')').unwrap_or(rest.len())];
                let first = call.split('"').nth(1).unwrap_or_default();
                let kebab = !first.is_empty() && first.chars().all(|c| c.is_ascii_lowercase() || c == '-');
                if kebab {
                    codes.insert(first.to_owned());
                }
            }
        }
    }
    assert!(codes.contains("version-conflict"), "codes are found");
    codes
}

#[test]
fn every_code_is_explained() {
    let api = std::fs::read_to_string(crate::top().join("docs/API.md")).unwrap();
    let missing: Vec<_> = codes().into_iter().filter(|code| !api.contains(&format!("`{code}`"))).collect();
    crate::none("codes that docs/API.md does not explain", &missing);
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut findings = Vec::new();
    for (name, text) in crate::files().into_iter().filter(|(name, _)| name.ends_with(".md")) {
        let folder = crate::top().join(&name).parent().unwrap().to_path_buf();
        for (at, _) in text.match_indices("](") {
            let link = text[at + 2..].split([')', ' ']).next().unwrap_or_default();
            let path = link.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains("://") && !path.starts_with("mailto:") && !folder.join(path).exists() {
                findings.push(format!("{name}: {link}"));
            }
        }
    }
    crate::none("links that lead nowhere", &findings);
}

#[test]
fn everybody_names_the_same_control_module() {
    let read = |name: &str| std::fs::read_to_string(crate::top().join(name)).unwrap();
    let project = read("clients/chaostoolkit/pyproject.toml");
    let version = project.lines().find_map(|line| line.strip_prefix("version = ")).unwrap().trim_matches('"').to_owned();
    let wheel = format!("chaoshub_chaostoolkit-{version}-py3-none-any.whl");
    let places = ["README.md", "clients/chaostoolkit/README.md", "ui/src/features/tokens/secret.tsx"];
    let behind: Vec<_> = places.into_iter().filter(|name| !read(name).contains(&wheel)).map(str::to_owned).collect();
    crate::none(&format!("places that do not name {wheel}"), &behind);
}
