//! The organization `demo`: experiments against the sample target, made once.

use chaoshub_auth::operator::Operator;
use chaoshub_chassis::{Ctx, claims::ServiceIdentity};
use chaoshub_facade::auth::{Auth, WorkspaceRef};
use chaoshub_kernel::{Fault, Slug};
use std::{str::FromStr, sync::Arc, time::Duration};

const EXPERIMENTS: [&str; 3] =
    [include_str!("../demo/passes.yaml"), include_str!("../demo/deviates.yaml"), include_str!("../demo/baseline-not-met.yaml")];

/// What a hub that is split does to itself.
const ON_ITSELF: [&str; 2] = [include_str!("../demo/launcher-gone.yaml"), include_str!("../demo/auth-gone.yaml")];

/// How long to wait before auth, in another process, is asked again.
const PAUSE: Duration = Duration::from_millis(200);

/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Makes the workspace `demo/demo`, unless it is there.
pub(crate) async fn place(operator: &Operator) -> Result<(), Fault> {
    let demo = Slug::from_str("demo").expect("`demo` is a name");
    operator.ensure_workspace(&demo, &demo, "Demo").await.map(drop)
}

/// Gives that workspace its experiments, unless it ever had some. When auth is elsewhere, it is waited for in the
/// background.
pub(crate) async fn seed(
    ctx: &Ctx,
    auth: Arc<dyn Auth>,
    identity: ServiceIdentity,
    experiment: Arc<chaoshub_experiment::Service>,
    split: bool,
) -> Result<(), String> {
    let experiments: Vec<_> = EXPERIMENTS.iter().chain(ON_ITSELF.iter().filter(|_| split)).copied().collect();
    let once = async move || -> Result<(), Fault> {
        let demo = WorkspaceRef::Name("demo".to_owned(), "demo".to_owned());
        let workspace = auth.access(&identity.claim().await?, demo).await?.workspace;
        experiment.seed(workspace, &experiments).await
    };
    if !split {
        return once().await.map_err(|why| format!("the demo cannot be made: {}", why.detail));
    }
    ctx.tasks.spawn(async move {
        let mut pause = PAUSE;
        while let Err(why) = once().await {
            tracing::info!(code = why.code, detail = why.detail, "the demo cannot be made yet; trying again");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    });
    Ok(())
}
