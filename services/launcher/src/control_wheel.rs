//! The control module as a wheel, made from the sources that this binary holds: the same bytes for our own runs and
//! for those outside, and the same bytes at every start (PyPA, "Binary distribution format", version 1.0).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rust_embed::{Embed, EmbeddedFile};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Cursor, Write},
    sync::LazyLock,
};
use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipResult, write::SimpleFileOptions};

/// The Python package beside this workspace.
#[derive(Embed)]
#[folder = "../../clients/chaostoolkit"]
#[include = "chaoshub_control/**/*.py"]
#[include = "pyproject.toml"]
#[include = "requirements-run.txt"]
struct Sources;

struct Wheel {
    file_name: String,
    bytes: Vec<u8>,
}

static WHEEL: LazyLock<Wheel> = LazyLock::new(|| build().expect("the embedded sources make a wheel, which a test proves"));

/// The wheel's name, which says its version, such as `chaoshub_chaostoolkit-0.1.0-py3-none-any.whl`.
#[must_use]
pub fn file_name() -> &'static str {
    &WHEEL.file_name
}

/// The wheel itself.
#[must_use]
pub fn bytes() -> &'static [u8] {
    &WHEEL.bytes
}

/// The locked requirements, with hashes, of the environment that our own runs live in.
pub(crate) fn requirements() -> String {
    text("requirements-run.txt")
}

#[derive(Deserialize)]
struct Pyproject {
    project: Project,
    tool: Tool,
}

/// What is used of the core metadata (PyPA, "pyproject.toml specification").
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Project {
    name: String,
    version: String,
    description: String,
    requires_python: String,
    #[serde(default)]
    dependencies: Vec<String>,
}

#[derive(Deserialize)]
struct Tool {
    setuptools: Setuptools,
}

#[derive(Deserialize)]
struct Setuptools {
    packages: Vec<String>,
}

fn build() -> ZipResult<Wheel> {
    let Pyproject { project, tool } = toml::from_str(&text("pyproject.toml")).expect("a pyproject that a test has read");
    let stem = format!("{}-{}", project.name.replace('-', "_"), project.version);
    let mut files = BTreeMap::new();
    for path in Sources::iter().filter(|path| is_of(path, &tool.setuptools.packages)) {
        files.insert(path.to_string(), file(&path).data.into_owned());
    }
    let info = format!("{stem}.dist-info");
    files.insert(format!("{info}/METADATA"), metadata(&project).into_bytes());
    let wheel = "Wheel-Version: 1.0\nGenerator: chaoshub\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    files.insert(format!("{info}/WHEEL"), wheel.as_bytes().to_vec());
    let record = record(&files, &info);
    let bytes = pack(files.into_iter().chain([(format!("{info}/RECORD"), record.into_bytes())]))?;
    Ok(Wheel { file_name: format!("{stem}-py3-none-any.whl"), bytes })
}

fn is_of(path: &str, packages: &[String]) -> bool {
    packages.iter().any(|package| path.strip_prefix(package.as_str()).is_some_and(|rest| rest.starts_with('/')))
}

fn metadata(project: &Project) -> String {
    let mut text = format!(
        "Metadata-Version: 2.1\nName: {}\nVersion: {}\nSummary: {}\nLicense: Apache-2.0\nRequires-Python: {}\n",
        project.name, project.version, project.description, project.requires_python
    );
    for dependency in &project.dependencies {
        let _infallible = writeln!(text, "Requires-Dist: {dependency}");
    }
    text
}

fn record(files: &BTreeMap<String, Vec<u8>>, info: &str) -> String {
    let line = |(path, bytes): (&String, &Vec<u8>)| {
        format!("{path},sha256={},{}\n", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(bytes)), bytes.len())
    };
    files.iter().map(line).collect::<String>() + &format!("{info}/RECORD,,\n")
}

fn pack(files: impl Iterator<Item = (String, Vec<u8>)>) -> ZipResult<Vec<u8>> {
    // One instant and one mode for all, so that the same sources are the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(path, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn file(path: &str) -> EmbeddedFile {
    Sources::get(path).unwrap_or_else(|| panic!("{path} was not there when this binary was built"))
}

fn text(path: &str) -> String {
    String::from_utf8(file(path).data.into_owned()).expect("text in UTF-8, which a test has read")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn names() -> Vec<String> {
        zip::ZipArchive::new(Cursor::new(bytes())).unwrap().file_names().map(str::to_owned).collect()
    }

    #[test]
    fn the_wheel_holds_the_package_and_its_description_and_nothing_else() {
        let names = names();
        assert!(names.contains(&"chaoshub_control/__init__.py".to_owned()), "{names:?}");
        let expected = |name: &String| {
            name.starts_with("chaoshub_control/") && !name.contains("__pycache__") || name.contains(".dist-info/")
        };
        assert!(names.iter().all(expected), "{names:?}");
    }

    #[test]
    fn the_name_says_the_version_of_the_package() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(file_name(), format!("chaoshub_chaostoolkit-{version}-py3-none-any.whl"));
    }

    #[test]
    fn every_file_is_recorded_with_its_digest() {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes())).unwrap();
        let record = names().into_iter().find(|name| name.ends_with("/RECORD")).unwrap();
        let mut text = String::new();
        zip.by_name(&record).unwrap().read_to_string(&mut text).unwrap();
        for name in names().iter().filter(|name| **name != record) {
            let mut content = Vec::new();
            zip.by_name(name).unwrap().read_to_end(&mut content).unwrap();
            let digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&content));
            assert!(text.contains(&format!("{name},sha256={digest},{}\n", content.len())), "{name}");
        }
        assert_eq!(text.lines().count(), names().len());
    }

    #[test]
    fn the_same_sources_are_the_same_bytes() {
        assert_eq!(build().unwrap().bytes, bytes());
    }

    #[test]
    fn what_our_runs_need_is_locked_with_hashes() {
        let requirements = requirements();
        assert!(requirements.contains("chaostoolkit==") && requirements.contains("--hash=sha256:"));
    }
}
