//! Where databases are: a folder, or a server by its address, which may hold a password and is never shown.

use super::OpenError;
use sqlx::postgres::PgConnectOptions;
use std::{
    convert::Infallible,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

/// What stands for the name of a service in an address.
const SERVICE: &str = "{service}";

/// Where the databases of services are.
#[derive(Debug, Clone)]
pub enum Place {
    /// Files of SQLite, in `databases` of this data folder.
    Folder(PathBuf),
    /// A database each on a PostgreSQL server.
    Server(DatabaseUrl),
}

/// `postgres://user:password@host/chaoshub_{service}`, as it was given.
#[derive(Clone)]
pub struct DatabaseUrl(Arc<str>);

impl Place {
    /// On the server, when there is one, else in the data folder.
    ///
    /// # Errors
    /// When the address is none, or is one database for several of `services`; in words for the operator.
    pub fn of(data_dir: &Path, url: Option<&DatabaseUrl>, services: &[&str]) -> Result<Self, String> {
        let Some(url) = url else { return Ok(Self::Folder(data_dir.to_owned())) };
        for service in services {
            url.options(service).map_err(|why| why.to_string())?;
        }
        if services.len() > 1 && !url.0.contains(SERVICE) {
            return Err(format!(
                "--database-url (CHAOSHUB_DATABASE_URL) names one database for {} services, and each needs its own: write \
                 {SERVICE} where the service's name belongs, such as postgres://user:password@host/chaoshub_{SERVICE}",
                services.len()
            ));
        }
        Ok(Self::Server(url.clone()))
    }
}

impl DatabaseUrl {
    /// As it was given, to be handed on to a process of ours; never to be shown.
    #[must_use]
    pub fn as_given(&self) -> &str {
        &self.0
    }

    /// How to connect to the database of a service.
    pub(super) fn options(&self, service: &str) -> Result<PgConnectOptions, OpenError> {
        // What is wrong is not quoted: it may be the password.
        let wrong = || {
            OpenError(format!(
                "--database-url (CHAOSHUB_DATABASE_URL) is not the address of a PostgreSQL database; give one such as \
                 postgres://user:password@host:5432/chaoshub_{SERVICE}, with special characters of the password as %XX"
            ))
        };
        let url = self.0.replace(SERVICE, service);
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(wrong());
        }
        let options: PgConnectOptions = url.parse().map_err(|_| wrong())?;
        options.get_database().filter(|name| !name.is_empty()).ok_or_else(wrong)?;
        Ok(options)
    }
}

impl FromStr for DatabaseUrl {
    type Err = Infallible;
    /// Takes any text: whether it is an address is said in words that do not repeat it.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.into()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: &str = "/data";

    fn of(url: &str, services: &[&str]) -> Result<Place, String> {
        let Ok(url) = url.parse();
        Place::of(Path::new(DATA), Some(&url), services)
    }

    #[test]
    fn each_service_has_a_database_of_its_own() {
        let Ok(Place::Server(url)) = of("postgres://u:p@h/chaoshub_{service}", &["auth", "launcher"]) else {
            panic!("an address")
        };
        assert_eq!(url.options("auth").unwrap().get_database(), Some("chaoshub_auth"));
        assert!(of("postgres://u:p@h/one", &["auth", "launcher"]).unwrap_err().contains("{service}"));
        assert!(of("postgres://u:p@h/one", &["auth"]).is_ok());
        assert!(matches!(Place::of(Path::new(DATA), None, &["auth"]), Ok(Place::Folder(_))));
    }

    #[test]
    fn what_is_no_address_is_said_without_repeating_it() {
        for wrong in [
            "",
            "secret",
            "mysql://u:secret@h/d",
            "postgres://u:secret@h",
            "postgres://u:se cret@[h/d",
            "postgres://u:secret@h:port/d",
        ] {
            let said = of(wrong, &["auth", "launcher"]).unwrap_err();
            assert!(
                said.contains("CHAOSHUB_DATABASE_URL") && !said.contains("secret") && !said.contains('\n'),
                "{wrong}: {said}"
            );
        }
        let Ok(url) = DatabaseUrl::from_str("postgres://u:secret@h/d");
        assert!(!format!("{:?}", Place::Server(url)).contains("secret"));
    }
}
