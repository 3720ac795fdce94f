//! What an operator does on the data folder from the command line, whether the hub runs or not.
//! A running hub learns of it within seconds: it reads the same database.

use crate::{
    Config,
    migration::Migrator,
    service::{
        accounts, news, organizations,
        passwords::{self, Passwords},
        sessions, setup, tokens,
    },
    store::{self, roles},
    words::Account,
};
use chaoshub_chassis::{
    db::{self, Db, fault},
    outbox::Outbox,
};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Clock, Fault, Role, Scopes, Slug, WorkspaceId};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use std::sync::Arc;

/// An operator at work on one auth database.
pub struct Operator {
    clock: Arc<dyn Clock>,
    db: Db,
    outbox: Outbox,
}

impl Operator {
    /// On the database at that place, migrated when it has to be.
    ///
    /// # Errors
    /// When it cannot be opened, in words for a person.
    pub async fn open(place: &db::Place, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let db = db::open::<Migrator>(place, "auth").await.map_err(|cause| cause.to_string())?;
        Ok(Self::on(db, clock))
    }

    /// On a database that is open.
    #[must_use]
    pub fn on(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { outbox: Outbox::new(db.clone(), clock.clone()), db, clock }
    }

    /// A new account with an organization and a workspace of its own.
    ///
    /// # Errors
    /// `name-taken`, `weak-password`.
    pub async fn create_account(&self, name: &Slug, password: SecretString, admin: bool) -> Result<Account, Fault> {
        let hash = hashed(name, password).await?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let account = accounts::create(&mut change, self.clock.now(), name, Some(hash), admin).await?;
        change.commit().await.map_err(fault)?;
        Ok(account)
    }

    /// Gives an account a new password, and ends all of its sessions: its owner has forgotten the old one, or somebody
    /// else knows it.
    ///
    /// # Errors
    /// `not-found` when there is no such account, `weak-password`.
    pub async fn set_password(&self, name: &Slug, password: SecretString) -> Result<(), Fault> {
        let hash = hashed(name, password).await?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let found = store::accounts::by_name(&*change, name.as_str()).await?;
        let (account, _) = found.ok_or_else(|| Fault::not_found("account"))?;
        store::accounts::set_password(&*change, account.id, hash).await?;
        sessions::end_all(&mut change, account.id, None, self.clock.now()).await?;
        change.commit().await.map_err(fault)
    }

    /// The secret of a new API token of an account; what it may do is still bound by the account's role.
    ///
    /// # Errors
    /// `not-found` when there is no such account or workspace, `no-scopes`.
    pub async fn create_token(
        &self,
        account: &str,
        workspace: &WorkspaceRef,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<SecretString, Fault> {
        let change = self.outbox.begin().await.map_err(fault)?;
        let found = store::accounts::by_name(&*change, account).await?;
        let (owner, _) = found.ok_or_else(|| Fault::not_found("account"))?;
        let place = store::workspaces::find(&*change, workspace).await?;
        let workspace = place.ok_or_else(|| Fault::not_found("workspace"))?.workspace.id;
        let new = tokens::New { workspace, name: "made by an operator", scopes, expires_at, parent: None };
        let (_, secret) = tokens::create(&change, self.clock.now(), &owner, new).await?;
        change.commit().await.map_err(fault)?;
        Ok(secret)
    }

    /// The workspace, made with its organization where they are not there. Nobody owns a new organization until
    /// the first administrator does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ensure_workspace(&self, organization: &Slug, workspace: &Slug, title: &str) -> Result<WorkspaceId, Fault> {
        let now = self.clock.now();
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let wanted = WorkspaceRef::Name(organization.to_string(), workspace.to_string());
        if let Some(place) = store::workspaces::find(&*change, &wanted).await? {
            return Ok(place.workspace.id);
        }
        let place = match store::organizations::by_name(&*change, organization.as_str()).await? {
            None if organization == workspace => organizations::create(&mut change, now, organization, title, None).await?.1,
            None => {
                let (made, _) = organizations::create(&mut change, now, organization, organization.as_str(), None).await?;
                organizations::add_workspace(&mut change, now, &made, workspace, title).await?
            }
            Some(there) => organizations::add_workspace(&mut change, now, &there, workspace, title).await?,
        };
        change.commit().await.map_err(fault)?;
        Ok(place.workspace.id)
    }

    /// Gives an account a role on an organization, or on one workspace of it; takes it away without one. It asks
    /// nobody: this is how a workspace whose owners have left gets a new one.
    ///
    /// # Errors
    /// `not-found` when there is no such account, organization or workspace.
    pub async fn put_role(
        &self,
        account: &str,
        organization: &str,
        workspace: Option<&str>,
        role: Option<Role>,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let found = store::accounts::by_name(&*change, account).await?;
        let (account, _) = found.ok_or_else(|| Fault::not_found("account"))?;
        let told = match workspace {
            Some(name) => {
                let wanted = WorkspaceRef::Name(organization.to_owned(), name.to_owned());
                let found = store::workspaces::find(&*change, &wanted).await?;
                let place = found.ok_or_else(|| Fault::not_found("workspace"))?;
                roles::put_on_workspace(&*change, place.workspace.id, account.id, role, now).await?;
                let left = roles::in_place(&*change, account.id, place.organization, place.workspace.id).await?;
                news::member_changed(&account, &place, left)
            }
            None => {
                let found = store::organizations::by_name(&*change, organization).await?;
                let organization = found.ok_or_else(|| Fault::not_found("organization"))?;
                roles::put_on_organization(&*change, organization.id, account.id, role, now).await?;
                news::organization_member_changed(&account, &organization, role)
            }
        };
        change.tell(told).await.map_err(fault)?;
        change.tell(news::access_changed(account.id)).await.map_err(fault)?;
        change.commit().await.map_err(fault)
    }

    /// A new code for making the first administrator, which ends the one before; none once somebody has an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn setup_code(&self) -> Result<Option<String>, Fault> {
        setup::new_code(&self.outbox, &*self.clock).await
    }

    /// Whether nobody has an account yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_new(&self) -> Result<bool, Fault> {
        Ok(!store::accounts::any(&self.db).await?)
    }
}

async fn hashed(name: &Slug, password: SecretString) -> Result<String, Fault> {
    passwords::check(&password, name)?;
    let hasher = Passwords::new(&Config::default()).map_err(|_| Fault::internal())?;
    hasher.hash(password).await
}
