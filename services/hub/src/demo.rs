//! The organization `demo`: three experiments against the sample target, made once.

use chaoshub_auth::operator::Operator;
use chaoshub_kernel::{Fault, Slug};
use std::str::FromStr;

const EXPERIMENTS: [&str; 3] =
    [include_str!("../demo/passes.yaml"), include_str!("../demo/deviates.yaml"), include_str!("../demo/baseline-not-met.yaml")];

/// Makes the workspace `demo/demo` and its experiments, unless they were made before.
pub(crate) async fn seed(operator: &Operator, experiment: &chaoshub_experiment::Service) -> Result<(), Fault> {
    let demo = Slug::from_str("demo").expect("`demo` is a name");
    let workspace = operator.ensure_workspace(&demo, &demo, "Demo").await?;
    experiment.seed(workspace, &EXPERIMENTS).await
}
