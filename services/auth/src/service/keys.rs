//! The installation's signing key and id, kept as files in a folder of their own, made at the first start.

use chaoshub_chassis::claims::SigningKey;
use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// What makes this installation itself.
#[derive(Debug, Clone)]
pub struct Identity {
    /// `iss` and `aud` of its claims.
    pub installation: String,
    /// What they are signed with.
    pub key: SigningKey,
}

/// Reads the identity, or makes it. Nobody but the hub's own user may read the files.
/// Where they are already, the folder may be read-only and shared by replicas.
pub fn identity(folder: &Path) -> Result<Identity, String> {
    let said = |path: &Path, cause: &dyn std::fmt::Display| format!("{}: {cause}", path.display());
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|cause| said(folder, &cause))?;
    let read = |name: &str, fresh: &dyn Fn() -> String| {
        let path = folder.join(name);
        kept(&path, fresh).map_err(|cause| said(&path, &cause))
    };
    let pem = read("claims.pem", &|| SigningKey::generate().to_pem())?;
    let installation = read("installation", &|| format!("{}\n", uuid::Uuid::new_v4()))?;
    let key = SigningKey::from_pem(&pem).map_err(|cause| said(&folder.join("claims.pem"), &cause))?;
    Ok(Identity { installation: installation.trim().to_owned(), key })
}

/// What the file holds; when there is none, it is made with `fresh` in one step, so that a crash leaves no half of
/// it and two processes that start at once agree.
fn kept(path: &Path, fresh: &dyn Fn() -> String) -> io::Result<String> {
    if !path.exists() {
        // Not by the process's number: in two containers it may be the same.
        let draft = path.with_extension(format!("{}.new", uuid::Uuid::new_v4().simple()));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(fresh().as_bytes())?;
        file.sync_all()?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        match linked {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => return Err(cause),
            Ok(()) | Err(_) => {}
        }
    }
    fs::read_to_string(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_identity_outlives_a_restart_and_only_its_user_reads_it() {
        let data = tempfile::tempdir().unwrap();
        let first = identity(&data.path().join("keys")).unwrap();
        let again = identity(&data.path().join("keys")).unwrap();
        assert_eq!((first.key.id(), &first.installation), (again.key.id(), &again.installation));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&data.path().join("keys")), 0o700);
        for entry in fs::read_dir(data.path().join("keys")).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600);
        }
    }

    #[test]
    fn a_spoilt_key_is_refused_and_not_replaced() {
        let data = tempfile::tempdir().unwrap();
        identity(&data.path().join("keys")).unwrap();
        fs::write(data.path().join("keys/claims.pem"), "nonsense").unwrap();
        assert!(identity(&data.path().join("keys")).unwrap_err().contains("claims.pem"));
    }
}
